"""The parameter protocol: list, read by name or index, set; numbers as C casts (ArduPilot) or as their bytes (PX4).

A list leaves at a radio's pace, by the simulated clock. Unknown names are silent, a refused value is answered with the old one.
PX4 tells first, under the name `_HASH_CHECK`, a CRC of all names and values; a station that sends it back has them all already.
Sources: MAVLink parameter protocol; ArduPilot's GCS_Param.cpp; PX4's mavlink_parameters.cpp and param_hash_check().
"""

import struct
import zlib
from math import isnan
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.parameters import REAL32, Parameter
from sim.services.host import Host
from sim.services.service import Service

NO_INDEX = 65535  # ArduPilot answers reads and sets by name with the index of nothing
PER_STEP = 20  # of a list: 1,000 a second, about what a real vehicle does on a fast link
HASH = "_HASH_CHECK"
_UINT32 = mavlink.MAV_PARAM_TYPE_UINT32


class Parameters(Service):
    handles = frozenset({"PARAM_REQUEST_LIST", "PARAM_REQUEST_READ", "PARAM_SET"})

    def __init__(self, host: Host) -> None:
        self._table = host.parameters
        self._bytewise = host.habits.parameters_bytewise
        self._next: int | None = None

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        kind = wire.get_type()
        if kind == "PARAM_REQUEST_LIST":
            self._next = 0
            return [self._hash()] if self._bytewise else []
        if kind == "PARAM_REQUEST_READ" and wire.param_index >= 0:
            found = self._table.at(wire.param_index)
            return [] if found is None else [self._value(found, found.index)]
        name = _name(wire.param_id)
        if name == HASH and self._bytewise:
            if kind == "PARAM_SET":
                self._next = None  # the station's copy is the same
                return []
            return [self._hash()]
        if kind == "PARAM_SET":
            return self._set(name, wire)
        found = self._table.find(name)
        return [] if found is None else [self._named(found)]

    def on_time(self, now_s: float) -> list[Any]:
        if self._next is None:
            return []
        begin, end = self._next, min(self._next + PER_STEP, len(self._table))
        self._next = end if end < len(self._table) else None
        return [self._value(found, found.index) for index in range(begin, end) if (found := self._table.at(index)) is not None]

    def _set(self, name: str, wire: Any) -> list[Any]:
        found = self._table.find(name)
        if found is None:
            return []
        value = _from_bytes(wire.param_value, found.kind) if self._bytewise else wire.param_value
        if isnan(value) or (self._bytewise and wire.param_type != found.kind):
            return [self._named(found)]
        stored = self._table.set(name, value)
        return [] if stored is None else [self._named(stored)]

    def _named(self, found: Parameter) -> Any:
        return self._value(found, found.index if self._bytewise else NO_INDEX)

    def _value(self, found: Parameter, index: int) -> Any:
        value = _as_bytes(found.value, found.kind) if self._bytewise else found.value
        return mavlink.MAVLink_param_value_message(found.name.encode(), value, found.kind, len(self._table), index)

    def _hash(self) -> Any:
        """CRC-32 without inversions over names and values in their order, as PX4 and its stations count it."""
        state = 0
        for found in self._table.all():
            layout = "<f" if found.kind == REAL32 else "<i"
            number = found.value if found.kind == REAL32 else int(found.value)
            state = ~zlib.crc32(found.name.encode() + struct.pack(layout, number), ~state & 0xFFFFFFFF) & 0xFFFFFFFF
        value = struct.unpack("<f", struct.pack("<I", state))[0]
        return mavlink.MAVLink_param_value_message(HASH.encode(), value, _UINT32, len(self._table), NO_INDEX)


def _as_bytes(value: float, kind: int) -> float:
    """The float whose bytes are those of the integer: PX4's union."""
    return value if kind == REAL32 else float(struct.unpack("<f", struct.pack("<i", int(value)))[0])


def _from_bytes(value: float, kind: int) -> float:
    return value if kind == REAL32 else float(struct.unpack("<i", struct.pack("<f", value))[0])


def _name(param_id: Any) -> str:
    text = param_id.decode("ascii", "replace") if isinstance(param_id, bytes) else str(param_id)
    return text.rstrip("\x00")
