"""MAVLink 2 bytes to messages and back, for one vehicle."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink


class WireSender:
    """Packs a vehicle's messages. One 8-bit sequence per vehicle, so that a station can count what was lost."""

    def __init__(self, system_id: int) -> None:
        self._codec = mavlink.MAVLink(None, srcSystem=system_id, srcComponent=mavlink.MAV_COMP_ID_AUTOPILOT1)

    def pack(self, message: Any) -> bytes:
        packed = bytes(message.pack(self._codec))
        self._codec.seq = (self._codec.seq + 1) % 256
        return packed


class WireReader:
    """Parses the bytes of one peer; damaged frames are dropped."""

    def __init__(self) -> None:
        self._codec = mavlink.MAVLink(None)
        self._codec.robust_parsing = True

    def read(self, data: bytes) -> list[Any]:
        found = self._codec.parse_buffer(data) or []
        return [message for message in found if message.get_type() != "BAD_DATA" and not message.get_type().startswith("UNKNOWN")]
