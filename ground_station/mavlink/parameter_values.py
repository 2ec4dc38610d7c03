"""A parameter's value on the wire. PARAM_VALUE has one float field for every type, and autopilots disagree on what goes in.

ArduPilot casts (100 becomes 100.0, so integers above 2^24 lose digits); PX4 puts the integer's own bytes there. A wrong guess
corrupts integers, so the dialect says which it is. Source: MAVLink "Parameter Protocol", "Parameter Encoding".
"""

import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from geo.primitives import VehicleError
from ground_station.mavlink.dialect import WireMessage, mavlink
from ground_station.mavlink.exchange import Address

NAME_BYTES = 16
NO_INDEX = 65535  # answers to reads and sets by name

# MAV_PARAM_TYPE -> struct format of the value's own bytes, and what people call it
_FORMATS = {1: "<B", 2: "<b", 3: "<H", 4: "<h", 5: "<I", 6: "<i", 7: "<Q", 8: "<q", 9: "<f", 10: "<d"}
_NAMES = {1: "uint8", 2: "int8", 3: "uint16", 4: "int16", 5: "uint32", 6: "int32", 7: "uint64", 8: "int64", 9: "float", 10: "double"}
_REALS = frozenset({9, 10})
_LIMITS = {
    1: (0, 2**8 - 1),
    2: (-(2**7), 2**7 - 1),
    3: (0, 2**16 - 1),
    4: (-(2**15), 2**15 - 1),
    5: (0, 2**32 - 1),
    6: (-(2**31), 2**31 - 1),
}


class Encoding(StrEnum):
    CAST = "cast"
    BYTEWISE = "bytewise"


@dataclass(frozen=True, slots=True)
class Parameter:
    """`kind` is MAV_PARAM_TYPE. Integers are `int`, the rest `float`. `default` only where the vehicle tells it."""

    name: str
    value: int | float
    kind: int
    default: int | float | None = None

    @property
    def type_name(self) -> str:
        """uint8 … int32, float, double."""
        return _NAMES.get(self.kind, f"type {self.kind}")

    @property
    def is_integer(self) -> bool:
        return self.kind not in _REALS

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "value": self.value, "type": self.type_name, "default": self.default}


def as_float32(value: float) -> float:
    """What a float32 keeps of it. Beyond its range: infinity."""
    try:
        return float(struct.unpack("<f", struct.pack("<f", value))[0])
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


def decode_parameter(message: WireMessage, encoding: Encoding) -> Parameter:
    """A PARAM_VALUE as the dialect means it."""
    name, kind = str(message.param_id).rstrip("\x00"), int(message.param_type)
    value: int | float = float(message.param_value)
    if kind not in _REALS:
        if encoding is Encoding.CAST:
            value = round(value) if abs(value) < 2**64 else 0
        else:
            size = struct.calcsize(_FORMATS.get(kind, "<i"))
            value = struct.unpack(_FORMATS.get(kind, "<i") if size <= 4 else "<i", _value_bytes(message)[: min(size, 4)])[0]
    return Parameter(name, value, kind)


def encode_set(target: Address, parameter: Parameter, encoding: Encoding) -> WireMessage:
    """PARAM_SET. Raises: `VehicleError` for a value its type cannot hold, or that would arrive as another one."""
    check_value(parameter, encoding)
    message: Any = _BytewiseSet if encoding is Encoding.BYTEWISE and parameter.is_integer else mavlink.MAVLink_param_set_message
    value: Any = float(parameter.value)
    if message is _BytewiseSet:
        value = struct.pack(_FORMATS[parameter.kind], int(parameter.value)).ljust(4, b"\0")
    result: WireMessage = message(target.system_id, target.component_id, parameter.name.encode(), value, parameter.kind)
    return result


def check_value(parameter: Parameter, encoding: Encoding) -> None:
    """Raises: `VehicleError` when the value would not arrive as it is written."""
    if len(parameter.name.encode()) > NAME_BYTES:
        raise _refused(f"'{parameter.name}' is longer than the {NAME_BYTES} characters of a parameter name")
    if parameter.value != parameter.value or parameter.value in (float("inf"), float("-inf")):
        raise _refused(f"{parameter.name} = {parameter.value} is not a number a vehicle can use")
    if not parameter.is_integer:
        if as_float32(parameter.value) in (float("inf"), float("-inf")):
            raise _refused(f"{parameter.name} = {parameter.value:g} is beyond what a 32-bit float holds")
        return
    if parameter.value != int(parameter.value):
        raise _refused(f"{parameter.name} is an integer ({parameter.type_name}); {parameter.value:g} is not")
    value = int(parameter.value)
    low, high = _LIMITS.get(parameter.kind, (-(2**31), 2**31 - 1))
    if not low <= value <= high:
        raise _refused(f"{parameter.name} is {parameter.type_name}, from {low} to {high}; {value} does not fit")
    if encoding is Encoding.CAST and int(as_float32(value)) != value:
        raise _refused(
            f"{parameter.name} = {value} cannot be sent exactly: this autopilot takes integers through a 32-bit float, "
            f"which would make it {int(as_float32(value))}"
        )


def _refused(what: str) -> VehicleError:
    return VehicleError(f"{what}.", code="parameter.value", hint="Nothing was sent. Give a value that fits.")


def _value_bytes(message: WireMessage) -> bytes:
    """The four bytes of `param_value` as sent. A Python float may alter the bits of integers that look like a signalling NaN."""
    frame = getattr(message, "_frame", None)
    if frame is not None:
        return bytes(frame.payload[:4]).ljust(4, b"\0")
    return struct.pack("<f", message.param_value)


class _BytewiseSet(mavlink.MAVLink_param_set_message):  # type: ignore[misc]  # pymavlink is untyped
    """PARAM_SET whose value is given as four bytes."""

    unpacker = struct.Struct("<4sBB16sB")


def read_by_name(target: Address, name: str) -> WireMessage:
    message: WireMessage = mavlink.MAVLink_param_request_read_message(target.system_id, target.component_id, name.encode(), -1)
    return message


def read_by_index(target: Address, index: int) -> WireMessage:
    message: WireMessage = mavlink.MAVLink_param_request_read_message(target.system_id, target.component_id, b"", index)
    return message


def request_list(target: Address) -> WireMessage:
    message: WireMessage = mavlink.MAVLink_param_request_list_message(target.system_id, target.component_id)
    return message
