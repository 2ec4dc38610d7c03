"""Messages younger than pymavlink's generated dialect, declared as common.xml declares them, and the ids at the end of older ones.

`extend` makes them known to the dialect, so that frames of them are verified and decoded like any other.
Source: mavlink/message_definitions/v1.0/common.xml; CRC_EXTRA by the rule in the MAVLink guide, "Serialization".
"""

import struct
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega

# C type -> (struct letter, bytes)
_TYPES = {"uint8_t": ("B", 1), "uint16_t": ("H", 2), "uint32_t": ("I", 4), "char": ("s", 1)}
Field = tuple[str, str, int]  # C type, name, length of the array or 0


def _declare(number: int, name: str, fields: list[Field]) -> Any:
    """A message class like pymavlink's own. Fields in the order of the definition; the wire has them by size."""
    wire = sorted(fields, key=lambda field: -_TYPES[field[0]][1])
    layout = "<" + "".join(f"{length or ''}{_TYPES[kind][0]}" for kind, _, length in wire)
    text = name.encode() + b" "
    for kind, field, length in wire:
        text += kind.encode() + b" " + field.encode() + b" " + (bytes([length]) if length else b"")
    crc = ardupilotmega.x25crc(text).crc
    names = [field for _, field, _ in fields]
    wire_names = [field for _, field, _ in wire]
    texts = {field for kind, field, length in wire if kind == "char" and length}
    arrays = {field: length for kind, field, length in wire if length and kind != "char"}

    def build(self: Any, *values: Any, **named: Any) -> None:
        ardupilotmega.MAVLink_message.__init__(self, number, name)
        self._fieldnames = self.fieldnames
        self._instance_field = self._instance_offset = None
        given = {**dict(zip(names, values, strict=False)), **named}
        for field in names:
            value = given.get(field, b"" if field in texts else [0] * arrays[field] if field in arrays else 0)
            if field in texts:
                setattr(self, f"_{field}_raw", value)
                value = value.split(b"\0", 1)[0].decode("ascii", errors="replace")
            setattr(self, field, value)

    def pack(self: Any, mav: Any, force_mavlink1: bool = False) -> bytes:
        flat: list[Any] = []
        for field in wire_names:
            value = getattr(self, f"_{field}_raw" if field in texts else field)
            flat.extend(value) if field in arrays else flat.append(value)
        return bytes(self._pack(mav, self.crc_extra, self.unpacker.pack(*flat), force_mavlink1=force_mavlink1))

    return type(
        f"MAVLink_{name.lower()}_message",
        (ardupilotmega.MAVLink_message,),
        {
            "id": number,
            "msgname": name,
            "fieldnames": names,
            "ordered_fieldnames": wire_names,
            "fieldtypes": [kind for kind, _, _ in fields],
            "fielddisplays_by_name": {},
            "fieldenums_by_name": {},
            "fieldunits_by_name": {},
            "native_format": bytearray(layout.encode()),
            "orders": [wire_names.index(field) for field in names],
            "lengths": [length if length and kind != "char" else 1 for kind, _, length in wire],
            "array_lengths": [length for _, _, length in wire],
            "crc_extra": (crc & 0xFF) ^ (crc >> 8),
            "unpacker": struct.Struct(layout),
            "instance_field": None,
            "instance_offset": -1,
            "__init__": build,
            "pack": pack,
        },
    )


_TARGET: list[Field] = [("uint8_t", "target_system", 0), ("uint8_t", "target_component", 0)]

CommandCancel = _declare(80, "COMMAND_CANCEL", [*_TARGET, ("uint16_t", "command", 0)])
ComponentMetadata = _declare(
    397, "COMPONENT_METADATA", [("uint32_t", "time_boot_ms", 0), ("uint32_t", "file_crc", 0), ("char", "uri", 100)]
)
Event = _declare(
    410,
    "EVENT",
    [
        ("uint8_t", "destination_component", 0),
        ("uint8_t", "destination_system", 0),
        ("uint32_t", "id", 0),
        ("uint32_t", "event_time_boot_ms", 0),
        ("uint16_t", "sequence", 0),
        ("uint8_t", "log_levels", 0),
        ("uint8_t", "arguments", 40),
    ],
)
CurrentEventSequence = _declare(411, "CURRENT_EVENT_SEQUENCE", [("uint16_t", "sequence", 0), ("uint8_t", "flags", 0)])
RequestEvent = _declare(412, "REQUEST_EVENT", [*_TARGET, ("uint16_t", "first_sequence", 0), ("uint16_t", "last_sequence", 0)])
ResponseEventError = _declare(
    413,
    "RESPONSE_EVENT_ERROR",
    [*_TARGET, ("uint16_t", "sequence", 0), ("uint16_t", "sequence_oldest_available", 0), ("uint8_t", "reason", 0)],
)
AVAILABLE_MODES = 435
AvailableModes = _declare(
    AVAILABLE_MODES,
    "AVAILABLE_MODES",
    [
        ("uint8_t", "number_modes", 0),
        ("uint8_t", "mode_index", 0),
        ("uint8_t", "standard_mode", 0),
        ("uint32_t", "custom_mode", 0),
        ("uint32_t", "properties", 0),
        ("char", "mode_name", 35),
    ],
)
CurrentMode = _declare(
    436, "CURRENT_MODE", [("uint8_t", "standard_mode", 0), ("uint32_t", "custom_mode", 0), ("uint32_t", "intended_custom_mode", 0)]
)
AvailableModesMonitor = _declare(437, "AVAILABLE_MODES_MONITOR", [("uint8_t", "seq", 0)])
ControlStatus = _declare(512, "CONTROL_STATUS", [("uint8_t", "sysid_in_control", 0), ("uint8_t", "flags", 0)])
_YOUNG = (
    CommandCancel,
    ControlStatus,
    ComponentMetadata,
    Event,
    CurrentEventSequence,
    RequestEvent,
    ResponseEventError,
    AvailableModes,
    CurrentMode,
    AvailableModesMonitor,
)


def extend(dialect: Any) -> None:
    """Add what the dialect does not know yet."""
    for kind in _YOUNG:
        dialect.mavlink_map.setdefault(kind.id, kind)


def plan_ids(message: Any) -> Any:
    """mission_id, fence_id and rally_points_id at the end of a MISSION_CURRENT; 0 where the vehicle does not give them."""
    return _numbers_after(message, 6, 3)


def _numbers_after(message: Any, offset: int, count: int) -> Any:
    frame = getattr(message, "_frame", None)
    if frame is None:
        return (0,) * count
    payload = bytes(frame.payload[offset : offset + 4 * count]).ljust(4 * count, b"\0")
    return struct.unpack(f"<{count}I", payload)
