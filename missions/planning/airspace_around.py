"""Which zones of the airspace a flight at one height has to lead around."""

import math

from geo.primitives import LocalFrame, LonLat
from missions.airspace.flown_legs import RETURN_ALTITUDE_M, FlownLeg3D, PathKind
from missions.airspace.leg_heights import Ground, within_band
from missions.airspace.zone import AirspaceZone
from missions.planning.context import PlanContext


def forbidden_zones(context: PlanContext, home: LonLat | None, altitude_m: float | None) -> list[AirspaceZone]:
    """Zones that forbid flying, are in force, and reach the height of the flight or of its return; without a height all that forbid.
    The ground is taken to be level with home, and limits above the sea to count where home's height is not known."""
    forbidden = [zone for zone in context.zones if zone.forbidden and zone.in_force(context.at)]
    if altitude_m is None or not forbidden:
        return forbidden
    home_amsl_m = None
    if context.heights is not None and home is not None:
        height_m = float(context.heights.heights_amsl_m([home.as_tuple()])[0])
        home_amsl_m = None if math.isnan(height_m) else height_m
    frame = LocalFrame(home or LonLat(0.0, 0.0))
    up_m = (altitude_m, max(altitude_m, RETURN_ALTITUDE_M))
    profile = Ground(frame, None, home_amsl_m).profile(FlownLeg3D(PathKind.LEG, 0, (0.0, 0.0, up_m[0]), (0.0, 0.0, up_m[1]), 0.0))
    return [zone for zone in forbidden if within_band(profile, zone)]
