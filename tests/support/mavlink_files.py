"""Readers of recorded MAVLink: telemetry logs and network captures. Just enough of each format for the tests."""

import struct
from collections.abc import Iterator
from pathlib import Path

_ENHANCED_PACKET = 6
_LINK_HEADER_BYTES = {0: 4, 1: 14}  # pcap link types: loopback, Ethernet
_UDP, _TCP = 17, 6


def tlog_frames(file: Path) -> Iterator[tuple[float, bytes]]:
    """(unix seconds, frame) of a telemetry log: 8 bytes of microseconds, then a MAVLink 1 or 2 frame."""
    data = file.read_bytes()
    at = 0
    while at + 10 < len(data):
        (microseconds,) = struct.unpack_from(">Q", data, at)
        length = data[at + 9]
        signed = data[at + 8] == 0xFD and data[at + 10] & 1
        size = length + 8 if data[at + 8] == 0xFE else length + (25 if signed else 12)
        yield microseconds / 1e6, data[at + 8 : at + 8 + size]
        at += 8 + size


def captured_payloads(file: Path) -> Iterator[bytes]:
    """TCP and UDP payloads of a pcapng file."""
    data = file.read_bytes()
    at, link_type = 0, 1
    while at + 12 <= len(data):
        kind, size = struct.unpack_from("<II", data, at)
        if kind == 1:
            (link_type,) = struct.unpack_from("<H", data, at + 8)
        elif kind == _ENHANCED_PACKET:
            (captured,) = struct.unpack_from("<I", data, at + 20)
            packet = data[at + 28 : at + 28 + captured]
            ip = packet[_LINK_HEADER_BYTES[link_type] :]
            transport = ip[(ip[0] & 15) * 4 : struct.unpack_from(">H", ip, 2)[0]]
            yield transport[8:] if ip[9] == _UDP else transport[(transport[12] >> 4) * 4 :]
        at += size
