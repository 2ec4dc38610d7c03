"""In which order and direction the cells of a sweep are flown, and the way between them.

A cell can be flown from four sides (either end, either side first). The order starts from the nearest neighbour and is improved by
moving and turning runs of cells (Or-opt and 2-opt); for a given order the best sides are found exactly (Viterbi).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

from missions.patterns.grid import Sweep
from missions.planning.visibility import PathFinder

Points = NDArray[np.float64]
_SIDES = ((False, 0), (False, 1), (True, 0), (True, 1))
# A way outside the area is taken only when there is none inside.
_OUTSIDE_PENALTY = 3.0
_LONGEST_RUN = 3
_BATCH = 1024


@dataclass(frozen=True, slots=True)
class RoutePart:
    """(k, 2) points flown in turn; `photographed` for lines, False for the ways between them."""

    points: Points
    photographed: bool
    leaves_area: bool = False


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
        return tuple(part.points for part in self.parts if part.photographed)


def route_cells(sweep: Sweep, inside: PathFinder, anywhere: PathFinder, home: Points | None, rounds: int = 40) -> Route | None:
    """`inside` finds ways within the area, `anywhere` wherever flying is allowed; None when some cell cannot be reached at all.

    `rounds` limits how often the order is improved.
    """
    flown = [[_flown(sweep.lines[list(cell)], *side) for side in _SIDES] for cell in sweep.cells]
    count = len(flown)
    # A cell is entered and left at the ends of its first and last line; entry k is point k, whichever way it is flown.
    ends = np.array([[lines[0, 0] for lines in sides] for sides in flown]).reshape(-1, 2)
    left_at = np.array([[_exit(len(cell), *side) for side in _SIDES] for cell in sweep.cells]) + 4 * np.arange(count)[:, None]
    between = _lengths_between(ends, inside, anywhere)
    hops = between[left_at.reshape(-1)].reshape(count, 4, count, 4).transpose(0, 2, 1, 3)
    out, back = np.zeros((count, 4)), np.zeros((count, 4))
    if home is not None:
        away = anywhere.distances_from(home, ends)
        out, back = away.reshape(count, 4), away[left_at]
    within = np.array([[_length_between(lines) for lines in sides] for sides in flown])
    costs = _Costs(hops, out, back, within)
    order = _improved(_nearest_first(costs), costs, rounds)
    total, sides = costs.best_sides(order)
    if not np.isfinite(total):
        return None
    lines = [line for cell, side in zip(order, sides, strict=True) for line in flown[cell][side]]
    return Route(tuple(_parts(lines, inside, anywhere, home)))


def _flown(lines: Points, backward: bool, side: int) -> Points:
    """(n, 2, 2) lines of a cell in the order and direction flown: to and fro, beginning at `side`."""
    ordered = lines[::-1].copy() if backward else lines.copy()
    ordered[1 - side :: 2] = ordered[1 - side :: 2, ::-1]
    return ordered


def _length_between(lines: Points) -> float:
    return float(np.hypot(*(lines[1:, 0] - lines[:-1, 1]).T).sum())


def _exit(lines: int, backward: bool, side: int) -> int:
    """Which of a cell's four entries is the place where flying it so ends."""
    last_side = side if lines % 2 == 0 else 1 - side
    return _SIDES.index((not backward, last_side))


def _lengths_between(points: Points, inside: PathFinder, anywhere: PathFinder) -> Points:
    lengths = inside.distances(points)
    unreachable = ~np.isfinite(lengths)
    if unreachable.any():
        lengths[unreachable] = _OUTSIDE_PENALTY * anywhere.distances(points)[unreachable]
    return lengths


