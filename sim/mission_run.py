"""AUTO: flies the stored mission item by item.

As in ArduPilot, DO commands between two navigation items are carried out together when the second one starts, and are reported
reached with the item before them; after a landing the run goes back to item 0 and is complete.
"""

from collections.abc import Callable
from enum import IntEnum

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.airframes import MotionCommand
from sim.camera_trigger import CameraTrigger
from sim.guidance import corner_speed_mps
from sim.local_place import LocalPlaces
from sim.maneuvers import FlightSpeeds, FlyTo, Hold, Idle, Landing, Maneuver, ReturnFlight, Takeoff, View
from sim.mission_store import MissionStore, StoredItem
from sim.notices import ItemReached, Notice, Text
from sim.parameters import ParameterTable
from sim.vector import Vector

FOREVER_S = 1e12
_NAMES = {
    mavlink.MAV_CMD_NAV_WAYPOINT: "WP",
    mavlink.MAV_CMD_NAV_TAKEOFF: "Takeoff",
    mavlink.MAV_CMD_NAV_LOITER_UNLIM: "LoitUnlim",
    mavlink.MAV_CMD_NAV_LOITER_TIME: "LoitTime",
    mavlink.MAV_CMD_NAV_LAND: "Land",
    mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH: "RTL",
    mavlink.MAV_CMD_NAV_DELAY: "Delay",
    mavlink.MAV_CMD_CONDITION_YAW: "Yaw",
    mavlink.MAV_CMD_DO_CHANGE_SPEED: "SetSpeed",
    mavlink.MAV_CMD_DO_SET_CAM_TRIGG_DIST: "SetCamTrigDst",
    mavlink.MAV_CMD_IMAGE_START_CAPTURE: "ImageStartCapture",
    mavlink.MAV_CMD_IMAGE_STOP_CAPTURE: "ImageStopCapture",
}


class RunState(IntEnum):
    """MISSION_STATE of MISSION_CURRENT."""

    NO_MISSION = 1
    NOT_STARTED = 2
    ACTIVE = 3
    PAUSED = 4
    COMPLETE = 5


