"""Scene frames to a video file or a transport stream: H.264 of the camera's quality, with MISB 0601 beside it in MPEG-TS.

Every frame also carries its instant as MISB ST 0604 time stamp. One encoder thread, no wall time: the same frames give the same bytes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from types import TracebackType

import av
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.frame import PictureType
from av.video.stream import VideoStream

from geo.primitives import LinkError, SettingsError, packed_klv
from sim.frame_time import is_keyframe, stamped
from sim.scenes.klv_of_frame import local_set_of
from sim.scenes.model import CameraPart
from sim.scenes.recording import SceneFrame

FORMATS = {".mp4": "mp4", ".mkv": "matroska", ".ts": "mpegts"}
DEFAULT_QP = 25
KEYFRAME_PERIOD_S = 1.0
TICKS_PER_S = 90_000


class SceneFilm:
    """Write frames with `add`. `target` is a file by suffix, or `udp://HOST:PORT` (a transport stream)."""

    def __init__(self, target: str, part: CameraPart) -> None:
        """Raises `SettingsError` for a suffix that is no video and a picture size that is not even."""
        self._target, self._part = target, part
        self._udp = target.startswith("udp://")
        suffix = os.path.splitext(target)[1].lower()
        if not self._udp and suffix not in FORMATS:
            raise SettingsError(
                f"'{target}' is no video file.", code="sim.video_out", hint=f"End it with {', '.join(FORMATS)}, or give udp://HOST:PORT."
            )
        if part.size_px[0] % 2 or part.size_px[1] % 2:
            raise SettingsError(
                f"Camera '{part.name}' has an odd picture size {part.size_px[0]}x{part.size_px[1]}.", code="sim.scene", hint="Make it even."
            )
        self._format = "mpegts" if self._udp else FORMATS[suffix]

    def __enter__(self) -> "SceneFilm":
        """Raises `SettingsError` when the file cannot be made."""
        target = f"{self._target}?pkt_size=1316" if self._udp and "?" not in self._target else self._target
        # Without bitexact the muxer writes its version and the date.
        options = {"fflags": "+bitexact", "flush_packets": "1"}
        try:
            self._container = av.open(target, "w", format=self._format, options=options)
        except (FFmpegError, OSError) as error:
            raise SettingsError(f"'{self._target}' cannot be written: {error}.", code="sim.video_out", hint="Check the path.") from error
        self._video = _video_stream(self._container, self._part)
        self._klv = self._container.add_data_stream("klv") if self._format == "mpegts" else None
        if self._klv is not None:
            self._klv.time_base = Fraction(1, TICKS_PER_S)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._container.close()

    def add(self, frame: SceneFrame) -> None:
        """Raises `LinkError` when the receiver of a stream refuses it."""
        with self._told():
            for packet in self._packets(frame):
                self._container.mux(packet)

    def _packets(self, frame: SceneFrame) -> Iterator[av.Packet]:
        picture = av.VideoFrame.from_ndarray(frame.image, format="bgr24").reformat(format="yuv420p")
        picture.pts, picture.time_base = frame.truth.frame, 1 / _rate(self._part)
        keyframe = frame.truth.frame % max(1, round(self._part.fps * KEYFRAME_PERIOD_S)) == 0
        picture.pict_type = PictureType.I if keyframe else PictureType.NONE
        unit = stamped(b"".join(bytes(packet) for packet in self._video.encode(picture)), frame.truth.unix_us)
        ticks = round(frame.truth.frame * TICKS_PER_S / self._part.fps)
        video = av.Packet(unit)
        video.stream, video.time_base = self._video, Fraction(1, TICKS_PER_S)
        video.pts = video.dts = ticks
        video.duration = round(TICKS_PER_S / self._part.fps)
        video.is_keyframe = is_keyframe(unit)
        yield video
        if self._klv is not None:
            data = av.Packet(packed_klv(local_set_of(frame.truth)))
            data.stream, data.time_base = self._klv, Fraction(1, TICKS_PER_S)
            data.pts = data.dts = ticks
            yield data

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (FFmpegError, OSError) as error:
            if self._udp:
                raise LinkError(f"Video to {self._target} fails: {error}.", code="sim.video_out", hint="Check host and port.") from error
            raise SettingsError(f"'{self._target}' cannot be written: {error}.", code="sim.video_out", hint="Check the disk.") from error


def _rate(part: CameraPart) -> Fraction:
    return Fraction(part.fps).limit_denominator(1001)


def _video_stream(container: OutputContainer, part: CameraPart) -> VideoStream:
    stream = container.add_stream("libx264", rate=_rate(part))
    stream.width, stream.height = part.size_px
    stream.pix_fmt = "yuv420p"
    codec = stream.codec_context
    codec.time_base = 1 / _rate(part)
    codec.gop_size = max(1, round(part.fps * KEYFRAME_PERIOD_S))
    codec.thread_count = 1
    quality = part.compression
    if quality.bitrate_kbps is not None:
        kbps = quality.bitrate_kbps
        strength = f":bitrate={kbps}:vbv-maxrate={kbps}:vbv-bufsize={kbps}"
        codec.bit_rate = kbps * 1000
    else:
        strength = f":qp={quality.qp or DEFAULT_QP}"
    # One thread and no reordering: the same bytes on every machine, and every packet's instant is its frame's.
    fixed = "repeat-headers=1:annexb=1:scenecut=0:sliced-threads=0:threads=1:lookahead-threads=1:no-info=1"
    stream.options = {"preset": "ultrafast", "tune": "zerolatency", "x264-params": fixed + strength}
    return stream
