"""From rings in degrees to areas in local metres: what is photographed, where may be flown; and what is wrong with a drawing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon

from geo.primitives import LocalFrame, LonLat
from missions.airspace.zone import AirspaceZone
from missions.airspace.zone_shapes import zone_areas
from missions.findings import Finding, Severity, error, thing
from missions.patterns.grid import Area, surface
from missions.planning.airspace_around import avoided_findings
from missions.planning.coverage import EDGE_INSET_M
from missions.requests.kinds import Ring
from missions.requests.survey import SurveyRequest

# The local frame is true to 1e-5 within 20 km of its origin.
MAX_EXTENT_M = 40_000.0
MIN_AREA_M2 = 1.0
# A ring of that many is a shore drawn each metre; visibility and buffers of more take minutes.
MAX_VERTICES = 5_000
HALF_A_METRE_DEG = 0.5 / 111_320.0
# Room around the area for ways between parts of it and from home.
_AROUND_M = 2_000.0
# Horizontal error of a receiver without corrections, one part of the fence margin.
GNSS_ERROR_M = 2.5


@dataclass(frozen=True, slots=True)
class SurveyArea:
    """`target` is photographed, `flyable` is where the vehicle may be above it, `anywhere` wherever it may fly, `blocked` where never."""

    frame: LocalFrame
    target: Area
    flyable: Area
    anywhere: Area
    blocked: Area


def ring_findings(ring: Sequence[LonLat], what: str) -> list[Finding]:
    """What makes a drawn ring no area, each with the place where it is."""
    distinct = len(set(ring))
    if distinct < 3:
        message = f"{what} has {distinct} different point{'' if distinct == 1 else 's'}. Draw at least three."
        return [error("too_few_points", message, ring[0] if ring else None, **thing(what), points=distinct, least=3)]
    if findings := [*vertices_findings(ring, what), *antimeridian_findings(ring, what)]:
        return findings
    shape = Polygon([point.as_tuple() for point in ring])
    if shape.convex_hull.area == 0.0:
        return [error("no_area", f"{what} encloses nothing: its points lie on one line. Move one of them aside.", ring[0], **thing(what))]
    if not shape.is_valid:
        # GEOS says "Self-intersection[51.16 43.65]".
        place = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(shape))
        at = LonLat(float(place[1]), float(place[2])) if place else None
        crossing = f" at {at.lon_deg:.6f}, {at.lat_deg:.6f}" if at else ""
        message = f"{what} crosses itself{crossing}. Move its points so that no two sides cross."
        return [error("self_crossing", message, at, **thing(what))]
    return []


def vertices_findings(drawn: Sequence[LonLat], what: str) -> list[Finding]:
    """More vertices than can be planned with in seconds, and how few would draw the same to half a metre."""
    if len(drawn) <= MAX_VERTICES:
        return []
    degrees = HALF_A_METRE_DEG
    simpler = shapely.get_num_coordinates(
        shapely.LineString([place.as_tuple() for place in drawn]).simplify(degrees, preserve_topology=False)
    )
    message = (
        f"{what} has {len(drawn):,} points; {MAX_VERTICES:,} can be planned with. Simplify it: to half a metre {simpler:,} are enough."
    )
    return [error("too_many_vertices", message, drawn[0], **thing(what), points=len(drawn), most=MAX_VERTICES, enough=int(simpler))]


def antimeridian_findings(drawn: Sequence[LonLat], what: str) -> list[Finding]:
    longitudes = [point.lon_deg for point in drawn]
    if max(longitudes) - min(longitudes) <= 180.0:
        return []
    at = next((place for place, after in pairwise(drawn) if abs(place.lon_deg - after.lon_deg) > 180.0), drawn[0])
    where = f"at latitude {at.lat_deg:.4f}"
    return [error("antimeridian", f"{what} crosses longitude 180 {where}. Cut it there and plan both parts.", at, **thing(what))]


def swapped_hint(ring: Sequence[LonLat], home: LonLat | None) -> str:
    """A sentence when latitude and longitude look exchanged: the drawing is far from home, the exchanged one is near."""
    if home is None or not ring:
        return ""
    centre = np.mean([point.as_tuple() for point in ring], axis=0)
    straight = float(np.hypot(centre[0] - home.lon_deg, centre[1] - home.lat_deg))
    exchanged = float(np.hypot(centre[1] - home.lon_deg, centre[0] - home.lat_deg))
    if straight > 1.0 and exchanged < straight / 4.0:
        return " Latitude and longitude look exchanged: write longitude first."
    return ""


def survey_area(
    request: SurveyRequest, braking_m: float, forbidden: Sequence[AirspaceZone] = ()
) -> tuple[SurveyArea | None, list[Finding]]:
    """The areas of a request and what is wrong with them. No area is returned with an error. `forbidden`: airspace to lead around."""
    findings = ring_findings(request.polygon, "The area")
    for number, hole in enumerate(request.holes, start=1):
        findings += ring_findings(hole, f"Hole {number}")
    for number, zone in enumerate(request.avoid, start=1):
        findings += ring_findings(zone, f"Avoid zone {number}")
    if request.fence is not None:
        findings += ring_findings(request.fence, "The fence")
    if findings:
        return None, findings
    frame = LocalFrame(_centre(request.polygon))
    drawn = _polygon(frame, request.polygon)
    left, low, right, high = drawn.bounds
    if max(right - left, high - low) > MAX_EXTENT_M:
        message = f"The area is {max(right - left, high - low) / 1000:.0f} km across. Plan parts of at most {MAX_EXTENT_M / 1000:.0f} km."
        across_km = round(max(right - left, high - low) / 1000)
        return None, [error("area_too_large", message, frame.origin, km=across_km, most=MAX_EXTENT_M / 1000.0)]
    if drawn.area < MIN_AREA_M2:
        return None, [
            error("area_too_small", f"The area is {drawn.area:.2g} m2. Draw at least {MIN_AREA_M2:g} m2.", frame.origin, least=MIN_AREA_M2)
        ]
    homes = [home for home in (request.home, *(start.home for start in request.vehicles)) if home is not None]
    # What is farther off is said below.
    starts = [start for start in (Point(frame.offset_m(home)) for home in homes) if start.distance(drawn) < MAX_EXTENT_M]
    airspace = [shape for shape in zone_areas(forbidden, frame, _room(drawn, starts)) if shape is not None]
    zones = surface(
        shapely.union_all([*(_polygon(frame, ring) for ring in (*request.holes, *request.avoid)), *(shape.area for shape in airspace)])
    )
    blocked = surface(zones.buffer(request.clearance_m, join_style="mitre", mitre_limit=2.0)) if not zones.is_empty else MultiPolygon()
    target = surface(shapely.difference(drawn, zones))
    flyable = surface(shapely.difference(drawn, blocked))
    anywhere = _surroundings(drawn, blocked, starts)
    if request.fence is not None:
        fence = _polygon(frame, request.fence).buffer(-(braking_m + GNSS_ERROR_M), join_style="mitre")
        flyable, anywhere = surface(shapely.intersection(flyable, fence)), surface(shapely.intersection(anywhere, fence))
    findings = _home_findings(request, frame, anywhere)
    findings += avoided_findings(airspace, drawn)
    # A strip thinner than both insets holds no line.
    if target.area < MIN_AREA_M2 or flyable.buffer(-EDGE_INSET_M).is_empty:
        findings.append(
            error(
                "nothing_to_fly",
                "Holes, avoid zones and the fence leave nothing of the area to fly over. Make them smaller or the area larger.",
                frame.origin,
                form="area",
            )
        )
    if any(finding.severity is Severity.ERROR for finding in findings):
        return None, findings
    parts = shapely.get_num_geometries(flyable)
    if parts > 1:
        message = f"Zones cut the area into {parts} parts: the way between them leads outside the area."
        findings.append(Finding(Severity.WARNING, "area_in_parts", None, message, values={"n": int(parts)}))
    return SurveyArea(frame, target, flyable, anywhere, blocked), findings


def _room(drawn: Polygon, starts: Sequence[Point]) -> tuple[float, float, float, float]:
    """West, south, east and north of everything a way may go through."""
    left, low, right, high = shapely.total_bounds([drawn, *starts])
    return float(left) - _AROUND_M, float(low) - _AROUND_M, float(right) + _AROUND_M, float(high) + _AROUND_M


def _surroundings(drawn: Polygon, blocked: Area, starts: Sequence[Point]) -> Area:
    left, low, right, high = shapely.total_bounds([drawn, blocked, *starts])
    box = shapely.box(left - _AROUND_M, low - _AROUND_M, right + _AROUND_M, high + _AROUND_M)
    return surface(shapely.difference(box, blocked))


def _home_findings(request: SurveyRequest, frame: LocalFrame, anywhere: Area) -> list[Finding]:
    if request.home is None:
        message = "Home is not given: time and energy are without the way to the area and back. Add --home LAT,LON or set home on the map."
        return [Finding(Severity.INFO, "home_unknown", None, message)]
    if abs(request.home.lon_deg - frame.origin.lon_deg) > 90.0:
        return [
            error(
                "home_far",
                f"Home is on the other side of the Earth.{swapped_hint(request.polygon, request.home)} Move it near.",
                request.home,
                form="far",
            )
        ]
    home = Point(frame.offset_m(request.home))
    away_m = home.distance(_polygon(frame, request.polygon))
    if away_m > MAX_EXTENT_M / 2.0:
        message = f"Home is {away_m / 1000:.0f} km from the area." + swapped_hint(request.polygon, request.home)
        return [error("home_far", message + " Move home to where the vehicle starts.", request.home, km=round(away_m / 1000))]
    if not anywhere.covers(home):
        return [home_blocked(request.home)]
    return []


def home_blocked(home: LonLat) -> Finding:
    where = f"Home at {home.lat_deg:.6f}, {home.lon_deg:.6f}"
    return error(
        "home_blocked", f"{where} lies inside an avoid zone or outside the fence. Move home, or change the zone or the fence.", home
    )


def path_length_in_m(area: Area, points_m: Sequence[Sequence[float]]) -> float:
    """Metres of a straight-legged path inside an area."""
    return float(sum(area.intersection(shapely.LineString(leg)).length for leg in pairwise(points_m)))


def _polygon(frame: LocalFrame, ring: Ring) -> Polygon:
    return Polygon(frame.to_en_m([point.as_tuple() for point in ring]))


def _centre(ring: Ring) -> LonLat:
    lon, lat = np.mean([point.as_tuple() for point in ring], axis=0)
    return LonLat(float(lon), float(lat))
