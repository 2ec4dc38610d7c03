"""Crossings of lines that lie across a road: when a thing passed one with its traffic."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from vision.rules.ground_path import GroundPath, Vector
from vision.rules.road_scene import Gate

TURNED_DEG = 60.0  # further from the heading of the line's traffic it comes from elsewhere
SURE_M = 0.5  # on both sides of the line at least, and twice the sigma where that is more


@dataclass(frozen=True, slots=True, eq=False)
class Crossing:
    """`at_s` is when the point passed the gate, `row` the row of the path before."""

    gate: Gate
    at_s: float
    row: int


def crossings(path: GroundPath, points: Vector, gate: Gate, turned_deg: float = TURNED_DEG) -> Iterator[Crossing]:
    """Of `points` (n, 2), the middle or the front of what went the path."""
    past_m = gate.past_m(points)
    for row in np.flatnonzero((past_m[:-1] < 0.0) & (past_m[1:] >= 0.0)).tolist():
        with_it = float(path.ahead[row] @ gate.ahead) > np.cos(np.radians(turned_deg))
        if with_it and gate.beside(points[row : row + 2]).all():
            share = -past_m[row] / (past_m[row + 1] - past_m[row])
            yield Crossing(gate, float(path.times_s[row] + share * (path.times_s[row + 1] - path.times_s[row])), row)


def sure(path: GroundPath, crossing: Crossing) -> bool:
    """Whether the middle was beyond doubt on the one side of the gate before, and on the other after."""
    past_m = crossing.gate.past_m(path.en_m)
    margin_m = np.maximum(SURE_M, 2.0 * path.sigma_m(crossing.gate.ahead))
    before, after = slice(0, crossing.row + 1), slice(crossing.row + 1, None)
    return bool((past_m[before] < -margin_m[before]).any() and (past_m[after] > margin_m[after]).any())


def crossings_of(path: GroundPath, gates: Sequence[Gate]) -> list[Crossing]:
    """All of its middle, in order of time."""
    return sorted((one for gate in gates for one in crossings(path, path.en_m, gate)), key=lambda one: (one.at_s, one.gate.id))
