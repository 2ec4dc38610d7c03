"""The ways between lines and home: what every kind of vehicle gives, and the straight ones of a copter."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from missions.planning.flight import Points
from missions.planning.visibility import PathFinder


class Ways(Protocol):
    """Ways as (k, 3) points with both ends; None where there is none. Lines are (n, 3) points as flown, homes (3,) at the height at which
    they are left and reached."""

    def out(self, home: Points, line: Points) -> Points | None: ...
    def between(self, before: Points, after: Points) -> Points | None: ...
    def back(self, line: Points, home: Points) -> Points | None: ...


@dataclass(frozen=True, slots=True)
class StraightWays:
    """Straight, or around corners; a corner is any angle."""

    finder: PathFinder

    def out(self, home: Points, line: Points) -> Points | None:
        return way_between(home, line[0], self.finder)

    def between(self, before: Points, after: Points) -> Points | None:
        return way_between(before[-1], after[0], self.finder)

    def back(self, line: Points, home: Points) -> Points | None:
        return way_between(line[-1], home, self.finder)


def way_between(start: Points, end: Points, finder: PathFinder, up_m: float = 0.0) -> Points | None:
    """(n, 3) from place to place at the greatest of both heights and `up_m`; None where there is no way."""
    level = finder.path(start[:2], end[:2])
    if level is None:
        return None
    if np.hypot(*(end - start)[:2]) < 1e-6:
        level = level[:1]
    up = max(start[2], end[2], up_m)
    points = [start, *(np.array([*place, up]) for place in level), end]
    distinct = [points[0], *(after for before, after in pairwise(points) if np.linalg.norm(after - before) > 1e-6)]
    return np.array(distinct)
