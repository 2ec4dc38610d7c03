"""ArduCopter's failsafes for what it hears from the ground: the pilot's transmitter and the station. Source: ArduCopter's events."""

from typing import TYPE_CHECKING

from sim.firmware.ardupilot_reactions import (
    BRAKE_OR_LAND,
    CONTINUE_LANDING,
    LAND,
    RETURN,
    SEQUENCE_OR_RETURN,
    SMART_OR_LAND,
    SMART_OR_RETURN,
    WARNING,
    react,
)
from sim.flight_modes import Behaviour

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

CONTINUE_AUTO_ON_RADIO, CONTINUE_AUTO_ON_STATION, CONTINUE_GUIDED_ON_RADIO, CONTINUE_BY_HAND = 1, 2, 4, 16  # bits of FS_OPTIONS
BY_HAND = (Behaviour.HOLD, Behaviour.DRIFT, Behaviour.CRUISE)
# The parameters count the same reactions differently.
RADIO_ACTIONS = {1: RETURN, 2: RETURN, 3: LAND, 4: SMART_OR_RETURN, 5: SMART_OR_LAND, 6: SEQUENCE_OR_RETURN, 7: BRAKE_OR_LAND}
STATION_ACTIONS = {1: RETURN, 2: RETURN, 3: SMART_OR_RETURN, 4: SMART_OR_LAND, 5: LAND, 6: SEQUENCE_OR_RETURN, 7: BRAKE_OR_LAND}


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
        lands_for_battery = pilot.helm.landing and pilot.alarms & {"battery_low", "battery_critical"}
        if not pilot.view.on_ground:
            if lands_for_battery:
                pilot.say("Radio + Battery Failsafe - Continuing Landing", WARNING)
                return
            if pilot.helm.landing and options & CONTINUE_LANDING:
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
            if pilot.helm.landing and options & CONTINUE_LANDING:
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
