"""Scheme -> link. To add a link: write its file, add one line here, one row in the contract test."""

from collections.abc import Callable

from ground_station.links.link import Link, LinkAddress, parse_link_url
from ground_station.links.serial import SerialLink
from ground_station.links.tcp import TcpClientLink, TcpServerLink
from ground_station.links.udp import UdpInLink, UdpOutLink

LINKS: dict[str, Callable[[LinkAddress], Link]] = {
    "udpin": UdpInLink,
    "udpout": UdpOutLink,
    "tcp": TcpClientLink,
    "tcpin": TcpServerLink,
    "serial": SerialLink,
}

SPELLINGS = "udpin:0.0.0.0:14550, udpout:HOST:PORT, tcp:HOST:PORT, tcpin:HOST:PORT, serial:/dev/ttyX:57600 (udpin://… also works)"


def make_link(url: str) -> Link:
    """The link for an address, not yet open. Raises: `LinkError` when the address cannot be read."""
    address = parse_link_url(url)
    return LINKS[address.scheme](address)
