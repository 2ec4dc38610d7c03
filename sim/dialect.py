"""MAVLink messages and fields that are younger than pymavlink's generated dialect, declared as the definition files declare them.

Each class packs and parses like a generated one. Extension fields stand behind the others and do not enter the CRC; a parser that
does not know them ignores them. Source: mavlink/message_definitions/v1.0/common.xml and development.xml.
"""

import struct
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink, development
from pymavlink.generator.mavcrc import x25crc

_FORMATS = {
    "char": ("c", 1),
    "uint8_t": ("B", 1),
    "int8_t": ("b", 1),
    "uint16_t": ("H", 2),
    "int16_t": ("h", 2),
    "uint32_t": ("I", 4),
    "int32_t": ("i", 4),
    "float": ("f", 4),
    "uint64_t": ("Q", 8),
    "int64_t": ("q", 8),
}
Field = tuple[str, str, int]  # C type, name, array length (0: not an array)


class YoungMessage(mavlink.MAVLink_message):  # type: ignore[misc]
    """Base of the messages declared here: fields by position or by name, missing ones zero."""

    fields: tuple[Field, ...] = ()

    def __init__(self, *values: Any, **named: Any) -> None:
        super().__init__(self.id, self.msgname)
        self._fieldnames = self.fieldnames
        given = dict(zip(self.fieldnames, values, strict=False)) | named
        for kind, name, length in self.fields:
            value = given.get(name)
            if value is None:
                value = b"" if kind == "char" and length else [0] * length if length else 0
            setattr(self, name, value)

    def pack(self, mav: Any, force_mavlink1: bool = False) -> bytes:
        flat: list[Any] = []
        for index in self.wire_order:
            kind, name, length = self.fields[index]
            value = getattr(self, name)
            if kind == "char" and length:
                flat.append(value.encode() if isinstance(value, str) else bytes(value))
            elif length:
                flat.extend([*value, *[0] * (length - len(value))][:length])
            else:
                flat.append(value)
        return bytes(self._pack(mav, self.crc_extra, self.packer.pack(*flat), force_mavlink1=force_mavlink1))

    wire_order: tuple[int, ...] = ()
    packer = struct.Struct("<")


def read_payload(kind: type[YoungMessage], payload: bytes) -> YoungMessage:
    """Fields of a received payload, with the zeros restored that MAVLink 2 cuts off."""
    size = kind.packer.size
    flat = list(kind.packer.unpack(payload[:size].ljust(size, b"\0")))
    values: dict[str, Any] = {}
    for index in kind.wire_order:
        c_type, name, length = kind.fields[index]
        if c_type == "char" and length:
            values[name] = flat.pop(0).split(b"\0", 1)[0].decode("ascii", "replace")
        elif length:
            values[name], flat = flat[:length], flat[length:]
        else:
            values[name] = flat.pop(0)
    return kind(**values)


def _declare(number: int, name: str, fields: list[Field], extensions: list[Field] | None = None) -> Any:
    """A message class. The wire sorts base fields by size, largest first; extensions keep their order."""
    base = sorted(range(len(fields)), key=lambda index: -_FORMATS[fields[index][0]][1])
    everything = [*fields, *(extensions or [])]
    order = (*base, *range(len(fields), len(everything)))
    crc = x25crc()
    crc.accumulate_str(name + " ")
    for index in base:
        kind, field, length = fields[index]
        crc.accumulate_str(f"{kind} {field} ")
        if length:
            crc.accumulate([length])
    layout = "<"
    for index in order:
        kind, _, length = everything[index]
        symbol = _FORMATS[kind][0]
        layout += f"{length}s" if kind == "char" and length else f"{length or ''}{symbol}"
    return type(
        f"MAVLink_{name.lower()}_message",
        (YoungMessage,),
        {
            "id": number,
            "msgname": name,
            "fields": tuple(everything),
            "fieldnames": [field for _, field, _ in everything],
            "ordered_fieldnames": [everything[index][1] for index in order],
            "fieldtypes": [kind for kind, _, _ in everything],
            "crc_extra": (crc.crc & 0xFF) ^ (crc.crc >> 8),
            "wire_order": order,
            "packer": struct.Struct(layout),
        },
    )


def _u8(*names: str) -> list[Field]:
    return [("uint8_t", name, 0) for name in names]


def _u16(*names: str) -> list[Field]:
    return [("uint16_t", name, 0) for name in names]


def _u32(*names: str) -> list[Field]:
    return [("uint32_t", name, 0) for name in names]


_TARGET = _u8("target_system", "target_component")
MissionCurrent = _declare(
    42,
    "MISSION_CURRENT",
    _u16("seq"),
    [*_u16("total"), *_u8("mission_state", "mission_mode"), *_u32("mission_id", "fence_id", "rally_points_id")],
)
MissionCount = _declare(44, "MISSION_COUNT", [*_TARGET, *_u16("count")], [*_u8("mission_type"), *_u32("opaque_id")])
MissionAck = _declare(47, "MISSION_ACK", [*_TARGET, *_u8("type")], [*_u8("mission_type"), *_u32("opaque_id")])
CommandCancel = _declare(80, "COMMAND_CANCEL", [*_TARGET, *_u16("command")])
TimeSync = _declare(111, "TIMESYNC", [("int64_t", "tc1", 0), ("int64_t", "ts1", 0)], _TARGET)
ComponentInformationBasic = _declare(
    396,
    "COMPONENT_INFORMATION_BASIC",
    [
        ("uint64_t", "capabilities", 0),
        *_u32("time_boot_ms", "time_manufacture_s"),
        ("char", "vendor_name", 32),
        ("char", "model_name", 32),
        ("char", "software_version", 24),
        ("char", "hardware_version", 24),
        ("char", "serial_number", 32),
    ],
)
ComponentMetadata = _declare(397, "COMPONENT_METADATA", [*_u32("time_boot_ms", "file_crc"), ("char", "uri", 100)])
Event = _declare(
    410,
    "EVENT",
    [
        *_u8("destination_component", "destination_system"),
        *_u32("id", "event_time_boot_ms"),
        *_u16("sequence"),
        *_u8("log_levels"),
        ("uint8_t", "arguments", 40),
    ],
)
CurrentEventSequence = _declare(411, "CURRENT_EVENT_SEQUENCE", [*_u16("sequence"), *_u8("flags")])
RequestEvent = _declare(412, "REQUEST_EVENT", [*_TARGET, *_u16("first_sequence", "last_sequence")])
ResponseEventError = _declare(413, "RESPONSE_EVENT_ERROR", [*_TARGET, *_u16("sequence", "sequence_oldest_available"), *_u8("reason")])
# The value's bytes are a number's as often as a text's: read as bytes, where the generated dialect stops at the first zero. The type of a
# field counts only for the CRC, which is checked by the generated dialect.
ParamExtSet = _declare(323, "PARAM_EXT_SET", [*_TARGET, ("char", "param_id", 16), ("uint8_t", "param_value", 128), *_u8("param_type")])
ControlStatus = _declare(512, "CONTROL_STATUS", _u8("sysid_in_control", "flags"))
AvailableModes = development.MAVLink_available_modes_message
CurrentMode = development.MAVLink_current_mode_message
AvailableModesMonitor = development.MAVLink_available_modes_monitor_message

# What a station may send that the generated dialect cannot read, or reads without its younger fields.
RECEIVED: dict[int, type[YoungMessage]] = {found.id: found for found in (TimeSync, RequestEvent, CommandCancel, ParamExtSet)}
