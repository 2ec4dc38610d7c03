"""Where a flight of any pattern may be: wherever it is allowed, less zones and their clearance, within the fence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from shapely import Polygon

from geo.primitives import LocalFrame, LonLat
from missions.airspace.zone import AirspaceZone
from missions.airspace.zone_shapes import zone_areas
from missions.findings import Finding, Severity, error, has_errors
from missions.patterns.grid import Area, surface
from missions.planning.airspace_around import avoided_findings
from missions.planning.area import (
    GNSS_ERROR_M,
    MAX_EXTENT_M,
    antimeridian_findings,
    home_blocked,
    ring_findings,
    swapped_hint,
    vertices_findings,
)
from missions.planning.coverage import EDGE_INSET_M
from missions.planning.flight import Points
from missions.planning.visibility import PathFinder
from missions.requests.request import PlanRequest

_AROUND_M = 2_000.0
# The local frame is true so far.
_MAX_WAY_M = 20_000.0


@dataclass(frozen=True)
class FlightRoom:
    """Local metres. `zones` may never be entered, `anywhere` keeps the clearance too, `lines` are a little inside it:
    a line cut there can be reached by ways in `anywhere`, rounded as they are."""

    frame: LocalFrame
    zones: Area
    anywhere: Area
    lines: Area
    home: Points | None

    @cached_property
    def finder(self) -> PathFinder:
        return PathFinder(self.anywhere, EDGE_INSET_M)


def flight_room(
    request: PlanRequest, drawn: Sequence[LonLat], reach_m: float, braking_m: float, forbidden: Sequence[AirspaceZone] = ()
) -> tuple[FlightRoom | None, list[Finding]]:
    """`drawn` are the places of the drawing, `reach_m` how far from them the pattern flies, `forbidden` the airspace to lead around.
    No room is given with an error."""
    findings = [finding for number, zone in enumerate(request.avoid, 1) for finding in ring_findings(zone, f"Avoid zone {number}")]
    if request.fence is not None:
        findings += ring_findings(request.fence, "The fence")
    if not drawn:
        return None, [*findings, error("nothing_drawn", "Nothing is drawn. Draw at least one point.")]
    said = {finding.code for finding in findings}
    findings += [
        one for one in (*vertices_findings(drawn, "The drawing"), *antimeridian_findings(drawn, "The drawing")) if one.code not in said
    ]
    if findings:
        return None, findings
    lon, lat = np.mean([place.as_tuple() for place in drawn], axis=0)
    frame = LocalFrame(LonLat(float(lon), float(lat)))
    points = frame.to_en_m([place.as_tuple() for place in drawn])
    extent_m = float(np.ptp(points, axis=0).max()) + 2.0 * reach_m
    if extent_m > MAX_EXTENT_M:
        message = f"The drawing is {extent_m / 1000:.0f} km across. Plan parts of at most {MAX_EXTENT_M / 1000:.0f} km."
        return None, [error("area_too_large", message, frame.origin, km=round(extent_m / 1000), most=MAX_EXTENT_M / 1000.0)]
    home = None
    if request.home is None:
        message = "Home is not given: time and energy are without the way there and back. Add --home LAT,LON or set home on the map."
        findings.append(Finding(Severity.INFO, "home_unknown", None, message))
    else:
        if abs(request.home.lon_deg - lon) > 90.0:
            return None, [
                error(
                    "home_far",
                    f"Home is on the other side of the Earth.{swapped_hint(drawn, request.home)} Move it near.",
                    request.home,
                    form="far",
                )
            ]
        home = np.array(frame.offset_m(request.home))
        away_m = float(np.hypot(*(points - home).T).min())
        if away_m > MAX_EXTENT_M / 2.0:
            message = f"Home is {away_m / 1000:.0f} km from the drawing.{swapped_hint(drawn, request.home)}"
            return None, [error("home_far", message + " Move home to where the vehicle starts.", request.home, km=round(away_m / 1000))]
    starts = [start for start in (frame.offset_m(vehicle.home) for vehicle in request.vehicles) if np.hypot(*start) < MAX_EXTENT_M]
    places = np.vstack([points, *([] if home is None else [home]), *starts])
    around = _AROUND_M + reach_m
    west, south, east, north = shapely.MultiPoint(places).buffer(around).bounds
    airspace = [shape for shape in zone_areas(forbidden, frame, (west, south, east, north)) if shape is not None]
    zones = surface(shapely.union_all([*(_polygon(frame, ring) for ring in request.avoid), *(shape.area for shape in airspace)]))
    findings += avoided_findings(airspace, shapely.MultiPoint(points).convex_hull.buffer(reach_m))
    blocked = zones.buffer(request.clearance_m, join_style="mitre", mitre_limit=2.0)
    left, low, right, high = shapely.total_bounds([shapely.MultiPoint(places), *([] if zones.is_empty else [zones])])
    anywhere = surface(shapely.difference(shapely.box(left - around, low - around, right + around, high + around), blocked))
    if request.fence is not None:
        fence = _polygon(frame, request.fence).buffer(-(braking_m + GNSS_ERROR_M), join_style="mitre")
        anywhere = surface(shapely.intersection(anywhere, fence))
    # Half the inset covers the rounding of places on the wire.
    if request.fence is not None or not zones.is_empty:
        anywhere = anywhere.buffer(-EDGE_INSET_M / 2.0, join_style="mitre")
    if request.home is not None and home is not None and not anywhere.covers(shapely.Point(home)):
        return None, [*findings, home_blocked(request.home)]
    findings += start_findings(request, frame, shapely.MultiPoint(points), anywhere)
    if has_errors(findings):
        return None, findings
    if anywhere.is_empty:
        return None, [
            *findings,
            error("nothing_to_fly", "Zones and the fence leave nowhere to fly. Widen the fence or drop a zone.", frame.origin, form="room"),
        ]
    lines = anywhere.buffer(-EDGE_INSET_M / 2.0, join_style="mitre")
    return FlightRoom(frame, zones, anywhere, lines, home), findings


def start_findings(request: PlanRequest, frame: LocalFrame, drawn: shapely.Geometry, anywhere: Area) -> list[Finding]:
    """Vehicles that start where they may not be."""
    findings = []
    for number, start in enumerate(request.vehicles, start=1):
        place = shapely.Point(frame.offset_m(start.home))
        away_m = float(place.distance(drawn))
        if away_m > _MAX_WAY_M:
            message = f"Home of vehicle {number} is {away_m / 1000:.0f} km from the area. Move it to where the vehicle starts."
            findings.append(error("home_far", message, start.home, km=round(away_m / 1000), form="vehicle", n=number))
        elif not anywhere.covers(place):
            message = (
                f"Home of vehicle {number} at {start.home.lat_deg:.6f}, {start.home.lon_deg:.6f} lies inside an avoid zone or outside the "
                "fence. Move it, or change the zone or the fence."
            )
            findings.append(error("home_blocked", message, start.home, form="vehicle", n=number))
    return findings


def room_without(room: FlightRoom, solid: Area) -> FlightRoom:
    """The room less what stands in it, in local metres: a building is not flown over at the height it is looked at."""
    anywhere = surface(shapely.difference(room.anywhere, solid))
    lines = anywhere.buffer(-EDGE_INSET_M / 2.0, join_style="mitre")
    return replace(room, anywhere=anywhere, lines=lines)


def _polygon(frame: LocalFrame, ring: Sequence[LonLat]) -> Polygon:
    return Polygon(frame.to_en_m([place.as_tuple() for place in ring]))
