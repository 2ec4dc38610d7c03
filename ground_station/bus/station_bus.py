"""The station's own bus as its settings want it: with a door for companion computers where one is asked for."""

import socket

from ground_station.bus.leaf_certificate import leaf_certificate
from ground_station.bus.private_server import PrivateNats, station_writer
from ground_station.bus.server_config import LeafDoor
from ground_station.settings import Settings

EVERYWHERE = frozenset({"0.0.0.0", "::", ""})


def station_bus(settings: Settings) -> PrivateNats:
    """Not started yet."""
    return PrivateNats(settings.data_dir, station_writer(settings.data_dir, _door(settings)))


def companion_address(settings: Settings) -> str | None:
    """HOST:PORT that goes into an invitation; None when companion computers cannot join."""
    listen = settings.companion.listen
    if listen is None:
        return None
    if settings.companion.address is not None:
        return settings.companion.address
    host, port = host_and_port(listen)
    return f"{socket.gethostname() if host in EVERYWHERE else host}:{port}"


def host_and_port(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def _door(settings: Settings) -> LeafDoor | None:
    if settings.companion.listen is None:
        return None
    host, port = host_and_port(settings.companion.listen)
    reached = companion_address(settings)
    assert reached is not None, "there is a door, so there is an address"
    names = [host_and_port(reached)[0], socket.gethostname(), "localhost", "127.0.0.1"]
    if host not in EVERYWHERE:
        names.append(host)
    return LeafDoor(host, port, leaf_certificate(settings.data_dir, names))
