"""ArduPlane's failsafes: a short one (circle) and a long one (return) for radio and station, battery, and landing by RTL_AUTOLAND.

Source: ArduPlane's failsafe and events; a plane on its way by itself goes on through a lost radio unless told otherwise.
"""

from typing import TYPE_CHECKING

from sim.firmware.ardupilot_aiding import AidingNotice
from sim.firmware.ardupilot_battery_failsafe import BatteryFailsafe
from sim.firmware.ardupilot_link_failsafes import station_heard_s
from sim.firmware.ardupilot_position_failsafes import FilterFailsafe
from sim.firmware.firmware import Monitor
from sim.flight_modes import Behaviour

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

WARNING, CRITICAL = 4, 2
NEAR_HOME_M = 150.0
COURSE_KNOWN_MPS = 5.0  # of the satellites' speed
CRASH_FLOWN_S = 2.5
CRASH_DELAY_S = 0.5
HOVERED = frozenset({"QSTABILIZE", "QHOVER", "QLOITER"})
GOING_HOME = frozenset({Behaviour.RETURN, Behaviour.LAND, Behaviour.LANDING_SEQUENCE})
BY_ITSELF = frozenset({Behaviour.MISSION, Behaviour.GUIDED, Behaviour.TAKEOFF})


class PlaneLinkFailsafe:
    """Radio (THR_FAILSAFE) and station (FS_GCS_ENABL) share the short and the long failsafe."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._radio_lost_s: float | None = None
        self._before_short: int | None = None

    def update(self, now_s: float) -> None:
        pilot, parameters = self._pilot, self._pilot.parameters
        radio_s = self._radio_silence_s(now_s)
        heard_s = station_heard_s(pilot)
        watched = parameters["FS_GCS_ENABL"] == 1 or (parameters["FS_GCS_ENABL"] == 3 and pilot.behaviour is Behaviour.MISSION)
        station_s = now_s - heard_s if watched and heard_s is not None else 0.0
        if radio_s == 0.0 and station_s < parameters["FS_LONG_TIMEOUT"]:
            self._clear()
            return
        if radio_s >= parameters["FS_LONG_TIMEOUT"] and "radio" not in pilot.alarms:
            self._long("radio", "RC Long")
        elif station_s >= parameters["FS_LONG_TIMEOUT"] and "station" not in pilot.alarms:
            self._long("station", "GCS")
        elif radio_s >= parameters["FS_SHORT_TIMEOUT"] and not pilot.alarms & {"radio", "radio_short"}:
            self._short()

    def _radio_silence_s(self, now_s: float) -> float:
        if self._pilot.radio_connected or self._pilot.parameters["THR_FAILSAFE"] != 1:
            self._radio_lost_s = None
            return 0.0
        self._radio_lost_s = now_s if self._radio_lost_s is None else self._radio_lost_s
        return now_s - self._radio_lost_s + 1e-6

    def _short(self) -> None:
        pilot = self._pilot
        pilot.alarms.add("radio_short")
        action = int(pilot.parameters["FS_SHORT_ACTN"])
        if not pilot.flying or action == 3 or pilot.behaviour in GOING_HOME or (pilot.behaviour in BY_ITSELF and action == 0):
            pilot.say("RC Short Failsafe On", WARNING)
            return
        self._before_short = int(pilot.mode)
        name = {1: "CIRCLE", 2: "FBWA", 4: "FBWB"}.get(action, "CIRCLE")
        if pilot.flight_mode.name in HOVERED:
            name = "QLAND"
        pilot.set_mode(pilot.mode_named(name).number)
        pilot.say(f"RC Short Failsafe: switched to {pilot.flight_mode.name}", WARNING)

    def _long(self, alarm: str, cause: str) -> None:
        pilot = self._pilot
        pilot.alarms.add(alarm)
        if pilot.flying:
            self._leave_for_home()
        pilot.say(f"{cause} Failsafe On: {pilot.flight_mode.name}", WARNING)

    def _leave_for_home(self) -> None:
        pilot = self._pilot
        action = int(pilot.parameters["FS_LONG_ACTN"])
        if pilot.behaviour in GOING_HOME or (pilot.behaviour in BY_ITSELF and action == 0):
            return
        if pilot.flight_mode.name in HOVERED:
            pilot.set_mode(pilot.mode_named("QLAND").number)
            return
        name = {2: "FBWA", 4: "AUTO"}.get(action, "RTL")
        if not pilot.set_mode(pilot.mode_named(name).number):
            pilot.set_mode(pilot.mode_named("RTL").number)

    def _clear(self) -> None:
        pilot = self._pilot
        if "radio_short" in pilot.alarms and not pilot.alarms & {"radio", "station"}:
            pilot.say("Short Failsafe Cleared", WARNING)
            if self._before_short is not None and pilot.behaviour is Behaviour.CIRCLE:
                pilot.set_mode(self._before_short)
                pilot.say(f"Flight mode {pilot.flight_mode.name} restored")
        if "radio" in pilot.alarms:
            pilot.say("RC Long Failsafe Cleared", WARNING)
        if "station" in pilot.alarms:
            pilot.say("GCS Failsafe Off", WARNING)
        pilot.alarms -= {"radio_short", "radio", "station"}
        self._before_short = None


class PlaneBatteryFailsafe(BatteryFailsafe):
    """BATT_FS_*_ACT of ArduPlane: 1 return, 2 land by the landing sequence, 3 terminate, 4 QLand, 6 loiter to QLand."""

    def _react(self, action: int) -> None:
        pilot = self._pilot
        if not pilot.armed or action == 0:
            return
        if not pilot.flying or action == 3:
            pilot.disarm(force=True, why="failsafe")
            return
        modes = {mode.name for mode in pilot.firmware.modes.values()}
        if action in (4, 6) and "QLAND" in modes:
            pilot.set_mode(pilot.mode_named("QLAND").number)
        elif action in (2, 7) and pilot.run.landing_start() is not None and pilot.helm.start_mission():
            pilot.run.jump(pilot.run.landing_start() or 0)
        elif pilot.behaviour is not Behaviour.RETURN:
            pilot.set_mode(pilot.mode_named("RTL").number)


class AutomaticLanding:
    """RTL_AUTOLAND: from RTL into the mission's landing sequence, once home (1) or at once (2)."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot

    def update(self, now_s: float) -> None:
        pilot = self._pilot
        if pilot.behaviour is not Behaviour.RETURN or not pilot.flying or pilot.flight_mode.hovering:
            return
        wanted, start = int(pilot.parameters["RTL_AUTOLAND"]), pilot.run.landing_start()
        if wanted not in (1, 2) or start is None or pilot.home is None:
            return
        near = pilot.home.minus(pilot.view.position).level_length() < NEAR_HOME_M
        if (wanted == 2 or near) and pilot.helm.start_mission():
            pilot.run.jump(start)
            pilot.say("Starting landing sequence")


