"""A flight cut into several: by battery with a reserve, and among several vehicles with homes of their own.

A flight takes lines in the order of the whole, goes to the first and home from the last by the shortest way that no zone forbids. For a
given number of flights the largest is made as small as can be (bisection over the energy one may use). Long lines may be left between
two of their photos; where a flight ends, the next begins with the first picture not yet taken.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise, permutations

import numpy as np

from missions.planning.endurance import FlightEstimate
from missions.planning.flight import Flight, Leg, Points, photo_step_m
from missions.planning.least_largest import by_battery, least_largest
from missions.planning.vehicle_kind import Cost
from missions.planning.ways import Ways

# Between the ways of several vehicles to and from their lines, and above the height of the lines: a metre more than vehicles in the air
# are kept apart by.
SEPARATION_M = 16.0
# Beyond so many vehicles their order along the lines is that of the request.
_PERMUTED_VEHICLES = 5
# Flights are compared by sums of their parts at full speed with a turn between lines. Where a whole flight then needs more than a battery
# gives, all is split anew for one so much smaller.
_TURN_S = 5.0
_SMALLER_BATTERY = 0.97
_SPLITS = 12
# Lines are left in the middle where a flight could not be filled otherwise: pieces are no dearer than this share of a battery, and of what
# each of several vehicles has to do.
_PIECE_SHARE = 0.1
# Where no way leads. Finite, so that what is dear can still be compared.
_NO_WAY_WH = 1e9


@dataclass(frozen=True, slots=True)
class FlightPart:
    """One flight from home to home, `vehicle` counted from 0."""

    vehicle: int
    flight: Flight

    @property
    def first_line(self) -> Leg:
        return next(leg for leg in self.flight if not leg.way)


@dataclass(frozen=True)
class SplitTask:
    """`homes` are in local metres; with `by_battery` a vehicle flies as often as its battery makes it. `flown` estimates a part as it will
    be flown, over the ground."""

    flight: Flight
    homes: tuple[Points, ...]
    ways: Ways
    cost: Cost
    by_battery: bool
    flown: Callable[[FlightPart], FlightEstimate]

    @cached_property
    def lines(self) -> list[Leg]:
        return [leg for leg in self.flight if not leg.way]

    @cached_property
    def joints(self) -> list[Flight]:
        """The ways from each line to the next."""
        places = [number for number, leg in enumerate(self.flight) if not leg.way]
        return [self.flight[before + 1 : after] for before, after in pairwise(places)]

    def transit_m(self, vehicle: int) -> float:
        """How far above their lines vehicles go to them and home, one above the other."""
        return SEPARATION_M * (vehicle + 1) if len(self.homes) > 1 else 0.0


def split_flight(task: SplitTask) -> tuple[FlightPart, ...] | None:
    """The flights in the order of their lines. None when some line is too far from every home for a battery."""
    usable_wh = task.cost.energy.usable_wh
    limit_wh = usable_wh if task.by_battery else float("inf")
    for _ in range(_SPLITS):
        parts = _split(task, limit_wh)
        if parts is None or not task.by_battery or all(task.flown(part).energy_wh <= usable_wh for part in parts):
            return parts
        limit_wh *= _SMALLER_BATTERY
    return None


def _split(task: SplitTask, usable_wh: float) -> tuple[FlightPart, ...] | None:
    count = len(task.homes)
    if not task.by_battery and (lines := _settled(task.lines, count)) is not None:
        return _as_settled(task, lines)
    pieces = list(_pieces(task, usable_wh))
    costs = [_Costs.of(task, pieces, vehicle) for vehicle in range(len(task.homes))]
    best: tuple[float, tuple[int, ...], list[tuple[int, int]]] | None = None
    settled = _settled([piece.leg for piece in pieces], count)
    for order in permutations(range(count)) if count <= _PERMUTED_VEHICLES and settled is None else [tuple(range(count))]:
        shares = settled or least_largest([costs[vehicle] for vehicle in order])
        largest = max((costs[v].flight_wh(*share) for v, share in zip(order, shares, strict=True) if share[1] > share[0]), default=0.0)
        if best is None or largest < best[0] - 1e-9:
            best = largest, order, shares
    assert best is not None
    if best[0] >= _NO_WAY_WH:
        return None
    parts: list[FlightPart] = []
    for vehicle, (begin, end) in zip(best[1], best[2], strict=True):
        if end <= begin:
            continue
        ranges = by_battery(costs[vehicle], begin, end, usable_wh) if task.by_battery else [(begin, end)]
        if ranges is None:
            return None
        parts += [FlightPart(vehicle, _flight(task, pieces[first:last], vehicle)) for first, last in ranges]
    return tuple(parts)


def _as_settled(task: SplitTask, ranges: Sequence[tuple[int, int]]) -> tuple[FlightPart, ...] | None:
    """One flight for each vehicle that has lines."""
    lines = [_Piece(number, 0.0, line.length_m, line) for number, line in enumerate(task.lines)]
    parts = []
    for vehicle, (begin, end) in enumerate(ranges):
        if end > begin:
            if _way_out(task, lines[begin].leg, vehicle) is None or _way_back(task, lines[end - 1].leg, vehicle) is None:
                return None
            parts.append(FlightPart(vehicle, _flight(task, lines[begin:end], vehicle)))
    return tuple(parts)


def _settled(lines: Sequence[Leg], vehicles: int) -> list[tuple[int, int]] | None:
    """The range of each vehicle where the pattern itself says who flies which line."""
    if vehicles < 2 or any(line.vehicle is None for line in lines):
        return None
    flown_by = [line.vehicle or 0 for line in lines]
    return [(bisect_left(flown_by, vehicle), bisect_right(flown_by, vehicle)) for vehicle in range(vehicles)]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of line number `line`, metres along it."""

    line: int
    begin_m: float
    end_m: float
    leg: Leg


