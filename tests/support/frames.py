"""MAVLink frames made by hand, so that tests do not check a codec with itself."""

import hashlib
import struct

from pymavlink.dialects.v20 import ardupilotmega as mavlink


def frame_bytes(
    message_id: int, payload: bytes, *, system_id: int = 7, component_id: int = 9, sequence: int = 0, version: int = 2, flags: int = 0
) -> bytes:
    """A frame with a right checksum around any payload."""
    if version == 1:
        head = struct.pack("<BBBBBB", 0xFE, len(payload), sequence, system_id, component_id, message_id)
    else:
        ids = struct.pack("<I", message_id)[:3]
        head = struct.pack("<BBBBBBB", 0xFD, len(payload), flags, 0, sequence, system_id, component_id) + ids
    extra = bytes([mavlink.mavlink_map[message_id].crc_extra])
    return head + payload + struct.pack("<H", mavlink.x25crc(head[1:] + payload + extra).crc)


def signed(frame: bytes, key: bytes, timestamp: int, link_id: int = 0) -> bytes:
    """The frame signed as the MAVLink guide says; `timestamp` counts 10 µs since 2015."""
    head = bytearray(frame[:-2])
    head[2] |= 1
    length = head[1]
    message_id = int.from_bytes(head[7:10], "little")
    extra = bytes([mavlink.mavlink_map[message_id].crc_extra])
    body = bytes(head[: 10 + length])
    body += struct.pack("<H", mavlink.x25crc(body[1:] + extra).crc)
    body += bytes([link_id]) + struct.pack("<Q", timestamp)[:6]
    return body + hashlib.sha256(key + body).digest()[:6]
