"""The stretch of film a case needs, cut at a keyframe and copied packet by packet: nothing is decoded and nothing made anew."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from geo.primitives import VisionError
from ground_station.footage.segment_writer import IN_MP4
from ground_station.video.address import parse_address


@dataclass(frozen=True, slots=True)
class FilmPiece:
    """A recorded file; its first picture is at `begins_s` of the film's timeline."""

    path: Path
    begins_s: float = 0.0


@dataclass(frozen=True, slots=True)
class CopiedClip:
    """What was copied. Times are of the film's timeline; `first_pts` is the first picture's in the file it came from."""

    path: Path
    begins_s: float
    ends_s: float
    packets: int
    packets_sha256: str
    codec: str
    size_px: tuple[int, int]
    time_base: Fraction
    first_pts: int
    pieces: tuple[FilmPiece, ...]

    def pts_at(self, time_s: float) -> int:
        return self.first_pts + round((time_s - self.begins_s) / self.time_base)


def copied_clip(pieces: Sequence[FilmPiece], start_s: float, end_s: float, folder: Path) -> CopiedClip:
    """Copy from the last keyframe at or before `start_s` (the first there is, if none) to `end_s` into a new file in `folder`.

    Raises: `VisionError` when nothing lies there, a file cannot be read, or the camera was set to another form within the stretch.
    """
    try:
        return _Copy(folder).run(pieces, start_s, end_s)
    except (av.error.FFmpegError, OSError, IndexError) as error:
        raise VisionError(
            f"The film cannot be copied ({str(error).lower()}).", code="evidence.film", hint="Check that the film is still there and whole."
        ) from error


class _Copy:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._target: Any = None
        self._stream: Any = None
        self._form: tuple[str, int, int] | None = None
        self._digest, self._count = hashlib.sha256(), 0
        self._begins_s = self._ends_s = 0.0
        self._first: tuple[int, Fraction] | None = None
        self._last_dts: int | None = None
        self._used: list[FilmPiece] = []

    def run(self, pieces: Sequence[FilmPiece], start_s: float, end_s: float) -> CopiedClip:
        waiting: list[tuple[float, Any, FilmPiece, int]] = []
        path = self._folder / "original.mp4"
        try:
            for piece in pieces:
                with av.open(str(piece.path)) as source:
                    stream = source.streams.video[0]
                    path = self._folder / f"original{'.mp4' if stream.codec_context.name in IN_MP4 else '.mkv'}"
                    for time_s, packet, zero in _timed(source, stream, piece):
                        if packet.is_keyframe and time_s <= start_s:
                            waiting = []  # a better place to begin
                        waiting.append((time_s, packet, piece, zero))
                        if time_s < start_s:
                            continue
                        if float(packet.dts * packet.time_base) - float(zero * packet.time_base) + piece.begins_s > end_s:
                            return self._finished(path)
                        self._write(waiting, stream, path)
                        waiting = []
                    waiting = []  # the stretch begins after this file
            return self._finished(path)
        finally:
            if self._target is not None:
                self._target.close()

    def _write(self, waiting: list[tuple[float, Any, FilmPiece, int]], stream: Any, path: Path) -> None:
        for time_s, packet, piece, zero in waiting:
            context = stream.codec_context
            form = (context.name, context.width or 0, context.height or 0)
            if self._target is None:
                self._form, self._begins_s, self._first = form, time_s, (packet.pts, packet.time_base)
                self._target = av.open(str(path), "w", options={"fflags": "+bitexact"})
                self._stream = self._target.add_stream_from_template(stream)
            elif form != self._form:
                raise VisionError(
                    "The camera was set to another codec or size within the stretch; originals are not mixed.",
                    code="evidence.mixed",
                    hint="Make the package with people and plates hidden from one recording.",
                )
            if piece not in self._used:
                self._used.append(piece)
            content = bytes(packet)
            self._digest.update(content)
            self._count += 1
            shift = round((piece.begins_s - self._begins_s) / packet.time_base) - zero
            packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
            if self._last_dts is not None and packet.dts <= self._last_dts:  # two recordings that overlap by a packet
                packet.dts = self._last_dts + 1
                packet.pts = max(packet.pts, packet.dts)
            self._last_dts = packet.dts
            self._ends_s = max(self._ends_s, time_s + float((packet.duration or 0) * packet.time_base))
            packet.stream = self._stream
            self._target.mux(packet)

    def _finished(self, path: Path) -> CopiedClip:
        if self._target is None or self._form is None or self._first is None:
            raise VisionError(
                "No picture of the film lies where it happened.", code="evidence.no_film", hint="The recording may be older or newer."
            )
        self._target.close()
        self._target = None
        codec, width, height = self._form
        first_pts, time_base = self._first
        return CopiedClip(
            path,
            self._begins_s,
            self._ends_s,
            self._count,
            self._digest.hexdigest(),
            codec,
            (width, height),
            time_base,
            first_pts,
            tuple(self._used),
        )


def _timed(source: Any, stream: Any, piece: FilmPiece) -> Iterator[tuple[float, Any, int]]:
    """Packets from the first keyframe on, with their time on the film's timeline, and the time stamp that stands for its beginning."""
    zero: int | None = None
    for packet in source.demux(stream):
        if not packet.size or packet.pts is None or packet.dts is None or packet.time_base is None:
            continue
        if zero is None:
            if not packet.is_keyframe:
                continue
            zero = packet.pts
        yield piece.begins_s + float((packet.pts - zero) * packet.time_base), packet, zero


def film_file(source: str) -> Path:
    """The file behind a source that evidence is to be taken from. Raises: `VisionError` for live ones and folders."""
    path = Path(source)
    if parse_address(source).live or not path.is_file():
        raise VisionError(
            f"'{parse_address(source).shown}' is no film in a file, so no clip can be copied from it.",
            code="evidence.not_a_file",
            hint="Record it first, or leave --evidence-dir out: live sources get their evidence from the station's recordings.",
        )
    return path
