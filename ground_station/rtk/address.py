"""Where corrections come from: ntrip://USER:PASSWORD@HOST:PORT/MOUNTPOINT."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from geo.primitives import SettingsError

DEFAULT_PORT = 2101


@dataclass(frozen=True, slots=True)
class CasterAddress:
    """Its text is without name and password."""

    host: str
    port: int
    mountpoint: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.mountpoint}"


def parse_caster(url: str) -> CasterAddress:
    """Raises: `SettingsError`, which does not repeat the URL: it may hold a password."""
    try:
        parts = urlsplit(url)
        port = parts.port or DEFAULT_PORT
    except ValueError:
        parts, port = urlsplit(""), 0
    mountpoint = unquote(parts.path.strip("/"))
    if parts.scheme != "ntrip" or not parts.hostname or not mountpoint or any(sign in mountpoint for sign in " \r\n"):
        raise SettingsError(
            "The address of the NTRIP caster is not usable.",
            code="rtk.address",
            hint="Write ntrip://USER:PASSWORD@HOST:2101/MOUNTPOINT, with special signs in the password as %XX.",
        )
    return CasterAddress(parts.hostname, port, mountpoint, unquote(parts.username or ""), unquote(parts.password or ""))
