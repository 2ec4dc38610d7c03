"""Pieces of work in their order shared out in ranges, so that the largest share is as small as can be."""

from collections.abc import Sequence
from typing import Protocol

_BISECTIONS = 40


class Costs(Protocol):
    """What one worker spends on the pieces from `begin` to `end`, the way there and back included; more pieces cost more."""

    def __len__(self) -> int: ...

    def flight_wh(self, begin: int, end: int) -> float: ...


def least_largest(costs: Sequence[Costs]) -> list[tuple[int, int]]:
    """One range for each worker in turn, perhaps an empty one."""
    pieces = len(costs[0])
    low, high = 0.0, max(one.flight_wh(0, pieces) for one in costs)
    shares = _shares(costs, high) or [(0, pieces), *[(pieces, pieces)] * (len(costs) - 1)]
    for _ in range(_BISECTIONS if len(costs) > 1 else 0):
        middle = 0.5 * (low + high)
        tried = _shares(costs, middle)
        if tried is None:
            low = middle
        else:
            high, shares = middle, tried
    return shares


def by_battery(costs: Costs, begin: int, end: int, usable_wh: float) -> list[tuple[int, int]] | None:
    """As few ranges as the battery allows, and these as equal as can be. None when a piece is out of its reach."""
    ranges = _greedy(costs, begin, end, usable_wh)
    low, high = 0.0, usable_wh
    for _ in range(_BISECTIONS if ranges is not None and len(ranges) > 1 else 0):
        middle = 0.5 * (low + high)
        tried = _greedy(costs, begin, end, middle)
        if tried is None or ranges is None or len(tried) > len(ranges):
            low = middle
        else:
            high, ranges = middle, tried
    return ranges


def _shares(costs: Sequence[Costs], limit_wh: float) -> list[tuple[int, int]] | None:
    begin, pieces, shares = 0, len(costs[0]), []
    for one in costs:
        end = _reach(one, begin, limit_wh, pieces)
        shares.append((begin, end))
        begin = end
    return shares if begin == pieces else None


def _greedy(costs: Costs, begin: int, end: int, limit_wh: float) -> list[tuple[int, int]] | None:
    ranges = []
    while begin < end:
        last = _reach(costs, begin, limit_wh, end)
        if last == begin:
            return None
        ranges.append((begin, last))
        begin = last
    return ranges


def _reach(costs: Costs, begin: int, limit_wh: float, most: int) -> int:
    """One behind the last piece that may be taken from `begin`."""
    end = begin
    for last in range(begin, most):
        if costs.flight_wh(begin, last + 1) <= limit_wh:
            end = last + 1
    return end
