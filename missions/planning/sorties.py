"""A route cut into flights: by battery with a reserve, and among several vehicles with homes of their own.

A flight takes lines in the order of the route, goes to the first and home from the last by the shortest way that no zone forbids. For a
given number of flights the largest is made as small as can be (bisection over the energy one may use). Long lines may be left between
two of their photos; where a flight ends, the next begins with the first picture not yet taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, permutations

import numpy as np
from numpy.typing import NDArray

from missions.planning.endurance import CopterDynamics, EnergyModel, FlightEstimate, cruise_energy_wh, estimate_flight
from missions.planning.route import Route, RoutePart, way_around
from missions.planning.visibility import PathFinder
from missions.wind import CALM, Wind

Points = NDArray[np.float64]

# Beyond so many vehicles their order along the route is that of the request.
_PERMUTED_VEHICLES = 5
_BISECTIONS = 40
# Flights are compared by sums of their parts at full speed with a turn between lines. Where a whole flight then needs more than a battery
# gives, all is split anew for one so much smaller.
_TURN_S = 5.0
_SMALLER_BATTERY = 0.97
_SPLITS = 8
# Lines are left in the middle where a flight could not be filled otherwise: pieces are no dearer than this share of a battery.
_PIECE_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class SplitTask:
    """`homes` are in local metres; with `by_battery` a vehicle flies as often as its battery makes it."""

    route: Route
    homes: tuple[Points, ...]
    anywhere: PathFinder
    trigger_m: float
    altitude_m: float
    speed_mps: float
    energy: EnergyModel
    by_battery: bool
    dynamics: CopterDynamics
    wind: Wind = CALM


@dataclass(frozen=True, slots=True)
class FlightPart:
    """One flight: `route` from home to home, `vehicle` counted from 0."""

    vehicle: int
    route: Route
    estimate: FlightEstimate


def split_route(task: SplitTask) -> tuple[FlightPart, ...] | None:
    """The flights in the order of the route. None when some line is too far from every home for a battery."""
    limit_wh = task.energy.usable_wh if task.by_battery else float("inf")
    for _ in range(_SPLITS):
        flights = _split(task, limit_wh)
        if flights is None or all(flight.estimate.energy_wh <= task.energy.usable_wh for flight in flights) or not task.by_battery:
            return flights
        limit_wh *= _SMALLER_BATTERY
    return None


def _split(task: SplitTask, usable_wh: float) -> tuple[FlightPart, ...] | None:
    pieces = list(_pieces(task, usable_wh))
    costs = [_Costs.of(task, pieces, home) for home in task.homes]
    best: tuple[float, tuple[int, ...], list[tuple[int, int]]] | None = None
    count = len(task.homes)
    for order in permutations(range(count)) if count <= _PERMUTED_VEHICLES else [tuple(range(count))]:
        shares = _least_largest([costs[vehicle] for vehicle in order], len(pieces))
        largest = max((costs[v].flight_wh(*share) for v, share in zip(order, shares, strict=True) if share[1] > share[0]), default=0.0)
        if best is None or largest < best[0] - 1e-9:
            best = largest, order, shares
    assert best is not None
    flights: list[FlightPart] = []
    for vehicle, (begin, end) in zip(best[1], best[2], strict=True):
        if end <= begin:
            continue
        ranges = _by_battery(costs[vehicle], begin, end, usable_wh) if task.by_battery else [(begin, end)]
        if ranges is None:
            return None
        for first, last in ranges:
            route = _flight(task, pieces[first:last], task.homes[vehicle])
            estimate = estimate_flight(route.points, task.altitude_m, task.speed_mps, task.dynamics, task.energy, task.wind)
            flights.append(FlightPart(vehicle, route, estimate))
    return tuple(flights)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of line number `line`."""

    line: int
    part: RoutePart

    @property
    def points(self) -> Points:
        return self.part.points


@dataclass(frozen=True, slots=True)
class _Costs:
    """Watt-hours for one home: `out` to each piece, `back` from it, and `along` summed over the pieces and the ways between them."""

    out: Points
    back: Points
    along: Points
    between: Points
    up_and_down: float

    @classmethod
    def of(cls, task: SplitTask, pieces: Sequence[_Piece], home: Points) -> "_Costs":
        lines = np.array([_level_wh(task, piece.points) for piece in pieces])
        turn_wh = _TURN_S * task.energy.level_power_w(task.wind.speed_mps) / 3600.0
        ways = [0.0]
        for before, after in pairwise(pieces):
            way_wh = _level_wh(task, _joint(task, before, after).points)
            ways.append(way_wh if before.line == after.line else way_wh + turn_wh)
        out = [_level_wh(task, way_around(home, piece.points[0], task.anywhere).points) for piece in pieces]
        back = [_level_wh(task, way_around(piece.points[-1], home, task.anywhere).points) for piece in pieces]
        ground = np.stack([home, home])
        vertical = estimate_flight(ground, task.altitude_m, task.speed_mps, task.dynamics, task.energy, task.wind).energy_wh
        return cls(np.array(out), np.array(back), np.concatenate([[0.0], np.cumsum(lines)]), np.cumsum(ways), vertical)

    def flight_wh(self, begin: int, end: int) -> float:
        within = self.along[end] - self.along[begin] + self.between[end - 1] - self.between[begin]
        return float(self.out[begin] + within + self.back[end - 1] + self.up_and_down)

    def reach(self, begin: int, limit_wh: float, most: int) -> int:
        """One behind the last piece a flight may take from `begin`."""
        end = begin
        for last in range(begin, most):
            if self.flight_wh(begin, last + 1) <= limit_wh:
                end = last + 1
        return end


