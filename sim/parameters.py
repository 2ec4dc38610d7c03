"""The parameters the simulated copter really obeys, by ArduCopter 4.6's names. Nothing is listed that has no effect."""

from dataclasses import dataclass
from math import isnan

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


_DEFAULTS: tuple[tuple[str, float, int], ...] = (
    ("ARMING_CHECK", 1, INT32),  # 0: arm without checks
    ("BATT_CAPACITY", 12000, INT32),  # mAh
    ("BATT_CRT_MAH", 1200, REAL32),  # charge left at which BATT_FS_CRT_ACT happens
    ("BATT_FS_CRT_ACT", 1, INT8),  # 0 none, 1 land, 2 return
    ("BATT_FS_LOW_ACT", 2, INT8),
    ("BATT_LOW_MAH", 2400, REAL32),
    ("DISARM_DELAY", 10, INT8),  # s on the ground before the motors stop by themselves
    ("LAND_ALT_LOW", 1000, INT16),  # cm, below it LAND_SPEED
    ("LAND_SPEED", 50, INT16),  # cm/s
    ("RTL_ALT", 1500, INT32),  # cm
    ("RTL_LOIT_TIME", 5000, INT32),  # ms over home
    ("WPNAV_RADIUS", 200, REAL32),  # cm
    ("WPNAV_SPEED", 1000, REAL32),  # cm/s
    ("WPNAV_SPEED_DN", 150, REAL32),
    ("WPNAV_SPEED_UP", 250, REAL32),
    ("WP_YAW_BEHAVIOR", 2, INT8),  # 0 never turns, 1 to the next waypoint, 2 the same except on return
)
_READ_ONLY = frozenset({"SYSID_THISMAV", "BATT_CAPACITY"})


class ParameterTable:
    """Names to values, in a fixed order. Unknown names are silent, values are not range-checked: as ArduPilot."""

    def __init__(self, system_id: int) -> None:
        rows = sorted((*_DEFAULTS, ("SYSID_THISMAV", float(system_id), INT16)))
        self._values = {name: float(value) for name, value, _ in rows}
        self._kinds = {name: kind for name, _, kind in rows}
        self._order = list(self._values)

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def find(self, name: str) -> Parameter | None:
        if name not in self._values:
            return None
        return Parameter(name, self._values[name], self._kinds[name], self._order.index(name), name in _READ_ONLY)

    def at(self, index: int) -> Parameter | None:
        return self.find(self._order[index]) if 0 <= index < len(self._order) else None

    def all(self) -> list[Parameter]:
        return [found for name in self._order if (found := self.find(name)) is not None]

    def set(self, name: str, value: float) -> Parameter | None:
        """Store a value and give what is now in force: the old one for a read-only name."""
        found = self.find(name)
        if found is None or found.read_only or isnan(value):
            return found
        self._values[name] = float(value) if found.kind == REAL32 else float(round(value))
        return self.find(name)
