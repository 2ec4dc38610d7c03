"""In which order and direction the lines of a sweep are flown, and the way between them.

Two first orders, cell after cell to and fro and cheapest ways first, are improved line by line (`line_order`); the quicker one is flown.
Lines that meet at a bend are photographed on over it and count as one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from missions.patterns.grid import Sweep
from missions.planning.endurance import CopterDynamics
from missions.planning.flight import Gaze
from missions.planning.line_order import Visit, cheapest_links, improved, total
from missions.planning.turns import eased_turn, hop_times_s
from missions.planning.visibility import PathFinder

Points = NDArray[np.float64]
# A way outside the area is taken only when there is none inside.
_OUTSIDE_PENALTY = 3.0
# Among more ends than this only the nearest ones are looked at for obstacles between them; the rest are guessed to be this much longer.
_MOST_ENDS = 500
_NEAREST_ENDS = 60
_GUESSED_DETOUR = 1.3
# Photographs go on over a bend no longer than so many photo steps with corners no sharper than a right angle.
_BEND_STEPS = 2.5
_BEND_COSINE = -0.05
# A bend beyond a hundred degrees is a turn to the next line.
_MOST_BACK = 0.17


@dataclass(frozen=True, slots=True)
class Ground:
    """Where ways lead and how they are flown: `inside` finds ways within the area, `anywhere` wherever flying is allowed.

    `room_m` lies between the ends of lines and the edge.
    """

    inside: PathFinder
    anywhere: PathFinder
    speed_mps: float
    room_m: float
    dynamics: CopterDynamics
    home: Points | None = None


@dataclass(frozen=True, slots=True)
class RoutePart:
    """(k, 2) points flown in turn; `photographed` for lines, False for the ways between them. `gaze` None looks straight down."""

    points: Points
    photographed: bool
    leaves_area: bool = False
    gaze: Gaze | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """From home (when known) over all lines and back."""

    parts: tuple[RoutePart, ...]

    @property
    def points(self) -> Points:
        """The whole way, points in a row closer than a millimetre given once."""
        points = np.vstack([part.points for part in self.parts])
        steps = np.hypot(*np.diff(points, axis=0).T)
        distinct: Points = points[np.concatenate([[True], steps > 1e-3])]
        return distinct

    @property
    def lines(self) -> tuple[Points, ...]:
        """Each (k, 2), two points or more where a line bends."""
        return tuple(part.points for part in self.parts if part.photographed)


@dataclass(frozen=True, slots=True)
class LineOrder:
    """`visits` of the lines of a sweep in turn, and about how many `ways_s` the ways between them take, home included."""

    visits: tuple[Visit, ...]
    ways_s: float


def order_lines(sweep: Sweep, ground: Ground) -> LineOrder | None:
    """None when some line cannot be reached at all."""
    costs = _costs(sweep, ground)
    firsts = [_cell_by_cell(sweep, costs), cheapest_links(costs)]
    visits = min((improved(first, costs) for first in firsts), key=lambda order: total(order, costs))
    ways_s = total(visits, costs)
    return LineOrder(tuple(visits), ways_s) if np.isfinite(ways_s) else None


def route_lines(sweep: Sweep, order: LineOrder, ground: Ground) -> Route:
    """The lines in that order, ways around corners between them."""
    ends = sweep.lines.reshape(-1, 2)
    return Route(tuple(_parts([ends[list(visit)] for visit in order.visits], ground)))


def _costs(sweep: Sweep, ground: Ground) -> Points:
    """(2 n + 1, 2 n + 1) seconds between line ends, home last."""
    ends = sweep.lines.reshape(-1, 2)
    along = sweep.lines[:, 1] - sweep.lines[:, 0]
    along = along / np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    outward = np.stack([-along, along], axis=1).reshape(-1, 2)
    lengths, straight = _lengths_between(ends, ground)
    costs = np.zeros((len(ends) + 1, len(ends) + 1))
    costs[:-1, :-1] = hop_times_s(
        ends, outward, lengths, straight, speed_mps=ground.speed_mps, room_m=ground.room_m, dynamics=ground.dynamics
    )
    if ground.home is not None:
        costs[-1, :-1] = costs[:-1, -1] = ground.anywhere.distances_from(ground.home, ends) / ground.speed_mps
    return costs


def _lengths_between(ends: Points, ground: Ground) -> tuple[Points, NDArray[np.bool_]]:
    direct = np.hypot(*(ends[:, None] - ends[None]).transpose(2, 0, 1))
    if len(ends) > _MOST_ENDS:
        lengths = _GUESSED_DETOUR * direct
        first = np.repeat(np.arange(len(ends)), _NEAREST_ENDS)
        second = np.argsort(direct, axis=1)[:, 1 : _NEAREST_ENDS + 1].ravel()
        free = np.isfinite(ground.inside.leg_lengths(ends[first], ends[second]))
        lengths[first[free], second[free]] = lengths[second[free], first[free]] = direct[first[free], second[free]]
    else:
        lengths = ground.inside.distances(ends)
        unreachable = ~np.isfinite(lengths)
        if unreachable.any():
            lengths[unreachable] = _OUTSIDE_PENALTY * ground.anywhere.distances(ends)[unreachable]
    return lengths, np.abs(lengths - direct) < 1e-6


def _cell_by_cell(sweep: Sweep, costs: Points) -> list[Visit]:
    """To and fro through the nearest cell left, begun at its nearest end."""
    left = [list(cell) for cell in sweep.cells]
    visits: list[Visit] = []
    at = len(costs) - 1
    while left:
        ways = [
            (costs[at, 2 * cell[-1 if backward else 0] + side], number, backward, side)
            for number, cell in enumerate(left)
            for backward in (False, True)
            for side in (0, 1)
        ]
        _, number, backward, side = min(ways)
        cell = left.pop(number)
        for line in reversed(cell) if backward else cell:
            visits.append((2 * line + side, 2 * line + 1 - side))
            side = 1 - side
        at = visits[-1][1]
    return visits


def _parts(lines: Sequence[Points], ground: Ground) -> Iterator[RoutePart]:
    position = ground.home
    run: list[Points] = []
    for number, line in enumerate(lines):
        if number == 0:
            if position is not None:
                yield _way(position, line[0], ground, from_home=True)
        else:
            way = _between(lines[number - 1], line, ground)
            if _bends_on(way.points, lines[number - 1], line, ground):
                run.append(way.points[1:-1])
            else:
                yield RoutePart(_distinct(np.vstack(run)), photographed=True)
                yield way
                run = []
        run.append(line)
    yield RoutePart(_distinct(np.vstack(run)), photographed=True)
    if position is not None:
        yield _way(lines[-1][-1], position, ground, from_home=True)


def _distinct(points: Points) -> Points:
    distinct: Points = points[np.concatenate([[True], np.hypot(*np.diff(points, axis=0).T) > 1e-3])]
    return distinct if len(distinct) > 1 else points[:2]


def _bends_on(way: Points, before: Points, after: Points, ground: Ground) -> bool:
    """The way is short and its corners are wide enough to photograph on over it."""
    legs = np.diff(np.vstack([before[0], way, after[1]]), axis=0)
    lengths = np.hypot(*legs.T)
    turned_back = float(legs[0] @ legs[-1]) < -_MOST_BACK * lengths[0] * lengths[-1]
    if turned_back or lengths[1:-1].sum() > _BEND_STEPS * 2.0 * ground.room_m:
        return False
    units = legs[lengths > 1e-6] / lengths[lengths > 1e-6, None]
    return bool(((units[:-1] * units[1:]).sum(axis=1) > _BEND_COSINE).all())


def _between(before: Points, after: Points, ground: Ground) -> RoutePart:
    way = _way(before[1], after[0], ground)
    if len(way.points) > 2 or way.leaves_area:
        return way
    eased = eased_turn(
        before[0], before[1], after[0], after[1],
        area=ground.inside.area, room_m=ground.room_m, speed_mps=ground.speed_mps, dynamics=ground.dynamics,
    )  # fmt: skip
    return RoutePart(eased, photographed=False)


def _way(start: Points, end: Points, ground: Ground, *, from_home: bool = False) -> RoutePart:
    points = None if from_home else ground.inside.path(start, end)
    if points is not None:
        return RoutePart(points, photographed=False)
    return way_around(start, end, ground.anywhere, leaves_area=not from_home)


def way_around(start: Points, end: Points, anywhere: PathFinder, *, leaves_area: bool = True) -> RoutePart:
    """The shortest way wherever flying is allowed."""
    around = anywhere.path(start, end)
    return RoutePart(np.stack([start, end]) if around is None else around, photographed=False, leaves_area=leaves_area)
