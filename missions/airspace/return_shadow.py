"""From where the straight way home crosses a zone: not only from the ends of a leg, from all of it.

Seen from home a zone throws a shadow. Every connected part of a zone inside the triangle of home and a leg hides the stretch of the leg
between the two rays that touch it.
"""

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry

from missions.airspace.flown_legs import FlownLeg3D, PathKind
from missions.airspace.zone_shapes import ZoneShape

_SMALLEST_M2 = 1e-3


def shadowed_m(legs: Sequence[FlownLeg3D], shapes: Sequence[ZoneShape]) -> float:
    """Metres of the legs from which the straight way to the origin (home) crosses any of the shapes."""
    if not shapes:
        return 0.0
    area = shapely.union_all([shape.area for shape in shapes])
    shapely.prepare(area)
    total_m = 0.0
    for leg in legs:
        if leg.kind in (PathKind.LEG, PathKind.CIRCLE):
            total_m += _shadow_share(leg, area) * leg.length_m
    return total_m


def _shadow_share(leg: FlownLeg3D, area: BaseGeometry) -> float:
    home = Point(0.0, 0.0)
    if area.intersects(home):
        return 1.0
    start, end = np.array(leg.start[:2]), np.array(leg.end[:2])
    triangle = Polygon([(0.0, 0.0), leg.start[:2], leg.end[:2]])
    if triangle.area < _SMALLEST_M2 or not area.intersects(triangle):
        return 0.0
    covered = []
    for part in shapely.get_parts(area.intersection(triangle)):
        if isinstance(part, Polygon) and part.area > _SMALLEST_M2:
            shares = [_seen_at(point, start, end) for point in np.asarray(part.exterior.coords)]
            covered.append((max(min(shares), 0.0), min(max(shares), 1.0)))
    covered.sort()
    share, reached = 0.0, 0.0
    for low, high in covered:
        share += max(high - max(low, reached), 0.0)
        reached = max(reached, high)
    return share


def _seen_at(point: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> float:
    """Share of the leg at which the ray from the origin through a point meets it."""
    along = end - start
    across = along[0] * point[1] - along[1] * point[0]
    if math.isclose(across, 0.0, abs_tol=1e-12):
        return 0.0
    return float((start[1] * point[0] - start[0] * point[1]) / (along[0] * point[1] - along[1] * point[0]))
