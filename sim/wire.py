"""MAVLink 2 bytes to messages and back, for one vehicle."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

AUTOPILOT = mavlink.MAV_COMP_ID_AUTOPILOT1


def sent_by(component_id: int, message: Any) -> Any:
    """The message, marked as one of another component of the vehicle (a camera, a gimbal); unmarked ones are the autopilot's."""
    message.get_header().srcComponent = component_id
    return message


class WireSender:
    """Packs a vehicle's messages. One 8-bit sequence per component, so that a station can count what was lost."""

    def __init__(self, system_id: int) -> None:
        self._system_id = system_id
        self._codecs: dict[int, Any] = {}

    def pack(self, message: Any) -> bytes:
        component_id = message.get_srcComponent() or AUTOPILOT
        codec = self._codecs.get(component_id)
        if codec is None:
            codec = self._codecs[component_id] = mavlink.MAVLink(None, srcSystem=self._system_id, srcComponent=component_id)
        packed = bytes(message.pack(codec))
        codec.seq = (codec.seq + 1) % 256
        return packed


class WireReader:
    """Parses the bytes of one peer; damaged frames are dropped."""

    def __init__(self) -> None:
        self._codec = mavlink.MAVLink(None)
        self._codec.robust_parsing = True

    def read(self, data: bytes) -> list[Any]:
        found = self._codec.parse_buffer(data) or []
        return [message for message in found if message.get_type() != "BAD_DATA" and not message.get_type().startswith("UNKNOWN")]
