"""Decoding of any source through PyAV.

Files: every picture (or every n-th, or so many a second), time from the stream. Live sources: pictures as they arrive. Opening and each
read have a deadline, so that a dead camera never holds a thread for ever.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Any

import av
import numpy as np
from av.sidedata.sidedata import Type as SideDataType
from numpy.typing import NDArray

from geo.primitives import GeoError, VisionError, parse_instant, utc_now
from ground_station.video.address import parse_address
from ground_station.video.failures import explain_failure
from ground_station.video.timestamps import first_precision_time

OPEN_TIMEOUT_S = 10.0
READ_TIMEOUT_S = 10.0
WHOLE_SHARE = 0.9  # a file that yields less of the pictures it promises is broken, not merely scratched
PLAUSIBLE_YEAR = 2000  # cameras without a clock write 1904 or 1970
DAMAGED_IN_A_ROW = 300


@dataclass(frozen=True, slots=True)
class SourceInfo:
    """What is known before the first picture. `frames` and `duration_s` are None for live sources; `frames_per_second` may be a guess."""

    shown: str
    live: bool
    width_px: int
    height_px: int
    frames_per_second: float
    frames: int | None
    duration_s: float | None


@dataclass(frozen=True, slots=True, eq=False)
class DecodedImage:
    """One picture: (height, width, 3) uint8 blue green red. `index` counts all pictures of the source; `time_s` grows strictly from 0."""

    index: int
    time_s: float
    image: NDArray[np.uint8]
    captured_at: datetime | None
    stamped: bool  # the instant came with the picture (ST 0604), not from the clock of this machine


class VideoReader:
    """One open source, a context manager. `damaged` counts packets that could not be decoded.

    `every` n takes each n-th picture; `frames_per_second` takes at most so many. Raises: `VisionError` when the source cannot be opened.
    """

    def __init__(
        self,
        source: str,
        *,
        every: int = 1,
        frames_per_second: float | None = None,
        open_timeout_s: float = OPEN_TIMEOUT_S,
        read_timeout_s: float = READ_TIMEOUT_S,
    ) -> None:
        self._address = parse_address(source)
        self._every = every
        self._period_s = 1.0 / frames_per_second if frames_per_second else 0.0
        self.damaged = 0
        try:
            self._container: Any = av.open(
                self._address.url,
                format=self._address.format,
                options=dict(self._address.options),
                timeout=(open_timeout_s, read_timeout_s),
            )
        except av.error.FFmpegError as error:
            raise explain_failure(error, self._address, timeout_s=open_timeout_s) from error
        try:
            self.info = self._open_stream()
        except BaseException:
            self._container.close()
            raise
        self._read_timeout_s = read_timeout_s

    def __enter__(self) -> "VideoReader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._container.close()

    def _open_stream(self) -> SourceInfo:
        if not self._container.streams.video:
            raise VisionError(
                f"'{self._address.shown}' holds no video.", code="vision.source_no_video", hint="Give a video file or a camera's stream."
            )
        self._stream = stream = self._container.streams.video[0]
        if stream.codec_context is None or not stream.codec_context.width:
            raise VisionError(
                f"'{self._address.shown}' has a video stream whose pictures cannot be decoded.",
                code="vision.source_codec",
                hint="Check the camera's codec (H.264 and H.265 are sure to work) or the file.",
            )
        # Threads by frame delay pictures by their number; live sources cannot afford that.
        stream.thread_type = "SLICE" if self._address.live else "AUTO"
        live = self._address.live or not self._container.duration
        rate = stream.average_rate or stream.guessed_rate
        duration_s = float(stream.duration * stream.time_base) if stream.duration else (self._container.duration or 0) / 1e6
        return SourceInfo(
            shown=self._address.shown,
            live=live,
            width_px=stream.codec_context.width,
            height_px=stream.codec_context.height,
            frames_per_second=float(rate) if rate and 0 < float(rate) <= 240 else 25.0,
            frames=None if live else (stream.frames or (round(duration_s * float(rate)) if rate else None)),
            duration_s=None if live else duration_s,
        )

    def images(self) -> Iterator[DecodedImage]:
        """Pictures in order. Raises: `VisionError` when a live source falls silent or a file proves broken."""
        started_at = self._creation_instant()
        index, decoded, last_s, due_s = -1, 0, -1.0, 0.0
        first_pts_s: float | None = None
        first_stamp: datetime | None = None
        opened = monotonic()
        for picture in self._pictures():
            index += 1
            decoded += 1
            stamp = first_precision_time(bytes(data) for data in picture.side_data if data.type == SideDataType.SEI_UNREGISTERED)
            pts_s = None if picture.time is None else float(picture.time)
            if pts_s is not None and first_pts_s is None:
                first_pts_s = pts_s
            if pts_s is not None and first_pts_s is not None:
                time_s = pts_s - first_pts_s
            elif stamp is not None:  # a bare stream carries no times of its own, but its pictures may
                first_stamp = first_stamp or stamp
                time_s = (stamp - first_stamp).total_seconds()
            else:  # a live one runs as it comes, a file at its rate and not at the speed it is read
                time_s = monotonic() - opened if self.info.live else index / self.info.frames_per_second
            if time_s <= last_s:  # a camera that restarted its clock, or a picture without a stamp
                step_s = 1.0 / self.info.frames_per_second
                first_pts_s = None if pts_s is None else pts_s - last_s - step_s
                time_s = last_s + step_s
            last_s = time_s
            if index % self._every or time_s + 1e-6 < due_s:
                continue
            due_s = max(due_s + self._period_s, time_s - self._period_s) if self._period_s else 0.0
            captured_at = stamp
            if captured_at is None:
                captured_at = utc_now() if self.info.live else started_at and started_at + timedelta(seconds=time_s)
            yield DecodedImage(index, time_s, picture.to_ndarray(format="bgr24"), captured_at, stamp is not None)
        promised = self.info.frames
        if not decoded or (promised and decoded < WHOLE_SHARE * promised):
            raise VisionError(
                f"'{self._address.shown}' is broken: {decoded} of {promised or 'its'} pictures could be decoded.",
                code="vision.source_broken",
                hint="Copy the file again, or repair it with `ffmpeg -i BROKEN -c copy REPAIRED.mp4`.",
            )

    def _pictures(self) -> Iterator[Any]:
        in_a_row = 0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.error.EOFError:
                return
            except av.error.FFmpegError as error:
                if not self.info.live and isinstance(error, av.error.InvalidDataError):
                    return  # the count of pictures tells whether that was the end
                raise explain_failure(error, self._address, timeout_s=self._read_timeout_s) from error
            try:
                pictures = packet.decode()
            except av.error.EOFError:
                return
            except av.error.FFmpegError as error:
                # Cameras drop packets and files have scratches: the next keyframe mends it.
                self.damaged += 1
                in_a_row += 1
                if in_a_row > DAMAGED_IN_A_ROW:
                    raise explain_failure(error, self._address, timeout_s=self._read_timeout_s) from error
                continue
            if pictures:
                in_a_row = 0
            yield from pictures

    def _creation_instant(self) -> datetime | None:
        text = self._container.metadata.get("creation_time")
        with suppress(GeoError):
            instant = parse_instant(text) if text else None
            if instant is not None and instant.year >= PLAUSIBLE_YEAR:
                return instant
        return None


def is_same_file(source: str, path: Path) -> bool:
    """Whether writing `path` would overwrite the source that is being read."""
    with suppress(OSError):
        return path.exists() and path.samefile(source)
    return False
