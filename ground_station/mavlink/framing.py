"""Frames cut out of bytes by their headers alone, checksums verified, nothing decoded.

A station hears far more messages than it uses. Counting, routing and recording need only the header, so payloads stay bytes
until somebody asks for them (`decoding`). Source: MAVLink guide, "Packet Serialization"; checksum CRC-16/MCRF4XX with CRC_EXTRA.
"""

import struct
from dataclasses import dataclass
from typing import NamedTuple

from ground_station.mavlink.dialect import checksum, mavlink

MARKER_V1, MARKER_V2 = 0xFE, 0xFD
HEADER_V1_BYTES, HEADER_V2_BYTES = 6, 10
CHECKSUM_BYTES, SIGNATURE_BYTES = 2, 13
SIGNED_FLAG = 0x01

_CRC_EXTRA: dict[int, bytes] = {number: bytes([kind.crc_extra]) for number, kind in mavlink.mavlink_map.items()}


def crc_extra(message_id: int) -> bytes:
    """The byte that ties a checksum to the definition of its message. Raises: `KeyError` for a message of another dialect."""
    return _CRC_EXTRA[message_id]


_header_v2 = struct.Struct("<BBBBBBHB").unpack_from
_MARKERS = (MARKER_V1, MARKER_V2)


class Frame(NamedTuple):
    """One whole frame and its header. `verified` is false for messages of another dialect, whose checksum cannot be told."""

    data: bytes
    message_id: int
    system_id: int
    component_id: int
    sequence: int
    payload_start: int
    payload_end: int
    verified: bool
    signed: bool

    @property
    def payload(self) -> bytes:
        """As sent: trailing zeros may have been cut off."""
        return self.data[self.payload_start : self.payload_end]

    @property
    def crc(self) -> int:
        return int.from_bytes(self.data[self.payload_end : self.payload_end + CHECKSUM_BYTES], "little")


@dataclass(slots=True)
class FrameCounts:
    """What became of the bytes of a link."""

    frames: int = 0
    bad_crc: int = 0
    incompatible: int = 0  # frames with a flag that changes them in ways we do not know
    foreign: int = 0  # frames of another dialect
    junk_bytes: int = 0


class FrameSplitter:
    """Bytes of one source to frames. Broken bytes are skipped and counted; a cut frame waits for its rest.

    After a wrong checksum the search goes on one byte further, since the length in a broken header cannot be believed.
    """

    __slots__ = ("_rest", "counts")

    def __init__(self, counts: FrameCounts | None = None) -> None:
        self._rest = b""
        self.counts = counts or FrameCounts()

    def split(self, data: bytes) -> list[Frame]:
        """Frames completed by `data`."""
        if self._rest:
            data, self._rest = self._rest + data, b""
        frames: list[Frame] = []
        at, end = 0, len(data)
        while at < end:
            marker = data[at]
            if marker == MARKER_V2:
                if end - at < HEADER_V2_BYTES + CHECKSUM_BYTES:
                    break
                length, incompatible, _, sequence, system_id, component_id, low, high = _header_v2(data, at + 1)
                start, message_id, signed = at + HEADER_V2_BYTES, low | high << 16, incompatible == SIGNED_FLAG
                if incompatible > SIGNED_FLAG:
                    self.counts.incompatible += 1
                    at = self._next_marker(data, at)
                    continue
            elif marker == MARKER_V1:
                if end - at < HEADER_V1_BYTES + CHECKSUM_BYTES:
                    break
                _, length, sequence, system_id, component_id, message_id = data[at : at + HEADER_V1_BYTES]
                start, signed = at + HEADER_V1_BYTES, False
            else:
                at = self._next_marker(data, at)
                continue
            stop = start + length
            after = stop + CHECKSUM_BYTES + (SIGNATURE_BYTES if signed else 0)
            if after > end:
                break
            extra = _CRC_EXTRA.get(message_id)
            if extra is None:
                # Nothing proves it a frame but what follows it: the end of what came, or another frame.
                if after < end and data[after] not in _MARKERS:
                    at = self._next_marker(data, at)
                    continue
                self.counts.foreign += 1
            elif checksum(data[at + 1 : stop] + extra) != data[stop] | data[stop + 1] << 8:
                self.counts.bad_crc += 1
                at = self._next_marker(data, at)
                continue
            whole = data if at == 0 and after == end else data[at:after]
            frames.append(Frame(whole, message_id, system_id, component_id, sequence, start - at, stop - at, extra is not None, signed))
            at = after
        if at < end:
            self._rest = data[at:] if at else data
        self.counts.frames += len(frames)
        return frames

    def _next_marker(self, data: bytes, at: int) -> int:
        """Where the next frame may begin, after `at`."""
        places = [place for marker in _MARKERS if (place := data.find(marker, at + 1)) >= 0]
        found = min(places, default=len(data))
        self.counts.junk_bytes += found - at
        return found
