"""MAVLink 2 bytes to messages and back, for one vehicle."""

import struct
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink
from pymavlink.generator.mavcrc import x25crc

from sim.dialect import RECEIVED, read_payload
from sim.signing import SIGNATURE_BYTES, Signing

MARKER_V2 = 0xFD
HEADER_BYTES = 10
AUTOPILOT = mavlink.MAV_COMP_ID_AUTOPILOT1


def sent_by(component_id: int, message: Any) -> Any:
    """The message, marked as one of another component of the vehicle (a camera, a gimbal); unmarked ones are the autopilot's."""
    message.get_header().srcComponent = component_id
    return message


class WireSender:
    """Packs a vehicle's messages. Each component counts its own 8-bit sequence, so that a station can tell what was lost."""

    def __init__(self, system_id: int, signing: Signing | None = None) -> None:
        self._system_id = system_id
        self._signing = signing
        self._codecs: dict[int, mavlink.MAVLink] = {}

    def pack(self, message: Any) -> bytes:
        """One frame, in the name of the component the message is marked with."""
        codec = self._codec_of(message.get_srcComponent() or AUTOPILOT)
        if self._signing is not None and self._signing.active:
            self._signing.tick()
        packed = bytes(message.pack(codec))
        codec.seq = (codec.seq + 1) % 256
        return packed

    def _codec_of(self, component_id: int) -> mavlink.MAVLink:
        if component_id not in self._codecs:
            codec = self._codecs[component_id] = mavlink.MAVLink(None, srcSystem=self._system_id, srcComponent=component_id)
            if self._signing is not None:
                codec.signing = self._signing.state
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
        header = super().decode(msgbuf).get_header() if number in mavlink.mavlink_map else self._checked_header(msgbuf, younger.crc_extra)
        message = read_payload(younger, bytes(msgbuf[HEADER_BYTES : HEADER_BYTES + header.mlen]))
        message._header, message._msgbuf = header, msgbuf
        return message

    def _checked_header(self, frame: bytearray, crc_extra: int) -> Any:
        """What `decode` does for messages it knows: length and CRC. Raises `MAVError`."""
        _, length, incompatible, compatible, sequence, system, component, *number = struct.unpack("<BBBBBBBHB", frame[:HEADER_BYTES])
        end = HEADER_BYTES + length
        signature = SIGNATURE_BYTES if incompatible & mavlink.MAVLINK_IFLAG_SIGNED else 0
        if len(frame) != end + 2 + signature:
            raise mavlink.MAVError("invalid MAVLink message length")
        crc = x25crc(frame[1:end])
        crc.accumulate([crc_extra])
        if crc.crc != frame[end] | frame[end + 1] << 8:
            raise mavlink.MAVError("invalid MAVLink CRC")
        identity = number[0] | number[1] << 16
        return mavlink.MAVLink_header(identity, incompatible, compatible, length, sequence, system, component)


class WireReader:
    """Parses the bytes of one peer; damaged frames are dropped. Signatures are judged by the vehicle, which holds the key."""

    def __init__(self) -> None:
        self._codec = _Decoder(None)
        self._codec.robust_parsing = True

    def read(self, data: bytes) -> list[Any]:
        found = self._codec.parse_buffer(data) or []
        return [message for message in found if message.get_type() != "BAD_DATA" and not message.get_type().startswith("UNKNOWN")]
