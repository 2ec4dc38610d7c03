"""Geofence: how far a place lies outside of what is allowed. Positions are metres in the vehicle's local frame.

Polygons and circles that include must all be stayed in together, as in ArduPilot a vehicle has to be inside every circle and inside
one of the polygons of a set; those that exclude must all be stayed out of.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import hypot, inf
from typing import Protocol

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.local_place import LocalPlaces
from sim.vector import Vector


@dataclass(frozen=True, slots=True)
class Polygon:
    corners: tuple[Vector, ...]
    includes: bool

    def outside_m(self, place: Vector) -> float:
        """Distance from the allowed side: positive when breached, negative the room that is left."""
        distance = min(_distance_m(place, a, b) for a, b in zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True))
        within = _contains(self.corners, place)
        return -distance if within is self.includes else distance


@dataclass(frozen=True, slots=True)
class Circle:
    centre: Vector
    radius_m: float
    includes: bool

    def outside_m(self, place: Vector) -> float:
        beyond = place.minus(self.centre).level_length() - self.radius_m
        return beyond if self.includes else -beyond


@dataclass(frozen=True, slots=True)
class Fence:
    """What a vehicle was given. An empty fence allows everything."""

    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    return_point: Vector | None = None

    def __bool__(self) -> bool:
        return bool(self.polygons or self.circles)

    def outside_m(self, place: Vector) -> float:
        """How far `place` is beyond the nearest line it should not have crossed; negative inside, minus infinity without a fence."""
        distances = [circle.outside_m(place) for circle in self.circles]
        distances += [polygon.outside_m(place) for polygon in self.polygons if not polygon.includes]
        worst = max(distances, default=-inf)
        inclusions = [polygon.outside_m(place) for polygon in self.polygons if polygon.includes]
        return max(worst, min(inclusions)) if inclusions else worst


@dataclass(slots=True)
class FenceState:
    """What FENCE_STATUS tells. `breaches` is a firmware's own set of bits; `kind` is MAVLink's FENCE_BREACH."""

    enabled: bool = False
    breaches: int = 0
    breach_count: int = 0
    breach_s: float = 0.0
    kind: int = 0


class FenceItem(Protocol):
    """A stored fence item in wire units."""

    @property
    def command(self) -> int: ...
    @property
    def param1(self) -> float: ...
    @property
    def x(self) -> int: ...
    @property
    def y(self) -> int: ...


def fence_of(items: Iterable[FenceItem], places: LocalPlaces) -> Fence:
    """The fence these items describe. Raises `ValueError` for a polygon whose vertex count is not what its items say."""
    polygons: list[Polygon] = []
    circles: list[Circle] = []
    corners: list[Vector] = []
    return_point: Vector | None = None
    opened: tuple[int, float] | None = None
    for item in items:
        place = places.level(item.x, item.y)
        match item.command:
            case mavlink.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION | mavlink.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_EXCLUSION:
                if opened is not None and opened != (item.command, item.param1):
                    raise ValueError(f"A polygon of {opened[1]:g} vertices ends after {len(corners)}.")
                opened = (item.command, item.param1)
                corners.append(place)
                if len(corners) == int(item.param1):
                    includes = item.command == mavlink.MAV_CMD_NAV_FENCE_POLYGON_VERTEX_INCLUSION
                    polygons.append(Polygon(tuple(corners), includes))
                    corners, opened = [], None
            case mavlink.MAV_CMD_NAV_FENCE_CIRCLE_INCLUSION:
                circles.append(Circle(place, item.param1, True))
            case mavlink.MAV_CMD_NAV_FENCE_CIRCLE_EXCLUSION:
                circles.append(Circle(place, item.param1, False))
            case mavlink.MAV_CMD_NAV_FENCE_RETURN_POINT:
                return_point = place
    if opened is not None:
        raise ValueError(f"A polygon of {opened[1]:g} vertices ends after {len(corners)}.")
    return Fence(tuple(polygons), tuple(circles), return_point)


def _contains(corners: Sequence[Vector], place: Vector) -> bool:
    """Even-odd rule."""
    inside = False
    before = corners[-1]
    for corner in corners:
        if (corner.north > place.north) != (before.north > place.north):
            crossing = (before.east - corner.east) * (place.north - corner.north) / (before.north - corner.north) + corner.east
            inside ^= place.east < crossing
        before = corner
    return inside


def _distance_m(place: Vector, a: Vector, b: Vector) -> float:
    along_e, along_n = b.east - a.east, b.north - a.north
    square = along_e * along_e + along_n * along_n
    share = 0.0 if square == 0.0 else ((place.east - a.east) * along_e + (place.north - a.north) * along_n) / square
    share = min(1.0, max(0.0, share))
    return hypot(place.east - a.east - share * along_e, place.north - a.north - share * along_n)
