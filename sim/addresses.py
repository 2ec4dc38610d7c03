"""Where simulated vehicles speak MAVLink:
`udpout:`, `udpin:`, `tcp:` (or `tcpout:`) and `tcpin:` with HOST:PORT,
and MAVSDK's `udpout://…` spellings.
"""

import socket
from dataclasses import dataclass
from re import fullmatch

from geo.primitives import LinkError, LonLat, SettingsError

SCHEMES = ("udpout", "udpin", "tcp", "tcpin")
_SPELLINGS = {"tcpout": "tcp"}
PORT_STEP = 10  # vehicle I listens on port + 10*I, as ArduPilot's SITL does


@dataclass(frozen=True, slots=True)
class Address:
    scheme: str
    host: str
    port: int

    @property
    def listens(self) -> bool:
        return self.scheme in ("udpin", "tcpin")

    def of_vehicle(self, index: int) -> "Address":
        """All vehicles go to one `udpout` or `tcp` address; those that listen have a port each."""
        if not self.listens:
            return self
        port = self.port + PORT_STEP * index
        if port > 65535:
            raise _bad(f"{self.scheme}:{self.host}:{port}", "the port is above 65535")
        return Address(self.scheme, self.host, port)

    def __str__(self) -> str:
        return f"{self.scheme}:{self.host}:{self.port}"


def parse_address(text: str) -> Address:
    """Raises `LinkError` naming the address and the spellings that work."""
    match = fullmatch(r"(\w+):(?://)?([^:/\s]+):(\d+)", text.strip())
    if match is None:
        raise _bad(text, "it is not SCHEME:HOST:PORT")
    scheme, host, port = match[1].lower(), match[2], int(match[3])
    scheme = _SPELLINGS.get(scheme, scheme)
    if scheme not in SCHEMES:
        raise _bad(text, f"'{scheme}' is not one of {', '.join(SCHEMES)}")
    if not 1 <= port <= 65535:
        raise _bad(text, f"port {port} is not 1..65535")
    return Address(scheme, host, port)


def resolve(address: Address) -> tuple[str, int]:
    """IPv4 address of the host. Raises `LinkError` when the name is unknown."""
    kind = socket.SOCK_STREAM if address.scheme in ("tcp", "tcpin") else socket.SOCK_DGRAM
    try:
        found = socket.getaddrinfo(address.host, address.port, socket.AF_INET, kind)
    except OSError as error:
        raise LinkError(
            f"Host '{address.host}' of link {address} is not known ({error.strerror or error}).",
            code="link.host",
            hint="Give an IPv4 address or a name this machine can resolve.",
        ) from error
    host, port = found[0][4][:2]
    return str(host), int(port)


def parse_home(text: str) -> LonLat:
    """`LAT,LON` -> place. Raises `SettingsError`."""
    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError as error:
        raise SettingsError(f"Home '{text}' is not LAT,LON.", code="sim.home", hint="Write for example --home 43.6505,51.16.") from error
    if not (-90.0 <= lat <= 90.0 and -180.0 <= lon <= 180.0):
        raise SettingsError(
            f"Home '{text}' is not on Earth: latitude comes first.", code="sim.home", hint="Write for example --home 43.6505,51.16."
        )
    return LonLat(lon, lat)


def _bad(text: str, why: str) -> LinkError:
    return LinkError(f"Link '{text}' cannot be used: {why}.", code="link.address", hint="Write for example udpout:127.0.0.1:14550.")
