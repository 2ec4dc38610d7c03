"""Two vehicles with one plate: the same text read at two places that one vehicle cannot have been at, or on vehicles of two classes.

Everything doubtful speaks for the driver: places count as near as their accuracy allows, times as far apart as the clocks may err, and the
way as no longer than the shortest there can be. Where a road graph is at hand it tells that way; else it is the great circle, which no road
is shorter than.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import Literal

from geo.primitives import LonLat

FASTEST_MPS = 70.0  # 252 km/h: no vehicle keeps this between two cameras
CLOCK_ERROR_S = 2.0  # of each source
EARTH_RADIUS_M = 6_356_752.0  # the smallest of the ellipsoid: distances come out short rather than long
# Classes that a detector takes for one another; only what cannot be confused is a mismatch.
ALIKE = ({"car", "truck", "bus"}, {"motorcycle", "bicycle"})
Way = Callable[[LonLat, LonLat], float | None]  # metres of the shortest way on roads, None where there is none known


@dataclass(frozen=True, slots=True)
class PlateSighting:
    text: str
    at: datetime
    place: LonLat
    accuracy_m: float
    label: str


@dataclass(frozen=True, slots=True)
class CloneSuspicion:
    """`speed_mps` is the least that one vehicle would have needed; None for a mismatch of classes alone."""

    first: PlateSighting
    second: PlateSighting
    why: Literal["impossible_speed", "class_mismatch"]
    speed_mps: float | None


def cloned(sightings: Sequence[PlateSighting], way_m: Way | None = None) -> Iterator[CloneSuspicion]:
    """Of each text, two sightings after one another that cannot be one vehicle's."""
    ordered = sorted(sightings, key=lambda one: (one.text, one.at, one.place.as_tuple()))
    for first, second in pairwise(ordered):
        if first.text != second.text:
            continue
        speed = needed_speed_mps(first, second, way_m)
        if speed > FASTEST_MPS:
            yield CloneSuspicion(first, second, "impossible_speed", speed)
        elif not _may_be_one_class(first.label, second.label):
            yield CloneSuspicion(first, second, "class_mismatch", None)


def needed_speed_mps(first: PlateSighting, second: PlateSighting, way_m: Way | None = None) -> float:
    """The least speed that leads from one to the other, every doubt in the driver's favour."""
    straight = great_circle_m(first.place, second.place)
    along = None if way_m is None else way_m(first.place, second.place)
    distance = max(0.0, max(straight, along or 0.0) - first.accuracy_m - second.accuracy_m)
    return distance / (abs((second.at - first.at).total_seconds()) + 2.0 * CLOCK_ERROR_S)


def great_circle_m(first: LonLat, second: LonLat) -> float:
    """Haversine on the smallest sphere in the ellipsoid: never longer than the true distance."""
    lat1, lat2 = radians(first.lat_deg), radians(second.lat_deg)
    half = sin((lat2 - lat1) / 2.0) ** 2 + cos(lat1) * cos(lat2) * sin(radians(second.lon_deg - first.lon_deg) / 2.0) ** 2
    return 2.0 * EARTH_RADIUS_M * asin(min(1.0, sqrt(half)))


def _may_be_one_class(one: str, other: str) -> bool:
    return one == other or any(one in alike and other in alike for alike in ALIKE)
