"""ArduCopter's failsafes: what is watched, in which order. Times and limits are its parameters' defaults.

The crash check and the notices about satellites have files of their own, as have links, battery and position. Source: ArduCopter's events.
"""

from typing import TYPE_CHECKING

from sim.firmware.ardupilot_aiding import AidingNotice, GlitchNotice
from sim.firmware.ardupilot_battery_failsafe import BatteryFailsafe
from sim.firmware.ardupilot_crash import CrashCheck
from sim.firmware.ardupilot_link_failsafes import RadioFailsafe, StationFailsafe
from sim.firmware.ardupilot_position_failsafes import DeadReckoning, FilterFailsafe
from sim.firmware.ardupilot_reactions import CRITICAL, RETURN, react
from sim.firmware.firmware import Monitor
from sim.flight_modes import Behaviour
from sim.mission_store import MissionStore

if TYPE_CHECKING:
    from sim.autopilot import Autopilot

TERRAIN_TIMEOUT_S = 5.0
TERRAIN_FRAMES = (10, 11)


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
