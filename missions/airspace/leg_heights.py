"""How high a leg is over the ground and over the sea along its way, and where that is between the floor and the ceiling of a zone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.primitives import Altitude, AltitudeReference, LocalFrame
from geo.terrain import Heights
from missions.airspace.flown_legs import FlownLeg3D
from missions.airspace.zone import AirspaceZone

# A flight level moves with the air pressure: 27 m a hectopascal, some 35 hPa to both sides of the standard.
PRESSURE_SPREAD_M = 300.0
# Between two samples the ground is taken as straight.
_SAMPLE_M = 20.0
_MOST_SAMPLES = 2_000

Numbers = NDArray[np.float64]
Intervals = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Profile:
    """(n,) `shares` of the leg from 0 to 1; (n,) heights above ground and above the sea, None = unknown, NaN = unknown there."""

    shares: Numbers
    above_ground_m: Numbers | None
    above_sea_m: Numbers | None


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of the ground: a surface and home's height above the sea, each or none. Without a surface it is level with home."""

    frame: LocalFrame
    heights: Heights | None
    home_amsl_m: float | None

    def profile(self, leg: FlownLeg3D) -> Profile:
        across_m = float(np.hypot(leg.end[0] - leg.start[0], leg.end[1] - leg.start[1]))
        if self.heights is None:
            up = np.array([leg.start[2], leg.end[2]])
            return Profile(np.array([0.0, 1.0]), up, None if self.home_amsl_m is None else up + self.home_amsl_m)
        count = min(max(int(np.ceil(across_m / _SAMPLE_M)), 1), _MOST_SAMPLES)
        shares = np.linspace(0.0, 1.0, count + 1)
        points = np.array(leg.start) + shares[:, None] * (np.array(leg.end) - np.array(leg.start))
        ground_m = self.heights.heights_amsl_m(self.frame.to_lonlat_deg(points[:, :2]))
        if leg.over_ground:
            return Profile(shares, points[:, 2], points[:, 2] + ground_m)
        if self.home_amsl_m is None:
            return Profile(shares, None, None)
        above_sea_m = points[:, 2] + self.home_amsl_m
        return Profile(shares, above_sea_m - ground_m, above_sea_m)


def within_band(profile: Profile, zone: AirspaceZone) -> Intervals:
    """Shares of the leg between floor and ceiling, ends included. What is unknown counts as within."""
    intervals: Intervals = [(0.0, 1.0)]
    if zone.floor.metres > 0.0 or zone.floor.reference is not AltitudeReference.ABOVE_TERRAIN:
        intervals = meet(intervals, _not_below_zero(profile, _room(profile, zone.floor, upward=True)))
    if zone.ceiling is not None:
        intervals = meet(intervals, _not_below_zero(profile, _room(profile, zone.ceiling, upward=False)))
    return intervals


def _room(profile: Profile, limit: Altitude, *, upward: bool) -> Numbers | None:
    """How far the leg is on the inner side of a limit; None where that is unknown."""
    height_m = profile.above_ground_m if limit.reference is AltitudeReference.ABOVE_TERRAIN else profile.above_sea_m
    if limit.reference is AltitudeReference.ABOVE_HOME or height_m is None:
        return None
    spread_m = PRESSURE_SPREAD_M if limit.reference is AltitudeReference.STANDARD_PRESSURE else 0.0
    return spread_m + (height_m - limit.metres if upward else limit.metres - height_m)


def _not_below_zero(profile: Profile, room_m: Numbers | None) -> Intervals:
    if room_m is None:
        return [(0.0, 1.0)]
    room_m = np.where(np.isnan(room_m), np.inf, room_m)
    if (room_m >= 0.0).all():
        return [(0.0, 1.0)]
    found: Intervals = []
    for t0, t1, a, b in zip(profile.shares[:-1], profile.shares[1:], room_m[:-1], room_m[1:], strict=True):
        if a < 0.0 and b < 0.0:
            continue
        low, high = float(t0), float(t1)
        # An unknown neighbour counts from the known one on.
        if a < 0.0 <= b and np.isfinite(b):
            low = float(t0 + (t1 - t0) * (-a) / (b - a))
        elif b < 0.0 <= a and np.isfinite(a):
            high = float(t0 + (t1 - t0) * a / (a - b))
        if found and low <= found[-1][1] + 1e-12:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found


def meet(first: Intervals, second: Intervals) -> Intervals:
    """What two lists of intervals, each in order, share."""
    found = []
    i = j = 0
    while i < len(first) and j < len(second):
        low, high = max(first[i][0], second[j][0]), min(first[i][1], second[j][1])
        if low <= high:
            found.append((low, high))
        if first[i][1] < second[j][1]:
            i += 1
        else:
            j += 1
    return found