def _least_largest(costs: Sequence[_Costs], pieces: int) -> list[tuple[int, int]]:
    """One share for each vehicle in turn, the largest as small as can be."""
    low, high = 0.0, max(one.flight_wh(0, pieces) for one in costs)
    shares = _shares(costs, pieces, high) or [(0, pieces), *[(pieces, pieces)] * (len(costs) - 1)]
    for _ in range(_BISECTIONS if len(costs) > 1 else 0):
        middle = 0.5 * (low + high)
        tried = _shares(costs, pieces, middle)
        if tried is None:
            low = middle
        else:
            high, shares = middle, tried
    return shares


def _shares(costs: Sequence[_Costs], pieces: int, limit_wh: float) -> list[tuple[int, int]] | None:
    begin, shares = 0, []
    for one in costs:
        end = one.reach(begin, limit_wh, pieces)
        shares.append((begin, end))
        begin = end
    return shares if begin == pieces else None


def _by_battery(costs: _Costs, begin: int, end: int, usable_wh: float) -> list[tuple[int, int]] | None:
    """As few flights as the battery allows, and these as equal as can be."""
    ranges = _greedy(costs, begin, end, usable_wh)
    low, high = 0.0, usable_wh
    for _ in range(_BISECTIONS if ranges is not None and len(ranges) > 1 else 0):
        middle = 0.5 * (low + high)
        tried = _greedy(costs, begin, end, middle)
        if tried is None or ranges is None or len(tried) > len(ranges):
            low = middle
        else:
            high, ranges = middle, tried
    return ranges


def _greedy(costs: _Costs, begin: int, end: int, limit_wh: float) -> list[tuple[int, int]] | None:
    ranges = []
    while begin < end:
        last = costs.reach(begin, limit_wh, end)
        if last == begin:
            return None
        ranges.append((begin, last))
        begin = last
    return ranges


def _level_wh(task: SplitTask, points: Points) -> float:
    return cruise_energy_wh(points, task.speed_mps, task.dynamics, task.energy, task.wind)


def _pieces(task: SplitTask, usable_wh: float) -> Iterator[_Piece]:
    """The lines of the route, halved between two photos until each is a small share of a battery."""
    for number, part in enumerate(part for part in task.route.parts if part.photographed):
        for piece in _cut(task, part, _PIECE_SHARE * usable_wh):
            yield _Piece(number, piece)


def _cut(task: SplitTask, line: RoutePart, most_wh: float) -> Iterator[RoutePart]:
    length_m = float(np.hypot(*np.diff(line.points, axis=0).T).sum())
    photos = int(length_m / task.trigger_m + 1e-6) + 1
    if photos < 4 or _level_wh(task, line.points) <= most_wh:
        yield line
        return
    first, second = (photos // 2 - 1) * task.trigger_m, (photos // 2) * task.trigger_m
    yield from _cut(task, RoutePart(_along(line.points, 0.0, first), True, gaze=line.gaze), most_wh)
    yield from _cut(task, RoutePart(_along(line.points, second, length_m), True, gaze=line.gaze), most_wh)


def _along(points: Points, begin_m: float, end_m: float) -> Points:
    """The part of a line between two distances from its beginning."""
    at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    inner = [distance for distance in at if begin_m + 1e-6 < distance < end_m - 1e-6]
    stations = [begin_m, *inner, end_m]
    return np.column_stack([np.interp(stations, at, points[:, axis]) for axis in (0, 1)])


def _joint(task: SplitTask, before: _Piece, after: _Piece) -> RoutePart:
    """The way the route takes from one piece to the next, or the step between two pieces of one line."""
    if before.line != after.line:
        for way in task.route.parts:
            if not way.photographed and np.allclose(way.points[0], before.points[-1]) and np.allclose(way.points[-1], after.points[0]):
                return way
    return RoutePart(np.stack([before.points[-1], after.points[0]]), photographed=False)


def _flight(task: SplitTask, pieces: Sequence[_Piece], home: Points) -> Route:
    parts = [way_around(home, pieces[0].points[0], task.anywhere, leaves_area=False), pieces[0].part]
    for before, piece in pairwise(pieces):
        if before.line == piece.line:
            parts[-1] = replace(parts[-1], points=_straightened(np.vstack([parts[-1].points, piece.points])))
        else:
            parts += [_joint(task, before, piece), piece.part]
    parts.append(way_around(pieces[-1].points[-1], home, task.anywhere, leaves_area=False))
    return Route(tuple(parts))


def _straightened(points: Points) -> Points:
    """Without the points on the way from their neighbours to each other."""
    legs = np.diff(points, axis=0)
    turn = legs[:-1, 0] * legs[1:, 1] - legs[:-1, 1] * legs[1:, 0]
    bends = np.abs(turn) > 1e-6 * np.hypot(*legs[:-1].T) * np.hypot(*legs[1:].T)
    straight: Points = points[np.concatenate([[True], bends, [True]])]
    return straight
