"""Bytes to and from vehicles: UDP, TCP, serial and memory. Nothing here knows MAVLink."""

from ground_station.links.catalogue import SPELLINGS, make_link
from ground_station.links.link import Link, LinkAddress, Packet, Peer, parse_link_url
from ground_station.links.memory import MemoryLink, memory_pair
from ground_station.links.serial import SerialLink
from ground_station.links.tcp import TcpClientLink, TcpServerLink
from ground_station.links.udp import UdpInLink, UdpOutLink

__all__ = [
    "SPELLINGS",
    "Link",
    "LinkAddress",
    "MemoryLink",
    "Packet",
    "Peer",
    "SerialLink",
    "TcpClientLink",
    "TcpServerLink",
    "UdpInLink",
    "UdpOutLink",
    "make_link",
    "memory_pair",
    "parse_link_url",
]
