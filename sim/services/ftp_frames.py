"""MAVLink FTP payloads: a request as read from 251 bytes, and the reply to it. Source: MAVLink FTP protocol."""

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

from sim.services.files import FileError, FileFault

DATA_BYTES = 239
PAYLOAD_BYTES = 251
_HEADER = struct.Struct("<HBBBBBxI")


class Op(IntEnum):
    NONE = 0
    TERMINATE_SESSION = 1
    RESET_SESSIONS = 2
    LIST_DIRECTORY = 3
    OPEN_FILE_RO = 4
    READ_FILE = 5
    CREATE_FILE = 6
    WRITE_FILE = 7
    REMOVE_FILE = 8
    CREATE_DIRECTORY = 9
    REMOVE_DIRECTORY = 10
    OPEN_FILE_WO = 11
    TRUNCATE_FILE = 12
    RENAME = 13
    CALC_FILE_CRC32 = 14
    BURST_READ_FILE = 15
    ACK = 128
    NAK = 129


Address = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Request:
    sender: Address
    sequence: int
    session: int
    op: int
    size: int
    offset: int
    data: bytes

    @property
    def path(self) -> str:
        if not self.data:
            raise FileError(FileFault.INVALID_DATA_SIZE)
        return self.data.split(b"\0", 1)[0].decode("utf-8", "replace")

    @property
    def read_bytes(self) -> int:
        return min(self.size or DATA_BYTES, DATA_BYTES)


def read_request(payload: bytes, sender: Address) -> Request:
    """A payload of at most 251 bytes; what is missing counts as zeros."""
    payload = payload.ljust(PAYLOAD_BYTES, b"\0")
    sequence, session, op, size, _, _, offset = _HEADER.unpack_from(payload)
    return Request(sender, sequence, session, op, size, offset, payload[_HEADER.size : _HEADER.size + min(size, DATA_BYTES)])


def reply_to(
    request: Request, op: Op, data: bytes, *, sequence: int | None = None, offset: int | None = None, burst_complete: bool = False
) -> bytes:
    """The 251 bytes of ACK or NAK; a burst's replies have their own sequence and offset."""
    number = (request.sequence + 1 if sequence is None else sequence) & 0xFFFF
    place = request.offset if offset is None else offset
    return (_HEADER.pack(number, request.session, op, len(data), request.op, burst_complete, place) + data).ljust(PAYLOAD_BYTES, b"\0")


def crc32(data: bytes) -> int:
    """ArduPilot's and PX4's: the usual polynomial, begun at 0 and not inverted."""
    return ~zlib.crc32(data, 0xFFFFFFFF) & 0xFFFFFFFF
