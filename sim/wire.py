"""MAVLink 2 bytes to messages and back, for one vehicle."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

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


class WireReader:
    """Parses the bytes of one peer; damaged frames are dropped."""

    def __init__(self) -> None:
        self._codec = mavlink.MAVLink(None)
        self._codec.robust_parsing = True

    def read(self, data: bytes) -> list[Any]:
        found = self._codec.parse_buffer(data) or []
        return [message for message in found if message.get_type() != "BAD_DATA" and not message.get_type().startswith("UNKNOWN")]
