"""How far a place may be off: the ellipse and the circle that hold the truth with 95 % probability, from a covariance on the ground."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIGMAS_95 = 2.4477  # half axes of the 95 % ellipse of two-dimensional normal errors, in sigmas: sqrt(-2 ln 0.05)
# Radius of the 95 % circle in sigmas of the long axis, by the share q of the short axis: a cubic through the exact integral, within 0.3 %.
# It goes from 1.960 (all errors on one line) to 2.448 (round).
_CIRCLE_95 = (1.96073, 0.00788, 0.09983, 0.38402)


@dataclass(frozen=True, slots=True)
class ErrorEllipse:
    """Half axes in metres; `bearing_deg` is where the long one points, clockwise from true north, 0..180."""

    major_m: float
    minor_m: float
    bearing_deg: float


def error_ellipse(covariance_m2: NDArray[np.float64]) -> ErrorEllipse:
    """The 95 % ellipse of a (2, 2) covariance, east and north in square metres."""
    variances, axes = np.linalg.eigh(covariance_m2)
    short, long = np.sqrt(np.maximum(variances, 0.0))
    bearing = float(np.degrees(np.arctan2(axes[0, 1], axes[1, 1])) % 180.0)
    return ErrorEllipse(float(SIGMAS_95 * long), float(SIGMAS_95 * short), bearing)


def radius_95_m(covariance_m2: NDArray[np.float64]) -> float:
    """Radius of the circle that holds the truth with 95 % probability, from a (2, 2) covariance."""
    short, long = np.sqrt(np.maximum(np.linalg.eigvalsh(covariance_m2), 0.0))
    share = float(short / long) if long > 0.0 else 0.0
    return float(long * sum(factor * share**power for power, factor in enumerate(_CIRCLE_95)))
