"""Rows along a wall: one line beside each of its straight parts. Metres in a local frame."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


def lines_beside(wall: Points, distance_m: float, *, left: bool) -> list[tuple[Points, float]]:
    """For each straight part of the wall: (2, 2) the line `distance_m` beside it, and the heading that faces it."""
    found = []
    for start, end in pairwise(wall):
        along = (end - start) / np.hypot(*(end - start))
        aside = np.array([-along[1], along[0]]) * (1.0 if left else -1.0)
        facing = -aside
        found.append((np.stack([start, end]) + aside * distance_m, float(np.degrees(np.arctan2(facing[0], facing[1])) % 360.0)))
    return found
