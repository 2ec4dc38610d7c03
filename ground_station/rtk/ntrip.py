"""The NTRIP protocol, versions 1 and 2, as a client: one request serves both, the answer tells which it is.

Source: RTCM 10410.1 (NTRIP 2.0). Version 1 answers `ICY 200 OK` and sends raw bytes; version 2 is HTTP, mostly chunked.
"""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import anyio
from anyio.abc import ByteStream
from anyio.streams.buffered import BufferedByteReceiveStream

from geo.primitives import LinkError, LonLat
from ground_station.rtk.address import CasterAddress

CONNECT_WITHIN_S = 10.0
SILENT_AFTER_S = 30.0
LONGEST_HEADER = 16_384
LONGEST_CHUNK = 1 << 20
AGENT = "NTRIP Sunqar/1"


class CasterError(LinkError):
    """The caster refuses, or speaks something else. `refused`: asking again soon will not help."""

    def __init__(self, message: str, *, refused: bool = False) -> None:
        super().__init__(message, code="rtk.refused" if refused else "rtk.caster")
        self.refused = refused


@dataclass
class Mountpoint:
    """An open stream of corrections."""

    stream: ByteStream
    reader: BufferedByteReceiveStream
    chunked: bool

    async def receive(self) -> bytes:
        """What came next. Raises: `CasterError` when nothing comes for 30 s or the stream ends."""
        try:
            with anyio.fail_after(SILENT_AFTER_S):
                if not self.chunked:
                    return await self.reader.receive(65_536)
                size = int((await self.reader.receive_until(b"\r\n", 64)).split(b";", 1)[0], 16)
                if not 0 < size <= LONGEST_CHUNK:
                    raise CasterError("The caster ended the stream.")
                data = await self.reader.receive_exactly(size)
                await self.reader.receive_exactly(2)
                return data
        except TimeoutError:
            raise CasterError(f"No corrections for {SILENT_AFTER_S:g} s.") from None
        except (anyio.EndOfStream, anyio.IncompleteRead, anyio.DelimiterNotFound, ValueError, OSError, anyio.BrokenResourceError) as error:
            raise CasterError("The caster ended the stream.") from error

    async def tell_position(self, gga: str) -> None:
        """For casters that make corrections for a place."""
        try:
            with anyio.fail_after(CONNECT_WITHIN_S):
                await self.stream.send(gga.encode() + b"\r\n")
        except (OSError, anyio.BrokenResourceError, TimeoutError) as error:
            raise CasterError("The caster took no position.") from error


@asynccontextmanager
async def open_mountpoint(address: CasterAddress, gga: str | None = None) -> AsyncIterator[Mountpoint]:
    """Raises: `CasterError` in words without the credentials."""
    try:
        with anyio.fail_after(CONNECT_WITHIN_S):
            stream: ByteStream = await anyio.connect_tcp(address.host, address.port)
    except (OSError, TimeoutError) as error:
        raise CasterError(f"{address.host}:{address.port} cannot be reached.") from error
    async with stream:
        reader = BufferedByteReceiveStream(stream)
        try:
            with anyio.fail_after(CONNECT_WITHIN_S):
                await stream.send(_request(address, gga))
                chunked = await _read_answer(reader, address)
        except TimeoutError:
            raise CasterError("The caster does not answer.") from None
        except (OSError, anyio.EndOfStream, anyio.IncompleteRead, anyio.DelimiterNotFound, anyio.BrokenResourceError) as error:
            raise CasterError("The caster closed the connection without an answer.") from error
        yield Mountpoint(stream, reader, chunked)


def _request(address: CasterAddress, gga: str | None) -> bytes:
    lines = [
        f"GET /{address.mountpoint} HTTP/1.1",
        f"Host: {address.host}:{address.port}",
        "Ntrip-Version: Ntrip/2.0",
        f"User-Agent: {AGENT}",
    ]
    if address.user:
        lines.append("Authorization: Basic " + b64encode(f"{address.user}:{address.password}".encode()).decode())
    if gga:
        lines.append(f"Ntrip-GGA: {gga}")
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode()


async def _read_answer(reader: BufferedByteReceiveStream, address: CasterAddress) -> bool:
    """Whether what follows is chunked."""
    first = (await reader.receive_until(b"\r\n", LONGEST_HEADER)).decode("latin-1")
    words = first.split()
    if words[:2] == ["ICY", "200"]:
        return False
    if first.startswith("SOURCETABLE"):
        raise CasterError(f"The caster has no mountpoint {address.mountpoint}.", refused=True)
    if not words or not words[0].startswith("HTTP/"):
        raise CasterError("This is no NTRIP caster.", refused=True)
    headers: dict[str, str] = {}
    while line := (await reader.receive_until(b"\r\n", LONGEST_HEADER)).decode("latin-1"):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip().lower()
    status = words[1] if len(words) > 1 else ""
    if status == "401":
        raise CasterError("The caster refuses this name and password.", refused=True)
    if status == "404" or "sourcetable" in headers.get("content-type", ""):
        raise CasterError(f"The caster has no mountpoint {address.mountpoint}.", refused=True)
    if status != "200":
        raise CasterError(f"The caster answers {status}.", refused=status.startswith("4"))
    return "chunked" in headers.get("transfer-encoding", "")


def gga_sentence(place: LonLat, altitude_amsl_m: float, at: datetime) -> str:
    """NMEA GGA of a place, with its checksum."""

    def angle(value: float, width: int) -> str:
        minutes_total = round(abs(value) * 60, 5)
        return f"{int(minutes_total // 60):0{width}d}{minutes_total % 60:08.5f}"

    lat = f"{angle(place.lat_deg, 2)},{'N' if place.lat_deg >= 0 else 'S'}"
    lon = f"{angle(place.lon_deg, 3)},{'E' if place.lon_deg >= 0 else 'W'}"
    body = f"GPGGA,{at:%H%M%S}.00,{lat},{lon},1,12,1.0,{altitude_amsl_m:.1f},M,0.0,M,,"
    checksum = 0
    for sign in body.encode():
        checksum ^= sign
    return f"${body}*{checksum:02X}"
