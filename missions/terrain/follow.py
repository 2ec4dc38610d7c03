"""Flying at a height above the ground: altitudes for the points of a flight, and waypoints between them where the ground asks for them.

The wish is a curve: the ground, bounded from above by straight pieces, plus the wanted height. It is raised where the vehicle could not
climb or sink as steeply as the ground does (the least curve above it that keeps the slopes). Chords of that curve, each as long as it
stays within the tolerance of it, are what is flown. A chord of a curve is never steeper than the curve, and never lower than the
tolerance below it: the least height above ground is at least wanted - tolerance, along every leg.
Source: chords within a corridor from their first point, the cone of Imai and Iri; slope-limited majorant by running maxima.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame
from geo.terrain import Heights, ground_parabolas
from missions.planning.dubins import corner_bends
from missions.planning.flight import Flight, Leg, LookAt

Points = NDArray[np.float64]
_STRAIGHT_M = 200.0
# Slower than this share of the speed of the plan is not worth it: the ground is then passed higher.
_SPEEDS = (1.0, 0.8, 0.65, 0.5, 0.4)
_SLOWEST_MPS = 2.0
# Between lines nothing is photographed: there the way may rise further above the ground before it needs a waypoint.
_WAY_TOLERANCES = 4.0
# A single step of the ground, a house or a quarry wall, slows no whole line.
_RAISED_SHARE = 0.05
_SAME_PLACE_M = 1e-3
_LEAST_BEND_RAD, _WIDEST_BEND_RAD = float(np.radians(5.0)), float(np.radians(100.0))


@dataclass(frozen=True, slots=True)
class ClimbLimits:
    """Of the vehicle: rates at any speed, and the steepest path."""

    climb_mps: float = 2.5
    descent_mps: float = 1.5
    steepest: float = 1.0

    def slopes(self, speed_mps: float) -> tuple[float, float]:
        """Steepest climb and descent, metres up or down a metre, at a speed over the ground."""
        return min(self.steepest, self.climb_mps / speed_mps), min(self.steepest, self.descent_mps / speed_mps)


@dataclass(frozen=True, slots=True)
class FollowTask:
    """`heights` must know `home`, whose ground is level zero of the flight. `tolerance_m` is allowed either way of the wanted height.
    `may_slow`: lines too steep for `speed_mps` are flown slower, down to 0.4 of it, before they are raised. With a `turn_radius_m` what
    turns is flown at one height, the highest asked for anywhere along it: waypoints within an arc would be in its way."""

    heights: Heights
    frame: LocalFrame
    home_amsl_m: float
    tolerance_m: float
    speed_mps: float
    limits: ClimbLimits
    may_slow: bool = True
    turn_radius_m: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """`raised_m`: metres of photographed way flown more than the tolerance above the wish, `photographed_m` of so many; `highest_m` above
    the wish at most, at `highest_at` (east, north). `slowest_mps` is the least speed given to a leg. `unknown` is (n, 2) east and north,
    places of the way whose ground is not known; `flight` is then the one given."""

    flight: Flight
    raised_m: float = 0.0
    photographed_m: float = 0.0
    highest_m: float = 0.0
    highest_at: tuple[float, float] = (0.0, 0.0)
    slowest_mps: float = 0.0
    unknown: Points | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    """Knots of the whole flight in a row. `vertex` are the knots that are points of the legs."""

    en_m: Points
    share: Points  # leg point index + fraction, over all legs in a row
    step_m: Points  # to the next knot, level
    wanted_m: Points  # above the ground
    floor_m: Points  # ground and wanted height, above home, bounded from above
    leg: NDArray[np.int64]  # of the piece to the next knot


def follow_terrain(flight: Flight, task: FollowTask) -> Followed:
    """The flight with its heights above home taken as heights above the ground."""
    wish = _wish(flight, task)
    if np.isnan(wish.floor_m).any():
        return Followed(flight, unknown=wish.en_m[np.isnan(wish.floor_m)])
    looked_at = np.array([leg.gaze.place[:2] for leg in flight if isinstance(leg.gaze, LookAt)]).reshape(-1, 2)
    if np.isnan(unknown := _ground_m(looked_at, task)).any():
        return Followed(flight, unknown=looked_at[np.isnan(unknown)])
    flight = tuple(_seen_over_ground(leg, task) for leg in flight)
    speeds = _leg_speeds(flight, wish, task)
    curve = _within_slopes(wish, speeds, task.limits)
    turns = () if task.turn_radius_m is None else tuple(_turns(flight, wish, task.turn_radius_m))
    if turns:
        curve = _with_level_turns(turns, wish, speeds, task.limits)
    return _flown(flight, wish, curve, speeds, task, turns)


def _seen_over_ground(leg: Leg, task: FollowTask) -> Leg:
    """What the camera is kept on stands on the ground too."""
    if not isinstance(leg.gaze, LookAt):
        return leg
    east, north, up = leg.gaze.place
    return replace(leg, gaze=LookAt((east, north, up + float(_ground_m(np.array([[east, north]]), task)[0]))))


def _wish(flight: Flight, task: FollowTask) -> _Wish:
    en, share, wants, floor, leg_of = [], [], [], [], []
    first = 0
    for number, leg in enumerate(flight):
        for index in range(max(len(leg.points) - 1, 0)):
            places, along, ground = _ground_bound(leg.points[index : index + 2, :2], task)
            wanted = leg.points[index, 2] + along * (leg.points[index + 1, 2] - leg.points[index, 2])
            en.append(places)
            share.append(first + index + along)
            wants.append(wanted)
            floor.append(ground + wanted)
            leg_of.append(np.full(len(places), number))
        if len(leg.points) == 1:
            en.append(leg.points[:, :2])
            share.append(np.array([float(first)]))
            wants.append(leg.points[:, 2])
            floor.append(_ground_m(leg.points[:, :2], task) + leg.points[:, 2])
            leg_of.append(np.array([number]))
        first += len(leg.points)
    points, legs = np.vstack(en), np.concatenate(leg_of)
    steps = np.append(np.hypot(*np.diff(points, axis=0).T), 0.0)
    wanted, heights = np.concatenate(wants), np.concatenate(floor)
    # Where one way ends and the next begins is one place: as high as the higher bound says.
    joins = np.flatnonzero((steps[:-1] < _SAME_PLACE_M) & (np.abs(np.diff(wanted)) < _SAME_PLACE_M))
    for join in joins.tolist():
        heights[join : join + 2] = heights[join : join + 2].max()
    for join in joins[::-1].tolist():
        heights[join : join + 2] = heights[join : join + 2].max()
    return _Wish(points, np.concatenate(share), steps, wanted, heights, legs)


def _ground_bound(ends_m: Points, task: FollowTask) -> tuple[Points, Points, Points]:
    """Knots of a straight way, (n, 2), their shares of it, and heights above home such that straight pieces between them are nowhere
    below the ground."""
    length_m = float(np.hypot(*(ends_m[1] - ends_m[0])))
    if length_m < _SAME_PLACE_M:
        return ends_m, np.array([0.0, 1.0]), _ground_m(ends_m, task)
    parts = int(np.ceil(length_m / _STRAIGHT_M))
    path = task.frame.to_lonlat_deg(ends_m[0] + np.linspace(0.0, 1.0, parts + 1)[:, None] * (ends_m[1] - ends_m[0]))
    shares, ground = ground_parabolas(task.heights, path)
    # Where a parabola bulges above its chord, both ends are raised by the most it does: a quarter of its second coefficient.
    bulge = np.maximum(-ground[:, 2], 0.0) / 4.0
    before, after = ground[:, 0] + bulge, ground.sum(axis=1) + bulge
    knots = np.maximum(np.append(before, after[-1]), np.insert(after, 0, before[0]))
    along = shares / parts
    return ends_m[0] + along[:, None] * (ends_m[1] - ends_m[0]), along, knots - task.home_amsl_m


def _ground_m(points_m: Points, task: FollowTask) -> Points:
    heights: Points = task.heights.heights_amsl_m(task.frame.to_lonlat_deg(points_m)) - task.home_amsl_m
    return heights


def _within_slopes(wish: _Wish, speeds_mps: Points, limits: ClimbLimits) -> Points:
    """The least curve above the wish that climbs and sinks no steeper than each leg allows; vertical ways are not limited."""
    slopes = np.array([limits.slopes(speed) for speed in speeds_mps])[wish.leg]
    curve = wish.floor_m.copy()
    rises = np.abs(np.diff(wish.wanted_m, append=wish.wanted_m[-1])) >= _SAME_PLACE_M
    vertical = np.flatnonzero((wish.step_m < _SAME_PLACE_M) & rises)
    for low, high in _runs(len(curve), vertical):
        steps = wish.step_m[low : high - 1]
        climb = np.concatenate([[0.0], np.cumsum(steps * slopes[low : high - 1, 0])])
        descent = np.concatenate([[0.0], np.cumsum(steps * slopes[low : high - 1, 1])])
        part = curve[low:high]
        part = np.maximum.accumulate((part - climb)[::-1])[::-1] + climb
        curve[low:high] = np.maximum.accumulate(part + descent) - descent
    return curve


def _with_level_turns(turns: Sequence[NDArray[np.int64]], wish: _Wish, speeds_mps: Points, limits: ClimbLimits) -> Points:
    """The same curve with the knots of each turn at one height. Raising one raises what climbs to it: it is done until nothing rises."""
    floor = wish.floor_m.copy()
    while True:
        curve = _within_slopes(replace(wish, floor_m=floor), speeds_mps, limits)
        for knots in turns:
            floor[knots] = curve[knots].max()
        if all(np.ptp(curve[knots]) < _SAME_PLACE_M for knots in turns):
            return curve


def _turns(flight: Flight, wish: _Wish, radius_m: float) -> Iterator[NDArray[np.int64]]:
    """Knots of each way and circle, and of the arcs at the bends of each line with as much straight way before and behind them."""
    for number, leg in enumerate(flight):
        knots = np.flatnonzero(wish.leg == number)
        if leg.way or leg.circle is not None:
            yield knots
            continue
        along = np.concatenate([[0.0], np.cumsum(wish.step_m[knots[:-1]])])
        at = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(leg.points[:, :2], axis=0).T))])
        begin, end = -1, -1
        for bend_rad, metres in zip(
            corner_bends(leg.points[:, :2], radius_m)[0].tolist() if len(at) > 2 else (), at[1:-1].tolist(), strict=True
        ):
            if bend_rad < _LEAST_BEND_RAD:
                continue
            reach_m = 2.0 * radius_m * float(np.tan(min(bend_rad, _WIDEST_BEND_RAD) / 2.0))
            first = max(int(np.searchsorted(along, metres - reach_m, side="right")) - 1, 0)
            last = min(int(np.searchsorted(along, metres + reach_m)), len(knots) - 1)
            if begin >= 0 and first > end:
                yield knots[begin : end + 1]
                begin = first
            begin, end = first if begin < 0 else begin, last
        if begin >= 0:
            yield knots[begin : end + 1]


def _runs(count: int, breaks_after: NDArray[np.int64]) -> list[tuple[int, int]]:
    edges = [0, *(breaks_after + 1).tolist(), count]
    return list(pairwise(edges))


def _leg_speeds(flight: Flight, wish: _Wish, task: FollowTask) -> Points:
    """The fastest of a few speeds at which a photographed leg stays within the tolerance, else the slowest of them."""
    usual = np.array([leg.speed_mps or task.speed_mps for leg in flight])
    photographed = np.array([leg.camera is not None for leg in flight])
    speeds = usual.copy()
    if not task.may_slow:
        return speeds
    waiting = photographed.copy()
    for share in _SPEEDS:
        speeds[waiting] = np.maximum(usual[waiting] * share, np.minimum(usual[waiting], _SLOWEST_MPS))
        excess = _within_slopes(wish, speeds, task.limits) - wish.floor_m
        length_m = np.bincount(wish.leg, wish.step_m, len(flight))
        high_m = np.bincount(wish.leg, wish.step_m * (excess > task.tolerance_m), len(flight))
        waiting = photographed & (high_m > _RAISED_SHARE * length_m)
        if not waiting.any():
            break
    return speeds


def _flown(flight: Flight, wish: _Wish, curve: Points, speeds: Points, task: FollowTask, turns: Sequence[NDArray[np.int64]]) -> Followed:
    legs: list[Leg] = []
    raised_m, photographed_m, highest, highest_at = 0.0, 0.0, 0.0, 0
    ends = np.array([knot for knots in turns for knot in knots[[0, -1]]], dtype=np.int64)
    for number, leg in enumerate(flight):
        knots = np.flatnonzero(wish.leg == number)
        excess = curve[knots] - wish.floor_m[knots]
        if leg.camera is not None:
            photographed_m += float(wish.step_m[knots[:-1]].sum())
            raised_m += float(wish.step_m[knots[:-1]][excess[:-1] > task.tolerance_m].sum())
            if excess.max() > highest:
                highest, highest_at = float(excess.max()), int(knots[np.argmax(excess)])
        looseness = 1.0 if leg.camera is not None else _WAY_TOLERANCES
        kept = _kept_knots(wish, curve, knots, np.intersect1d(ends, knots), task.tolerance_m, looseness)
        points = np.column_stack([wish.en_m[kept], curve[kept]])
        chainage = leg.chainage_m
        if chainage is not None:
            first = wish.share[knots[0]]
            chainage = np.interp(wish.share[kept] - first, np.arange(len(leg.points)), chainage)
        slower = speeds[number] < (leg.speed_mps or task.speed_mps) - 1e-6
        legs.append(replace(leg, points=points, chainage_m=chainage, speed_mps=float(speeds[number]) if slower else leg.speed_mps))
    at = wish.en_m[highest_at]
    return Followed(
        _level_returns(tuple(legs), wish, curve),
        raised_m,
        photographed_m,
        highest,
        (float(at[0]), float(at[1])),
        float(speeds.min()),
    )


def _kept_knots(
    wish: _Wish, curve: Points, knots: NDArray[np.int64], ends: NDArray[np.int64], tolerance_m: float, looseness: float
) -> list[int]:
    """Of a leg: its own points and the `ends` of its turns, and between them the ends of the longest chords within the tolerance."""
    own = np.union1d(knots[np.abs(wish.share[knots] - np.round(wish.share[knots])) < 1e-9], ends)
    # The end of one way between points is the beginning of the next: the same place twice in a row.
    distinct = [int(own[0])]
    for knot in own[1:].tolist():
        if knot != distinct[-1] + 1 or wish.step_m[distinct[-1]] > 1e-9 or curve[knot] != curve[distinct[-1]]:
            distinct.append(knot)
    kept = [distinct[0]]
    for start, end in pairwise(distinct):
        if end - start > 1:
            along = np.concatenate([[0.0], np.cumsum(wish.step_m[start:end])])
            kept += [start + k for k in longest_chords(along, curve[start : end + 1], tolerance_m, tolerance_m * looseness)]
        else:
            kept.append(end)
    return kept


def longest_chords(along_m: Points, curve_m: Points, below_m: float, above_m: float) -> list[int]:
    """Knots where chords end that are nowhere more than `below_m` under the curve or `above_m` over it; the last knot is one."""
    ends: list[int] = []
    start, last = 0, len(curve_m) - 1
    while start < last:
        run = np.maximum(along_m[start + 1 :] - along_m[start], 1e-9)
        rise = curve_m[start + 1 :] - curve_m[start]
        least = np.maximum.accumulate((rise - below_m) / run)
        most = np.minimum.accumulate((rise + above_m) / run)
        slope = rise / run
        start += 1 + int(np.flatnonzero((slope >= least - 1e-12) & (slope <= most + 1e-12))[-1])
        ends.append(start)
    return ends


def _level_returns(legs: Flight, wish: _Wish, curve: Points) -> Flight:
    """The last way home is flown by the autopilot itself, level from its last waypoint: it begins as high as that way ever needs."""
    last = legs[-1]
    if last.camera is not None or len(last.points) < 2:
        return legs
    knots = np.flatnonzero(wish.leg == len(legs) - 1)
    begins = int(np.flatnonzero(np.hypot(*(wish.en_m[knots] - last.points[-2, :2]).T) < 1e-6)[-1])
    needed_m = float(curve[knots[begins:]].max())
    if needed_m <= last.points[-2, 2] + 0.005:
        return legs
    climbed = np.array([[*last.points[-2, :2], needed_m]])
    return (*legs[:-1], replace(last, points=np.vstack([last.points[:-1], climbed, last.points[-1:]])))
