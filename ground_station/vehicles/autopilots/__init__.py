"""What differs between autopilots, one class each. The rest of the station never asks which autopilot it speaks to."""

from ground_station.mavlink import mavlink
from ground_station.vehicles.autopilots.ardupilot import ArduPilot
from ground_station.vehicles.autopilots.base import Autopilot, MessageRate, ModeRequest
from ground_station.vehicles.autopilots.plan_limits import PlanLimits
from ground_station.vehicles.autopilots.px4 import Px4

__all__ = ["ArduPilot", "Autopilot", "MessageRate", "ModeRequest", "Px4", "autopilot_for", "comes_home", "flies_mission", "limits_of"]

# MAV_AUTOPILOT -> dialect. To add one: its file, one line here.
_DIALECTS: dict[int, type[Autopilot]] = {
    mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA: ArduPilot,
    mavlink.MAV_AUTOPILOT_PX4: Px4,
}


def autopilot_for(autopilot: int, vehicle_type: int) -> Autopilot:
    """The dialect a HEARTBEAT announces; unknown autopilots get the common ground of the standard."""
    return _DIALECTS.get(autopilot, Autopilot)(vehicle_type)


def limits_of(name: str) -> PlanLimits:
    """What the firmware family of this name (`Autopilot.name`) takes; of an unknown one nothing is known."""
    return next((dialect.plan_limits for dialect in _DIALECTS.values() if dialect.name == name), Autopilot.plan_limits)


def comes_home(mode: str) -> bool:
    """Whether a vehicle in this mode is on its way home or down, whichever autopilot it has."""
    return mode in _COMING_HOME


def flies_mission(mode: str) -> bool:
    """Whether a vehicle in this mode flies the mission it carries, whichever autopilot it has."""
    return mode in _MISSION_MODES


_MISSION_MODES = frozenset(dialect.mission_mode for dialect in _DIALECTS.values())
_COMING_HOME = frozenset({"RTL", "QRTL", "SMART_RTL", "AUTO_RTL", "LAND", "QLAND", "AUTOLAND", "PRECLAND"})
