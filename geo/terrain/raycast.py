"""Where a straight ray first meets the ground of an elevation model.

The surface along the ray is a parabola between two cells' borders, so the contact is the root of a quadratic and no peak is stepped over.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame
from geo.terrain.heights import Heights
from geo.terrain.parabolas import ground_parabolas

Vector = NDArray[np.float64]
_STRAIGHT_M = 200.0  # where the chord in degrees is within a millimetre of the straight line in metres
_FIRST_LOOK_M = 50.0
_PLUMB = 1e-6  # metres sideways for one of fall: straight down


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceHit:
    """`en_m` (2,) east and north in the ray's frame; `distance_m` along the ray."""

    en_m: Vector
    height_amsl_m: float
    distance_m: float


def first_contact(heights: Heights, frame: LocalFrame, origin_m: Vector, direction: Vector, reach_m: float) -> SurfaceHit | None:
    """`origin_m` (3,) east, north in `frame` and metres above the sea of the model; `direction` (3,) east, north, up of any length.

    None when the ray starts below the ground, meets none within `reach_m` on the level, or passes over ground the model does not know.
    Raises: `OSError` when a file of the model cannot be read any more.
    """
    foot_m = float(heights.heights_amsl_m(frame.to_lonlat_deg(origin_m[:2]))[0])
    level = float(np.hypot(direction[0], direction[1]))
    if not origin_m[2] > foot_m:
        return None
    if level <= _PLUMB * abs(direction[2]):
        return SurfaceHit(origin_m[:2].copy(), foot_m, origin_m[2] - foot_m) if direction[2] < 0.0 else None
    along, rise = direction[:2] / level, float(direction[2]) / level
    # On level ground it would be met here; hills and hollows make it nearer or farther.
    expected_m = (origin_m[2] - foot_m) / -rise if rise < 0.0 else reach_m
    start_m, end_m = 0.0, min(reach_m, max(_FIRST_LOOK_M, 1.25 * expected_m))
    while start_m < reach_m:
        parts = int(np.ceil((end_m - start_m) / _STRAIGHT_M))
        away_m = np.linspace(start_m, end_m, parts + 1)
        found_m = _contact_m(heights, frame.to_lonlat_deg(origin_m[:2] + away_m[:, None] * along), away_m, origin_m[2], rise)
        if found_m is not None:
            if np.isnan(found_m):
                return None
            height_m = float(origin_m[2] + rise * found_m)
            return SurfaceHit(origin_m[:2] + found_m * along, height_m, float(np.hypot(1.0, rise) * found_m))
        start_m, end_m = end_m, min(reach_m, 2.0 * end_m)
    return None


def _contact_m(heights: Heights, path_deg: Vector, away_m: Vector, up_m: float, rise: float) -> float | None:
    """Metres on the level to the first contact on this path; NaN when unknown ground comes before one, None without either."""
    shares, ground = ground_parabolas(heights, path_deg)
    at_m = np.interp(shares, np.arange(len(away_m)), away_m)
    start_m, width_m = at_m[:-1], np.diff(at_m)
    above = -ground
    above[:, 0] += up_m + rise * start_m
    above[:, 1] += rise * width_m
    first = _first_roots(above)
    stops = np.flatnonzero(np.isfinite(first) | np.isnan(ground[:, 0]))
    if not len(stops):
        return None
    piece = int(stops[0])
    return float(start_m[piece] + first[piece] * width_m[piece])


def _first_roots(coefficients: Vector) -> Vector:
    """(m, 3) c0 + c1 u + c2 u^2 -> (m,) the least u in 0..1 where it is not above zero; infinite where it stays above, NaN for NaN."""
    c0, c1, c2 = coefficients.T
    with np.errstate(divide="ignore", invalid="ignore"):
        # The stable form of the quadratic formula: no difference of nearly equal numbers.
        half = -0.5 * (c1 + np.where(c1 < 0.0, -1.0, 1.0) * np.sqrt(c1**2 - 4.0 * c2 * c0))
        roots = np.column_stack([half / c2, c0 / half])
    roots = np.where((roots >= 0.0) & (roots <= 1.0), roots, np.inf)
    first: Vector = np.where(c0 <= 0.0, 0.0, roots.min(axis=1))
    return np.where(np.isnan(c0), np.nan, first)


def slope_at(heights: Heights, frame: LocalFrame, en_m: Vector, around_m: float) -> Vector:
    """(2,) rise of the ground to the east and to the north, metres a metre, over `around_m` each way; 0 where it is not known."""
    steps = np.array([[around_m, 0.0], [-around_m, 0.0], [0.0, around_m], [0.0, -around_m]])
    east, west, north, south = heights.heights_amsl_m(frame.to_lonlat_deg(en_m + steps))
    return np.nan_to_num(np.array([east - west, north - south]) / (2.0 * around_m))
