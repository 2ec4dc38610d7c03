"""ArduPilot's battery failsafe. Source: AP_BattMonitor."""

from typing import TYPE_CHECKING

from sim.battery import CAPACITY_AH
from sim.firmware.ardupilot_reactions import CONTINUE_LANDING, NONE, WARNING, react

if TYPE_CHECKING:
    from sim.autopilot import Autopilot


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
        elif pilot.helm.landing and action != NONE and pilot.parameters.flag("FS_OPTIONS", CONTINUE_LANDING):
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
