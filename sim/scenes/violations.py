"""Who breaks which rule, where and when: worked out from how the actors move, so that a scene file cannot claim what does not happen.

`red_light`: the front crosses the stop line after red began and the vehicle goes on past it. `stop_line`: it stands over the line on red.
`solid_line`: the centre changes side. `wrong_way`: against the lane's heading for 15 m. `speeding`: faster than the lane's limit.
`illegal_stop`: stands 5 s in a no-stopping area. `no_priority`: a vehicle is on the crossing while a person is on it or steps onto it.
`no_entry` and `bus_lane`: drives 10 m inside the area (a bus may use its lane). `dig_near_fibre`: a machine stands within 5 m of it.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from sim.scenes.actors import Cast, Present
from sim.scenes.model import Area, Scene

STEP_S = 0.04
WRONG_WAY_M, INSIDE_M = 15.0, 10.0
STANDS_S = 5.0
STILL_MPS = 0.1
FIBRE_M = 5.0
VEHICLES = frozenset({"car", "bus", "truck"})
MACHINES = frozenset({"excavator", "loader", "roller", "dump_truck"})


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


@dataclass(slots=True)
class _Run:
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


def violations_of(scene: Scene) -> list[TrueViolation]:
    """All of a scene, in order of time."""
    of = scene.map
    if not (of.stop_lines or of.solid_lines or of.lanes or of.areas or of.fibre):
        return []  # no rule to break
    cast = Cast(scene)
    steps = [(index * STEP_S, cast.at(index * STEP_S)) for index in range(int(scene.duration_s / STEP_S) + 1)]
    found: list[TrueViolation] = []
    for rule in (_stop_lines, _solid_lines, _lanes, _areas, _fibre):
        found.extend(rule(scene, steps))
    return sorted(found, key=lambda one: (one.at_s, one.rule, one.actor_id))


Steps = list[tuple[float, list[Present]]]


def _of(steps: Steps, labels: frozenset[str]) -> Iterator[tuple[str, list[tuple[float, Present]]]]:
    """Each actor's own moments."""
    tracks: dict[str, list[tuple[float, Present]]] = {}
    for at_s, present in steps:
        for one in present:
            if one.label in labels:
                tracks.setdefault(one.actor_id, []).append((at_s, one))
    yield from tracks.items()


def _front(one: Present) -> NDArray[np.float64]:
    heading = radians(one.moment.heading_deg)
    return np.array([one.moment.east_m + sin(heading) * one.size_m[0] / 2, one.moment.north_m + cos(heading) * one.size_m[0] / 2])


def _centre(one: Present) -> NDArray[np.float64]:
    return np.array([one.moment.east_m, one.moment.north_m])


