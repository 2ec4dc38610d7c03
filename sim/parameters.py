"""A vehicle's parameters: names to values with their wire types, in a fixed order.

Unknown names are silent and values are not range-checked, as in ArduPilot. A name of an earlier release still reads and writes the
parameter that replaced it, in the old unit, but is not listed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

from pymavlink.dialects.v20 import ardupilotmega as mavlink

REAL32 = mavlink.MAV_PARAM_TYPE_REAL32
INT8 = mavlink.MAV_PARAM_TYPE_INT8
INT16 = mavlink.MAV_PARAM_TYPE_INT16
INT32 = mavlink.MAV_PARAM_TYPE_INT32


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    value: float
    kind: int
    index: int
    read_only: bool = False
    default: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table of defaults."""

    name: str
    default: float
    kind: int


@dataclass(frozen=True, slots=True)
class Alias:
    """An earlier name of parameter `name`; `old` and `new` convert its value to and from the earlier unit."""

    earlier: str
    name: str
    kind: int
    old: Callable[[float], float]
    new: Callable[[float], float]


def scaled(earlier: str, name: str, factor: float = 1.0, kind: int = REAL32) -> Alias:
    """An alias whose earlier value times `factor` is today's value."""
    return Alias(earlier, name, kind, lambda value: value / factor, lambda value: value * factor)


class ParameterTable:
    """Names to values, sorted by name. `overrides` are values that this vehicle's owner set; they are not defaults."""

    def __init__(
        self,
        rows: Iterable[Row],
        *,
        aliases: Iterable[Alias] = (),
        read_only: frozenset[str] = frozenset(),
        overrides: Mapping[str, float] | None = None,
    ) -> None:
        ordered = sorted(rows, key=lambda row: row.name)
        self._values = {row.name: row.default for row in ordered}
        self._defaults = dict(self._values)
        self._kinds = {row.name: row.kind for row in ordered}
        self._order = list(self._values)
        self._index = {name: index for index, name in enumerate(self._order)}
        self._aliases = {alias.earlier: alias for alias in aliases if alias.name in self._values}
        self._read_only = read_only
        self.revision = 0
        for name, value in (overrides or {}).items():
            self.force(name, value)

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def get(self, name: str, otherwise: float = 0.0) -> float:
        return self._values.get(name, otherwise)

    def flag(self, name: str, bit: int) -> bool:
        """Whether this bit of a bitmask is set."""
        return bool(int(self._values.get(name, 0.0)) & bit)

    def find(self, name: str) -> Parameter | None:
        if name in self._aliases:
            alias = self._aliases[name]
            today = self._values[alias.name]
            return Parameter(name, _fitted(alias.old(today), alias.kind), alias.kind, self._index[alias.name])
        if name not in self._values:
            return None
        return Parameter(name, self._values[name], self._kinds[name], self._index[name], name in self._read_only, self._defaults[name])

    def at(self, index: int) -> Parameter | None:
        return self.find(self._order[index]) if 0 <= index < len(self._order) else None

    def all(self) -> list[Parameter]:
        return [found for name in self._order if (found := self.find(name)) is not None]

    def set(self, name: str, value: float) -> Parameter | None:
        """Store a value and give what is now in force: the old one for a read-only name."""
        found = self.find(name)
        if found is None or found.read_only or not isfinite(value):
            return found
        self.force(name, value)
        return self.find(name)

    def force(self, name: str, value: float) -> None:
        """Store a value whatever its rights: the vehicle itself, or its owner. Raises `KeyError` for an unknown name."""
        alias = self._aliases.get(name)
        if alias is not None:
            name, value = alias.name, alias.new(value)
        self._values[name] = _fitted(value, self._kinds[name])
        self.revision += 1

    def force_known(self, name: str, value: float) -> None:
        """The same, for a name that not every firmware has."""
        if name in self._values:
            self.force(name, value)


def _fitted(value: float, kind: int) -> float:
    return float(value) if kind == REAL32 else float(round(value))
