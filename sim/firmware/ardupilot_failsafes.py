"""ArduCopter's failsafes: what is watched, for how long, what is said and what is done about it.

Sources: ArduCopter's events, ekf_check, crash_check and AP_BattMonitor; times and limits are its parameters' defaults.
"""

from typing import TYPE_CHECKING

from sim.battery import CAPACITY_AH
from sim.firmware.ardupilot_aiding import AidingNotice, GlitchNotice
from sim.firmware.ardupilot_crash import CrashCheck
from sim.firmware.firmware import Monitor
from sim.flight_modes import Behaviour
from sim.mission_store import MissionStore

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

CRITICAL, WARNING = 2, 4
LAND_PAUSE_S = 4.0  # a failsafe that lands gives the pilot this long to take over
EKF_FAILURES = 10
EKF_WARN_EVERY_S = 30.0
TERRAIN_TIMEOUT_S = 5.0
CONTINUE_AUTO_ON_RADIO, CONTINUE_AUTO_ON_STATION, CONTINUE_GUIDED_ON_RADIO, CONTINUE_LANDING, CONTINUE_BY_HAND = 1, 2, 4, 8, 16
BY_HAND = (Behaviour.HOLD, Behaviour.DRIFT, Behaviour.CRUISE)
TERRAIN_FRAMES = (10, 11)

NONE, LAND, RETURN, SMART_OR_RETURN, SMART_OR_LAND, TERMINATE, SEQUENCE_OR_RETURN, BRAKE_OR_LAND = range(8)
_MODES = {
    LAND: ("LAND",),
    RETURN: ("RTL", "LAND"),
    SMART_OR_RETURN: ("SMART_RTL", "RTL", "LAND"),
    SMART_OR_LAND: ("SMART_RTL", "LAND"),
    SEQUENCE_OR_RETURN: ("AUTO_RTL", "RTL", "LAND"),
    BRAKE_OR_LAND: ("BRAKE", "LAND"),
}
# The parameters count the same reactions differently.
RADIO_ACTIONS = {1: RETURN, 2: RETURN, 3: LAND, 4: SMART_OR_RETURN, 5: SMART_OR_LAND, 6: SEQUENCE_OR_RETURN, 7: BRAKE_OR_LAND}
STATION_ACTIONS = {1: RETURN, 2: RETURN, 3: SMART_OR_RETURN, 4: SMART_OR_LAND, 5: LAND, 6: SEQUENCE_OR_RETURN, 7: BRAKE_OR_LAND}
DEAD_RECKONING_ACTIONS = {1: LAND, 2: RETURN, 3: SMART_OR_RETURN, 4: SMART_OR_LAND, 6: SEQUENCE_OR_RETURN}


def react(pilot: "Autopilot", action: int) -> None:
    """Carry out a reaction: on the ground the motors stop, in flight the first mode that is not refused is entered."""
    if not pilot.armed or action == NONE:
        return
    if pilot.view.on_ground or action == TERMINATE:
        pilot.disarm(force=True, why="failsafe")
        return
    for name in _MODES[action]:
        mode = pilot.mode_named(name)
        if mode is pilot.flight_mode:
            return
        if pilot.set_mode(mode.number):
            if mode.behaviour is Behaviour.LAND:
                pilot.wait_before_landing(LAND_PAUSE_S)
            return


