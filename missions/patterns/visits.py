"""Shortest order of places to visit: nearest first, then improved by turning and moving runs (2-opt and Or-opt)."""

import numpy as np
from numpy.typing import NDArray

Lengths = NDArray[np.float64]


def shortest_order(between_m: Lengths, out_m: Lengths, rounds: int = 60) -> list[int]:
    """`between_m` (n, n) between places, `out_m` (n,) to each from home; all zero when home is unknown, the way is open then."""
    order, left = [int(out_m.argmin())], set(range(len(out_m)))
    left.discard(order[0])
    while left:
        order.append(min(left, key=lambda place: (between_m[order[-1], place], place)))
        left.remove(order[-1])
    best = _length(order, between_m, out_m)
    for _ in range(rounds):
        improved = False
        for i in range(len(order)):
            for j in range(i + 1, len(order)):
                moved = [*order[:i], *order[i + 1 : j + 1], order[i], *order[j + 1 :]]
                for candidate in ([*order[:i], *order[i : j + 1][::-1], *order[j + 1 :]], moved):
                    length = _length(candidate, between_m, out_m)
                    if length < best - 1e-6:
                        order, best, improved = candidate, length, True
        if not improved:
            break
    return order


def _length(order: list[int], between_m: Lengths, out_m: Lengths) -> float:
    return float(out_m[order[0]] + between_m[order[:-1], order[1:]].sum() + out_m[order[-1]])
