"""The lines of a certificate, and the fence they are held against."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geo.primitives import LocalFrame
from missions.airspace.flown_legs import FlownLeg3D, PathKind
from missions.airspace.zone import AirspaceZone, height_text
from missions.plan import Geofence
from missions.planning.area import GNSS_ERROR_M

FENCE_ERROR_M = GNSS_ERROR_M
# Places are rounded to 1e-7 degrees, a centimetre; a hair over the line is no way out.
_ROUNDING_M = 0.05


@dataclass(frozen=True, slots=True)
class LegProof:
    """`inside`: metres by zone, forbidden or not."""

    kind: PathKind
    item: int
    length_m: float
    low_m: float
    high_m: float
    over_ground: bool
    inside: tuple[tuple[str, float], ...]
    forbidden_m: float
    least_zone_m: float | None
    outside_fence_m: float | None
    fence_margin_m: float | None
    within_fence_margin_m: float | None
    least_fence_m: float | None

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.kind.value,
            "item": self.item,
            "length_m": self.length_m,
            "altitude_band_m": [self.low_m, self.high_m],
            "over_ground": self.over_ground,
            "inside_m": dict(self.inside),
            "forbidden_m": self.forbidden_m,
            "least_zone_m": self.least_zone_m,
            "outside_fence_m": self.outside_fence_m,
            "fence_margin_m": self.fence_margin_m,
            "within_fence_margin_m": self.within_fence_margin_m,
            "least_fence_m": self.least_fence_m,
        }


@dataclass(frozen=True, slots=True)
class ReturnProof:
    """The straight return from an item. `landing`: 0 = home, n = rally point n. `zones`: the forbidden ones it crosses."""

    item: int
    landing: int
    length_m: float
    forbidden_m: float
    zones: tuple[str, ...]
    outside_fence_m: float | None

    def to_json(self) -> dict[str, Any]:
        return {
            "item": self.item,
            "landing": self.landing,
            "length_m": self.length_m,
            "forbidden_m": self.forbidden_m,
            "zones": list(self.zones),
            "outside_fence_m": self.outside_fence_m,
        }


@dataclass(frozen=True, slots=True)
class ZoneProof:
    """One zone that was looked at; `least_m` None = no leg within 2 km at its heights."""

    id: str
    name: str
    kind: str
    band: str
    forbidden: bool
    in_force: bool
    inside_m: float
    least_m: float | None

    @classmethod
    def of(cls, zone: AirspaceZone, *, in_force: bool, inside_m: float, least_m: float | None) -> "ZoneProof":
        band = f"{height_text(zone.floor)} - {height_text(zone.ceiling)}"
        return cls(zone.id, zone.name, zone.kind.value, band, zone.forbidden, in_force, inside_m, least_m)

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "band": self.band,
            "forbidden": self.forbidden,
            "in_force": self.in_force,
            "inside_m": self.inside_m,
            "least_m": self.least_m,
        }


@dataclass(frozen=True, slots=True)
class FenceShape:
    """Where the inclusion fences let fly. Several are taken together, as the planner draws them: one area in parts."""

    inside: BaseGeometry
    stay_out: BaseGeometry

    def judge(self, leg: FlownLeg3D, margin_m: float) -> tuple[float, float, float]:
        """Metres outside; metres inside but nearer to the edge than the margin; least distance to the edge, negative outside."""
        across = Point(leg.start[:2]) if leg.start[:2] == leg.end[:2] else LineString([leg.start[:2], leg.end[:2]])
        outside_m = _length(across, across.difference(self.inside.buffer(_ROUNDING_M)), leg)
        kept = self.inside.buffer(_ROUNDING_M - margin_m)
        within_m = _length(across, across.difference(kept), leg) - outside_m
        edge_m = float(across.distance(self.inside.boundary))
        beyond = across.difference(self.inside)
        farthest_m = 0.0 if beyond.is_empty else max(self.inside.distance(Point(corner)) for corner in shapely.get_coordinates(beyond))
        least_m = -farthest_m if outside_m > 0.0 else edge_m
        return round(outside_m, 3), round(max(within_m, 0.0), 3), round(least_m, 2)


def fence_shape(fence: Geofence, frame: LocalFrame) -> FenceShape | None:
    """None without an inclusion fence."""
    shapes: list[tuple[bool, BaseGeometry]] = [
        (p.inclusion, Polygon(frame.to_en_m([v.as_tuple() for v in p.vertices]))) for p in fence.polygons if len(p.vertices) > 2
    ]
    shapes += [(c.inclusion, Point(frame.offset_m(c.centre)).buffer(c.radius_m, quad_segs=64)) for c in fence.circles]
    inside = [shape for inclusion, shape in shapes if inclusion]
    if not inside:
        return None
    return FenceShape(shapely.union_all(inside), shapely.union_all([shape for inclusion, shape in shapes if not inclusion]))


def _length(across: BaseGeometry, part: BaseGeometry, leg: FlownLeg3D) -> float:
    """Length in three dimensions of a part of a leg."""
    if isinstance(across, Point):
        return 0.0 if part.is_empty else leg.length_m
    return float(part.length / across.length * leg.length_m) if np.isfinite(part.length) else 0.0
