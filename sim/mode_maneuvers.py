"""The manoeuvre a mode begins with, from where the vehicle is and what it knows."""

from typing import TYPE_CHECKING

from sim.flight_modes import Behaviour, FlightMode
from sim.maneuvers import Idle, Maneuver
from sim.vector import ZERO

if TYPE_CHECKING:
    from sim.autopilot import Autopilot


def maneuver_of(pilot: "Autopilot", mode: FlightMode) -> Maneuver:
    """A mission begins or goes on with it; a take-off height that was named is used up."""
    if not pilot.armed:
        return Idle()
    on_ground, piloting, home = pilot.view.on_ground, pilot.piloting, pilot.home or ZERO
    match mode.behaviour:
        case Behaviour.MISSION:
            if on_ground and not pilot.firmware.mission_starts_by_mode:
                return Idle()
            pilot.run.begin()
            return pilot.run
        case Behaviour.LANDING_SEQUENCE:
            pilot.run.begin_at(pilot.run.landing_start() or pilot.run.current)
            return pilot.run
        case Behaviour.TAKEOFF:
            height_m, pilot.takeoff_up_m = pilot.takeoff_up_m, None
            if not on_ground:
                return piloting.hold()
            return piloting.take_off(pilot.ground_up_m + pilot.tuning.takeoff_height_m if height_m is None else height_m)
        case Behaviour.RETURN:
            return piloting.return_home(home)
        case Behaviour.RETRACE:
            return piloting.retrace(pilot.trail, home)
        case Behaviour.LAND:
            return piloting.land() if pilot.readings.ready else piloting.descend()
        case Behaviour.DESCEND:
            return piloting.descend()
    if on_ground:
        return piloting.idle()
    if not pilot.readings.ready:
        return piloting.drift()
    match mode.behaviour:
        case Behaviour.DRIFT | Behaviour.CRUISE:
            return piloting.drift()
        case Behaviour.CIRCLE:
            return piloting.circle(pilot.view.position, pilot.tuning.circle_radius_m)
    return piloting.hold()
