"""What true deeds are told from: every actor's own moments, and simple geometry of boxes and lines."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from sim.scenes.actors import Present

STEP_S = 0.04
STILL_MPS = 0.1
VEHICLES = frozenset({"car", "bus", "truck"})
Moments = list[tuple[float, Present]]
Steps = list[tuple[float, list[Present]]]
Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrueViolation:
    """`at_s` is when it was complete, `from_s` when it began; the place is the actor's at `at_s`."""

    rule: str
    actor_id: str
    feature_id: str
    from_s: float
    at_s: float
    east_m: float
    north_m: float
    value: float | None = None

    def to_json(self, frame: LocalFrame) -> dict[str, object]:
        place: LonLat = frame.place(self.east_m, self.north_m)
        return {
            "rule": self.rule,
            "actor": self.actor_id,
            "feature": self.feature_id,
            "from_s": round(self.from_s, 2),
            "at_s": round(self.at_s, 2),
            "lonlat": [round(place.lon_deg, 8), round(place.lat_deg, 8)],
            "value": None if self.value is None else round(self.value, 2),
        }


def deed(rule: str, feature: str, from_s: float, at_s: float, one: Present, value: float | None = None) -> TrueViolation:
    return TrueViolation(rule, one.actor_id, feature, from_s, at_s, one.moment.east_m, one.moment.north_m, value)


@dataclass(slots=True)
class Run:
    """How long and how far a condition has held without a break."""

    began_s: float | None = None
    travelled_m: float = 0.0
    told: bool = False
    peak: float = 0.0

    def hold(self, holds: bool, at_s: float, step_m: float, value: float = 0.0) -> None:
        if not holds:
            self.began_s, self.travelled_m, self.told, self.peak = None, 0.0, False, 0.0
            return
        if self.began_s is None:
            self.began_s = at_s
        self.travelled_m += step_m
        self.peak = max(self.peak, value)

    def lasted(self, at_s: float, least_s: float) -> bool:
        return self.began_s is not None and at_s - self.began_s >= least_s


def moments_of(steps: Steps, labels: frozenset[str]) -> Iterator[tuple[str, Moments]]:
    """Each actor's own."""
    tracks: dict[str, Moments] = {}
    for at_s, present in steps:
        for one in present:
            if one.label in labels:
                tracks.setdefault(one.actor_id, []).append((at_s, one))
    yield from tracks.items()


def front(one: Present) -> Vector:
    return centre(one) + ahead(one) * one.size_m[0] / 2


def centre(one: Present) -> Vector:
    return np.array([one.moment.east_m, one.moment.north_m])


def ahead(one: Present) -> Vector:
    heading = radians(one.moment.heading_deg)
    return np.array([sin(heading), cos(heading)])


def side(line: Vector, point: Vector) -> float:
    along, to = line[1] - line[0], point - line[0]
    return float(along[0] * to[1] - along[1] * to[0])


def beside(line: Vector, point: Vector, margin_m: float = 0.5) -> bool:
    along = line[1] - line[0]
    length = float(np.linalg.norm(along))
    share_m = float(along @ (point - line[0])) / length
    return -margin_m <= share_m <= length + margin_m


def crosses(line: Vector, before: Vector, now: Vector, margin_m: float = 0.5) -> bool:
    return side(line, before) * side(line, now) < 0 and beside(line, now, margin_m)


def turned(a_deg: float, b_deg: float) -> float:
    return abs((a_deg - b_deg + 180.0) % 360.0 - 180.0)


def depth_in(polygon: list[tuple[float, float]]) -> Callable[[Vector], float]:
    """Metres inside the polygon, negative outside."""
    outline = np.array(polygon, dtype=np.float32)
    return lambda point: float(cv2.pointPolygonTest(outline, (float(point[0]), float(point[1])), True))


def in_front_of(one: Present, other: Present) -> tuple[float, float]:
    """Metres that another is ahead of it, by its own heading, and aside."""
    way = centre(other) - centre(one)
    forward_m = float(way @ ahead(one))
    return forward_m, float(np.linalg.norm(way - forward_m * ahead(one)))
