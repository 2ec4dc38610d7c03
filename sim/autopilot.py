"""The copter's autopilot: a small state machine of modes after ArduCopter. No I/O, no clock of its own.

`update` takes what the vehicle believes of itself and gives the motion wanted. Requests (arm, take off, change mode …) answer at
once whether they are accepted; what happened otherwise comes out as notices. There is no pilot with sticks: STABILIZE, ALT_HOLD,
LOITER and BRAKE all hold the place where they were entered.
"""

from dataclasses import replace

from sim.airframes import Command, MotionCommand
from sim.battery import CAPACITY_AH, Battery
from sim.camera_trigger import CameraTrigger
from sim.local_place import LocalPlaces
from sim.maneuvers import FlightSpeeds, FlyTo, Hold, Idle, Landing, Maneuver, ReturnFlight, Takeoff, View
from sim.mission_run import MissionRun
from sim.mission_store import MissionStore
from sim.modes import ARMABLE, NEEDS_POSITION, Mode
from sim.notices import HomeSet, Notice, PhotoTaken, Text
from sim.parameters import ParameterTable
from sim.sensors import Readings
from sim.vector import Vector

CRITICAL, WARNING, INFO = 2, 4, 6
MINIMUM_ARMING_CHARGE = 0.2
LOWEST_GUIDED_HEIGHT_M = 0.5


