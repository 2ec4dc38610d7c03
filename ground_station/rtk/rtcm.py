"""RTCM 3 frames out of a stream, and their way into MAVLink messages. Sources: RTCM 10403, GPS_RTCM_DATA in MAVLink common.xml."""

from collections import Counter

from pyrtcm import calc_crc24q

from ground_station.mavlink import WireMessage, mavlink

PREAMBLE = 0xD3
HEADER, TRAILER = 3, 3
FRAGMENT_BYTES, FRAGMENTS = 180, 4
SEQUENCES = 32


class RtcmSplitter:
    """Frames whose checksum is right. What lies between them, and damaged ones, is skipped; the search goes on behind the preamble."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.damaged = 0
        self.kinds: Counter[int] = Counter()

    def reset(self) -> None:
        """A new connection: half a frame of the old one is worth nothing."""
        self._buffer.clear()

    def split(self, data: bytes) -> list[bytes]:
        self._buffer += data
        frames: list[bytes] = []
        while True:
            start = self._buffer.find(PREAMBLE)
            if start < 0:
                self._buffer.clear()
                return frames
            del self._buffer[:start]
            if len(self._buffer) < HEADER:
                return frames
            if self._buffer[1] & 0xFC:
                del self._buffer[0]  # six reserved bits are zero in a header
                continue
            size = HEADER + ((self._buffer[1] & 3) << 8 | self._buffer[2]) + TRAILER
            if len(self._buffer) < size:
                return frames
            frame = bytes(self._buffer[:size])
            if calc_crc24q(frame):
                self.damaged += 1
                del self._buffer[0]
                continue
            del self._buffer[:size]
            frames.append(frame)
            if size > HEADER + TRAILER + 1:
                self.kinds[frame[3] << 4 | frame[4] >> 4] += 1


def fragments(frame: bytes, sequence: int) -> list[WireMessage]:
    """One frame as GPS_RTCM_DATA; empty for a frame of more than 720 bytes. `sequence` counts frames.

    A receiver takes a fragment that is not full for the last one: a frame that ends with a full one is closed by an empty one.
    """
    if len(frame) > FRAGMENT_BYTES * FRAGMENTS:
        return []
    if len(frame) <= FRAGMENT_BYTES:
        return [_message(0, frame)]
    pieces = [frame[at : at + FRAGMENT_BYTES] for at in range(0, len(frame), FRAGMENT_BYTES)]
    if len(pieces[-1]) == FRAGMENT_BYTES and len(pieces) < FRAGMENTS:
        pieces.append(b"")
    return [_message(1 | number << 1 | sequence % SEQUENCES << 3, piece) for number, piece in enumerate(pieces)]


def _message(flags: int, piece: bytes) -> WireMessage:
    message: WireMessage = mavlink.MAVLink_gps_rtcm_data_message(flags, len(piece), list(piece.ljust(FRAGMENT_BYTES, b"\0")))
    return message
