"""The quickest order and direction of lines: a travelling salesman whose towns are lines, each flown from either end.

What a way costs depends only on the two line ends it joins, and a way back costs what the way there does. So turning a run of lines
round changes two ways alone (2-opt), and moving a run changes three (Or-opt); all such changes of an order are weighed at once.
Lin (1965) and Or (1976).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]
# One visit: the end at which the line is begun, and the end at which it is left. End 2 i is the first end of line i, 2 i + 1 its second.
Visit = tuple[int, int]

# Weighing all changes costs the square of the number of lines: among many lines fewer rounds are made, and shorter runs moved.
_LONGEST_RUN = 24
_MOST_ROUNDS = 400
_RUNS_SQUARED = 400_000
_ROUNDS_SQUARED = 4_000_000
_WORTH_S = 1e-6


def cheapest_links(costs: Costs) -> list[Visit]:
    """A first order from nothing but the costs: the cheapest ways that join lines to ever longer runs (greedy edge).

    `costs` is (2 n + 1, 2 n + 1) between line ends, the last row and column being home.
    """
    ends = len(costs) - 1
    partner = np.arange(ends) ^ 1
    joined = np.full(ends, -1)
    # The far end of the run that an end closes.
    far = partner.copy()
    first, second = np.triu_indices(ends, 1)
    other = first ^ 1 != second
    first, second = first[other], second[other]
    for at in np.argsort(costs[first, second], kind="stable"):
        a, b = int(first[at]), int(second[at])
        if joined[a] >= 0 or joined[b] >= 0 or far[a] == b or not np.isfinite(costs[a, b]):
            continue
        joined[a], joined[b] = b, a
        x, y = far[a], far[b]
        far[x], far[y] = y, x
    visits: list[Visit] = []
    seen = np.zeros(ends, dtype=bool)
    # Runs left apart, because they cannot reach each other cheaply, follow one another.
    for start in [int(end) for end in np.flatnonzero(joined < 0)]:
        at = start
        while at >= 0 and not seen[at]:
            seen[[at, at ^ 1]] = True
            visits.append((at, at ^ 1))
            at = int(joined[at ^ 1])
    return visits


def total(visits: Sequence[Visit], costs: Costs) -> float:
    """From home over all lines and back."""
    home = len(costs) - 1
    begin = [visit[0] for visit in visits] + [home]
    leave = [home] + [visit[1] for visit in visits]
    return float(costs[leave, begin].sum())


def improved(visits: Sequence[Visit], costs: Costs) -> list[Visit]:
    """The order after the best change, again and again, until no change of the two kinds is cheaper."""
    home = len(costs) - 1
    tour = np.array(visits, dtype=np.intp).reshape(-1, 2)
    # Unreachable ends cost too much rather than infinitely: differences stay numbers.
    finite = np.where(np.isfinite(costs), costs, 1e9)
    rounds = max(10, min(_MOST_ROUNDS, _ROUNDS_SQUARED // len(tour) ** 2)) if len(tour) > 1 else 0
    for _ in range(rounds):
        begin = np.append(tour[:, 0], home)
        leave = np.concatenate([[home], tour[:, 1]])
        turned_saving, turned = _best_turned(tour, begin, leave, finite)
        moved_saving, moved = _best_moved(tour, begin, leave, finite)
        if min(turned_saving, moved_saving) > -_WORTH_S:
            break
        tour = turned if turned_saving <= moved_saving else moved
    return [(int(a), int(b)) for a, b in tour]


def _best_turned(tour: NDArray[np.intp], begin: NDArray[np.intp], leave: NDArray[np.intp], costs: Costs) -> tuple[float, NDArray[np.intp]]:
    """The run whose turning round saves most: negative saving and the new order."""
    gaps = costs[leave, begin]
    change = costs[np.ix_(leave[:-1], tour[:, 1])] + costs[np.ix_(tour[:, 0], begin[1:])] - gaps[:-1, None] - gaps[None, 1:]
    change[np.tril_indices(len(tour), -1)] = np.inf
    i, j = np.unravel_index(int(change.argmin()), change.shape)
    new = tour.copy()
    new[i : j + 1] = tour[i : j + 1][::-1, ::-1]
    return float(change[i, j]), new


def _best_moved(tour: NDArray[np.intp], begin: NDArray[np.intp], leave: NDArray[np.intp], costs: Costs) -> tuple[float, NDArray[np.intp]]:
    """The run whose moving elsewhere, turned round or not, saves most."""
    count = len(tour)
    gaps = costs[leave, begin]
    to_begin, to_leave = costs[np.ix_(leave, tour[:, 0])], costs[np.ix_(tour[:, 1], begin)]
    to_begin_turned, to_leave_turned = costs[np.ix_(leave, tour[:, 1])], costs[np.ix_(tour[:, 0], begin)]
    best = (0.0, 0, 0, 0, False)
    places = np.arange(count + 1)
    longest = max(3, min(_LONGEST_RUN, _RUNS_SQUARED // count**2))
    for length in range(1, min(longest, count - 1) + 1):
        starts = np.arange(count - length + 1)
        ends = starts + length - 1
        freed = gaps[starts] + gaps[ends + 1] - costs[leave[starts], begin[ends + 1]]
        inside = (places[:, None] >= starts) & (places[:, None] <= ends + 1)
        kept = to_begin[:, starts] + to_leave[ends].T - gaps[:, None] - freed
        turned = to_begin_turned[:, ends] + to_leave_turned[starts].T - gaps[:, None] - freed
        for change, is_turned in ((kept, False), (turned, True)):
            change[inside] = np.inf
            row, column = np.unravel_index(int(change.argmin()), change.shape)
            if change[row, column] < best[0]:
                best = (float(change[row, column]), int(column), length, int(row), is_turned)
    saving, start, length, place, is_turned = best
    if not length:
        return 0.0, tour
    run = tour[start : start + length]
    rest = np.concatenate([tour[:start], tour[start + length :]])
    at = place if place <= start else place - length
    return saving, np.concatenate([rest[:at], run[::-1, ::-1] if is_turned else run, rest[at:]])