def _side(line: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    along, to = line[1] - line[0], point - line[0]
    return float(along[0] * to[1] - along[1] * to[0])


def _beside(line: NDArray[np.float64], point: NDArray[np.float64], margin_m: float = 0.5) -> bool:
    along = line[1] - line[0]
    length = float(np.linalg.norm(along))
    share_m = float(along @ (point - line[0])) / length
    return -margin_m <= share_m <= length + margin_m


def _violation(rule: str, feature: str, from_s: float, at_s: float, one: Present, value: float | None = None) -> TrueViolation:
    return TrueViolation(rule, one.actor_id, feature, from_s, at_s, one.moment.east_m, one.moment.north_m, value)


def _turned(a_deg: float, b_deg: float) -> float:
    return abs((a_deg - b_deg + 180.0) % 360.0 - 180.0)


def _stop_lines(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    signals = {one.id: one for one in scene.map.signals}
    for stop in scene.map.stop_lines:
        if stop.signal is None:
            continue
        signal, line = signals[stop.signal], np.array(stop.line)
        for _, track in _of(steps, VEHICLES):
            crossed: tuple[float, Present] | None = None
            standing = _Run()
            for (_, before), (at_s, now) in itertools.pairwise(track):
                a, b = _front(before), _front(now)
                ahead = _turned(now.moment.heading_deg, stop.heading_deg) < 60.0
                if ahead and _side(line, a) * _side(line, b) < 0 and _beside(line, b) and signal.state(at_s) == "red":
                    crossed = (at_s, now)
                if crossed is not None:
                    over = float(np.linalg.norm(_centre(now) - _centre(crossed[1])))
                    standing.hold(now.moment.speed_mps < STILL_MPS and signal.state(at_s) == "red", at_s, 0.0)
                    if standing.began_s is not None and at_s - standing.began_s >= 2.0:
                        yield _violation("stop_line", stop.id, crossed[0], at_s, now)
                        crossed = None
                    elif over > now.size_m[0] + 2.0:
                        yield _violation("red_light", stop.id, crossed[0], crossed[0], crossed[1], signal.red_since_s(crossed[0]))
                        crossed = None


def _solid_lines(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    for solid in scene.map.solid_lines:
        points = np.array(solid.path)
        for _, track in _of(steps, VEHICLES):
            for (_, before), (at_s, now) in itertools.pairwise(track):
                for start, end in itertools.pairwise(points):
                    line = np.array([start, end])
                    if _side(line, _centre(before)) * _side(line, _centre(now)) < 0 and _beside(line, _centre(now), 0.0):
                        yield _violation("solid_line", solid.id, at_s, at_s, now)


def _inside(polygon: list[tuple[float, float]]) -> Callable[[NDArray[np.float64]], float]:
    """Metres inside the polygon, negative outside."""
    outline = np.array(polygon, dtype=np.float32)
    return lambda point: float(cv2.pointPolygonTest(outline, (float(point[0]), float(point[1])), True))


def _lanes(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    for lane in scene.map.lanes:
        inside = _inside(lane.polygon)
        limit = None if lane.speed_limit_kmh is None else lane.speed_limit_kmh / 3.6
        for _, track in _of(steps, VEHICLES):
            against, fast = _Run(), _Run()
            for at_s, one in track:
                here, moment = inside(_centre(one)) > 0.0, one.moment
                step_m = moment.speed_mps * STEP_S
                against.hold(here and _turned(moment.heading_deg, lane.heading_deg) > 120.0 and moment.speed_mps > 1.4, at_s, step_m)
                if against.began_s is not None and against.travelled_m >= WRONG_WAY_M and not against.told:
                    against.told = True
                    yield _violation("wrong_way", lane.id, against.began_s, at_s, one)
                fast.hold(here and limit is not None and moment.speed_mps > limit + 0.01, at_s, step_m, moment.speed_mps * 3.6)
                if fast.began_s is not None and fast.travelled_m >= INSIDE_M and not fast.told:
                    fast.told = True
                    yield _violation("speeding", lane.id, fast.began_s, at_s, one, fast.peak)


def _areas(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    for area in scene.map.areas:
        inside = _inside(area.polygon)
        if area.kind == "crossing":
            yield from _crossing(area, inside, steps)
            continue
        for _, track in _of(steps, VEHICLES):
            run = _Run()
            for at_s, one in track:
                here, moment = inside(_centre(one)) > 0.0, one.moment
                if area.kind == "no_stopping":
                    run.hold(here and moment.speed_mps < STILL_MPS, at_s, 0.0)
                    broken = run.began_s is not None and at_s - run.began_s >= STANDS_S
                    rule = "illegal_stop"
                elif area.kind in ("no_entry", "bus_lane"):
                    run.hold(here and not (area.kind == "bus_lane" and one.label == "bus"), at_s, moment.speed_mps * STEP_S)
                    broken, rule = run.travelled_m >= INSIDE_M, area.kind
                else:
                    break
                if broken and not run.told and run.began_s is not None:
                    run.told = True
                    yield _violation(rule, area.id, run.began_s, at_s, one)


def _crossing(area: Area, inside: Callable[[NDArray[np.float64]], float], steps: Steps) -> Iterator[TrueViolation]:
    told: set[str] = set()
    before: dict[str, float] = {}
    for at_s, present in steps:
        people = [one for one in present if one.label == "person" and inside(_centre(one)) > -1.0]
        for one in present:
            if one.label not in VEHICLES:
                continue
            depth = inside(_front(one))
            entered = depth > 0.0 >= before.get(one.actor_id, -1.0)
            before[one.actor_id] = depth
            near = [who for who in people if float(np.linalg.norm(_centre(who) - _front(one))) < 6.0]
            if entered and near and one.moment.speed_mps > 1.0 and one.actor_id not in told:
                told.add(one.actor_id)
                yield _violation("no_priority", area.id, at_s, at_s, one)


def _fibre(scene: Scene, steps: Steps) -> Iterable[TrueViolation]:
    routes = [np.array(route) for route in scene.map.fibre]
    for _, track in _of(steps, MACHINES):
        run = _Run()
        for at_s, one in track:
            away = min((_distance(route, _centre(one)) for route in routes), default=np.inf)
            run.hold(away <= FIBRE_M and one.moment.speed_mps < 0.5, at_s, 0.0)
            if run.began_s is not None and at_s - run.began_s >= 2.0 and not run.told:
                run.told = True
                yield _violation("dig_near_fibre", "fibre", run.began_s, at_s, one, away)


def _distance(route: NDArray[np.float64], point: NDArray[np.float64]) -> float:
    best = np.inf
    for start, end in itertools.pairwise(route):
        along = end - start
        share = float(np.clip(along @ (point - start) / max(1e-9, float(along @ along)), 0.0, 1.0))
        best = min(best, float(np.linalg.norm(start + along * share - point)))
    return best
