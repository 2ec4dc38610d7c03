"""Square cells of a probability map and the order that finds soonest. Metres in a local frame."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

Points = NDArray[np.float64]


def cells_of(areas: Sequence[tuple[Polygon, float]], size_m: float) -> tuple[Points, Points]:
    """(n, 2) centres and (n,) probabilities; the probability of an area is spread over it evenly."""
    left, low, right, high = shapely.total_bounds([area for area, _ in areas])
    east = np.arange(left + size_m / 2.0, right + size_m / 2.0, size_m)
    north = np.arange(low + size_m / 2.0, high + size_m / 2.0, size_m)
    centres = np.stack(np.meshgrid(east, north), axis=-1).reshape(-1, 2)
    half = size_m / 2.0
    boxes = _boxes(*(centres - half).T, *(centres + half).T)
    shapes = np.array([area for area, _ in areas], dtype=np.object_)
    density = np.array([probability / area.area for area, probability in areas])
    likely = np.zeros(len(centres))
    touched, by = shapely.STRtree(boxes).query(shapes, predicate="intersects")[::-1]
    np.add.at(likely, touched, density[by] * shapely.area(shapely.intersection(boxes[touched], shapes[by])))
    return centres[likely > 0.0], likely[likely > 0.0]


def _boxes(left: Points, low: Points, right: Points, high: Points) -> NDArray[np.object_]:
    return np.asarray(shapely.box(left, low, right, high))


def likeliest_first(times_s: Points, from_home_s: Points, likely: Points, budget_s: float) -> list[int]:
    """Cells in the order flown: always the one that adds most probability per second of the way to it, as long as home is in reach.

    `times_s` (n, n) between cells, `from_home_s` (n,) to and from home, each more than zero between different cells.
    """
    order: list[int] = []
    left = np.ones(len(likely), dtype=bool)
    spent_s, way = 0.0, from_home_s
    while left.any():
        gain = np.where(left & (spent_s + way + from_home_s <= budget_s), likely / np.maximum(way, 1e-3), -1.0)
        following = int(gain.argmax())
        if gain[following] <= 0.0:
            break
        spent_s += float(way[following])
        left[following] = False
        order.append(following)
        way = times_s[following]
    return order
