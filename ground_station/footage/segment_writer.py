"""One segment file: packets copied as they came, never decoded.

Fragmented MP4, written through at every packet: a process that is killed leaves a file that plays to its last half second. Codecs that MP4
does not hold go into Matroska, which survives a cut as well.
"""

import hashlib
import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import av

from geo.primitives import VisionError
from ground_station.footage.shelf import segment_path

IN_MP4 = frozenset({"h264", "hevc", "av1", "mpeg4", "mjpeg", "vp9"})
_MP4 = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "500000", "flush_packets": "1"}
_MATROSKA = {"cluster_time_limit": "1000", "flush_packets": "1"}
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class SegmentNews:
    """A segment begun (no end yet) or finished. `path` is below the folder of footage; `stamped`: its instants are the camera's own."""

    source_id: str
    path: str
    started_at: datetime
    codec: str
    width_px: int
    height_px: int
    stamped: bool
    size_bytes: int = 0
    ended_at: datetime | None = None
    sha256: str | None = None


class SegmentWriter:
    """Takes packets of one stream from a keyframe on. Raises: `VisionError` with code `footage.not_written` when the disk refuses."""

    def __init__(self, folder: Path, source_id: str, stream: Any, started_at: datetime, *, stamped: bool) -> None:
        codec = stream.codec_context.name
        mp4 = codec in IN_MP4
        relative = segment_path(source_id, started_at, ".mp4" if mp4 else ".mkv")
        self.news = SegmentNews(
            source_id, relative, started_at, codec, stream.codec_context.width or 0, stream.codec_context.height or 0, stamped
        )
        self._path = folder / relative
        self._first_dts: int | None = None
        self._last_dts: int | None = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._container: Any = av.open(
                str(self._path), "w", format="mp4" if mp4 else "matroska", options=dict(_MP4 if mp4 else _MATROSKA)
            )
            self._stream = self._container.add_stream_from_template(stream)
        except (OSError, av.error.FFmpegError) as error:
            raise self._refused(error) from error

    def add(self, packet: Any) -> None:
        """Append a packet; its times are counted from the first one. The packet is changed."""
        dts = packet.dts if packet.dts is not None else packet.pts
        pts = packet.pts if packet.pts is not None else dts
        if self._first_dts is None:
            self._first_dts = dts
        dts, pts = dts - self._first_dts, pts - self._first_dts
        if self._last_dts is not None and dts <= self._last_dts:  # containers want decoding times that grow; cameras stutter
            dts = self._last_dts + 1
        self._last_dts = dts
        packet.dts, packet.pts, packet.stream = dts, max(pts, dts), self._stream
        try:
            self._container.mux(packet)
        except (OSError, av.error.FFmpegError) as error:
            raise self._refused(error) from error

    def close(self, started_at: datetime, ended_at: datetime) -> SegmentNews:
        """The file is whole and on the disk. Returns what the index should know."""
        try:
            self._container.close()
            size_bytes, digest = fingerprint(self._path, sync=True)
        except (OSError, av.error.FFmpegError) as error:
            raise self._refused(error) from error
        ended_at = max(ended_at, started_at + timedelta(milliseconds=1))
        return replace(self.news, started_at=started_at, ended_at=ended_at, size_bytes=size_bytes, sha256=digest)

    def _refused(self, error: Exception) -> VisionError:
        reason = str(getattr(error, "strerror", None) or error).lower()
        return VisionError(
            f"The recording of '{self.news.source_id}' cannot be written ({reason}).",
            code="footage.not_written",
            hint="Make room on the disk of the data folder, or lower SUNQAR_FOOTAGE__BUDGET_GB.",
        )


def fingerprint(path: Path, *, sync: bool = False) -> tuple[int, str]:
    """Size in bytes and SHA-256 of a file. `sync`: not before the disk has it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        if sync:
            os.fsync(file.fileno())
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
        return file.tell(), digest.hexdigest()
