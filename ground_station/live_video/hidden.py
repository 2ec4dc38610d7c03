"""A live source shown with people and plates hidden: decoded, searched some times a second, coded anew, once for all who watch.

A picture waits for the next look of the detector while something moves, and for nothing while nothing does. What could not be searched is
hidden as a whole.
"""

import logging
import time
from collections.abc import Callable
from threading import Event

import av
import numpy as np
from numpy.typing import NDArray

from ground_station.live_video.coding import LiveCoder
from ground_station.live_video.decoding import LivePicture, LivePictures
from ground_station.live_video.fragments import Sample, TrackFormat
from ground_station.live_video.h264 import IDR, NalReader, ParameterSets, sample_of
from ground_station.live_video.reader import SourceSink
from vision import Box, Frame, LiveRedaction, RedactionSearch, hide_planes, veil_planes

PATIENCE_S = 0.2  # how soon a stop is noticed
HELD_AT_MOST = 60  # pictures; a detector slower than that makes the others be skipped

logger = logging.getLogger(__name__)

Planes = tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.uint8]]


def read_hidden(
    url: str,
    sink: SourceSink,
    stop: Event,
    *,
    search: Callable[[], RedactionSearch | None],
    fixed: bool,
    looks_per_second: float,
    widest_px: int,
) -> None:
    """Read until `stop` is set or the stream ends. Blocking; every wait inside has a deadline.

    `search` may take its time; without one every picture is hidden as a whole. Raises: `VisionError` as the source fails.
    """
    shown = _Shown(sink)
    found = search()
    hiding = _Hiding(None if found is None else LiveRedaction(found, fixed=fixed), 1.0 / looks_per_second)
    with LivePictures(url, widest_px=widest_px) as pictures:
        ended = False
        while not ended and not stop.is_set():
            taken = pictures.take(min(PATIENCE_S, hiding.rest_s()))
            ended = taken is None
            for picture, boxes in hiding.ready(taken or [], ended=ended):
                shown.put(picture, boxes)


class _Hiding:
    """Holds pictures back until it is known what to hide in them."""

    def __init__(self, redaction: LiveRedaction | None, period_s: float) -> None:
        self._redaction, self._period_s = redaction, period_s
        self._held: list[LivePicture] = []
        self._due_s = float("-inf")
        self._trouble = ""

    def rest_s(self) -> float:
        """How long nothing has to be done unless another picture comes."""
        return max(0.0, self._due_s - time.monotonic()) if self._held else PATIENCE_S

    def ready(self, taken: list[LivePicture], *, ended: bool) -> list[tuple[LivePicture, list[Box] | None]]:
        """The pictures that may be shown, in order, with what to hide in each; None: all of it. `ended`: none follows."""
        redaction = self._redaction
        if redaction is None:
            return [(picture, None) for picture in taken]
        for picture in taken:
            redaction.see(planes_of(picture.frame)[0], picture.time_s)
        self._held = [*self._held, *taken][-HELD_AT_MOST:]
        if not self._held:
            return []
        newest = self._held[-1]
        searched = True
        if redaction.needs_look(newest.time_s):
            if time.monotonic() < self._due_s and not ended:
                return []
            self._due_s = time.monotonic() + self._period_s
            searched = self._look(redaction, newest)
        held, self._held = self._held, []
        return [(picture, redaction.boxes_at(picture.time_s) if searched else None) for picture in held]

    def _look(self, redaction: LiveRedaction, picture: LivePicture) -> bool:
        try:
            redaction.look(Frame("live", picture.ticks, picture.time_s, picture.frame.to_ndarray(format="bgr24"), picture.captured_at))
        except Exception as error:  # a detector that breaks must not show anybody
            if self._trouble != str(error):
                logger.exception("a live picture could not be searched")
            self._trouble = str(error)
            return False
        return True


class _Shown:
    """Codes the pictures and hands them on."""

    def __init__(self, sink: SourceSink) -> None:
        self._sink = sink
        self._coder = LiveCoder(None, thread_count=1)
        self._nals = NalReader(None)
        self._announced: tuple[ParameterSets, int, int] | None = None

    def put(self, picture: LivePicture, boxes: list[Box] | None) -> None:
        frame = picture.frame if boxes == [] else hidden_frame(picture.frame, boxes)
        for packet in self._coder.packets(frame, picture.ticks):
            units = self._nals.units(bytes(packet))
            data = sample_of(units)
            if self._nals.parameter_sets is None or not data:
                continue
            form = (self._nals.parameter_sets, frame.width, frame.height)
            keyframe = any(unit[0] & 31 == IDR for unit in units)
            if keyframe and form != self._announced:
                self._announced = form
                self._sink.on_format(TrackFormat(frame.width, frame.height, self._nals.parameter_sets))
            self._sink.on_sample(Sample(data, keyframe, picture.duration, 0, picture.captured_at, picture.arrived_s))


def hidden_frame(frame: av.VideoFrame, boxes: list[Box] | None) -> av.VideoFrame:
    """A copy with the boxes hidden, or all of it: the decoder goes on from the original."""
    copy = frame.to_ndarray(format="yuv420p")
    planes = _split(copy, frame.width, frame.height)
    if boxes is None:
        veil_planes(planes)
    else:
        hide_planes(planes, boxes)
    return av.VideoFrame.from_ndarray(copy, format="yuv420p")


def _split(picture: NDArray[np.uint8], width: int, height: int) -> Planes:
    """The three planes of a packed YUV 4:2:0 picture, without a copy."""
    flat, luma = picture.reshape(-1), width * height
    chroma = luma // 4
    shape = (height // 2, width // 2)
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + chroma].reshape(shape),
        flat[luma + chroma : luma + 2 * chroma].reshape(shape),
    )


def planes_of(frame: av.VideoFrame) -> tuple[NDArray[np.uint8], ...]:
    """Views of the planes of a frame, padding left out. Not to be written to."""
    return tuple(np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width] for plane in frame.planes)