class TakeoffNotice:
    """The course a take-off holds, once the ground speed tells one."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._said = False

    def update(self, now_s: float) -> None:
        pilot = self._pilot
        if not pilot.helm.taking_off:
            self._said = False
        elif not self._said and pilot.view.velocity.level_length() > COURSE_KNOWN_MPS:
            self._said = True
            speed = pilot.view.velocity
            pilot.say(f"Holding course {speed.bearing_deg() * 100.0:.0f} at {speed.level_length():.1f}m/s (0.0)")


class PlaneCrashCheck:
    """CRASH_DETECT: in AUTO, flown for 2.5 s, standing for half a second where no landing was wanted."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._flown_since_s: float | None = None
        self._down_s: float | None = None
        self._crashed = False

    def update(self, now_s: float) -> None:
        pilot, wanted = self._pilot, int(self._pilot.parameters["CRASH_DETECT"])
        if pilot.behaviour is not Behaviour.MISSION or not wanted or not pilot.armed or pilot.flight_mode.hovering:
            self._flown_since_s = self._down_s = None
            self._crashed = False
            return
        if pilot.flying:
            self._flown_since_s = now_s if self._flown_since_s is None else self._flown_since_s
            self._down_s = None
            return
        flew = self._flown_since_s is not None and now_s - self._flown_since_s >= CRASH_FLOWN_S
        if not flew or pilot.run.landing or self._crashed:
            return
        self._down_s = now_s if self._down_s is None else self._down_s
        if now_s - self._down_s >= CRASH_DELAY_S:
            self._crashed = True
            if wanted & 1:
                pilot.disarm(force=True, why="crash")
            pilot.say("Crash detected", 0)


class HoverFilterFailsafe(FilterFailsafe):
    """FS_EKF_THRESH of a quadplane: only on its rotors, where it needs a place; QLAND when it flies by itself, else QHOVER."""

    def _watched(self) -> bool:
        pilot = self._pilot
        return super()._watched() and pilot.flight_mode.needs_position and pilot.view.wing_share <= 0.0 and pilot.flying

    def _react(self) -> None:
        pilot = self._pilot
        modes = {mode.name for mode in pilot.firmware.modes.values()}
        if "QLAND" in modes:
            pilot.set_mode(pilot.mode_named("QLAND" if pilot.flight_mode.automatic else "QHOVER").number)

    def _clear(self) -> None:
        self._pilot.alarms.discard("filter")


def plane_monitors(pilot: "Autopilot", *, quadplane: bool) -> list[Monitor]:
    return [
        AidingNotice(pilot),
        PlaneLinkFailsafe(pilot),
        PlaneBatteryFailsafe(pilot),
        *([HoverFilterFailsafe(pilot)] if quadplane else []),
        AutomaticLanding(pilot),
        TakeoffNotice(pilot),
        PlaneCrashCheck(pilot),
    ]