class MissionRun:
    """Progress through the store."""

    def __init__(
        self,
        *,
        store: MissionStore,
        parameters: ParameterTable,
        speeds: FlightSpeeds,
        places: LocalPlaces,
        trigger: CameraTrigger,
        announce: Callable[[Notice], None],
    ) -> None:
        self._store = store
        self._parameters = parameters
        self._speeds = speeds
        self._places = places
        self._trigger = trigger
        self._announce = announce
        self._maneuver: Maneuver | None = None
        self._leg_start: Vector | None = None
        self._started = False
        self._complete = False
        self._active = False
        self.current = 0
        self.home = Vector(0.0, 0.0, 0.0)
        self.landed = False

    @property
    def state(self) -> RunState:
        if len(self._store) <= 1:
            return RunState.NO_MISSION
        if self._complete:
            return RunState.COMPLETE
        if not self._started:
            return RunState.NOT_STARTED
        return RunState.ACTIVE if self._active else RunState.PAUSED

    @property
    def starts_with_takeoff(self) -> bool:
        first = self._store.next_navigation(0)
        return first is not None and self._store[first].command == mavlink.MAV_CMD_NAV_TAKEOFF

    def begin(self) -> None:
        """Start, or go on with the item that was interrupted; a complete mission starts anew."""
        if self._complete or not self._started:
            self.rewind()
        self._active = True
        self.landed = False
        self._maneuver = None
        self._leg_start = None

    def pause(self) -> None:
        self._active = False
        self._maneuver = None

    def flight_over(self) -> None:
        """Motors stopped: the next start begins at the first item; a complete mission is still shown as complete."""
        self.pause()
        self.current = 0
        self._started = False

    def rewind(self) -> None:
        self.current = 0
        self._started = self._complete = False
        self._maneuver = None

    def mission_changed(self) -> None:
        """The store has new contents: a running mission restarts its current command, an idle one is rewound."""
        if not self._active or self._complete or not self._started:
            self.rewind()
            return
        self.current = min(self.current, self._store.last)
        self._maneuver = None
        self._announce(Text("Auto mission changed, restarted command"))

    def jump(self, index: int) -> bool:
        """Make `index` the current item. False when there is no such item."""
        if not 0 <= index <= self._store.last or len(self._store) == 0:
            return False
        self.current = index
        self._complete = False
        self._started = index > 0
        self._maneuver = None
        return True

    @property
    def done(self) -> bool:
        return self.landed

    def update(self, view: View) -> MotionCommand:
        if self._maneuver is None:
            self._take_up(view)
        if self._maneuver is None:
            return MotionCommand(motors_on=not self.landed)
        command = self._maneuver.update(view)
        if self._maneuver.done and not self._complete:
            self._advance(view)
        return command

    def _take_up(self, view: View) -> None:
        """Begin with the current item: the first navigation item at or behind it."""
        index = self.current if self.current > 0 and self._store[self.current].is_navigation else self._store.next_navigation(self.current)
        if index is None or index > self._store.last:
            self._finish(view)
            return
        # A DO item that was made current is carried out too; a navigation item begun again does not repeat the ones before it.
        jumped_to_do = 0 < self.current < index
        self._begin_item(index, self.current - 1 if jumped_to_do else self.current, view)

    def _begin_item(self, index: int, after: int, view: View) -> None:
        """Start navigation item `index`, then the DO commands between it and the item `after`."""
        item = self._store[index]
        self._started = True
        self.current = index
        self._announce(Text(f"Mission: {index} {_NAMES[item.command]}"))
        self._maneuver = self._maneuver_for(item, index, view)
        for between in range(after + 1, index):
            self._do(between, view)

    def _maneuver_for(self, item: StoredItem, index: int, view: View) -> Maneuver:
        match item.command:
            case mavlink.MAV_CMD_NAV_TAKEOFF:
                self._leg_start = None
                return Takeoff(self._speeds, max(1.0, self._places.height_m(item.z, item.frame)))
            case mavlink.MAV_CMD_NAV_LAND:
                here = self._places.of_item(item, view.position)
                target = Vector(here.east, here.north, max(view.position.up, 0.0))
                return _ThenLand(self._speeds, target)
            case mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH:
                return ReturnFlight(self._speeds, self._parameters, self.home)
            case mavlink.MAV_CMD_NAV_DELAY:
                return FlyTo(self._speeds, view.position, hold_s=item.param1, heading_deg=view.heading_deg, radius_m=1e9)
        target = self._places.of_item(item, view.position)
        hold_s = FOREVER_S if item.command == mavlink.MAV_CMD_NAV_LOITER_UNLIM else max(0.0, item.param1)
        start = self._leg_start
        self._leg_start = target
        return FlyTo(
            self._speeds,
            target,
            start=start,
            end_speed_mps=self._end_speed_mps(index, start or view.position, target),
            hold_s=hold_s,
            turn_to_leg=self._parameters["WP_YAW_BEHAVIOR"] != 0,
            radius_m=self._parameters["WPNAV_RADIUS"] / 100.0,
        )

    def _end_speed_mps(self, index: int, start: Vector, target: Vector) -> float:
        following = self._store.next_navigation(index)
        if following is None or self._store[following].command != mavlink.MAV_CMD_NAV_WAYPOINT:
            return 0.0
        return corner_speed_mps(start, target, self._places.of_item(self._store[following], target))

    def _do(self, index: int, view: View) -> None:
        item = self._store[index]
        self._announce(Text(f"Mission: {index} {_NAMES[item.command]}"))
        match item.command:
            case mavlink.MAV_CMD_DO_CHANGE_SPEED:
                if item.param2 > 0.0:
                    self._speeds.level_mps = item.param2
            case mavlink.MAV_CMD_DO_SET_CAM_TRIGG_DIST:
                self._trigger.by_distance(item.param1, at_once=item.param3 == 1.0)
            case mavlink.MAV_CMD_IMAGE_START_CAPTURE:
                self._trigger.by_time(item.param2, int(item.param3))
            case mavlink.MAV_CMD_IMAGE_STOP_CAPTURE:
                self._trigger.stop_timed()
            case mavlink.MAV_CMD_CONDITION_YAW:
                if isinstance(self._maneuver, FlyTo):
                    relative = item.param4 == 1.0
                    turn = item.param1 * (-1.0 if relative and item.param3 < 0 else 1.0)
                    self._maneuver.heading_deg = ((view.heading_deg if relative else 0.0) + turn) % 360.0

    def _advance(self, view: View) -> None:
        following = self._store.next_navigation(self.current)
        until = len(self._store) if following is None else following
        for index in range(self.current, until):
            self._announce(ItemReached(index))
        if following is None:
            for index in range(self.current + 1, until):
                self._do(index, view)
            self._finish(view)
            return
        self._begin_item(following, self.current, view)

    def _finish(self, view: View) -> None:
        """Mission at its end: on the ground the flight is over, in the air the vehicle waits where it is."""
        self._complete = True
        self.landed = view.on_ground
        self._maneuver = Idle() if view.on_ground else Hold(self._speeds)
        if view.on_ground:
            self.current = 0


class _ThenLand:
    """Fly level to a place, then land there."""

    def __init__(self, speeds: FlightSpeeds, above: Vector) -> None:
        self._approach = FlyTo(speeds, above)
        self._landing = Landing(speeds, above)

    @property
    def done(self) -> bool:
        return self._landing.done

    def update(self, view: View) -> MotionCommand:
        if not self._approach.done and not view.on_ground:
            return self._approach.update(view)
        return self._landing.update(view)
