"""A live source decoded in a thread of its own for being shown: the newest pictures wait, older ones give way."""

import time
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from threading import Condition, Event, Thread
from types import TracebackType

import av
import numpy as np
from av.error import FFmpegError

from ground_station.live_video.fragments import LONGEST_FRAME_TICKS, TIMESCALE
from ground_station.live_video.h264 import NalReader, captured_at
from ground_station.live_video.reader import READ_TIMEOUT_S, USUAL_FRAME_TICKS, opened, ticks_of
from ground_station.video.address import parse_address
from ground_station.video.container import PictureContainer
from ground_station.video.failures import explain_failure, no_picture

WAITING_AT_MOST = 40  # a second or two; later ones would only be late
PICTURE_TIMEOUT_S = 12.0
STAMPS_KEPT = 64  # of packets whose pictures have not come out of the decoder yet
CLOSE_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class LivePicture:
    """`frame` is YUV 4:2:0 with even sides; `ticks` grow strictly from 0, in `TIMESCALE`, and leap over no pause."""

    frame: av.VideoFrame
    ticks: int
    duration: int
    captured_at: datetime | None
    arrived_s: float  # monotonic

    @property
    def time_s(self) -> float:
        return self.ticks / TIMESCALE


class LivePictures:
    """A context manager around the decoding thread. `skipped` counts pictures nobody took in time."""

    def __init__(self, url: str, *, widest_px: int) -> None:
        self._address = parse_address(url)
        self._widest_px = widest_px
        self._waiting: deque[LivePicture] = deque(maxlen=WAITING_AT_MOST)
        self._changed = Condition()
        self._halt = Event()
        self._error: Exception | None = None
        self._ended = False
        self._last: int | None = None
        self._ticks, self._step = 0, USUAL_FRAME_TICKS
        self._began_s: float | None = None
        self.skipped = 0
        self._thread = Thread(target=self._work, name=f"pictures {self._address.shown[:40]}", daemon=True)

    def __enter__(self) -> "LivePictures":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._halt.set()
        self._thread.join(CLOSE_TIMEOUT_S)  # one stuck in the network is left to its read deadline

    def take(self, timeout_s: float) -> list[LivePicture] | None:
        """What waits, in order; after `timeout_s` perhaps nothing; None once the source has ended. Raises: `VisionError` of the source."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._error is not None or self._ended, timeout_s)
            taken = list(self._waiting)
            self._waiting.clear()
            if not taken and self._error is not None:
                raise self._error
            return None if not taken and self._ended else taken

    def _work(self) -> None:
        error: Exception | None = None
        try:
            self._read()
        except Exception as raised:  # handed to whoever takes the pictures
            error = raised
        with self._changed:
            self._error, self._ended = error, True
            self._changed.notify_all()

    def _read(self) -> None:
        source = opened(self._address)
        try:
            self._decode(source)
        except (FFmpegError, OSError) as error:
            raise explain_failure(error, self._address, timeout_s=READ_TIMEOUT_S, opened=True) from error
        finally:
            source.close()

    def _decode(self, source: PictureContainer) -> None:
        context = source.stream.codec_context
        nals = NalReader(context.extradata) if context.name == "h264" else None
        stamps: dict[int, datetime | None] = {}
        last_picture_s, keyframe_seen = time.monotonic(), False
        for arrived in source.packets(live=True):
            if self._halt.is_set():
                return
            packet, arrived_s = arrived.packet, time.monotonic()
            keyframe_seen = keyframe_seen or packet.is_keyframe
            if nals is not None and packet.size and packet.pts is not None:
                stamps[packet.pts] = captured_at(nals.units(bytes(packet)))
                while len(stamps) > STAMPS_KEPT:
                    del stamps[next(iter(stamps))]
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                continue  # the next keyframe mends it
            for frame in frames:
                last_picture_s = arrived_s
                self._put(frame, None if frame.pts is None else stamps.pop(frame.pts, None), arrived_s)
            if arrived_s - last_picture_s > PICTURE_TIMEOUT_S:
                raise no_picture(self._address.shown, PICTURE_TIMEOUT_S, keyframe_seen=keyframe_seen)

    def _put(self, frame: av.VideoFrame, stamp: datetime | None, arrived_s: float) -> None:
        ticks = ticks_of(frame.pts, frame.time_base)
        if ticks is not None and self._last is not None and 0 < ticks - self._last <= LONGEST_FRAME_TICKS:
            self._step = ticks - self._last
        self._last = ticks
        self._ticks += self._step
        if not self._address.live:  # a file played as a camera: each picture at its own time
            self._began_s = self._began_s or arrived_s - self._ticks / TIMESCALE
            self._halt.wait(max(0.0, self._began_s + self._ticks / TIMESCALE - time.monotonic()))
        picture = LivePicture(_upright(frame, self._widest_px), self._ticks, self._step, stamp, arrived_s)
        with self._changed:
            self.skipped += len(self._waiting) == WAITING_AT_MOST
            self._waiting.append(picture)
            self._changed.notify_all()


def _upright(frame: av.VideoFrame, widest_px: int) -> av.VideoFrame:
    """Turned as it is meant, no wider than `widest_px`, with even sides as 4:2:0 wants them."""
    turns = round(frame.rotation / 90.0) % 4
    if turns:
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(np.rot90(frame.to_ndarray(format="bgr24"), turns)), format="bgr24")
    scale = min(1.0, widest_px / frame.width)
    return frame.reformat(
        width=max(2, round(frame.width * scale / 2) * 2), height=max(2, round(frame.height * scale / 2) * 2), format="yuv420p"
    )
