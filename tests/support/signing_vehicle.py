"""A vehicle that signs as pymavlink does: the other side of the station's signing, made by others."""

import time
from typing import Any

import anyio
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from ground_station.links import MemoryLink

EPOCH_UNIX_S = 1_420_070_400


class SigningVehicle:
    """Heartbeats ten times a second on a memory link; takes SETUP_SIGNING as ArduPilot does. `heard` is what it believed."""

    def __init__(self, link: MemoryLink, system_id: int = 1) -> None:
        self._link = link
        self.mav: Any = mavlink.MAVLink(None, srcSystem=system_id, srcComponent=1)
        self.mav.robust_parsing = True
        self.heard: list[str] = []
        self.takes_keys = True
        self.sent: list[bytes] = []

    def say(self, message: Any) -> bytes:
        self.mav.signing.timestamp = max(self.mav.signing.timestamp, int((time.time() - EPOCH_UNIX_S) * 1e5))
        data: bytes = message.pack(self.mav)
        self.mav.seq = (self.mav.seq + 1) % 256
        self._link.send(data)
        self.sent.append(data)
        return data

    def heartbeat(self) -> bytes:
        return self.say(mavlink.MAVLink_heartbeat_message(2, 3, 81, 4, 3, 3))

    async def run(self) -> None:
        while True:
            self.heartbeat()
            with anyio.move_on_after(0.1):
                while True:
                    packet = await self._link.receive()
                    for message in self.mav.parse_buffer(packet.data) or ():
                        self._take(message)

    def _take(self, message: Any) -> None:
        if message.get_type() == "BAD_DATA":
            return
        self.heard.append(message.get_type())
        if message.get_type() == "SETUP_SIGNING" and self.takes_keys:
            key = bytes(message.secret_key)
            signing = self.mav.signing
            signing.secret_key = key if any(key) else None
            signing.sign_outgoing = any(key)
            signing.timestamp = message.initial_timestamp
            signing.stream_timestamps.clear()
        elif message.get_type() == "COMMAND_LONG":
            self.say(mavlink.MAVLink_command_ack_message(message.command, 0, 0, 0, message.get_srcSystem(), message.get_srcComponent()))
