"""The autopilot's files as a service: FILE_TRANSFER_PROTOCOL in, replies and bursts out."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.ftp_frames import Address
from sim.services.ftp_server import FtpServer
from sim.services.host import Host
from sim.services.service import Service


class Ftp(Service):
    handles = frozenset({"FILE_TRANSFER_PROTOCOL"})

    def __init__(self, host: Host) -> None:
        self._server = FtpServer(host.files, host.habits.ftp)

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        sender = (wire.get_srcSystem(), wire.get_srcComponent())
        return [ftp_message(sender, reply) for reply in self._server.on_payload(bytes(wire.payload), sender, now_s)]

    def on_time(self, now_s: float) -> list[Any]:
        return [ftp_message(sender, reply) for sender, reply in self._server.on_time(now_s)]


def ftp_message(sender: Address, payload: bytes) -> Any:
    return mavlink.MAVLink_file_transfer_protocol_message(0, *sender, payload)
