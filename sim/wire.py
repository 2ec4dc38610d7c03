"""MAVLink 2 bytes to messages and back, for one vehicle."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink


class WireSender:
    """Packs a vehicle's messages. Each component counts its own 8-bit sequence, so that a station can tell what was lost."""

    def __init__(self, system_id: int) -> None:
        self._system_id = system_id
        self._codecs: dict[int, mavlink.MAVLink] = {}
        self._autopilot = self._codec_of(mavlink.MAV_COMP_ID_AUTOPILOT1)

    def pack(self, message: Any) -> bytes:
        """One frame. A message of another component than the autopilot comes as `(component_id, message)`."""
        codec = self._autopilot
        if type(message) is tuple:
            component_id, message = message
            codec = self._codec_of(component_id)
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
