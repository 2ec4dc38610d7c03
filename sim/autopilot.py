"""A vehicle's autopilot: a small state machine of modes. No I/O, no clock of its own.

`update` takes what the vehicle is told of itself and gives the motion wanted. Requests (arm, take off, change mode …) answer at once
whether they are accepted; what happened otherwise comes out as notices. What differs between ArduCopter, ArduPlane and PX4 is asked
of the `firmware`. There is no pilot with sticks: every mode flies as with the sticks let go.
"""

from typing import TYPE_CHECKING

from sim.airframes import Command, MotionCommand
from sim.battery import Battery
from sim.camera_trigger import CameraTrigger
from sim.fence import Fence, FenceState
from sim.flight_modes import Behaviour, FlightMode
from sim.helm import TAKEOFFS, Helm
from sim.local_place import LocalPlaces
from sim.maneuvers import View
from sim.mission_run import MissionRun
from sim.mission_store import MissionStore
from sim.notices import HomeSet, ModeChanged, Notice, PhotoTaken, Text
from sim.parameters import ParameterTable
from sim.sensors import Readings
from sim.steady_climb import SteadyClimb
from sim.trail import way_flown
from sim.vector import ZERO, Vector
from sim.watch import Watch

if TYPE_CHECKING:
    from sim.firmware.firmware import Firmware

EMERGENCY, ALERT, CRITICAL, ERROR, WARNING, NOTICE, INFO = range(7)


