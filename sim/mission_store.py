"""The mission a vehicle carries: as ArduPilot keeps it (item 0 is home, floats rounded, frames rewritten) or as sent (PX4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.mission_commands import IMMEDIATE, NAVIGATION, PLACED, PLACED_DO, PX4_PLACED, PX4_PLACELESS

# The vehicle stores altitudes as absolute, above home or above terrain, and forgets which spelling was used.
GLOBAL_FRAMES = {
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
_PX4_FRAMES = frozenset(
    frame for frame, kept in GLOBAL_FRAMES.items() if kept in (mavlink.MAV_FRAME_GLOBAL, mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT)
)
CAPACITY = 700
LARGEST_RADIUS_M = 255  # of a waypoint, kept in a byte
HIGHEST_M = 83_000.0  # ArduPilot's LOCATION_ALT_MAX_M


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
    if item.command in NAVIGATION_COMMANDS and item.frame not in GLOBAL_FRAMES and item.frame != mavlink.MAV_FRAME_MISSION:
        return int(mavlink.MAV_MISSION_UNSUPPORTED_FRAME)
    if item.command not in NAVIGATION_COMMANDS | IMMEDIATE_COMMANDS:
        return int(mavlink.MAV_MISSION_UNSUPPORTED)
    if item.command in _PLACE_COMMANDS:
        if item.frame not in GLOBAL_FRAMES:
            return int(mavlink.MAV_MISSION_UNSUPPORTED_FRAME)
        return off_the_globe(item)
    return int(mavlink.MAV_MISSION_ACCEPTED)


def px4_refusal(item: StoredItem) -> int:
    """The same of a PX4, which goes by the frame first and knows no altitudes above terrain."""
    if item.frame == mavlink.MAV_FRAME_MISSION:
        return int(mavlink.MAV_MISSION_ACCEPTED if item.command in PX4_PLACELESS else mavlink.MAV_MISSION_UNSUPPORTED)
    if item.frame not in _PX4_FRAMES:
        return int(mavlink.MAV_MISSION_UNSUPPORTED_FRAME)
    return off_the_globe(item) if item.command in PX4_PLACED else int(mavlink.MAV_MISSION_UNSUPPORTED)


def off_the_globe(item: StoredItem) -> int:
    """INVALID_PARAM5, 6 or 7 for a latitude, longitude or altitude that is none."""
    if abs(item.x) > 900_000_000:
        return int(mavlink.MAV_MISSION_INVALID_PARAM5_X)
    if abs(item.y) > 1_800_000_000:
        return int(mavlink.MAV_MISSION_INVALID_PARAM6_Y)
    if abs(item.z) >= HIGHEST_M:
        return int(mavlink.MAV_MISSION_INVALID_PARAM7)
    return int(mavlink.MAV_MISSION_ACCEPTED)


def as_stored(item: StoredItem, *, winged: bool) -> StoredItem:
    """The item as it will be read back. Of a waypoint ArduPilot has room for the hold of a copter, or the radii of a plane."""
    frame = GLOBAL_FRAMES.get(item.frame, mavlink.MAV_FRAME_GLOBAL)
    if item.command not in _PLACE_COMMANDS:
        frame = mavlink.MAV_FRAME_GLOBAL
    kept = replace(item, frame=int(frame), z=round(item.z, 2), autocontinue=1)
    if item.command == mavlink.MAV_CMD_NAV_LAND:
        return replace(kept, param4=-1.0 if item.param4 < 0.0 else 1.0)
    if item.command != mavlink.MAV_CMD_NAV_WAYPOINT:
        return kept
    if winged:
        radii = (float(min(LARGEST_RADIUS_M, int(abs(radius_m)))) for radius_m in (item.param2, item.param3))
        return replace(kept, param1=0.0, param2=next(radii), param3=next(radii), param4=0.0)
    return replace(kept, param1=float(int(item.param1)), param2=0.0, param3=0.0, param4=0.0)


class MissionStore:
    """The flight plan, as its firmware keeps it. `revision` grows with every change.

    With `home_is_item_zero` item 0 is the home position, whatever was uploaded there, and what is flown begins at 1; otherwise at 0.
    With `rewrites` items read back as stored: frames in their plain spelling, altitudes rounded, of waypoints what is flown by.
    `refuses` gives the MAV_MISSION_RESULT of an item, 0 for one that can be flown.
    """

    mission_type = mavlink.MAV_MISSION_TYPE_MISSION
    label = "Mission"
    capacity = CAPACITY

    def __init__(
        self,
        *,
        home_is_item_zero: bool = True,
        rewrites: bool = True,
        winged: bool = False,
        refuses: Callable[[StoredItem], int] = refusal,
    ) -> None:
        self._items: list[StoredItem] = []
        self._home = StoredItem(mavlink.MAV_CMD_NAV_WAYPOINT, mavlink.MAV_FRAME_GLOBAL)
        self._rewrites = rewrites
        self._winged = winged
        self._refuses = refuses
        self.first = 1 if home_is_item_zero else 0
        self.revision = 0

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> StoredItem:
        return self._home if index < self.first else self._items[index]

    @property
    def items(self) -> list[StoredItem]:
        return [self[index] for index in range(len(self))]

    @property
    def last(self) -> int:
        """Index of the last item; 0 when there is nothing to fly."""
        return max(0, len(self._items) - 1)

    @property
    def total(self) -> int:
        """Items to fly: home, where it is item 0, is not counted."""
        return max(0, len(self._items) - self.first)

    def set_home(self, lat_e7: int, lon_e7: int, altitude_amsl_m: float) -> None:
        self._home = StoredItem(mavlink.MAV_CMD_NAV_WAYPOINT, mavlink.MAV_FRAME_GLOBAL, x=lat_e7, y=lon_e7, z=round(altitude_amsl_m, 2))

    def judge(self, index: int, item: StoredItem) -> int:
        """MAV_MISSION_RESULT of one uploaded item. Home is replaced whatever is sent, so it is not judged."""
        return int(mavlink.MAV_MISSION_ACCEPTED) if index < self.first else self._refuses(item)

    def truncate(self, count: int) -> None:
        del self._items[count:]
        self.revision += 1

    def put(self, index: int, item: StoredItem) -> None:
        """Overwrite item `index` or append it. The old item is gone at once: ArduPilot's upload is not atomic."""
        kept = as_stored(item, winged=self._winged) if self._rewrites else item
        if index < len(self._items):
            self._items[index] = kept
        else:
            self._items.append(kept)
        self.revision += 1

    def replace(self, items: Sequence[StoredItem]) -> None:
        """The whole plan at once."""
        self._items = [as_stored(item, winged=self._winged) if self._rewrites else item for item in items]
        self.revision += 1

    def clear(self) -> None:
        self._items.clear()
        self.revision += 1

    def next_navigation(self, after: int) -> int | None:
        """Index of the first navigation item behind `after`."""
        return next((index for index in range(after + 1, len(self._items)) if self._items[index].is_navigation), None)
