"""Zones in local metres.

The outline of a zone runs straight in longitude and latitude (RFC 7946), so long sides are cut into short ones before they are brought
into the local frame; parts far from the flight are cut away.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon

from geo.primitives import LocalFrame
from missions.airspace.zone import AirspaceZone

_AROUND_DEG = 0.1
# Sides of 0.01 degrees leave the straight line of the local frame by 2 cm at most.
_SIDE_DEG = 0.01


@dataclass(frozen=True, slots=True)
class ZoneShape:
    """A zone with its area near the flight in local metres."""

    zone: AirspaceZone
    area: Polygon | MultiPolygon


def zone_areas(zones: Sequence[AirspaceZone], frame: LocalFrame, bounds_m: tuple[float, float, float, float]) -> list[ZoneShape | None]:
    """The areas of the zones around a box (west, south, east, north), None for those out of reach. Outlines must be sound."""
    west, south, east, north = bounds_m
    corners = frame.to_lonlat_deg(np.array([[west, south], [west, north], [east, south], [east, north]]))
    around = shapely.box(*(corners.min(axis=0) - _AROUND_DEG), *(corners.max(axis=0) + _AROUND_DEG))
    shapes: list[ZoneShape | None] = []
    for zone in zones:
        outline = Polygon([p.as_tuple() for p in zone.rings[0]], [[p.as_tuple() for p in ring] for ring in zone.rings[1:]])
        near = shapely.intersection(outline, around) if outline.intersects(around) else Polygon()
        parts = [part for part in shapely.get_parts(near) if isinstance(part, Polygon) and not part.is_empty]
        if not parts:
            shapes.append(None)
            continue
        local = shapely.transform(shapely.segmentize(MultiPolygon(parts), _SIDE_DEG), frame.to_en_m)
        area = local if local.is_valid else local.buffer(0)
        shapely.prepare(area)
        shapes.append(ZoneShape(zone, area))
    return shapes