class Autopilot:
    """One vehicle's autopilot."""

    def __init__(self, firmware: "Firmware", parameters: ParameterTable, store: MissionStore, places: LocalPlaces) -> None:
        self.firmware = firmware
        self.parameters = parameters
        self.places = places
        self.store = store
        self.tuning = firmware.tuning(parameters)
        self.piloting = firmware.piloting(parameters)
        self.speeds = self.piloting.speeds
        self.view = View(ZERO, ZERO, 0.0, True, 0.0)
        self.readings = Readings()
        self.battery = Battery()
        self.fence = Fence()
        self.fence_state = FenceState()
        self.trigger = CameraTrigger()
        self.terrain_known = True  # the ground below and below the item now flown
        self.terrain_pending = False  # some of the ground that may be needed has not been sent yet
        self.asked: Command = MotionCommand()  # what the manoeuvre wanted at the last step
        self.setpoint_s: float | None = None  # when the last position or velocity target came
        self.takeoff_up_m: float | None = None  # a take-off's height that somebody named
        self.station_heard_s: dict[int, float] = {}
        self.alarms: set[str] = set()  # failsafes that are on, by name
        self.vetoes: dict[str, str] = {}  # what else on board stands against arming, and why
        self.armed = False
        self.armed_at_s = 0.0
        self.home: Vector | None = None
        self.trail: list[Vector] = []
        self.ground_up_m = 0.0  # height of the ground the vehicle stands or stood on
        self._notices: list[Notice] = []
        self.helm = Helm(self)
        self._idle_since_s = 0.0
        self._climb = SteadyClimb(self.tuning)
        self._ready_said = False
        self.run = MissionRun(
            store=store, manner=firmware.manner, piloting=self.piloting, places=places, trigger=self.trigger, announce=self._notices.append
        )
        self.flight_mode = firmware.start_mode
        self._watch = Watch(firmware.monitors(self))

    # What the outside may ask ------------------------------------------------------------------------------------------------

    @property
    def mode(self) -> int:
        """The mode's number; also its name, as a member of the firmware's enumeration."""
        return self.flight_mode.number

    @property
    def behaviour(self) -> Behaviour:
        return self.flight_mode.behaviour

    @property
    def flying(self) -> bool:
        return self.armed and not self.view.on_ground

    @property
    def has_navigated(self) -> bool:
        """A position has been known since boot."""
        return self._ready_said

    @property
    def radio_connected(self) -> bool:
        return self.readings.rc_connected and self.parameters.get("SIM_RC_FAIL") == 0.0

    @property
    def now_s(self) -> float:
        return self.view.now_s

    def take_notices(self) -> list[Notice]:
        taken = self._notices.copy()
        self._notices.clear()
        return taken

    def arming_obstacles(self) -> list[str]:
        """Why the vehicle may not arm now, in its firmware's words; empty when it may."""
        return [*self.firmware.arming_obstacles(self), *self.vetoes.values()]

    # Requests ----------------------------------------------------------------------------------------------------------------

    def arm(self, *, force: bool = False) -> bool:
        if self.armed:
            return True
        obstacles = [] if force else self.arming_obstacles()
        if obstacles:
            for obstacle in obstacles[:4]:
                self.say(f"{self.firmware.words.arm_refused}{obstacle}", CRITICAL)
            if self.firmware.words.arm_denied:
                self.say(self.firmware.words.arm_denied, CRITICAL)
            return False
        self.armed = True
        self.armed_at_s = self._idle_since_s = self.now_s
        self.speeds.reset()
        self.trail = []
        self.helm.follow_mode()
        self.set_home(Vector(self.view.position.east, self.view.position.north, self.ground_up_m))
        self.say(self.firmware.words.armed)
        return True

    def disarm(self, *, force: bool = False, why: str = "command") -> bool:
        if not self.armed:
            return True
        if self.flying and not force:
            return False
        self.armed = False
        self.trigger.by_distance(0.0)
        self.trigger.stop_timed()
        self.run.flight_over()
        self.helm.let_go()
        self.say(self.firmware.words.disarmed.format(why=why))
        self.firmware.disarmed(self)
        return True

    def mode_named(self, name: str) -> FlightMode:
        """A mode of this firmware by its name; raises `KeyError` for an unknown one."""
        return next(mode for mode in self.firmware.modes.values() if mode.name == name)

    def set_mode(self, number: int) -> bool:
        """Change to the mode of this number. False, with a reason said, when the firmware refuses."""
        wanted = self.firmware.modes[number]
        if wanted is self.flight_mode:
            return True
        refusal = self.firmware.mode_refusal(self, wanted)
        if refusal is not None:
            self.say(refusal, WARNING)
            return False
        if self.behaviour is Behaviour.MISSION:
            self.run.pause()
        self.flight_mode = wanted
        if wanted.hovering is not None:
            self.piloting.hover(wanted.hovering)
        self.helm.follow_mode()
        self._notices.append(ModeChanged())
        return True

    def mission_changed(self) -> None:
        self.run.mission_changed()

    def may_clear_mission(self) -> bool:
        return self.firmware.clears_flown_mission or not (self.behaviour is Behaviour.MISSION and self.armed)

    def set_home(self, position: Vector) -> None:
        self.home = position
        self.run.home = position
        self._notices.append(HomeSet(position))

    def hear_station(self, system_id: int) -> None:
        """A ground station's heartbeat came."""
        self.station_heard_s[system_id] = self.now_s

    def battery_replaced(self) -> None:
        self.alarms -= {"battery_low", "battery_critical"}
        self.say("Battery 1 replaced")

    def say(self, text: str, severity: int = INFO) -> None:
        self._notices.append(Text(text, severity))

    # One step ----------------------------------------------------------------------------------------------------------------

    def update(self, readings: Readings, battery: Battery, now_s: float) -> Command:
        """What the motors should do during the next step."""
        believed = readings.believed
        self.readings, self.battery = readings, battery
        self.view = View(
            believed.position,
            believed.velocity,
            believed.heading_deg,
            believed.on_ground,
            now_s,
            believed.airspeed_mps,
            believed.wing_share,
            armed_at_s=self.armed_at_s,
        )
        if not self._ready_said and readings.ready:
            self._ready_said = True
            self.say(self.firmware.words.position_known)
            self.set_home(Vector(believed.position.east, believed.position.north, self.ground_up_m))
        if believed.on_ground:
            self.ground_up_m = readings.ground_up_m
        self._watch.update(now_s)
        if not self.armed:
            return MotionCommand()
        self.asked = self.helm.maneuver.update(self.view)
        command = self._climb.steadied(self.asked, self.view)
        if self.trigger.update(believed.position, now_s):
            self._notices.append(PhotoTaken(self.trigger.photos, believed.position))
        if not self.view.on_ground and self.behaviour is not Behaviour.RETRACE and self.readings.ready:
            self.trail = way_flown(self.trail, self.view.position)
        self._leave_finished()
        return command if self.armed else MotionCommand()

    def _leave_finished(self) -> None:
        """What follows a finished manoeuvre, and motors left idling on the ground."""
        if self.helm.maneuver.done:
            if isinstance(self.helm.maneuver, TAKEOFFS):
                self.firmware.took_off(self)
            elif self.view.on_ground:
                self.disarm(force=True, why="landing")
                return
        if not self.view.on_ground or isinstance(self.helm.maneuver, TAKEOFFS) or self.helm.in_mission:
            self._idle_since_s = self.now_s
        elif 0.0 < self.tuning.idle_disarm_s <= self.now_s - self._idle_since_s:
            self.disarm(force=True, why="auto preflight disarming")