class RadioFailsafe:
    """FS_THR_ENABLE: the receiver is silent for RC_FS_TIMEOUT, or the throttle falls below FS_THR_VALUE (SIM_RC_FAIL 2: at once)."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._lost_s: float | None = None

    def update(self, now_s: float) -> None:
        pilot, parameters = self._pilot, self._pilot.parameters
        if pilot.radio_connected or parameters["FS_THR_ENABLE"] == 0:
            self._lost_s = None
            if "radio" in pilot.alarms:
                pilot.alarms.discard("radio")
                pilot.say("Radio Failsafe Cleared", WARNING)
            return
        self._lost_s = now_s if self._lost_s is None else self._lost_s
        low_throttle = parameters.get("SIM_RC_FAIL") == 2
        if "radio" in pilot.alarms or (now_s - self._lost_s < parameters["RC_FS_TIMEOUT"] and not low_throttle):
            return
        pilot.alarms.add("radio")
        if not pilot.armed:
            return
        options = int(parameters["FS_OPTIONS"])
        lands_for_battery = pilot.landing and pilot.alarms & {"battery_low", "battery_critical"}
        if not pilot.view.on_ground:
            if lands_for_battery:
                pilot.say("Radio + Battery Failsafe - Continuing Landing", WARNING)
                return
            if pilot.landing and options & CONTINUE_LANDING:
                pilot.say("Radio Failsafe - Continuing Landing", WARNING)
                return
            if pilot.behaviour is Behaviour.MISSION and options & CONTINUE_AUTO_ON_RADIO:
                pilot.say("Radio Failsafe - Continuing Auto", WARNING)
                return
            if pilot.behaviour is Behaviour.GUIDED and options & CONTINUE_GUIDED_ON_RADIO:
                pilot.say("Radio Failsafe - Continuing Guided Mode", WARNING)
                return
        pilot.say(f"Radio Failsafe{' - Disarming' if pilot.view.on_ground else ''}", WARNING)
        react(pilot, RADIO_ACTIONS.get(int(parameters["FS_THR_ENABLE"]), RETURN))


class StationFailsafe:
    """FS_GCS_ENABLE: no heartbeat of MAV_GCS_SYSID for FS_GCS_TIMEOUT. A station that was never heard cannot be lost."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot

    def update(self, now_s: float) -> None:
        pilot, parameters = self._pilot, self._pilot.parameters
        heard_s = station_heard_s(pilot)
        if parameters["FS_GCS_ENABLE"] == 0 or heard_s is None or now_s - heard_s < parameters["FS_GCS_TIMEOUT"]:
            if "station" in pilot.alarms:
                pilot.alarms.discard("station")
                pilot.say("GCS Failsafe Cleared", WARNING)
            return
        if "station" in pilot.alarms:
            return
        pilot.alarms.add("station")
        if not pilot.armed:
            return
        options = int(parameters["FS_OPTIONS"])
        if not pilot.view.on_ground:
            if pilot.behaviour is Behaviour.MISSION and options & CONTINUE_AUTO_ON_STATION:
                pilot.say("GCS Failsafe - Continuing Auto Mode", WARNING)
                return
            if pilot.landing and options & CONTINUE_LANDING:
                pilot.say("GCS Failsafe - Continuing Landing", WARNING)
                return
            if pilot.behaviour in BY_HAND and options & CONTINUE_BY_HAND:
                pilot.say("GCS Failsafe - Continuing Pilot Control", WARNING)
                return
        pilot.say(f"GCS Failsafe{' - Disarming' if pilot.view.on_ground else ''}", WARNING)
        react(pilot, STATION_ACTIONS.get(int(parameters["FS_GCS_ENABLE"]), RETURN))


def station_heard_s(pilot: "Autopilot") -> float | None:
    """When the configured station was last heard; MAV_GCS_SYSID_HI makes it a range of ids."""
    low = int(pilot.parameters["MAV_GCS_SYSID"])
    high = max(low, int(pilot.parameters["MAV_GCS_SYSID_HI"]))
    return max((heard_s for system, heard_s in pilot.station_heard_s.items() if low <= system <= high), default=None)


