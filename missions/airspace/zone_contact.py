"""Where legs and zones meet: metres of a leg inside, by area and heights together, and the distance left where they do not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo.primitives import LocalFrame
from missions.airspace.flown_legs import FlownLeg3D
from missions.airspace.leg_heights import Ground, Intervals, meet, within_band
from missions.airspace.zone import AirspaceZone
from missions.airspace.zone_shapes import ZoneShape, zone_areas

# Distances to zones are told up to here.
REACH_M = 2_000.0
_SHORTEST_M = 1e-3


@dataclass(frozen=True, slots=True)
class Contact:
    """One leg and one zone. `inside_m` counts along the leg in three dimensions; `distance_m` is level, of the part between its heights."""

    leg: int
    zone: int
    inside_m: float
    distance_m: float


def shapes_near(zones: Sequence[AirspaceZone], frame: LocalFrame, legs: Sequence[FlownLeg3D]) -> list[ZoneShape | None]:
    """The areas of the zones around the flight, None for those out of reach. Outlines must be sound."""
    if not legs or not zones:
        return [None] * len(zones)
    points = np.array([point[:2] for leg in legs for point in (leg.start, leg.end)])
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    return zone_areas(zones, frame, (float(west), float(south), float(east), float(north)))


def contacts(legs: Sequence[FlownLeg3D], shapes: Sequence[ZoneShape | None], ground: Ground) -> list[Contact]:
    """Each leg with each zone within `REACH_M` whose heights it meets somewhere."""
    if not legs:
        return []
    lines = np.array([_line(leg) for leg in legs], dtype=object)
    found = []
    for number, shape in enumerate(shapes):
        if shape is None:
            continue
        for index in np.flatnonzero(shapely.dwithin(lines, shape.area, REACH_M)).tolist():
            leg = legs[index]
            band = within_band(ground.profile(leg), shape.zone)
            if not band:
                continue
            inside = meet(shares_inside(lines[index], shape.area), band)
            inside_m = sum(high - low for low, high in inside) * leg.length_m
            distance_m = min(float(shapely.distance(shape.area, _part(leg, low, high))) for low, high in band)
            found.append(Contact(index, number, inside_m if inside_m >= _SHORTEST_M else 0.0, distance_m))
    return found


def shares_inside(line: BaseGeometry, area: BaseGeometry) -> Intervals:
    """Intervals of a straight line, from 0 to 1, inside an area. A point is all in or not at all."""
    if isinstance(line, Point):
        return [(0.0, 1.0)] if area.intersects(line) else []
    start, end = np.asarray(line.coords)[[0, -1]]
    along, length2 = end - start, float(np.sum((end - start) ** 2))
    intervals = []
    for part in shapely.get_parts(area.intersection(line)):
        if isinstance(part, LineString) and not part.is_empty:
            ends = (np.asarray(part.coords)[[0, -1]] - start) @ along / length2
            intervals.append((float(min(ends)), float(max(ends))))
    merged: Intervals = []
    for low, high in sorted(intervals):
        if merged and low <= merged[-1][1] + 1e-12:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return merged


def _line(leg: FlownLeg3D) -> BaseGeometry:
    return Point(leg.start[:2]) if leg.start[:2] == leg.end[:2] else LineString([leg.start[:2], leg.end[:2]])


def _part(leg: FlownLeg3D, low: float, high: float) -> BaseGeometry:
    start, end = np.array(leg.start[:2]), np.array(leg.end[:2])
    one, other = start + low * (end - start), start + high * (end - start)
    return Point(one) if (one == other).all() else LineString([one, other])
