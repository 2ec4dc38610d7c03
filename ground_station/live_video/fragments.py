"""Fragmented MP4: the init segment and one fragment per picture. Layout: ISO/IEC 14496-12 (boxes), 14496-15 (avc1).

Written here rather than by a muxer because a muxer holds each picture until the next one tells its duration:
one frame of latency (100 ms at 10 fps), and every viewer would share one time line.
"""

import struct
from dataclasses import dataclass
from datetime import datetime

from ground_station.live_video.h264 import ParameterSets

TIMESCALE = 90_000  # ticks per second: MPEG's own clock, exact for the usual frame rates
CATCH_UP_TICKS = 90  # a late joiner runs through the pictures since the last keyframe at 1 ms each
LONGEST_FRAME_TICKS = TIMESCALE  # a stall is not a long frame: else the viewer would wait it out again
_SYNC_SAMPLE, _NON_SYNC_SAMPLE = 0x02000000, 0x01010000
_IDENTITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(frozen=True, slots=True)
class TrackFormat:
    """What the init segment says."""

    width_px: int
    height_px: int
    parameter_sets: ParameterSets

    @property
    def mime(self) -> str:
        return f'video/mp4; codecs="{self.parameter_sets.codec}"'


@dataclass(frozen=True, slots=True)
class Sample:
    """One coded picture. Times in ticks of `TIMESCALE`; `duration` is the step from the picture before it."""

    data: bytes
    keyframe: bool
    duration: int
    composition_offset: int
    captured_at: datetime | None
    arrived_s: float  # monotonic


def box(kind: bytes, *parts: bytes) -> bytes:
    size = 8 + sum(len(part) for part in parts)
    return struct.pack(">I4s", size, kind) + b"".join(parts)


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def init_segment(track: TrackFormat) -> bytes:
    """ftyp + moov for one video track with id 1."""
    avc1 = box(
        b"avc1",
        struct.pack(">6xH16xHHII4xH32xHh", 1, track.width_px, track.height_px, 0x480000, 0x480000, 1, 24, -1),
        box(b"avcC", track.parameter_sets.avcc()),
    )
    stbl = box(
        b"stbl",
        full_box(b"stsd", 0, 0, struct.pack(">I", 1), avc1),
        full_box(b"stts", 0, 0, bytes(4)),
        full_box(b"stsc", 0, 0, bytes(4)),
        full_box(b"stsz", 0, 0, bytes(8)),
        full_box(b"stco", 0, 0, bytes(4)),
    )
    dinf = box(b"dinf", full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1)))
    mdia = box(
        b"mdia",
        full_box(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, TIMESCALE, 0, 0x55C4, 0)),
        full_box(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, b"vide"), b"video\x00"),
        box(b"minf", full_box(b"vmhd", 0, 1, bytes(8)), dinf, stbl),
    )
    tkhd = struct.pack(">IIIII8xHHHH", 0, 0, 1, 0, 0, 0, 0, 0, 0) + _IDENTITY
    trak = box(b"trak", full_box(b"tkhd", 0, 3, tkhd, struct.pack(">II", track.width_px << 16, track.height_px << 16)), mdia)
    mvhd = struct.pack(">IIIIIH10x", 0, 0, TIMESCALE, 0, 0x10000, 0x100) + _IDENTITY + bytes(24) + struct.pack(">I", 2)
    mvex = box(b"mvex", full_box(b"trex", 0, 0, struct.pack(">IIIII", 1, 1, 0, 0, 0)))
    return box(b"ftyp", b"iso6", bytes(4), b"iso6avc1mp41") + box(b"moov", full_box(b"mvhd", 0, 0, mvhd), trak, mvex)


def media_fragment(sequence: int, decode_time: int, duration: int, sample: Sample) -> bytes:
    """moof + mdat holding one picture."""
    flags = _SYNC_SAMPLE if sample.keyframe else _NON_SYNC_SAMPLE
    tfhd = full_box(b"tfhd", 0, 0x020000, struct.pack(">I", 1))  # default-base-is-moof
    tfdt = full_box(b"tfdt", 1, 0, struct.pack(">Q", decode_time))
    size_of_moof = 8 + 16 + 8 + len(tfhd) + len(tfdt) + 36
    # data offset, sample duration, size, flags and (signed) composition offset are present
    entry = struct.pack(">IiIIIi", 1, size_of_moof + 8, duration, len(sample.data), flags, sample.composition_offset)
    traf = box(b"traf", tfhd, tfdt, full_box(b"trun", 1, 0x000F01, entry))
    moof = box(b"moof", full_box(b"mfhd", 0, 0, struct.pack(">I", sequence)), traf)
    return moof + box(b"mdat", sample.data)


class ViewerTimeline:
    """One viewer's time line: starts at 0 and has no gaps, whatever was skipped before or between.

    Each picture starts where the one before it ended, so a skipped stretch is a cut and never a stall.
    """

    def __init__(self) -> None:
        self._sequence = 0
        self._time = 0

    def fragment(self, sample: Sample, *, catching_up: bool) -> bytes:
        duration = CATCH_UP_TICKS if catching_up else sample.duration
        self._sequence += 1
        fragment = media_fragment(self._sequence, self._time, duration, sample)
        self._time += duration
        return fragment