class Autopilot:
    """One vehicle's autopilot."""

    def __init__(self, parameters: ParameterTable, store: MissionStore, places: LocalPlaces) -> None:
        self._parameters = parameters
        self._places = places
        self._notices: list[Notice] = []
        self._speeds = FlightSpeeds(parameters)
        self._maneuver: Maneuver = Idle()
        self._view = View(Vector(0.0, 0.0, 0.0), Vector(0.0, 0.0, 0.0), 0.0, True, 0.0)
        self._battery = Battery()
        self._readings = Readings()
        self._idle_since_s = 0.0
        self._ready_said = False
        self._low_said = self._critical_said = False
        self.trigger = CameraTrigger()
        self.run = MissionRun(
            store=store, parameters=parameters, speeds=self._speeds, places=places, trigger=self.trigger, announce=self._notices.append
        )
        self.mode = Mode.STABILIZE
        self.armed = False
        self.home: Vector | None = None

    # What the outside may ask ------------------------------------------------------------------------------------------------

    @property
    def flying(self) -> bool:
        return self.armed and not self._view.on_ground

    @property
    def landing(self) -> bool:
        return self.flying and isinstance(self._maneuver, Landing)

    def take_notices(self) -> list[Notice]:
        taken = self._notices.copy()
        self._notices.clear()
        return taken

    def arming_obstacle(self) -> str | None:
        """Why the vehicle may not arm now, in ArduPilot's words; None when it may."""
        if self.mode not in ARMABLE:
            return f"{self.mode.name} mode not armable"
        if self._parameters["ARMING_CHECK"] == 0:
            return None
        if self._readings.gps.kind < 3:
            return "GPS 1: Bad fix"
        if not self._readings.ready:
            return "Need Position Estimate"
        if self._battery.charge < MINIMUM_ARMING_CHARGE:
            return "Battery 1 below minimum arming capacity"
        return None

    # Requests ----------------------------------------------------------------------------------------------------------------

    def arm(self, *, force: bool = False) -> bool:
        if self.armed:
            return True
        obstacle = None if force else self.arming_obstacle()
        if obstacle is not None:
            self._say(f"Arm: {obstacle}", CRITICAL)
            return False
        self.armed = True
        self._speeds.level_mps = None
        self._idle_since_s = self._view.now_s
        self._maneuver = Idle() if self._view.on_ground else Hold(self._speeds)
        self._set_home(Vector(self._view.position.east, self._view.position.north, 0.0))
        self._say("Arming motors")
        return True

    def disarm(self, *, force: bool = False) -> bool:
        if not self.armed:
            return True
        if self.flying and not force:
            return False
        self.armed = False
        self.trigger.by_distance(0.0)
        self.trigger.stop_timed()
        self.run.flight_over()
        self._say("Disarming motors")
        return True

    def set_mode(self, mode: Mode) -> bool:
        if mode == self.mode:
            return True
        if mode in NEEDS_POSITION and not self._readings.ready:
            self._say(f"Mode change to {mode.name} failed: requires position", WARNING)
            return False
        if mode is Mode.AUTO and not self._may_enter_auto():
            return False
        if self.mode is Mode.AUTO:
            self.run.pause()
        self.mode = mode
        self._maneuver = self._maneuver_of(mode)
        return True

    def take_off(self, height_m: float) -> bool:
        """GUIDED, armed, on the ground."""
        if self.mode is not Mode.GUIDED or not self.armed or self.flying or height_m < LOWEST_GUIDED_HEIGHT_M:
            return False
        self._maneuver = Takeoff(self._speeds, height_m)
        return True

    def fly_to(self, target: Vector, *, heading_deg: float | None = None, speed_mps: float | None = None) -> bool:
        """GUIDED; accepted on the ground too, where nothing moves: accepted is not moving."""
        if self.mode is not Mode.GUIDED:
            return False
        if speed_mps is not None and speed_mps > 0.0:
            self._speeds.level_mps = speed_mps
        if self.flying:
            self._maneuver = FlyTo(self._speeds, target, heading_deg=heading_deg, turn_to_leg=self._parameters["WP_YAW_BEHAVIOR"] != 0)
        return True

    def turn_to(self, heading_deg: float) -> bool:
        """GUIDED in flight: keep the place, change the heading."""
        if self.mode is not Mode.GUIDED or not self.flying:
            return False
        self._maneuver = FlyTo(self._speeds, self._view.position, heading_deg=heading_deg % 360.0)
        return True

    def change_speed(self, speed_mps: float) -> bool:
        if speed_mps <= 0.0:
            return False
        self._speeds.level_mps = speed_mps
        return True

    def start_mission(self) -> bool:
        """MISSION_START: enter AUTO and go. Disarmed it only selects the mode."""
        if not self.set_mode(Mode.AUTO):
            return False
        if self.armed and self._maneuver is not self.run:
            self.run.begin()
            self._maneuver = self.run
        return True

    def mission_changed(self) -> None:
        self.run.mission_changed()

    def may_clear_mission(self) -> bool:
        return not (self.mode is Mode.AUTO and self.armed)

    # One step ----------------------------------------------------------------------------------------------------------------

    def update(self, readings: Readings, battery: Battery, now_s: float) -> Command:
        """What the motors should do during the next step."""
        self._readings = readings
        believed = readings.believed
        self._view = View(believed.position, believed.velocity, believed.heading_deg, believed.on_ground, now_s)
        self._battery = battery
        if not self._ready_said and readings.ready:
            self._ready_said = True
            self._say("EKF3 IMU0 is using GPS")
            self._set_home(Vector(believed.position.east, believed.position.north, 0.0))
        if not self.armed:
            return MotionCommand()
        self._heed_battery()
        command = self._maneuver.update(self._view)
        if self.trigger.update(believed.position, now_s):
            self._notices.append(PhotoTaken(self.trigger.photos, believed.position))
        self._leave_finished()
        return command if self.armed else replace(command, motors_on=False)

    def _leave_finished(self) -> None:
        """What follows a finished maneuver, and motors left idling on the ground."""
        if self._maneuver.done:
            if isinstance(self._maneuver, (Landing, ReturnFlight, MissionRun)):
                self.disarm(force=True)
                return
            if isinstance(self._maneuver, Takeoff):
                self._maneuver = Hold(self._speeds)
        if not self._view.on_ground or isinstance(self._maneuver, Takeoff) or (self._maneuver is self.run):
            self._idle_since_s = self._view.now_s
        elif self._view.now_s - self._idle_since_s >= self._parameters["DISARM_DELAY"]:
            self.disarm(force=True)

    def _maneuver_of(self, mode: Mode) -> Maneuver:
        if not self.armed:
            return Idle()
        match mode:
            case Mode.AUTO:
                # On the ground AUTO waits for MISSION_START; in the air it goes on at once.
                if self._view.on_ground:
                    return Idle()
                self.run.begin()
                return self.run
            case Mode.RTL:
                return ReturnFlight(self._speeds, self._parameters, self.home or Vector(0.0, 0.0, 0.0))
            case Mode.LAND:
                return Landing(self._speeds)
        return Idle() if self._view.on_ground else Hold(self._speeds)

    def _may_enter_auto(self) -> bool:
        if self.run.state == self.run.state.NO_MISSION:
            self._say("Mode change to AUTO failed: no mission", WARNING)
            return False
        if self.armed and self._view.on_ground and not self.run.starts_with_takeoff:
            self._say("Auto: Missing Takeoff Cmd", CRITICAL)
            return False
        return True

    def _heed_battery(self) -> None:
        left_mah = self._battery.charge * CAPACITY_AH * 1000.0
        if not self._critical_said and left_mah < self._parameters["BATT_CRT_MAH"]:
            self._critical_said = self._low_said = True
            self._say("Battery 1 is critical", CRITICAL)
            self._battery_action(self._parameters["BATT_FS_CRT_ACT"])
        elif not self._low_said and left_mah < self._parameters["BATT_LOW_MAH"]:
            self._low_said = True
            self._say("Battery 1 is low", WARNING)
            self._battery_action(self._parameters["BATT_FS_LOW_ACT"])

    def _battery_action(self, action: float) -> None:
        if not self.flying or self.mode is Mode.LAND:
            return
        if action == 1:
            self.set_mode(Mode.LAND)
        elif action == 2:
            self.set_mode(Mode.RTL)

    def battery_replaced(self) -> None:
        self._low_said = self._critical_said = False
        self._say("Battery 1 replaced")

    def _set_home(self, position: Vector) -> None:
        self.home = position
        self.run.home = position
        self._notices.append(HomeSet(position))

    def _say(self, text: str, severity: int = INFO) -> None:
        self._notices.append(Text(text, severity))
