"""Which zones of the airspace a flight has to lead around, and what is said of them."""

import math
from collections.abc import Sequence

import shapely

from geo.primitives import LocalFrame, LonLat
from missions.airspace.flown_legs import RETURN_ALTITUDE_M, FlownLeg3D, PathKind
from missions.airspace.leg_heights import Ground, within_band
from missions.airspace.zone import AirspaceZone, height_text
from missions.airspace.zone_shapes import ZoneShape
from missions.findings import Finding, Severity
from missions.planning.context import PlanContext

# Zones further from the drawing are not worth a word.
_NEAR_M = 2_000.0


def forbidden_zones(context: PlanContext, home: LonLat | None, up_m: tuple[float, float] | None) -> list[AirspaceZone]:
    """Zones that forbid flying, are in force, and reach the heights of the flight, lowest and highest, or of its return; without heights
    all that forbid. The ground is taken to be level with home, and limits above the sea to count where home's height is not known."""
    forbidden = [zone for zone in context.zones if zone.forbidden and zone.in_force(context.at)]
    if up_m is None or not forbidden:
        return forbidden
    home_amsl_m = None
    if context.heights is not None and home is not None:
        height_m = float(context.heights.heights_amsl_m([home.as_tuple()])[0])
        home_amsl_m = None if math.isnan(height_m) else height_m
    frame = LocalFrame(home or LonLat(0.0, 0.0))
    low_m, high_m = up_m[0], max(up_m[1], RETURN_ALTITUDE_M)
    profile = Ground(frame, None, home_amsl_m).profile(FlownLeg3D(PathKind.LEG, 0, (0.0, 0.0, low_m), (0.0, 0.0, high_m), 0.0))
    return [zone for zone in forbidden if within_band(profile, zone)]


def avoided_findings(airspace: Sequence[ZoneShape], drawn: shapely.Geometry) -> list[Finding]:
    """Zones of the airspace near the drawing, said once each."""
    return [
        Finding(
            Severity.INFO,
            "airspace_avoided",
            None,
            f"Led around '{near.zone.name}' ({near.zone.kind.value}, {height_text(near.zone.floor)} to {height_text(near.zone.ceiling)}).",
            values={"name": near.zone.name, "band": f"{height_text(near.zone.floor)} – {height_text(near.zone.ceiling)}"},
        )
        for near in airspace
        if near.area.distance(drawn) < _NEAR_M
    ]
