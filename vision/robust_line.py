"""A straight, even motion through places, robust against single places that are far off.

Source: Huber, Robust Estimation of a Location Parameter, 1964, by iteratively re-weighted least squares; scale by the median distance.
"""

from dataclasses import dataclass

import numpy as np

from vision.georeference import Vector

HUBER = 1.345  # keeps 95 % of the efficiency of least squares for normal errors
STEPS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """`place` (2,) and `velocity` (2,) at offset 0; `residual` (n, 2) of all places, `weights` (n,) 0..1 they counted with.

    `spread` are the variances of place and velocity for places of variance one.
    """

    place: Vector
    velocity: Vector
    spread: tuple[float, float]
    residual: Vector
    weights: Vector


def robust_line(offset_s: Vector, places: Vector) -> Line:
    """Fit to `places` (n, 2) at `offset_s` (n,); at least two different instants."""
    design = np.column_stack([np.ones(len(offset_s)), offset_s])
    weights = np.ones(len(offset_s))
    for _ in range(STEPS):
        root = np.sqrt(weights)[:, None]
        fit, *_ = np.linalg.lstsq(root * design, root * places, rcond=None)
        residual = places - design @ fit
        distance = np.hypot(*residual.T)
        # Of a round normal error in two dimensions, half the distances are below 1.1774 sigmas.
        scale = float(np.median(distance)) / 1.1774
        if scale <= 0.0:
            break
        before, weights = weights, np.minimum(1.0, HUBER * scale * np.sqrt(2.0) / np.maximum(distance, 1e-12))
        if np.abs(weights - before).max() < 1e-3:
            break
    variances = np.diag(np.linalg.inv(design.T @ (weights[:, None] * design)))
    return Line(fit[0], fit[1], (float(variances[0]), float(variances[1])), residual, weights)
