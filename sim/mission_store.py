"""The mission a vehicle carries, as ArduPilot keeps it: item 0 is home, floats are rounded, frames are rewritten."""

from dataclasses import dataclass, replace

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.mission_commands import IMMEDIATE, NAVIGATION, PLACED, PLACED_DO

# The vehicle stores altitudes as absolute, above home or above terrain, and forgets which spelling was used.
_STORED_FRAME = {
    mavlink.MAV_FRAME_GLOBAL: mavlink.MAV_FRAME_GLOBAL,
    mavlink.MAV_FRAME_GLOBAL_INT: mavlink.MAV_FRAME_GLOBAL,
    mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT: mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT,
    mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT: mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT,
    mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT: mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT,
    mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT_INT: mavlink.MAV_FRAME_GLOBAL_TERRAIN_ALT,
}
NAVIGATION_COMMANDS = NAVIGATION
IMMEDIATE_COMMANDS = IMMEDIATE
_PLACE_COMMANDS = PLACED | PLACED_DO
CAPACITY = 700


@dataclass(frozen=True, slots=True)
class StoredItem:
    """One mission item in wire units: `x`, `y` are latitude and longitude in 1e-7 degrees, `z` metres."""

    command: int
    frame: int = mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT
    param1: float = 0.0
    param2: float = 0.0
    param3: float = 0.0
    param4: float = 0.0
    x: int = 0
    y: int = 0
    z: float = 0.0
    autocontinue: int = 1

    @property
    def is_navigation(self) -> bool:
        return self.command in NAVIGATION_COMMANDS


def refusal(item: StoredItem) -> int:
    """MAV_MISSION_RESULT of storing this item: 0 when the vehicle can fly it."""
    if item.command in NAVIGATION_COMMANDS and item.frame not in _STORED_FRAME and item.frame != mavlink.MAV_FRAME_MISSION:
        return int(mavlink.MAV_MISSION_UNSUPPORTED_FRAME)
    if item.command not in NAVIGATION_COMMANDS | IMMEDIATE_COMMANDS:
        return int(mavlink.MAV_MISSION_UNSUPPORTED)
    if item.command in _PLACE_COMMANDS:
        if item.frame not in _STORED_FRAME:
            return int(mavlink.MAV_MISSION_UNSUPPORTED_FRAME)
        if abs(item.x) > 900_000_000:
            return int(mavlink.MAV_MISSION_INVALID_PARAM5_X)
        if abs(item.y) > 1_800_000_000:
            return int(mavlink.MAV_MISSION_INVALID_PARAM6_Y)
    return int(mavlink.MAV_MISSION_ACCEPTED)


def as_stored(item: StoredItem) -> StoredItem:
    """The item as it will be read back."""
    frame = _STORED_FRAME.get(item.frame, mavlink.MAV_FRAME_GLOBAL)
    if item.command not in _PLACE_COMMANDS:
        frame = mavlink.MAV_FRAME_GLOBAL
    return replace(item, frame=int(frame), z=round(item.z, 2), autocontinue=1)


class MissionStore:
    """Items 0..n-1; item 0 is always home, whatever was uploaded there. `revision` grows with every change."""

    def __init__(self) -> None:
        self._items: list[StoredItem] = []
        self._home = StoredItem(mavlink.MAV_CMD_NAV_WAYPOINT, mavlink.MAV_FRAME_GLOBAL)
        self.revision = 0

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> StoredItem:
        return self._home if index == 0 else self._items[index]

    @property
    def last(self) -> int:
        """Index of the last item; 0 when there is nothing to fly."""
        return max(0, len(self._items) - 1)

    def set_home(self, lat_e7: int, lon_e7: int, altitude_amsl_m: float) -> None:
        self._home = StoredItem(mavlink.MAV_CMD_NAV_WAYPOINT, mavlink.MAV_FRAME_GLOBAL, x=lat_e7, y=lon_e7, z=round(altitude_amsl_m, 2))

    def truncate(self, count: int) -> None:
        del self._items[count:]
        self.revision += 1

    def put(self, index: int, item: StoredItem) -> None:
        """Overwrite item `index` or append it. The old item is gone at once: ArduPilot's upload is not atomic."""
        if index < len(self._items):
            self._items[index] = as_stored(item)
        else:
            self._items.append(as_stored(item))
        self.revision += 1

    def clear(self) -> None:
        self._items.clear()
        self.revision += 1

    def next_navigation(self, after: int) -> int | None:
        """Index of the first navigation item behind `after`."""
        return next((index for index in range(after + 1, len(self._items)) if self._items[index].is_navigation), None)
