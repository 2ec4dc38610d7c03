"""The parameter protocol: list, read by name or index, set."""

from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.parameters import Parameter
from sim.services.host import Host
from sim.services.service import Service

NO_INDEX = 65535  # ArduPilot answers reads and sets by name with the index of nothing


class Parameters(Service):
    handles = frozenset({"PARAM_REQUEST_LIST", "PARAM_REQUEST_READ", "PARAM_SET"})

    def __init__(self, host: Host) -> None:
        self._table = host.parameters

    def on_message(self, wire: Any, now_s: float) -> list[Any]:
        match wire.get_type():
            case "PARAM_REQUEST_LIST":
                return [self._value(found, found.index) for found in self._table.all()]
            case "PARAM_REQUEST_READ" if wire.param_index >= 0:
                found = self._table.at(wire.param_index)
                return [] if found is None else [self._value(found, found.index)]
            case "PARAM_REQUEST_READ":
                found = self._table.find(_name(wire.param_id))
                return [] if found is None else [self._value(found, NO_INDEX)]
        stored = self._table.set(_name(wire.param_id), wire.param_value)
        return [] if stored is None else [self._value(stored, NO_INDEX)]

    def _value(self, found: Parameter, index: int) -> Any:
        return mavlink.MAVLink_param_value_message(found.name.encode(), found.value, found.kind, len(self._table), index)


def _name(param_id: Any) -> str:
    text = param_id.decode("ascii", "replace") if isinstance(param_id, bytes) else str(param_id)
    return text.rstrip("\x00")