@dataclass(frozen=True, slots=True)
class _Costs:
    """Watt-hours for one vehicle: `out` to each piece, `back` from it, and `along` and `between` summed over the pieces and the ways
    between them."""

    out: Points
    back: Points
    along: Points
    between: Points

    @classmethod
    def of(cls, task: SplitTask, pieces: Sequence[_Piece], vehicle: int) -> "_Costs":
        lines = np.array([task.cost.cruise_wh((piece.leg,)) for piece in pieces])
        turn_wh = _TURN_S * task.cost.energy.level_power_w(task.cost.wind.speed_mps) / 3600.0
        ways = [0.0]
        for before, after in pairwise(pieces):
            ends = (Leg(before.leg.points[-1:]), *_joint(task, before, after), Leg(after.leg.points[:1]))
            ways.append(task.cost.cruise_wh(ends) + (0.0 if before.line == after.line else turn_wh))
        out = [_way_wh(task, _way_out(task, piece.leg, vehicle), up=True) for piece in pieces]
        back = [_way_wh(task, _way_back(task, piece.leg, vehicle), up=False) for piece in pieces]
        return cls(np.array(out), np.array(back), np.concatenate([[0.0], np.cumsum(lines)]), np.cumsum(ways))

    def __len__(self) -> int:
        return len(self.out)

    def flight_wh(self, begin: int, end: int) -> float:
        within = self.along[end] - self.along[begin] + self.between[end - 1] - self.between[begin]
        return float(self.out[begin] + within + self.back[end - 1])


def _way_wh(task: SplitTask, way: Points | None, *, up: bool) -> float:
    """With take-off or landing at its end at home."""
    if way is None:
        return _NO_WAY_WH
    end = way[0] if up else way[-1]
    ground = np.array([*end[:2], 0.0])
    whole = np.vstack([ground, way]) if up else np.vstack([way, ground])
    return task.cost.cruise_wh((Leg(whole),))


def _pieces(task: SplitTask, usable_wh: float) -> Iterator[_Piece]:
    """The lines, halved between two photos until each is a small share of a flight."""
    flight_wh = usable_wh
    if len(task.homes) > 1:
        flight_wh = min(usable_wh, task.cost.cruise_wh(tuple(task.lines)) / len(task.homes))
    for number, line in enumerate(task.lines):
        yield from _cut(task, _Piece(number, 0.0, line.length_m, line), _PIECE_SHARE * flight_wh)


def _cut(task: SplitTask, piece: _Piece, most_wh: float) -> Iterator[_Piece]:
    step_m = photo_step_m(piece.leg, task.cost.speed_mps)
    length_m = piece.end_m - piece.begin_m
    photos = 0 if step_m is None else int(length_m / step_m + 1e-6) + 1
    if step_m is None or photos < 4 or task.cost.cruise_wh((piece.leg,)) <= most_wh:
        yield piece
        return
    line = task.lines[piece.line]
    first_m, second_m = piece.begin_m + (photos // 2 - 1) * step_m, piece.begin_m + (photos // 2) * step_m
    for begin_m, end_m in ((piece.begin_m, first_m), (second_m, piece.end_m)):
        yield from _cut(task, _Piece(piece.line, begin_m, end_m, line.part(begin_m, end_m)), most_wh)


def _joint(task: SplitTask, before: _Piece, after: _Piece) -> Flight:
    """The way from one piece to the next; within a line the step between two photos."""
    return () if before.line == after.line else task.joints[before.line]


def _way_out(task: SplitTask, line: Leg, vehicle: int) -> Points | None:
    start = line.points[0]
    up_m = float(start[2]) + task.transit_m(vehicle)
    return task.ways.out(np.array([*task.homes[vehicle], up_m]), line.points)


def _way_back(task: SplitTask, line: Leg, vehicle: int) -> Points | None:
    end = line.points[-1]
    up_m = float(end[2]) + task.transit_m(vehicle)
    return task.ways.back(line.points, np.array([*task.homes[vehicle], up_m]))


def _flight(task: SplitTask, pieces: Sequence[_Piece], vehicle: int) -> Flight:
    out, back = _way_out(task, pieces[0].leg, vehicle), _way_back(task, pieces[-1].leg, vehicle)
    assert out is not None, "a line without a way to it is priced out of reach"
    assert back is not None, "a line without a way from it is priced out of reach"
    legs = [Leg(out, way=True)]
    begin = pieces[0]
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        if following is None or following.line != piece.line:
            legs.append(task.lines[piece.line].part(begin.begin_m, piece.end_m))
            if following is not None:
                legs += task.joints[piece.line]
                begin = following
    return (*legs, Leg(back, way=True))
