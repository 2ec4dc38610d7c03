"""MAVLink 2 bytes to messages and back, for one vehicle."""

import struct
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink
from pymavlink.generator.mavcrc import x25crc

from sim.dialect import RECEIVED, read_payload

MARKER_V2 = 0xFD
HEADER_BYTES = 10
SIGNATURE_BYTES = 13
AUTOPILOT = mavlink.MAV_COMP_ID_AUTOPILOT1


def sent_by(component_id: int, message: Any) -> Any:
    """The message, marked as one of another component of the vehicle (a camera, a gimbal); unmarked ones are the autopilot's."""
    message.get_header().srcComponent = component_id
    return message


class WireSender:
    """Packs a vehicle's messages. Each component counts its own 8-bit sequence, so that a station can tell what was lost."""

    def __init__(self, system_id: int) -> None:
        self._system_id = system_id
        self._codecs: dict[int, mavlink.MAVLink] = {}

    def pack(self, message: Any) -> bytes:
        """One frame, in the name of the component the message is marked with."""
        codec = self._codec_of(message.get_srcComponent() or AUTOPILOT)
        packed = bytes(message.pack(codec))
        codec.seq = (codec.seq + 1) % 256
        return packed

    def _codec_of(self, component_id: int) -> mavlink.MAVLink:
        if component_id not in self._codecs:
            self._codecs[component_id] = mavlink.MAVLink(None, srcSystem=self._system_id, srcComponent=component_id)
        return self._codecs[component_id]


class _Decoder(mavlink.MAVLink):  # type: ignore[misc]
    """pymavlink's parser, which also reads the messages and fields that are younger than its dialect."""

    def decode(self, msgbuf: bytearray) -> Any:
        if msgbuf[0] != MARKER_V2:
            return super().decode(msgbuf)
        number = msgbuf[7] | msgbuf[8] << 8 | msgbuf[9] << 16
        younger = RECEIVED.get(number)
        if younger is None:
            return super().decode(msgbuf)
        if number in mavlink.mavlink_map:
            known = super().decode(msgbuf)
            header, signed = known.get_header(), known.get_signed()
        else:
            header, signed = self._checked_header(msgbuf, younger.crc_extra)
        message = read_payload(younger, bytes(msgbuf[HEADER_BYTES : HEADER_BYTES + header.mlen]))
        message._header, message._signed, message._msgbuf = header, signed, msgbuf
        return message

    def _checked_header(self, frame: bytearray, crc_extra: int) -> tuple[Any, bool]:
        """What `decode` does for messages it knows: length, CRC, signature. Raises `MAVError`."""
        _, length, incompatible, compatible, sequence, system, component, *number = struct.unpack("<BBBBBBBHB", frame[:HEADER_BYTES])
        end = HEADER_BYTES + length
        signature = SIGNATURE_BYTES if incompatible & mavlink.MAVLINK_IFLAG_SIGNED else 0
        if len(frame) != end + 2 + signature:
            raise mavlink.MAVError("invalid MAVLink message length")
        crc = x25crc(frame[1:end])
        crc.accumulate([crc_extra])
        if crc.crc != frame[end] | frame[end + 1] << 8:
            raise mavlink.MAVError("invalid MAVLink CRC")
        signed = False
        if self.signing.secret_key is not None:
            signed = bool(signature) and self.check_signature(frame, system, component)
            if not signed:
                raise mavlink.MAVError("Invalid signature")
        identity = number[0] | number[1] << 16
        return mavlink.MAVLink_header(identity, incompatible, compatible, length, sequence, system, component), signed


class WireReader:
    """Parses the bytes of one peer; damaged frames are dropped."""

    def __init__(self) -> None:
        self._codec = _Decoder(None)
        self._codec.robust_parsing = True

    def read(self, data: bytes) -> list[Any]:
        found = self._codec.parse_buffer(data) or []
        return [message for message in found if message.get_type() != "BAD_DATA" and not message.get_type().startswith("UNKNOWN")]
