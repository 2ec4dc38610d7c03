"""AUTO: flies the stored mission item by item.

DO commands between two navigation items begin together with the second one, those behind a condition (delay, distance, yaw) once it
is met; what still waits when the item is reached is never done, as with ArduPilot. ArduPilot reports them reached together with the item
before them and goes back to item 0 after a landing; PX4 makes each of them the current item and stays at the last one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.airframes import Command, MotionCommand
from sim.camera_trigger import CameraTrigger
from sim.local_place import LocalPlaces
from sim.maneuvers import FlyTo, Maneuver, View
from sim.mission_commands import CONDITIONS, DO_JUMP_TAG, JUMP_TAG, JUMPS, LANDINGS, NAMES, PLACED, TAKEOFFS
from sim.mission_items import carry_out, maneuver_for
from sim.mission_store import MissionStore, StoredItem
from sim.notices import ItemReached, Notice, Text
from sim.piloting import Piloting
from sim.vector import ZERO, Vector, turn_deg

HEADING_REACHED_DEG = 2.0  # AutoYaw::reached_fixed_yaw_target
MOST_JUMPS = 100  # items skipped over in one step; ArduPilot gives up such a mission too


class RunState(IntEnum):
    """MISSION_STATE of MISSION_CURRENT."""

    NO_MISSION = 1
    NOT_STARTED = 2
    ACTIVE = 3
    PAUSED = 4
    COMPLETE = 5


@dataclass(frozen=True, slots=True)
class MissionManner:
    """How a firmware runs missions."""

    announces_items: bool = True  # "Mission: 3 WP" as STATUSTEXT
    reports_with_item_before: bool = True
    rewinds_after_landing: bool = True
    takeoff_is_by_wing: bool = False  # a VTOL's plain NAV_TAKEOFF goes over to the wing too
    changed_text: str = "Auto mission changed, restarted command"
    waypoint_text: str = ""  # said at a waypoint, with {index} and {distance_m}
    takeoff_text: str = ""  # said at a take-off's end, with {height_m}
    waypoint_heading_within_deg: float | None = None  # NAV_WAYPOINT's fourth parameter is turned to, this closely; None: not looked at


class MissionRun:
    """Progress through the store."""

    def __init__(
        self,
        *,
        store: MissionStore,
        manner: MissionManner,
        piloting: Piloting,
        places: LocalPlaces,
        trigger: CameraTrigger,
        announce: Callable[[Notice], None],
    ) -> None:
        self._store = store
        self._manner = manner
        self.piloting = piloting
        self.places = places
        self.trigger = trigger
        self.announce = announce
        self.maneuver: Maneuver | None = None
        self._leg_start: Vector | None = None
        self._pending: list[int] = []  # DO commands and conditions not carried out yet
        self._waits_until_s = 0.0
        self._waits_within_m: float | None = None
        self._waits_heading_deg: float | None = None
        self._jumped: dict[int, int] = {}
        self._started = self._complete = self._active = False
        self.current = 0
        self.home = ZERO
        self.roi: Vector | None = None
        self.fence_wanted: int | None = None  # DO_FENCE_ENABLE of the mission, taken by the firmware
        self.home_wanted: Vector | None = None
        self.landed = False

    @property
    def state(self) -> RunState:
        if len(self._store) <= self._store.first:
            return RunState.NO_MISSION
        if self._complete:
            return RunState.COMPLETE
        if not self._started:
            return RunState.NOT_STARTED
        return RunState.ACTIVE if self._active else RunState.PAUSED

    @property
    def takeoff_is_by_wing(self) -> bool:
        return self._manner.takeoff_is_by_wing

    @property
    def starts_with_takeoff(self) -> bool:
        first = self._next_navigation(self._store.first)
        return first is not None and self._store[first].command in TAKEOFFS

    @property
    def landing(self) -> bool:
        """The item flown now is the landing."""
        landing = bool(getattr(self.maneuver, "landing", False))
        return self._active and (landing or (self.current < len(self._store) and self._store[self.current].command in LANDINGS))

    @property
    def done(self) -> bool:
        return self.landed

    def items(self) -> range:
        return range(self._store.first, len(self._store))

    def landing_start(self) -> int | None:
        """The item behind which the landing sequence begins; None when the mission has none."""
        return next((index for index in self.items() if self._store[index].command == mavlink.MAV_CMD_DO_LAND_START), None)

    def begin(self) -> None:
        """Start, or go on with the item that was interrupted; a complete mission starts anew."""
        if self._complete or not self._started:
            self.rewind()
        self._active = True
        self.landed = False
        self.maneuver = None
        self._leg_start = None

    def begin_at(self, index: int) -> None:
        self.jump(index)
        self._active = True
        self.landed = False
        self._leg_start = None

    def pause(self) -> None:
        self._active = False
        self.maneuver = None

    def flight_over(self) -> None:
        """Motors stopped: the next start begins at the first item; a complete mission is still shown as complete."""
        self.pause()
        if self._manner.rewinds_after_landing:
            self.current = 0
        self._started = False

    def rewind(self) -> None:
        self.current = 0
        self._started = self._complete = False
        self._jumped.clear()
        self.maneuver = None

    def mission_changed(self) -> None:
        """The store has new contents: a running mission restarts its current command, an idle one is rewound."""
        if not self._active or self._complete or not self._started:
            self.rewind()
            return
        self.current = min(self.current, max(0, len(self._store) - 1))
        self.maneuver = None
        if self._manner.changed_text:
            self.announce(Text(self._manner.changed_text))

    def jump(self, index: int) -> bool:
        """Make `index` the current item. False when there is no such item."""
        if not 0 <= index < len(self._store):
            return False
        self.current = index
        self._complete = False
        self._started = index >= self._store.first
        self.maneuver = None
        return True

    def update(self, view: View) -> Command:
        if self.maneuver is None:
            self._take_up(view)
        if self.maneuver is None:
            return MotionCommand(motors_on=not self.landed)
        command = self.maneuver.update(view)
        if self._pending:
            self._carry_on(view)
        if self.maneuver is not None and self.maneuver.done and not self._complete:
            self._advance(view)
        return command

    # Items -------------------------------------------------------------------------------------------------------------------

    def _take_up(self, view: View) -> None:
        """Begin with the current item: the first navigation item at or behind it. A DO item that was made current is carried out too."""
        index, passed = self._way(max(self.current, self._store.first), self._jumped)
        if index is None:
            self._finish(view)
            return
        self._begin_item(index, passed, view)

    def _begin_item(self, index: int, passed: list[int], view: View) -> None:
        """Start navigation item `index`, then carry out the items passed on the way to it."""
        item = self._store[index]
        self._started = True
        self.current = index
        following = self._next_navigation(index + 1)
        after = None if following is None else self._store[following]
        self.maneuver = maneuver_for(self, item, after, self._leg_start, view)
        if item.command in TAKEOFFS:
            self._leg_start = None
        elif item.command in PLACED:
            self._leg_start = self.places.of_item(item, view.position)
        self._pending = passed
        self._waits_until_s, self._waits_within_m, self._waits_heading_deg = 0.0, None, None
        self._carry_on(view)
        self._tell(index)

    def _carry_on(self, view: View) -> None:
        """DO commands up to the next condition that is not met yet."""
        while self._pending:
            if view.now_s < self._waits_until_s:
                return
            if self._waits_within_m is not None and self._distance_m(view) > self._waits_within_m:
                return
            if self._waits_heading_deg is not None and abs(turn_deg(view.heading_deg, self._waits_heading_deg)) > HEADING_REACHED_DEG:
                return
            self._waits_until_s, self._waits_within_m, self._waits_heading_deg = 0.0, None, None
            index = self._pending.pop(0)
            item = self._store[index]
            if item.command in JUMPS or item.command == JUMP_TAG:
                continue
            self._tell(index)
            if item.command == mavlink.MAV_CMD_CONDITION_DELAY:
                self._waits_until_s = view.now_s + item.param1
            elif item.command == mavlink.MAV_CMD_CONDITION_DISTANCE:
                self._waits_within_m = item.param1
            else:
                carry_out(self, item, view)
                if item.command == mavlink.MAV_CMD_CONDITION_YAW and (leg := self.leg) is not None:
                    self._waits_heading_deg = leg.heading_deg
            if not self._manner.reports_with_item_before:
                self.announce(ItemReached(index))

    @property
    def leg(self) -> FlyTo | None:
        """The straight leg being flown; None during every other manoeuvre."""
        flown = getattr(self.maneuver, "leg", self.maneuver)
        return flown if isinstance(flown, FlyTo) else None

    @property
    def heading_within_deg(self) -> float | None:
        return self._manner.waypoint_heading_within_deg

    def _distance_m(self, view: View) -> float:
        target = self.places.of_item(self._store[self.current], view.position)
        return target.minus(view.position).level_length()

    def _tell_done(self, view: View) -> None:
        command = self._store[self.current].command
        if command in (mavlink.MAV_CMD_NAV_WAYPOINT, mavlink.MAV_CMD_NAV_SPLINE_WAYPOINT) and self._manner.waypoint_text:
            self.announce(Text(self._manner.waypoint_text.format(index=self.current, distance_m=self._distance_m(view))))
        elif command in TAKEOFFS and self._manner.takeoff_text:
            self.announce(Text(self._manner.takeoff_text.format(height_m=view.position.up - self.home.up)))

    def _advance(self, view: View) -> None:
        self._tell_done(view)
        following, passed = self._way(self.current + 1, self._jumped)
        for index in [self.current, *(passed if self._manner.reports_with_item_before else ())]:
            self.announce(ItemReached(index))
        if following is not None:
            self._begin_item(following, passed, view)
            return
        for index in passed:
            if self._store[index].command not in JUMPS | CONDITIONS:
                self._tell(index)
                carry_out(self, self._store[index], view)
        self._finish(view)

    def _next_navigation(self, index: int) -> int | None:
        return self._way(index, dict(self._jumped))[0]

    def _way(self, index: int, jumped: dict[int, int]) -> tuple[int | None, list[int]]:
        """First navigation item at or behind `index`, jumps taken, and the other items passed before it. Counts jumps in `jumped`."""
        passed: list[int] = []
        for _ in range(MOST_JUMPS):
            if index >= len(self._store):
                break
            item = self._store[index]
            if item.is_navigation:
                return index, passed
            passed.append(index)
            target = self._jump_target(item) if item.command in JUMPS else None
            if target is not None and (item.param2 < 0 or jumped.get(index, 0) < int(item.param2)):
                jumped[index] = jumped.get(index, 0) + 1
                index = target
            else:
                index += 1
        return None, passed

    def _jump_target(self, item: StoredItem) -> int | None:
        if item.command != DO_JUMP_TAG:
            return int(item.param1) if self._store.first <= item.param1 < len(self._store) else None
        tags = (i for i in self.items() if self._store[i].command == JUMP_TAG and self._store[i].param1 == item.param1)
        return next(tags, None)

    def _tell(self, index: int) -> None:
        if self._manner.announces_items:
            self.announce(Text(f"Mission: {index} {NAMES[self._store[index].command]}"))

    def _finish(self, view: View) -> None:
        """Mission at its end: on the ground the flight is over, in the air the vehicle waits where it is."""
        self._complete = True
        self.landed = view.on_ground
        self.maneuver = self.piloting.idle() if view.on_ground else self.piloting.hold()
        if view.on_ground and self._manner.rewinds_after_landing:
            self.current = 0
