"""ArduCopter's failsafes for a position it can no longer trust. Source: ArduCopter's ekf_check and events."""

from typing import TYPE_CHECKING

from sim.firmware.ardupilot_reactions import (
    CRITICAL,
    LAND,
    LAND_PAUSE_S,
    RETURN,
    SEQUENCE_OR_RETURN,
    SMART_OR_LAND,
    SMART_OR_RETURN,
    react,
)
from sim.flight_modes import Behaviour

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

EKF_FAILURES = 10
EKF_WARN_EVERY_S = 30.0
DEAD_RECKONING_ACTIONS = {1: LAND, 2: RETURN, 3: SMART_OR_RETURN, 4: SMART_OR_LAND, 6: SEQUENCE_OR_RETURN}


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
            pilot.helm.land_without_position()
        if report_only or landing or (not pilot.flight_mode.needs_position and action != 3):
            pilot.say("EKF Failsafe", CRITICAL)
            return
        name = "ALT_HOLD" if action == 2 and pilot.radio_connected else "LAND"
        pilot.set_mode(pilot.mode_named(name).number)
        if name == "LAND":
            pilot.helm.land_without_position()
            pilot.helm.wait_before_landing(LAND_PAUSE_S)
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
                if pilot.flight_mode.needs_position and not pilot.helm.landing:
                    react(pilot, DEAD_RECKONING_ACTIONS.get(action, RETURN))
        elif "dead_reckoning_timeout" not in pilot.alarms and now_s - self._since_s > parameters["FS_DR_TIMEOUT"]:
            pilot.alarms.add("dead_reckoning_timeout")
            pilot.say("Dead Reckoning timeout", CRITICAL)
