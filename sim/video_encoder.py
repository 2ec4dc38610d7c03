"""Pictures to H.264 access units for live viewing, each stamped with its instant. And a video file as an endless supply of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.error import FFmpegError
from numpy.typing import NDArray

from geo.primitives import SettingsError
from sim.frame_time import stamped
from sim.scenes.model import Compression

KEYFRAME_PERIOD_S = 1.0
QUALITY_CRF = 25
LOOP_MEMORY_BYTES = 64 * 1024 * 1024
WIDEST_PX = 960
FASTEST_FPS = 25.0


class H264Encoder:
    """libx264 tuned for latency: baseline, no reordering, a keyframe each second with its parameter sets."""

    def __init__(self, width_px: int, height_px: int, fps: float, quality: Compression | None = None) -> None:
        """Sizes are even. Raises ValueError otherwise."""
        if width_px % 2 or height_px % 2:
            raise ValueError(f"picture size {width_px}x{height_px} is not even")
        rate = Fraction(fps).limit_denominator(1001)
        codec = av.CodecContext.create("libx264", "w")
        codec.width, codec.height = width_px, height_px
        codec.pix_fmt = "yuv420p"
        codec.framerate, codec.time_base = rate, 1 / rate
        codec.gop_size = max(1, round(fps * KEYFRAME_PERIOD_S))
        codec.thread_count = 1
        codec.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "profile": "baseline",
            "x264-params": f"repeat-headers=1:annexb=1:scenecut=0:sliced-threads=0:threads=1:{_strength(quality)}",
        }
        self._codec = codec
        self._count = 0

    def encode(self, image: NDArray[np.uint8], unix_us: int) -> bytes:
        """(h, w, 3) BGR picture -> one stamped Annex B access unit."""
        frame = av.VideoFrame.from_ndarray(image, format="bgr24").reformat(format="yuv420p")
        return stamped(self.encode_frame(frame), unix_us)

    def encode_frame(self, frame: av.VideoFrame, *, keyframe: bool = False) -> bytes:
        """One access unit without a stamp."""
        frame.pts, frame.time_base = self._count, self._codec.time_base
        frame.pict_type = av.video.frame.PictureType.I if keyframe else av.video.frame.PictureType.NONE
        self._count += 1
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))


def _strength(quality: Compression | None) -> str:
    if quality is not None and quality.bitrate_kbps is not None:
        kbps = quality.bitrate_kbps
        return f"bitrate={kbps}:vbv-maxrate={kbps}:vbv-bufsize={kbps}"
    if quality is not None and quality.qp is not None:
        return f"qp={quality.qp}"
    return f"crf={QUALITY_CRF}"


@dataclass(frozen=True, slots=True)
class VideoFileFacts:
    width_px: int
    height_px: int
    fps: float


class LoopedVideo:
    """A video file, again and again without a gap: each round begins with a keyframe.

    Scaled to at most 960 pixels wide and 25 frames a second. The first round transcodes; a file that fits in `LOOP_MEMORY_BYTES`
    is kept and costs nothing afterwards.
    """

    def __init__(self, path: Path) -> None:
        """Raises `SettingsError` when the file is missing or holds no video."""
        self._path = path
        try:
            with av.open(str(path)) as container:
                if not container.streams.video:
                    raise _unusable(path, "it holds no video")
                stream = container.streams.video[0]
                source_fps = float(stream.average_rate or 25.0)
                self._every = max(1, round(source_fps / FASTEST_FPS))
                width = min(WIDEST_PX, stream.width) // 2 * 2
                height = round(stream.height * width / stream.width) // 2 * 2
        except (FFmpegError, OSError) as error:
            raise _unusable(path, str(error)) from error
        self.facts = VideoFileFacts(width, height, source_fps / self._every)

    def access_units(self) -> Iterator[bytes]:
        """Unstamped access units for ever, one a frame."""
        kept: list[bytes] = []
        size = 0
        encoder = H264Encoder(self.facts.width_px, self.facts.height_px, self.facts.fps)
        while True:
            for unit in self._one_round(encoder):
                if size <= LOOP_MEMORY_BYTES:
                    kept.append(unit)
                    size += len(unit)
                yield unit
            while kept and size <= LOOP_MEMORY_BYTES:
                yield from kept

    def _one_round(self, encoder: H264Encoder) -> Iterator[bytes]:
        with av.open(str(self._path)) as container:
            container.streams.video[0].thread_type = "NONE"
            first = True
            try:
                for index, frame in enumerate(container.decode(video=0)):
                    if index % self._every:
                        continue
                    scaled = frame.reformat(width=self.facts.width_px, height=self.facts.height_px, format="yuv420p")
                    yield encoder.encode_frame(scaled, keyframe=first)
                    first = False
            except FFmpegError as error:
                if first:
                    raise _unusable(self._path, str(error)) from error
            if first:
                raise _unusable(self._path, "no frame of it can be decoded")


def _unusable(path: Path, why: str) -> SettingsError:
    return SettingsError(
        f"Video {path} cannot be used as the simulated fixed camera: {why}.",
        code="sim.video",
        hint="Give a video file FFmpeg can read in SUNQAR_SIM__FIXED_CAMERA_VIDEO, or leave it out for a rendered street.",
    )
