"""Writing pictures to an MP4 file."""

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError
from ground_station.video.pictures import fitted

CLOCK_HZ = 90_000


FOR_FILES = ({"movflags": "faststart"}, {"preset": "veryfast", "crf": "23"})
# A browser's media source takes fragments, and pictures in the order they are shown.
FOR_BROWSERS = (
    {"movflags": "frag_keyframe+empty_moov+default_base_moof"},
    {"preset": "superfast", "crf": "25", "bf": "0", "g": "50", "profile": "main"},
)


class VideoWriter:
    """H.264 in MP4; pictures keep their own times. A context manager; the file is whole once it has been left.

    `fragmented` makes files a browser can take piece by piece.
    """

    def __init__(self, path: Path, frames_per_second: float, *, fragmented: bool = False) -> None:
        self._path = path
        self._rate = Fraction(frames_per_second).limit_denominator(1001)
        self._stream: Any = None
        self._last_pts = -1
        self._size_px: tuple[int, int] | None = None
        layout, self._coding = FOR_BROWSERS if fragmented else FOR_FILES
        try:
            self._container: Any = av.open(str(path), "w", format="mp4", options=dict(layout))
        except av.error.FFmpegError as error:
            raise _not_written(path, error) from error

    def __enter__(self) -> "VideoWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if self._stream is not None:
                for packet in self._stream.encode():
                    self._container.mux(packet)
        finally:
            self._container.close()

    def write(self, image: NDArray[np.uint8], time_s: float) -> None:
        """Append a picture, (height, width, 3) blue green red; later ones are fitted to the first. Odd sizes lose a row or column."""
        if self._size_px is None:
            self._size_px = (image.shape[1], image.shape[0])
        elif (image.shape[1], image.shape[0]) != self._size_px:
            image = fitted(image, self._size_px)
        height, width = image.shape[0] // 2 * 2, image.shape[1] // 2 * 2
        if self._stream is None:
            self._stream = self._container.add_stream("libx264", rate=self._rate, options=dict(self._coding))
            self._stream.width, self._stream.height, self._stream.pix_fmt = width, height, "yuv420p"
            self._stream.codec_context.time_base = Fraction(1, CLOCK_HZ)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(image[:height, :width]), format="bgr24")
        frame.pts = self._last_pts = max(round(time_s * CLOCK_HZ), self._last_pts + 1)
        frame.time_base = Fraction(1, CLOCK_HZ)
        try:
            for packet in self._stream.encode(frame):
                self._container.mux(packet)
        except av.error.FFmpegError as error:
            raise _not_written(self._path, error) from error


def _not_written(path: Path, error: Exception) -> VisionError:
    reason = str(getattr(error, "strerror", None) or error).lower()
    return VisionError(
        f"The video '{path}' cannot be written ({reason}).", code="vision.video_not_written", hint="Check the folder and the free space."
    )