class BatteryFailsafe:
    """BATT_LOW_* and BATT_CRT_*: a voltage must stay low for BATT_LOW_TIMER, a charge acts at once. Each level acts once."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._below_s: dict[str, float | None] = {"CRT": None, "LOW": None}

    def update(self, now_s: float) -> None:
        pilot, parameters = self._pilot, self._pilot.parameters
        if parameters["BATT_MONITOR"] == 0 or not pilot.armed:
            return
        for level, alarm, word in (("CRT", "battery_critical", "critical"), ("LOW", "battery_low", "low")):
            if alarm in pilot.alarms or "battery_critical" in pilot.alarms or not self._failed(level, now_s):
                continue
            pilot.alarms.add(alarm)
            battery = pilot.battery
            pilot.say(f"Battery 1 is {word} {battery.voltage_v:.2f}V used {battery.used_mah:.0f} mAh", WARNING)
            self._react(int(parameters[f"BATT_FS_{level}_ACT"]))

    def _react(self, action: int) -> None:
        pilot = self._pilot
        if pilot.view.on_ground:
            pilot.say("Battery Failsafe - Disarming", WARNING)
        elif pilot.landing and action != NONE and pilot.parameters.flag("FS_OPTIONS", CONTINUE_LANDING):
            pilot.say("Battery Failsafe - Continuing Landing", WARNING)
            return
        else:
            pilot.say("Battery Failsafe", WARNING)
        react(pilot, action)

    def _failed(self, level: str, now_s: float) -> bool:
        battery, parameters = self._pilot.battery, self._pilot.parameters
        least_mah, least_v = parameters[f"BATT_{level}_MAH"], parameters[f"BATT_{level}_VOLT"]
        if least_mah > 0.0 and battery.charge * CAPACITY_AH * 1000.0 < least_mah:
            return True
        if least_v <= 0.0 or battery.voltage_v >= least_v:
            self._below_s[level] = None
            return False
        since_s = self._below_s[level]
        if since_s is None:
            self._below_s[level] = since_s = now_s
        timer_s = parameters["BATT_LOW_TIMER"]
        return timer_s > 0 and now_s - since_s > timer_s


class FilterFailsafe:
    """FS_EKF_ACTION: two variances over FS_EKF_THRESH, or no position, in ten checks at 10 Hz."""

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._failures = 0
        self._warned_s: float | None = None
        self._had_position = False

    def update(self, now_s: float) -> None:
        pilot = self._pilot
        self._had_position = self._had_position or pilot.readings.ready
        if not self._watched():
            self._failures = 0
            self._clear()
            return
        if not self._over_threshold():
            self._failures = max(0, self._failures - 1)
            if self._failures == 0:
                self._clear()
            return
        if "filter" in pilot.alarms:
            return
        self._failures += 1
        if self._failures < EKF_FAILURES:
            return
        pilot.alarms.add("filter")
        if self._warned_s is None or now_s - self._warned_s > EKF_WARN_EVERY_S:
            self._warned_s = now_s
            pilot.say("EKF variance", CRITICAL)
        self._react()

    def _watched(self) -> bool:
        return self._pilot.armed and self._pilot.parameters["FS_EKF_THRESH"] > 0.0 and self._had_position

    def _over_threshold(self) -> bool:
        readings, limit = self._pilot.readings, self._pilot.parameters["FS_EKF_THRESH"]
        over = int(readings.compass_variance >= limit)
        over += 2 if readings.velocity_variance >= 2.0 * limit else int(readings.velocity_variance >= limit)
        timed_out = "dead_reckoning_timeout" in self._pilot.alarms
        return over + int(readings.position_variance >= limit) >= 2 or not readings.ready or timed_out

    def _react(self) -> None:
        pilot, action = self._pilot, int(self._pilot.parameters["FS_EKF_ACTION"])
        report_only, landing = action == 0, pilot.behaviour is Behaviour.LAND
        if landing and not report_only:
            pilot.land_without_position()
        if report_only or landing or (not pilot.flight_mode.needs_position and action != 3):
            pilot.say("EKF Failsafe", CRITICAL)
            return
        name = "ALT_HOLD" if action == 2 and pilot.radio_connected else "LAND"
        pilot.set_mode(pilot.mode_named(name).number)
        if name == "LAND":
            pilot.land_without_position()
            pilot.wait_before_landing(LAND_PAUSE_S)
        pilot.say(f"EKF Failsafe: changed to {name} Mode", CRITICAL)

    def _clear(self) -> None:
        if "filter" in self._pilot.alarms:
            self._pilot.alarms.discard("filter")
            self._pilot.say("EKF Failsafe Cleared", CRITICAL)


class DeadReckoning:
    """FS_DR_ENABLE acts when flying without satellites begins; after FS_DR_TIMEOUT the position counts as lost.

    A copter can only do so with a drag model (EK3_DRAG_BCOEF_X); without one the position fails at once, as the filter's failsafe.
    """

    def __init__(self, pilot: "Autopilot") -> None:
        self._pilot = pilot
        self._since_s: float | None = None

    def update(self, now_s: float) -> None:
        pilot, parameters = self._pilot, self._pilot.parameters
        if not pilot.readings.dead_reckoning or not pilot.flying or parameters["EK3_DRAG_BCOEF_X"] <= 0.0:
            if self._since_s is not None:
                self._since_s = None
                pilot.alarms -= {"dead_reckoning", "dead_reckoning_timeout"}
                pilot.say("Dead Reckoning stopped", CRITICAL)
            return
        if self._since_s is None:
            self._since_s = now_s
            pilot.say("Dead Reckoning started", CRITICAL)
            action = int(parameters["FS_DR_ENABLE"])
            if action > 0:
                pilot.alarms.add("dead_reckoning")
                if pilot.flight_mode.needs_position and not pilot.landing:
                    react(pilot, DEAD_RECKONING_ACTIONS.get(action, RETURN))
        elif "dead_reckoning_timeout" not in pilot.alarms and now_s - self._since_s > parameters["FS_DR_TIMEOUT"]:
            pilot.alarms.add("dead_reckoning_timeout")
            pilot.say("Dead Reckoning timeout", CRITICAL)


class TerrainFailsafe:
    """Heights above terrain wanted but unknown for five seconds: the vehicle returns, without terrain."""

    def __init__(self, pilot: "Autopilot", store: MissionStore) -> None:
        self._pilot = pilot
        self._store = store
        self._missing_s: float | None = None

    def update(self, now_s: float) -> None:
        pilot = self._pilot
        current = pilot.run.current
        flown = pilot.behaviour is Behaviour.MISSION and pilot.flying and current < len(self._store)
        wanted = flown and self._store[current].frame in TERRAIN_FRAMES
        if not wanted or (pilot.terrain_known and pilot.parameters["TERRAIN_ENABLE"] != 0):
            self._missing_s = None
            if pilot.behaviour is Behaviour.MISSION or not pilot.armed:
                pilot.alarms.discard("terrain")
            return
        self._missing_s = now_s if self._missing_s is None else self._missing_s
        if "terrain" not in pilot.alarms and now_s - self._missing_s > TERRAIN_TIMEOUT_S:
            pilot.alarms.add("terrain")
            pilot.say("Failsafe: Terrain data missing", CRITICAL)
            react(pilot, RETURN)


def copter_monitors(pilot: "Autopilot") -> list[Monitor]:
    """In the order of their effect: what is said last is done last."""
    return [
        GlitchNotice(pilot),
        AidingNotice(pilot),
        RadioFailsafe(pilot),
        StationFailsafe(pilot),
        BatteryFailsafe(pilot),
        DeadReckoning(pilot),
        FilterFailsafe(pilot),
        TerrainFailsafe(pilot, pilot.store),
        CrashCheck(pilot),
    ]
