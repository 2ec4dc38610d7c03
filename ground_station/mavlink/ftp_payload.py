"""One FILE_TRANSFER_PROTOCOL payload. Source: MAVLink "File Transfer Protocol (FTP)"."""

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.exchange import Address

DATA_BYTES = 239
PAYLOAD_BYTES = 251
_HEADER = struct.Struct("<HBBBBBBI")  # sequence, session, opcode, size, request opcode, burst complete, padding, offset


class Opcode(IntEnum):
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
    LIST_DIRECTORY_WITH_TIME = 16
    ACK = 128
    NAK = 129


class Fault(IntEnum):
    """First byte of a NAK's data."""

    FAIL = 1
    FAIL_ERRNO = 2
    INVALID_DATA_SIZE = 3
    INVALID_SESSION = 4
    NO_SESSIONS_AVAILABLE = 5
    EOF = 6
    UNKNOWN_COMMAND = 7
    FILE_EXISTS = 8
    FILE_PROTECTED = 9
    FILE_NOT_FOUND = 10


_WORDS = {
    Fault.FAIL: "the vehicle could not do it",
    Fault.FAIL_ERRNO: "the vehicle's file system reports an error",
    Fault.INVALID_DATA_SIZE: "the vehicle does not like the size of the request",
    Fault.INVALID_SESSION: "the session is not open any more",
    Fault.NO_SESSIONS_AVAILABLE: "all file sessions of the vehicle are taken",
    Fault.EOF: "the end was reached",
    Fault.UNKNOWN_COMMAND: "the vehicle does not know this request",
    Fault.FILE_EXISTS: "the file exists already",
    Fault.FILE_PROTECTED: "the file is protected",
    Fault.FILE_NOT_FOUND: "there is no such file",
}


@dataclass(frozen=True, slots=True)
class FtpPayload:
    """`request` is the opcode answered by an ACK or NAK. `size` is of the data, or what a read asks for."""

    sequence: int
    opcode: int
    session: int = 0
    size: int = 0
    request: int = 0
    burst_complete: bool = False
    offset: int = 0
    data: bytes = b""

    def to_message(self, target: Address) -> WireMessage:
        head = _HEADER.pack(
            self.sequence, self.session, self.opcode, self.size or len(self.data), self.request, int(self.burst_complete), 0, self.offset
        )
        payload = (head + self.data).ljust(PAYLOAD_BYTES, b"\0")
        message: WireMessage = mavlink.MAVLink_file_transfer_protocol_message(0, target.system_id, target.component_id, list(payload))
        return message

    @classmethod
    def from_message(cls, message: WireMessage) -> "FtpPayload":
        raw = bytes(message.payload)
        sequence, session, opcode, size, request, burst_complete, _, offset = _HEADER.unpack_from(raw)
        return cls(sequence, opcode, session, size, request, bool(burst_complete), offset, raw[_HEADER.size : _HEADER.size + size])

    @property
    def fault(self) -> int | None:
        """Of a NAK: what went wrong."""
        if self.opcode != Opcode.NAK:
            return None
        return self.data[0] if self.data else int(Fault.FAIL)

    @property
    def fault_words(self) -> str:
        fault = self.fault
        if fault == Fault.FAIL_ERRNO and len(self.data) > 1:
            return f"{_WORDS[Fault.FAIL_ERRNO]} (errno {self.data[1]})"
        return _WORDS.get(Fault(fault), "") if fault in list(Fault) else f"error {fault}"


def file_crc32(data: bytes, crc: int = 0) -> int:
    """CRC-32 of FTP: the usual polynomial without the inversions; begin with 0 and pass the last one on."""
    return zlib.crc32(data, crc ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
