"""The messages this suite speaks: pymavlink's generated `all` dialect, and the few of common.xml that no generated dialect carries.

Fields newer than the generated dialects are extensions at the end of a payload, so they are read from the frame itself.
"""

import struct
from typing import Any

from pymavlink.dialects.v20 import all as generated

mavlink: Any = generated

# Message id -> (name, CRC_EXTRA, struct of the payload in wire order, field names). Source: common.xml; CRC_EXTRA as mavgen computes it.
EXTRA: dict[int, tuple[str, int, str, tuple[str, ...]]] = {
    410: (
        "EVENT",
        160,
        "<IIHBBB40s",
        ("id", "event_time_boot_ms", "sequence", "destination_component", "destination_system", "log_levels", "arguments"),
    ),
    411: ("CURRENT_EVENT_SEQUENCE", 106, "<HB", ("sequence", "flags")),
    412: ("REQUEST_EVENT", 33, "<HHBB", ("first_sequence", "last_sequence", "target_system", "target_component")),
    413: (
        "RESPONSE_EVENT_ERROR",
        77,
        "<HHBBB",
        ("sequence", "sequence_oldest_available", "target_system", "target_component", "reason"),
    ),
    80: ("COMMAND_CANCEL", 14, "<HBB", ("command", "target_system", "target_component")),
    397: ("COMPONENT_METADATA", 182, "<II100s", ("time_boot_ms", "file_crc", "uri")),
}


# Values of common.xml that the generated dialects lack.
_NEWER = {("MAV_RESULT", 6): "CANCELLED", ("MAV_RESULT", 9): "COMMAND_UNSUPPORTED_MAV_FRAME", ("MAV_RESULT", 10): "NOT_IN_CONTROL"}


class ExtraMessage:
    """A decoded message of `EXTRA`, with the accessors of a pymavlink message."""

    def __init__(self, system: int, component: int, frame: bytes, message_id: int, payload: bytes) -> None:
        name, _, layout, fields = EXTRA[message_id]
        self._name, self._id, self._system, self._component, self._frame = name, message_id, system, component, frame
        values = struct.unpack(layout, payload.ljust(struct.calcsize(layout), b"\0"))
        self.__dict__.update(zip(fields, values, strict=True))

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"{self._name} has no field '{name}'")

    def get_type(self) -> str:
        return self._name

    def get_msgId(self) -> int:  # noqa: N802  pymavlink's name
        return self._id

    def get_srcSystem(self) -> int:  # noqa: N802  pymavlink's name
        return self._system

    def get_srcComponent(self) -> int:  # noqa: N802  pymavlink's name
        return self._component

    def get_seq(self) -> int:
        return self._frame[4]

    def get_msgbuf(self) -> bytes:
        return self._frame


def extra_payload(message_id: int, **fields: int) -> bytes:
    """The payload of a message of `EXTRA` in wire order."""
    _, _, layout, names = EXTRA[message_id]
    return struct.pack(layout, *(fields[name] for name in names))


def payload_of(message: Any) -> bytes:
    """The payload as it was on the wire, without the zeros that were cut from its end."""
    frame = bytes(message.get_msgbuf())
    return frame[10 : 10 + frame[1]] if frame[0] == 0xFD else frame[6 : 6 + frame[1]]


def extension_u32(message: Any, offset: int) -> int:
    """A little-endian number at `offset` of the payload; 0 when the sender has no such field."""
    return int.from_bytes(payload_of(message)[offset : offset + 4].ljust(4, b"\0"), "little")


def name_of(enum: str, value: int) -> str:
    """'MAV_RESULT', 4 -> 'FAILED (4)'."""
    if (enum, value) in _NEWER:
        return f"{_NEWER[enum, value]} ({value})"
    entry = mavlink.enums.get(enum, {}).get(value)
    if entry is None:
        return str(value)
    shortest = min((other.name for other in mavlink.enums[enum].values()), key=len)
    prefix = enum if str(entry.name).startswith(enum) else shortest.rpartition("_")[0]
    return f"{str(entry.name).removeprefix(prefix).strip('_')} ({value})"
