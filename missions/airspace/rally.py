"""Landing places that would make every straight return clear: proposals, since no map tells whether one can land there."""

import math
from collections.abc import Sequence

import shapely
from shapely import LineString, Point as ShapelyPoint
from shapely.geometry.base import BaseGeometry

from geo.primitives import LonLat
from missions.airspace.certificate_parts import FenceShape
from missions.airspace.flown_legs import FlownPlan, Point, nearest_landing
from missions.airspace.zone_shapes import ZoneShape
from missions.plan import RallyPoint

MOST_PROPOSED = 5
_MOST_CANDIDATES = 48
_MOST_STOPS = 240
# Room around a landing place to every zone.
_ROOM_M = 15.0


def propose_rally_points(
    flown: FlownPlan, stops: Sequence[tuple[int, Point]], blocked: Sequence[bool], zones: Sequence[ZoneShape], fence: FenceShape | None
) -> tuple[RallyPoint, ...]:
    """Up to five of the places the plan flies over, chosen one after the other: each time the one that clears most returns, counting that
    an autopilot goes to the nearest landing place. Heights are left out: a return clear on the map is clear at every height."""
    area = shapely.union_all([shape.area for shape in zones])
    shapely.prepare(area)
    places = [place for _, place in stops]
    every = max(len(places) // _MOST_STOPS, 1)
    watched = places[::every] + [place for place, bad in zip(places, blocked, strict=True) if bad][: _MOST_STOPS // 2]
    free = [place for place in dict.fromkeys(places) if area.distance(ShapelyPoint(place[:2])) >= _ROOM_M and _in_fence(place, fence)]
    candidates = free[:: max(len(free) // _MOST_CANDIDATES, 1)]
    landings: list[Point] = [flown.landings[0]]

    def clear(landing_places: list[Point]) -> int:
        return sum(_is_clear(place, landing_places[nearest_landing(tuple(landing_places), place)], area) for place in watched)

    proposed: list[Point] = []
    best = clear(landings)
    while best < len(watched) and len(proposed) < MOST_PROPOSED and candidates:
        counts = [clear([*landings, (east, north, 0.0)]) for east, north, _ in candidates]
        most = max(counts)
        if most <= best:
            break
        east, north, _ = candidates.pop(counts.index(most))
        proposed.append((east, north, 0.0))
        landings.append((east, north, 0.0))
        best = most
    rounded = [flown.frame.place(east, north) for east, north, _ in proposed]
    return tuple(RallyPoint(LonLat(round(place.lon_deg, 7), round(place.lat_deg, 7))) for place in rounded)


def _is_clear(place: Point, landing: Point, area: BaseGeometry) -> bool:
    if math.dist(place[:2], landing[:2]) == 0.0:
        return True
    return not area.intersects(LineString([place[:2], landing[:2]]))


def _in_fence(place: Point, fence: FenceShape | None) -> bool:
    return fence is None or bool(fence.inside.contains(ShapelyPoint(place[:2])))
