"""The frames of a `.tlog`: 8 bytes of big-endian Unix microseconds before each MAVLink frame, versions 1 and 2 mixed.

Source: written so by MAVProxy, Mission Planner and QGroundControl alike. Damage inside a file is stepped over to the next frame that
follows a believable time; a frame torn at the end (a station that was killed) is left out.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

HEADER_BYTES = 8
V1, V2 = 0xFE, 0xFD
V1_OVERHEAD, V2_OVERHEAD, SIGNATURE_BYTES = 8, 12, 13
SIGNED_FLAG = 0x01
EARLIEST_US, LATEST_US = 946_684_800_000_000, 4_102_444_800_000_000  # the years 2000 to 2100


@dataclass(slots=True)
class Damage:
    """What of the file was no frame."""

    skipped_bytes: int = 0
    torn_bytes: int = 0


@dataclass(frozen=True, slots=True)
class TimedFrame:
    at_us: int
    end: int  # offset of the byte after it
    frame: bytes = field(repr=False)

    @property
    def message_id(self) -> int:
        return int.from_bytes(self.frame[7:10], "little") if self.frame[0] == V2 else self.frame[5]

    @property
    def sender(self) -> tuple[int, int]:
        """System and component."""
        return (self.frame[5], self.frame[6]) if self.frame[0] == V2 else (self.frame[3], self.frame[4])


def frame_length(data: bytes | memoryview, start: int) -> int | None:
    """Length of the frame at `start`, or None when none begins there. Wants 3 bytes."""
    if data[start] == V1:
        return V1_OVERHEAD + data[start + 1]
    if data[start] == V2:
        return V2_OVERHEAD + data[start + 1] + (SIGNATURE_BYTES if data[start + 2] & SIGNED_FLAG else 0)
    return None


def timed_frames(data: memoryview, damage: Damage) -> Iterator[TimedFrame]:
    """All frames in order. Checksums are verified by whoever decodes them."""
    at, size = 0, len(data)
    while at + HEADER_BYTES + 3 <= size:
        (time_us,) = struct.unpack_from(">Q", data, at)
        length = frame_length(data, at + HEADER_BYTES) if EARLIEST_US <= time_us < LATEST_US else None
        if length is None:
            at += 1
            damage.skipped_bytes += 1
            continue
        end = at + HEADER_BYTES + length
        if end > size:
            break
        if not _followed_by_a_frame(data, end):
            at += 1
            damage.skipped_bytes += 1
            continue
        yield TimedFrame(time_us, end, bytes(data[at + HEADER_BYTES : end]))
        at = end
    damage.torn_bytes = size - at


def _followed_by_a_frame(data: memoryview, end: int) -> bool:
    """Whether what comes after looks like the next time and frame, or like the end of the file."""
    if end + HEADER_BYTES + 1 > len(data):
        return True
    (next_us,) = struct.unpack_from(">Q", data, end)
    return EARLIEST_US <= next_us < LATEST_US and data[end + HEADER_BYTES] in (V1, V2)
