"""Looks whether the ports the settings name are free, before anything is started."""

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from geo.primitives import SettingsError
from ground_station.settings import Settings

# The children of a killed `up` need a moment to end and free theirs.
PATIENCE_S = 4.0
_LISTENING_UDP = re.compile(r"udpin:(?://)?(?P<host>[^:]*):(?P<port>\d+)")


@dataclass(frozen=True, slots=True)
class NeededPort:
    """A port some process will listen on, and the setting that moves it."""

    kind: Literal["tcp", "udp"]
    host: str
    port: int
    purpose: str
    setting: str

    def is_free(self) -> bool:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM if self.kind == "tcp" else socket.SOCK_DGRAM) as probe:
            if self.kind == "tcp":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # closed connections in TIME_WAIT do not count
            try:
                probe.bind((self.host, self.port))
            except OSError:
                return False
        return True


def needed_ports(settings: Settings, *, sim: bool) -> Iterator[NeededPort]:
    """Every port `up` will have its processes listen on."""
    yield NeededPort("tcp", settings.host, settings.port, "the web server", "SUNQAR_PORT")
    yield NeededPort("tcp", "127.0.0.1", settings.video.port, "live video", "SUNQAR_VIDEO__PORT")
    for link in settings.station.links:
        if match := _LISTENING_UDP.fullmatch(link):
            yield NeededPort("udp", match["host"] or "0.0.0.0", int(match["port"]), f"the MAVLink link {link}", "SUNQAR_STATION__LINKS")
    if sim:
        yield NeededPort("tcp", "127.0.0.1", settings.sim.rtsp_port, "the simulator's video", "SUNQAR_SIM__RTSP_PORT")
        yield NeededPort("tcp", "127.0.0.1", settings.sim.dock_port, "the simulated docks", "SUNQAR_SIM__DOCK_PORT")


def check_ports(settings: Settings, *, sim: bool, patience_s: float = PATIENCE_S) -> None:
    """Raises: `SettingsError` naming the first port still taken after `patience_s` and the setting that moves it."""
    deadline = time.monotonic() + patience_s
    for needed in needed_ports(settings, sim=sim):
        while not needed.is_free():
            if time.monotonic() > deadline:
                raise SettingsError(
                    f"{needed.kind.upper()} port {needed.port} on {needed.host}, needed for {needed.purpose}, "
                    "is taken by another program or not allowed.",
                    code="settings.port_taken",
                    hint=f"Stop that program (`ss -lnp | grep :{needed.port}` shows it) or set {needed.setting} to another one.",
                )
            time.sleep(0.1)
