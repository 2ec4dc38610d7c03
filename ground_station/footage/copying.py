"""One live source copied into segments, in a thread: packets in, files out. Nothing is decoded."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from geo.primitives import VisionError, utc_now
from ground_station.footage.segment_writer import SegmentNews, SegmentWriter
from ground_station.live_video.h264 import NalReader, ParameterSets, captured_at, parameter_sets_in
from ground_station.video.address import parse_address
from ground_station.video.capture_clock import CaptureClock
from ground_station.video.container import ArrivedPacket, PictureContainer

OPEN_TIMEOUT_S, READ_TIMEOUT_S = 10.0, 10.0
LEAP_S = 5.0  # a stream's clock that leaps further was set anew, or the camera was away: another segment
USUAL_FRAME_S = 0.04


@dataclass(frozen=True, slots=True)
class Recording:
    """What is recorded, where to, and whom to tell. `tell` and `has_room` are called from the copying thread."""

    source_id: str
    url: str
    folder: Path
    segment_s: float
    tell: Callable[[SegmentNews], None]
    has_room: Callable[[], bool]


def copy_source(recording: Recording, stop: Event) -> None:
    """Record until `stop` is set or the stream ends. Blocking; every wait inside has a deadline.

    Raises: `VisionError` when the source cannot be read, or the disk takes no more. Whatever ends it, the last segment is finished.
    """
    address = parse_address(recording.url)
    if not address.live:
        raise VisionError(
            f"'{address.shown}' is a file or a page, not a live stream.",
            code="footage.not_live",
            hint="Files are kept where they are; only live sources are recorded.",
        )
    opened = PictureContainer(address, open_timeout_s=OPEN_TIMEOUT_S, read_timeout_s=READ_TIMEOUT_S)
    try:
        _Copy(recording, opened.stream).run(opened.packets(live=True), stop)
    finally:
        opened.close()


class _Copy:
    """One connection."""

    def __init__(self, recording: Recording, stream: Any) -> None:
        self._recording, self._stream = recording, stream
        self._h264 = stream.codec_context.name == "h264"
        self._nals = NalReader(stream.codec_context.extradata if self._h264 else None)
        self._parameters: ParameterSets | None = None
        self._clock = CaptureClock()
        self._writer: SegmentWriter | None = None
        self._begun_s = 0.0
        self._last_s: float | None = None
        self._frame_s = USUAL_FRAME_S

    def run(self, packets: Iterator[ArrivedPacket], stop: Event) -> None:
        try:
            for arrived in packets:
                if stop.is_set():
                    return
                packet = arrived.packet
                if packet.size and (packet.pts is not None or packet.dts is not None) and packet.time_base is not None:
                    self._take(arrived)
        finally:
            self._finish()

    def _take(self, arrived: ArrivedPacket) -> None:
        packet = arrived.packet
        stamp, changed = self._look(packet)
        time_s = float((packet.pts if packet.pts is not None else packet.dts) * packet.time_base)
        if self._last_s is not None and abs(time_s - self._last_s) > LEAP_S:
            self._finish()
        elif self._last_s is not None and time_s > self._last_s:
            self._frame_s = time_s - self._last_s
        self._clock.note(time_s, arrived.arrived_at, stamp or arrived.camera_at)
        if packet.is_keyframe:
            if changed:
                # Other parameters, another size perhaps: what FFmpeg found out at the start no longer describes the stream.
                raise VisionError(
                    f"The pictures of '{self._recording.source_id}' have changed their form.",
                    code="footage.format_changed",
                    hint="It is opened again by itself.",
                )
            if self._writer is None or time_s - self._begun_s >= self._recording.segment_s:
                self._begin(time_s)
        if self._writer is not None:
            self._writer.add(packet)
            self._last_s = time_s if self._last_s is None else max(time_s, self._last_s)

    def _look(self, packet: Any) -> tuple[datetime | None, bool]:
        """The camera's own instant in an H.264 packet, and whether its parameter sets are others than before."""
        if not self._h264:
            return None, False
        units = self._nals.units(bytes(packet))
        known, found = self._parameters, parameter_sets_in(units)
        self._parameters = found or known
        return captured_at(units), known is not None and self._parameters != known

    def _begin(self, time_s: float) -> None:
        self._finish()
        if not self._recording.has_room():
            return
        started_at, stamped = self._clock.captured_at(time_s) or (utc_now(), False)
        self._writer = SegmentWriter(self._recording.folder, self._recording.source_id, self._stream, started_at, stamped=stamped)
        self._begun_s = time_s
        self._recording.tell(self._writer.news)

    def _finish(self) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        last_s = self._begun_s if self._last_s is None else max(self._last_s, self._begun_s)
        # The quickest packets show how late the first ones were: by now the start is known better than when it was written into the name.
        known = self._clock.captured_at(self._begun_s)
        started_at = writer.news.started_at if known is None else known[0]
        self._recording.tell(writer.close(started_at, started_at + timedelta(seconds=last_s - self._begun_s + self._frame_s)))
        self._last_s = None
