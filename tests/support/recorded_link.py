"""One vehicle's end of a link in memory: everything sent is kept, and what a test puts in arrives at the next step."""

import hashlib
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim import Address


class RecordedLink:
    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self._arriving: list[Any] = []

    def receive(self) -> list[Any]:
        arrived, self._arriving = self._arriving, []
        return arrived

    def send(self, data: bytes) -> None:
        self.sent.append(data)

    def close(self) -> None:
        return

    def tell(self, message: Any) -> None:
        """A message of a station arrives."""
        packed = message.pack(mavlink.MAVLink(None, 254, 190))
        self._arriving.extend(mavlink.MAVLink(None).parse_buffer(bytearray(packed)))

    def command(self, system_id: int, number: int, *parameters: float) -> None:
        padded = (*parameters, *[0.0] * (7 - len(parameters)))
        self.tell(mavlink.MAVLink_command_long_message(system_id, 1, number, 0, *padded))

    def messages(self) -> list[Any]:
        """What was sent, parsed."""
        return mavlink.MAVLink(None).parse_buffer(bytearray(b"".join(self.sent))) or []


class Recorder:
    """Opens recorded links for a fleet: `Fleet(..., open_link=recorder)`. `links` are in the order of vehicles, then addresses."""

    def __init__(self) -> None:
        self.links: list[RecordedLink] = []

    def __call__(self, address: Address) -> RecordedLink:
        self.links.append(RecordedLink())
        return self.links[-1]

    def digest(self) -> str:
        """One hash over every byte of every link."""
        whole = hashlib.sha256()
        for link in self.links:
            whole.update(b"".join(link.sent))
        return whole.hexdigest()
