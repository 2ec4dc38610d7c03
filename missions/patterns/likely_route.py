"""An order of cells that finds more within a time than going to the likeliest next does.

The orienteering problem: which cells, in which order, from home and back within the time, so that most probability is collected. Begun with
`likely_cells.likeliest_first` and improved in turns (Vansteenwegen et al., The orienteering problem: a survey, 2011): the way is
shortened by turning runs around (2-opt) and moving single cells (Or-opt), and what time that leaves is spent on the cells that add most
probability per second. Of two orders that collect the same the one that finds sooner is kept.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from missions.patterns.likely_cells import likeliest_first

Points = NDArray[np.float64]
_ROUNDS = 8
_LEAST_S = 1e-9
_LEAST_GAIN = 1e-9


def best_route(times_s: Points, from_home_s: Points, likely: Points, budget_s: float) -> list[int]:
    """Cells in the order flown; never less probability within the time than `likeliest_first`, whose arguments these are."""
    greedy = likeliest_first(times_s, from_home_s, likely, budget_s)
    if len(greedy) < 2:
        return greedy
    between = _with_home(times_s, from_home_s)
    home = len(likely)
    best, best_worth = greedy, _worth(greedy, between, likely)
    order = greedy
    for _ in range(_ROUNDS):
        order = _filled(_shortened(order, between), between, likely, budget_s)
        worth = _worth(order, between, likely)
        if worth <= best_worth:
            break
        best, best_worth = order, worth
    # The same cells, the likeliest first, where that still fits: found sooner.
    sooner = likeliest_first(times_s[np.ix_(best, best)], from_home_s[best], likely[best], budget_s)
    candidates = [[best[index] for index in sooner], best[::-1]]
    for candidate in candidates:
        if duration_s(candidate, between, home) <= budget_s and _worth(candidate, between, likely) > best_worth:
            best, best_worth = candidate, _worth(candidate, between, likely)
    return best


def best_routes(times_s: Points, from_homes_s: Sequence[Points], likely: Points, budgets_s: Sequence[float]) -> list[list[int]]:
    """One order for each vehicle, no cell in two of them, each home within its own time.

    One after the other takes the best route over what the others leave, the first ones again until nobody finds more (sequential greedy
    assignment, then coordinate ascent).
    """
    routes: list[list[int]] = [[] for _ in from_homes_s]
    found = -1.0
    while (now := float(sum(likely[route].sum() for route in routes))) > found + _LEAST_GAIN:
        found = now
        for vehicle, (from_home_s, budget_s) in enumerate(zip(from_homes_s, budgets_s, strict=True)):
            taken = {cell for other, route in enumerate(routes) if other != vehicle for cell in route}
            free = np.array([cell for cell in range(len(likely)) if cell not in taken], dtype=np.int64)
            order = best_route(times_s[np.ix_(free, free)], from_home_s[free], likely[free], budget_s)
            route = [int(free[index]) for index in order]
            if float(likely[route].sum()) >= float(likely[routes[vehicle]].sum()):
                routes[vehicle] = route
        if len(routes) == 1:
            break
    return routes


def duration_s(order: list[int], between_s: Points, home: int) -> float:
    """From home over the cells and back."""
    way = [home, *order, home]
    return float(between_s[way[:-1], way[1:]].sum())


def _with_home(times_s: Points, from_home_s: Points) -> Points:
    """(n + 1, n + 1): home is the last place."""
    count = len(from_home_s)
    between = np.zeros((count + 1, count + 1))
    between[:count, :count] = times_s
    between[count, :count] = between[:count, count] = from_home_s
    return between


def _worth(order: list[int], between_s: Points, likely: Points) -> tuple[float, float]:
    """What is found, and then how soon on average; compared as a pair. Rounded, so that noise of sums decides nothing."""
    found = float(likely[order].sum())
    reached_s = np.cumsum(between_s[[len(likely), *order[:-1]], order])
    return round(found, 9), -round(float((reached_s * likely[order]).sum()) / max(found, 1e-12), 6)


def _shortened(order: list[int], between_s: Points) -> list[int]:
    """2-opt and Or-opt, the best move of all first, until none is left."""
    home = len(between_s) - 1
    way = np.array([home, *order, home])
    for _ in range(2 * len(order)):
        turned, i, j = _best_turn(way, between_s)
        moved, k, slot = _best_move(way, between_s)
        if min(turned, moved) > -1e-6:
            break
        if turned <= moved:
            way[i : j + 1] = way[i : j + 1][::-1].copy()
        else:
            cell = way[k]
            rest = np.delete(way, k)
            way = np.insert(rest, slot + 1 if slot < k else slot, cell)
    return [int(cell) for cell in way[1:-1]]


def _best_turn(way: NDArray[np.int64], between_s: Points) -> tuple[float, int, int]:
    """Seconds added by turning the run from place i to place j of the way around, both included."""
    before, here = way[:-2], way[1:-1]
    there, after = way[1:-1], way[2:]
    added = between_s[np.ix_(before, there)] + between_s[np.ix_(here, after)]
    added -= between_s[before, here][:, None] + between_s[there, after][None]
    added[np.tril_indices(len(here))] = 0.0
    flat = int(added.argmin())
    i, j = divmod(flat, len(here))
    return float(added[i, j]), i + 1, j + 1


def _best_move(way: NDArray[np.int64], between_s: Points) -> tuple[float, int, int]:
    """Seconds added by taking place k out of the way and putting it between places `slot` and `slot` + 1."""
    inner = way[1:-1]
    freed = between_s[way[:-2], inner] + between_s[inner, way[2:]] - between_s[way[:-2], way[2:]]
    cost = between_s[np.ix_(inner, way[:-1])] + between_s[np.ix_(inner, way[1:])] - between_s[way[:-1], way[1:]][None]
    added = cost - freed[:, None]
    rows = np.arange(len(inner))
    added[rows, rows] = added[rows, rows + 1] = 0.0
    flat = int(added.argmin())
    k, slot = divmod(flat, len(way) - 1)
    return float(added[k, slot]), k + 1, slot


def _filled(order: list[int], between_s: Points, likely: Points, budget_s: float) -> list[int]:
    """Cells not flown yet put in where they cost least, those with most probability per second first, as long as the time lasts."""
    home = len(likely)
    way = [home, *order, home]
    spent_s = float(between_s[way[:-1], way[1:]].sum())
    left = np.setdiff1d(np.arange(home), order)
    cost, slot = _cheapest(left, way, between_s)
    while len(left):
        fits = spent_s + cost <= budget_s
        if not fits.any():
            break
        chosen = int(np.where(fits, likely[left] / np.maximum(cost, _LEAST_S), -1.0).argmax())
        spent_s += max(0.0, float(cost[chosen]))
        way.insert(int(slot[chosen]) + 1, int(left[chosen]))
        left = np.delete(left, chosen)
        cost, slot = _cheapest(left, way, between_s)
    return way[1:-1]


def _cheapest(left: NDArray[np.int64], way: list[int], between_s: Points) -> tuple[Points, NDArray[np.int64]]:
    """For each cell the least time it adds, and behind which place of the way."""
    if not len(left):
        return np.zeros(0), np.zeros(0, dtype=np.int64)
    before, after = np.array(way[:-1]), np.array(way[1:])
    cost = between_s[np.ix_(left, before)] + between_s[np.ix_(left, after)] - between_s[before, after][None]
    slot = cost.argmin(axis=1)
    return cost[np.arange(len(left)), slot], slot
