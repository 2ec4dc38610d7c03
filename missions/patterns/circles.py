"""Circles around a place, as many photos and levels as the overlaps need. Metres in a local frame."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
# Neighbouring views of one thing can be matched up to about 20 degrees apart (any text on image matching).
WIDEST_STEP_DEG = 20.0


def photos_around(step_m: float, surface_radius_m: float) -> int:
    """Photos of one turn: `step_m` apart on the surface that is seen, and never further than `WIDEST_STEP_DEG`."""
    step_deg = np.degrees(step_m / surface_radius_m) if surface_radius_m > 0.0 else WIDEST_STEP_DEG
    return int(np.ceil(360.0 / min(step_deg, WIDEST_STEP_DEG) - 1e-9))


def circle(centre: Points, radius_m: float, photos: int, start_deg: float, *, clockwise: bool = True) -> Points:
    """(photos + 1, 2) corners of a closed ring, beginning at the bearing `start_deg`."""
    turn = np.linspace(0.0, 2.0 * np.pi, photos + 1) * (1.0 if clockwise else -1.0) + np.radians(start_deg)
    return centre + radius_m * np.column_stack([np.sin(turn), np.cos(turn)])


def levels_m(bottom_m: float, top_m: float, step_m: float) -> Points:
    """Heights from bottom to top no further apart than `step_m`."""
    return np.linspace(bottom_m, top_m, int(np.ceil((top_m - bottom_m) / step_m - 1e-9)) + 1) if top_m > bottom_m else np.array([bottom_m])
