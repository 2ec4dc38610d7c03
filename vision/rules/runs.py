"""Stretches of a path in which a condition holds without a break."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from vision.rules.ground_path import GroundPath, Vector


def runs(holds: NDArray[np.bool_]) -> Iterator[slice]:
    """Rows of each unbroken stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], holds.astype(np.int8), [0]])))
    for begin, end in edges.reshape(-1, 2).tolist():
        yield slice(begin, end)


def latched(begins: NDArray[np.bool_], keeps: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows of a state that begins where `begins` and is kept as long as `keeps`: what flickers about one limit is one stretch."""
    kept = keeps | begins
    state = np.zeros_like(begins)
    for rows in runs(kept):
        first = np.flatnonzero(begins[rows])
        if len(first):
            state[rows.start + int(first[0]) : rows.stop] = True
    return state


def ways_m(path: GroundPath, rows: slice) -> Vector:
    """Metres travelled until each of these rows, from 0 at the first."""
    return np.append(0.0, np.cumsum(np.hypot(*np.diff(path.en_m[rows], axis=0).T)))


def lasts_s(path: GroundPath, rows: slice) -> float:
    return float(path.times_s[rows][-1] - path.times_s[rows][0])


def inside_m(outline: shapely.Polygon, points: Vector) -> Vector:
    """(n,) metres inside a polygon, negative outside."""
    places = shapely.points(points)
    away = shapely.distance(places, outline.exterior)
    return np.where(shapely.contains(outline, places), away, -away)
