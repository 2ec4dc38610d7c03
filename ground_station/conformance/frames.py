"""Frames made by hand, because this suite must be able to make wrong ones. Source: MAVLink guide, "Packet Serialization"."""

from dataclasses import dataclass, replace
from typing import Any

from pymavlink.generator.mavcrc import x25crc

from ground_station.conformance.dialect import EXTRA, ExtraMessage, mavlink

MAGIC_V1, MAGIC_V2 = 0xFE, 0xFD
SIGNED = 0x01
HEADER_BYTES, CHECKSUM_BYTES, SIGNATURE_BYTES = 10, 2, 13


@dataclass(frozen=True, slots=True)
class Frame:
    """The parts of a MAVLink 2 frame before it is put together."""

    message_id: int
    payload: bytes
    crc_extra: int
    sequence: int
    system_id: int
    component_id: int
    incompat: int = 0
    compat: int = 0

    def header(self) -> bytes:
        return bytes(
            (len(self.payload), self.incompat, self.compat, self.sequence, self.system_id, self.component_id)
        ) + self.message_id.to_bytes(3, "little")

    def to_bytes(self, *, checksum_off_by: int = 0) -> bytes:
        body = self.header() + self.payload
        crc = (_checksum(body, self.crc_extra) + checksum_off_by) & 0xFFFF
        return bytes((MAGIC_V2,)) + body + crc.to_bytes(2, "little")

    def to_bytes_v1(self) -> bytes:
        """The same in MAVLink 1, which has one byte of message id and no flags."""
        body = bytes((len(self.payload), self.sequence, self.system_id, self.component_id, self.message_id)) + self.payload
        return bytes((MAGIC_V1,)) + body + _checksum(body, self.crc_extra).to_bytes(2, "little")

    def padded(self, length: int) -> "Frame":
        return replace(self, payload=self.payload.ljust(length, b"\0"))

    def truncated(self) -> "Frame":
        """Zeros at the end cut off; the first byte always stays."""
        return replace(self, payload=self.payload[:1] + self.payload[1:].rstrip(b"\0"))


def _checksum(body: bytes, crc_extra: int) -> int:
    crc = x25crc(body)
    crc.accumulate(bytes((crc_extra,)))
    return int(crc.crc)


def frame_of(message: Any, sequence: int, system_id: int, component_id: int) -> Frame:
    """A pymavlink message taken apart, so that parts of it can be changed."""
    packer = mavlink.MAVLink(None, srcSystem=system_id, srcComponent=component_id)
    packed = bytes(message.pack(packer))
    payload = packed[HEADER_BYTES : HEADER_BYTES + packed[1]]
    return Frame(message.get_msgId(), payload, message.crc_extra, sequence, system_id, component_id)


class Deframer:
    """Bytes of one peer to messages. Only frames whose checksum is right come out; `counted_bad` counts the others."""

    def __init__(self) -> None:
        self._parser = mavlink.MAVLink(None)
        self._parser.robust_parsing = True
        self.counted_bad = 0

    def read(self, data: bytes) -> list[Any]:
        messages: list[Any] = []
        for message in self._parser.parse_buffer(data) or ():
            kind = message.get_type()
            if kind == "BAD_DATA":
                self.counted_bad += 1
            elif kind.startswith("UNKNOWN_"):
                extra = _extra(bytes(message.get_msgbuf()))
                if extra is not None:
                    messages.append(extra)
            else:
                messages.append(message)
        return messages


def _extra(frame: bytes) -> ExtraMessage | None:
    if frame[0] != MAGIC_V2 or len(frame) < HEADER_BYTES + CHECKSUM_BYTES:
        return None
    message_id = int.from_bytes(frame[7:10], "little")
    end = HEADER_BYTES + frame[1]
    if message_id not in EXTRA or _checksum(frame[1:end], EXTRA[message_id][1]) != int.from_bytes(frame[end : end + 2], "little"):
        return None
    return ExtraMessage(frame[5], frame[6], frame, message_id, frame[HEADER_BYTES:end])