@dataclass(frozen=True, slots=True)
class _Costs:
    """Metres: `hops` (cell, cell, side, side), `out` and `back` (cell, side) from and to home, `within` (cell, side)."""

    hops: NDArray[np.float64]
    out: Points
    back: Points
    within: Points

    def lengths(self, orders: NDArray[np.intp]) -> Points:
        """(k, n) orders -> (k,) lengths, each with the best sides."""
        reached = self.out[orders[:, 0]] + self.within[orders[:, 0]]
        for i in range(1, orders.shape[1]):
            hops = self.hops[orders[:, i - 1], orders[:, i]]
            reached = (reached[:, :, None] + hops).min(axis=1) + self.within[orders[:, i]]
        shortest: Points = (reached + self.back[orders[:, -1]]).min(axis=1)
        return shortest

    def best_sides(self, order: Sequence[int]) -> tuple[float, list[int]]:
        reached = self.out[order[0]] + self.within[order[0]]
        came_from = []
        for before, cell in pairwise(order):
            options = reached[:, None] + self.hops[before, cell]
            came_from.append(options.argmin(axis=0))
            reached = options.min(axis=0) + self.within[cell]
        final = reached + self.back[order[-1]]
        sides = [int(final.argmin())]
        for pointers in reversed(came_from):
            sides.append(int(pointers[sides[-1]]))
        return float(final.min()), sides[::-1]


def _nearest_first(costs: _Costs) -> list[int]:
    """Greedy order: from home, or from every cell in turn when home is unknown, always to the nearest cell left."""
    count = len(costs.out)
    nearest = costs.hops.min(axis=(2, 3))
    starts = [int(costs.out.min(axis=1).argmin())] if costs.out.any() else range(min(count, 12))
    orders = []
    for start in starts:
        order, left = [start], set(range(count)) - {start}
        while left:
            order.append(min(left, key=lambda cell: (nearest[order[-1], cell], cell)))
            left.remove(order[-1])
        orders.append(order)
    return orders[int(costs.lengths(np.array(orders)).argmin())]


def _improved(order: list[int], costs: _Costs, rounds: int) -> list[int]:
    """The best neighbour of the order, again and again until none is shorter. Neighbours are measured many at a time."""
    best, best_length = order, float(costs.lengths(np.array([order]))[0])
    for _ in range(rounds if len(order) > 1 else 0):
        improved = False
        for batch in _batches(_neighbours(best), _BATCH):
            lengths = costs.lengths(np.array(batch))
            shortest = int(lengths.argmin())
            if lengths[shortest] < best_length - 1e-6:
                best, best_length, improved = batch[shortest], float(lengths[shortest]), True
                break
        if not improved:
            break
    return best


def _batches(orders: Iterator[list[int]], size: int) -> Iterator[list[list[int]]]:
    while batch := list(islice(orders, size)):
        yield batch


def _neighbours(order: list[int]) -> Iterator[list[int]]:
    count = len(order)
    for run in range(1, min(_LONGEST_RUN, count - 1) + 1):
        for start in range(count - run + 1):
            moved, rest = order[start : start + run], order[:start] + order[start + run :]
            for place in range(len(rest) + 1):
                if place != start:
                    yield rest[:place] + moved + rest[place:]
    for start in range(count - 1):
        for end in range(start + 2, count + 1):
            yield order[:start] + order[start:end][::-1] + order[end:]


def _parts(lines: Sequence[Points], inside: PathFinder, anywhere: PathFinder, home: Points | None) -> Iterator[RoutePart]:
    position = home
    for line in lines:
        if position is not None:
            yield _way(position, line[0], anywhere if position is home else inside, anywhere)
        yield RoutePart(line, photographed=True)
        position = line[1]
    if home is not None and position is not None:
        yield _way(position, home, anywhere, anywhere)


def _way(start: Points, end: Points, finder: PathFinder, anywhere: PathFinder) -> RoutePart:
    points = finder.path(start, end)
    if points is not None:
        return RoutePart(points, photographed=False)
    around = anywhere.path(start, end)
    return RoutePart(np.stack([start, end]) if around is None else around, photographed=False, leaves_area=True)
