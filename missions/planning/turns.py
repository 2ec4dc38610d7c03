"""What the way from one line to the next costs a copter, and how its corners are cut so that it costs less.

A copter slows down for a corner to what an arc past the waypoint allows (`endurance.corner_speed_mps`): 3.5 m/s for a right angle, 7.8 m/s
for half of one. Two corners of half the angle are therefore quicker than one, where there is room for them: lines end half a photo step
inside the edge, and the turn uses that strip.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from missions.patterns.grid import Area
from missions.planning.endurance import CopterDynamics, corner_speed_mps

Points = NDArray[np.float64]

# A corner nobody has looked at yet: the way bends there by about so much.
_USUAL_BEND_DEG = 60.0
# How far along the line and across it a corner is cut, as shares of the room there is.
_ALONG = (0.0, 0.4, 0.7, 1.0)
_ACROSS = (0.0, 0.3, 0.6, 1.0, 1.5, 2.2)
# The quickest shapes are tried for room first; when so many do not fit the rest hardly helps.
_TRIED = 24
_WORTH_S = 0.05
# Sharper corners, and corners closer together, throw a copter off the way: it misses the next waypoint and turns back for it.
_SHARPEST_RAD = np.radians(50.0)
_SHORTEST_LEG_M = 9.0
_LEAST_ROOM_M = 8.0


def straight_times_s(lengths_m: Points, begin_mps: Points, end_mps: Points, speed_mps: float, dynamics: CopterDynamics) -> Points:
    """Seconds of straight legs between given speeds, speeding up and braking at `speed_change_mps2`. Arrays of one shape."""
    double_a = 2.0 * dynamics.speed_change_mps2(speed_mps)
    begin = np.minimum(begin_mps, np.sqrt(end_mps**2 + double_a * lengths_m))
    end = np.minimum(end_mps, np.sqrt(begin**2 + double_a * lengths_m))
    peak = np.minimum(speed_mps, np.sqrt((double_a * lengths_m + begin**2 + end**2) / 2.0))
    cruise_m = np.maximum(lengths_m - (2.0 * peak**2 - begin**2 - end**2) / double_a, 0.0)
    seconds: Points = (2.0 * peak - begin - end) / dynamics.speed_change_mps2(speed_mps) + cruise_m / np.maximum(peak, 1e-9)
    return seconds


def slowing_s(corner_mps: Points, speed_mps: float, dynamics: CopterDynamics) -> Points:
    """What braking from full speed to a corner costs on the line before it; the same again after it."""
    seconds: Points = (speed_mps - corner_mps) ** 2 / (2.0 * dynamics.speed_change_mps2(speed_mps) * speed_mps)
    return seconds


def hop_times_s(ends: Points, outward: Points, lengths_m: Points, straight: NDArray[np.bool_], *, speed_mps: float, room_m: float,
                dynamics: CopterDynamics) -> Points:  # fmt: skip
    """(m, m) seconds from line end to line end, beyond what the lines take at full speed.

    `ends` (m, 2) and `outward` (m, 2), the unit vectors in which a vehicle leaves the line there; `lengths_m` (m, m) of the ways,
    `straight` where they are single legs. With `room_m` to cut corners these are taken as two of half the angle.
    """
    hops = ends[None] - ends[:, None]
    direct = np.hypot(hops[..., 0], hops[..., 1])
    towards = hops / np.maximum(direct, 1e-9)[..., None]
    bend = np.arccos(np.clip((towards * outward[:, None]).sum(axis=-1), -1.0, 1.0))
    bend[direct < 1e-6] = np.pi
    bend[~straight] = np.radians(_USUAL_BEND_DEG)
    # A corner of a quarter turn or less is halved by cutting; a sharper one needs more room than there is.
    share = 0.5 if room_m > _LEAST_ROOM_M else 1.0
    eased = np.where(bend <= np.pi / 2.0, share * bend, bend - (1.0 - share) * np.pi / 2.0)
    corner = corner_speed_mps(eased, speed_mps, dynamics)
    seconds: Points = straight_times_s(lengths_m, corner, corner.T, speed_mps, dynamics)
    seconds = seconds + slowing_s(corner, speed_mps, dynamics) + slowing_s(corner.T, speed_mps, dynamics)
    seconds[~np.isfinite(lengths_m)] = np.inf
    return seconds


def eased_turn(before: Points, leave: Points, begin: Points, after: Points, *, area: Area, room_m: float, speed_mps: float,
               dynamics: CopterDynamics) -> Points:  # fmt: skip
    """(k, 2) points of the quickest way from `leave`, reached from `before`, to `begin`, left towards `after`; both included.

    Two corners more are put in where that is quicker and all of it stays within `area`.
    """
    hop = begin - leave
    length_m = float(np.hypot(*hop))
    plain = np.stack([leave, begin])
    if length_m < 2.0 * dynamics.corner_radius_m or room_m < _LEAST_ROOM_M:
        return plain
    across = hop / length_m
    out, back = _unit(leave - before), _unit(begin - after)
    along_m, across_m = (grid.ravel() * room_m for grid in np.meshgrid(_ALONG, _ACROSS))
    fits = across_m <= 0.5 * length_m
    steps = np.stack([along_m[fits], across_m[fits]], axis=1)
    first, second = (grid.ravel() for grid in np.meshgrid(np.arange(len(steps)), np.arange(len(steps))))
    left = leave + steps[first, :1] * out + steps[first, 1:] * across
    right = begin + steps[second, :1] * back - steps[second, 1:] * across
    ones = np.ones((len(left), 1))
    shapes = np.stack([ones * before, ones * leave, left, right, ones * begin, ones * after], axis=1)
    times = _turn_times_s(shapes, speed_mps, dynamics)
    # The shape without any step is the plain way.
    plain_s = times[0]
    order = np.argsort(times, kind="stable")[:_TRIED]
    order = order[times[order] < plain_s - _WORTH_S]
    if not len(order):
        return plain
    inside = shapely.covers(area, shapely.linestrings(shapes[order, 1:5]))
    if not inside.any():
        return plain
    best = shapes[order[int(np.argmax(inside))], 1:5]
    steps_m = np.hypot(*np.diff(best, axis=0).T)
    distinct: Points = best[np.concatenate([[True], steps_m > 0.05])]
    distinct[-1] = begin
    return distinct


def _turn_times_s(shapes: Points, speed_mps: float, dynamics: CopterDynamics) -> Points:
    """(k, 6, 2) ways of five legs -> (k,) seconds of the middle three, and of slowing down on the outer two."""
    legs = np.diff(shapes, axis=1)
    lengths = np.hypot(legs[..., 0], legs[..., 1])
    directions = legs / np.maximum(lengths, 1e-9)[..., None]
    # A leg of no length has the direction of the one before it, and turns nowhere.
    for i in range(1, 5):
        directions[:, i] = np.where(lengths[:, i, None] < 1e-6, directions[:, i - 1], directions[:, i])
    bends = np.arccos(np.clip((directions[:, :-1] * directions[:, 1:]).sum(axis=-1), -1.0, 1.0))
    # A leg of no length is no corner and takes none of its neighbour's room.
    present = np.where(lengths < 1e-6, np.inf, lengths)
    room = 0.5 * np.minimum(present[:, :-1], present[:, 1:])
    corner = corner_speed_mps(bends, speed_mps, dynamics, room)
    double_a = 2.0 * dynamics.speed_change_mps2(speed_mps)
    for i in range(3):
        corner[:, i + 1] = np.minimum(corner[:, i + 1], np.sqrt(corner[:, i] ** 2 + double_a * lengths[:, i + 1]))
    for i in range(2, -1, -1):
        corner[:, i] = np.minimum(corner[:, i], np.sqrt(corner[:, i + 1] ** 2 + double_a * lengths[:, i + 1]))
    seconds: Points = straight_times_s(lengths[:, 1:4], corner[:, :3], corner[:, 1:], speed_mps, dynamics).sum(axis=1)
    seconds = seconds + slowing_s(corner[:, 0], speed_mps, dynamics) + slowing_s(corner[:, 3], speed_mps, dynamics)
    inner = lengths[:, 1:4]
    wild = (bends > _SHARPEST_RAD).any(axis=1) | ((inner > 1e-6) & (inner < _SHORTEST_LEG_M)).any(axis=1)
    # The first shape is the plain way, flown as it is where no other will do.
    wild[0] = False
    seconds[wild] = np.inf
    return seconds


def _unit(vector: Points) -> Points:
    unit: Points = vector / max(float(np.hypot(*vector)), 1e-9)
    return unit
