"""Searches around a datum, as the IAMSAR Manual (volume II, chapter 5) draws them. Metres in a local frame."""

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
_CHORD_DEG = 15.0


def expanding_square(datum: Points, spacing_m: float, radius_m: float, heading_deg: float) -> Points:
    """(n, 2): legs of S, S, 2S, 2S, 3S, 3S … with right turns of 90 degrees, until the square reaches the radius."""
    points, heading = [datum], np.radians(heading_deg)
    for number in range(2, 4 * int(np.ceil(radius_m / spacing_m)) + 3):
        step = np.array([np.sin(heading), np.cos(heading)]) * spacing_m * (number // 2)
        points.append(points[-1] + step)
        heading += np.pi / 2.0
    return np.array(points)


def spiral(datum: Points, spacing_m: float, radius_m: float, heading_deg: float) -> Points:
    """(n, 2): turns `spacing_m` apart, outwards, clockwise."""
    turn = np.arange(0.0, 2.0 * np.pi * radius_m / spacing_m + np.radians(_CHORD_DEG), np.radians(_CHORD_DEG))
    radii = spacing_m * turn / (2.0 * np.pi)
    bearing = turn + np.radians(heading_deg)
    points: Points = datum + radii[:, None] * np.column_stack([np.sin(bearing), np.cos(bearing)])
    return points


def sector(datum: Points, radius_m: float, heading_deg: float, sweeps: int = 1) -> Points:
    """(n, 2): three sectors of 60 degrees, every turn 120 degrees to the right, each third leg through the datum; the second sweep 30
    degrees further."""
    points = [datum]
    for sweep in range(sweeps):
        for bearing_deg in (0.0, 60.0, None, 240.0, 300.0, None, 120.0, 180.0, None):
            if bearing_deg is None:
                points.append(datum)
                continue
            bearing = np.radians(heading_deg + 30.0 * sweep + bearing_deg)
            points.append(datum + radius_m * np.array([np.sin(bearing), np.cos(bearing)]))
    return np.array(points)


def detection_probability(sweep_width_m: float, spacing_m: float) -> float:
    """Probability to detect what is in the area searched: random search, 1 - exp(-W / S) (Koopman 1946)."""
    return float(1.0 - np.exp(-sweep_width_m / spacing_m))
