"""Finding ONVIF cameras in the network: one question to everybody, answers gathered for a few seconds.

Source: ONVIF Core Specification, section 7 (device discovery), on OASIS WS-Discovery 1.0.
"""

import fcntl
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote
from uuid import uuid4
from xml.sax.saxutils import escape

import anyio
from anyio.abc import UDPSocket

from geo.primitives import VisionError
from ground_station.onvif.soap import ENVELOPE, parsed

GROUP = ("239.255.255.250", 3702)
LISTEN_S = 3.0
DISCOVERY, ADDRESSING = "http://schemas.xmlsoap.org/ws/2005/04/discovery", "http://schemas.xmlsoap.org/ws/2004/08/addressing"
NETWORK = "http://www.onvif.org/ver10/network/wsdl"
SIOCGIFADDR = 0x8915


@dataclass(frozen=True, slots=True)
class FoundCamera:
    """`address` is its device service. Name and hardware as it describes itself, empty where it does not."""

    address: str
    name: str
    hardware: str


async def discover(at: Sequence[tuple[str, int]] = (GROUP,), *, listen_s: float = LISTEN_S, enough: int | None = None) -> list[FoundCamera]:
    """The cameras that answer within `listen_s`, by address; `enough` of them end it earlier. Asks on every network of this machine."""
    found: dict[str, FoundCamera] = {}
    probe = _probe().encode()

    async def listen(interface: str | None) -> None:
        try:
            raw = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            raw.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 2)
            if interface is not None:
                raw.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
            raw.bind((interface or "", 0))
            raw.setblocking(False)
        except OSError:
            return  # that network is down
        async with await UDPSocket.from_socket(raw) as udp:
            for target in at:
                await udp.sendto(probe, *target)
            while True:
                datagram, _ = await udp.receive()
                for camera in cameras_of(datagram):
                    found.setdefault(camera.address, camera)
                if enough is not None and len(found) >= enough:
                    tasks.cancel_scope.cancel()

    with anyio.move_on_after(listen_s):
        async with anyio.create_task_group() as tasks:
            for interface in interface_addresses() if at == (GROUP,) else [None]:
                tasks.start_soon(listen, interface)
    return [found[address] for address in sorted(found)]


def cameras_of(datagram: bytes) -> list[FoundCamera]:
    """What a ProbeMatch says; nothing for any other datagram."""
    try:
        root = parsed(datagram, "an answer")
    except VisionError:
        return []
    cameras = []
    for match in root.iter(f"{{{DISCOVERY}}}ProbeMatch"):
        addresses = (match.findtext(f"{{{DISCOVERY}}}XAddrs") or "").split()
        scopes = (match.findtext(f"{{{DISCOVERY}}}Scopes") or "").split()
        # A camera with several lists them all; one without IPv6 brackets is the one people recognise.
        address = next((item for item in addresses if item.startswith("http") and "[" not in item), addresses[0] if addresses else None)
        if address is not None:
            cameras.append(FoundCamera(address, _scope(scopes, "name"), _scope(scopes, "hardware")))
    return cameras


def interface_addresses() -> list[str]:
    """IPv4 addresses of this machine's networks, one each."""
    addresses = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue  # no IPv4 there
            addresses.append(socket.inet_ntoa(answer[20:24]))
    return addresses


def _scope(scopes: list[str], kind: str) -> str:
    prefix = f"onvif://www.onvif.org/{kind}/"
    return next((unquote(scope[len(prefix) :]) for scope in scopes if scope.lower().startswith(prefix)), "")


def _probe() -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{ENVELOPE}" xmlns:a="{ADDRESSING}"><s:Header>'
        f"<a:Action>{DISCOVERY}/Probe</a:Action><a:MessageID>uuid:{escape(str(uuid4()))}</a:MessageID>"
        f"<a:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</a:To></s:Header><s:Body>"
        f'<d:Probe xmlns:d="{DISCOVERY}"><d:Types xmlns:n="{NETWORK}">n:NetworkVideoTransmitter</d:Types></d:Probe></s:Body></s:Envelope>'
    )
