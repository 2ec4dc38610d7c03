"""The ground along a path, exactly: one parabola between two places where the path enters another cell of the model."""

import numpy as np
from numpy.typing import NDArray

from geo.terrain.heights import Heights

Points = NDArray[np.float64]
# Inside a piece: at its ends another raster of the model may begin.
_INSIDE = np.array([1.0 / 6.0, 0.5, 5.0 / 6.0])


def ground_parabolas(heights: Heights, path_deg: Points) -> tuple[Points, Points]:
    """(m + 1,) shares of a path as `Heights.pieces` gives them, and (m, 3) coefficients c0 + c1 u + c2 u^2 of the height above the sea
    between them, u from 0 to 1; NaN where the ground is not known."""
    shares = heights.pieces(path_deg)
    leg = np.minimum(((shares[:-1] + shares[1:]) / 2.0).astype(np.int64), len(path_deg) - 2)
    at = shares[:-1, None] + np.diff(shares)[:, None] * _INSIDE - leg[:, None]
    places = path_deg[leg][:, None, :] + at[:, :, None] * (path_deg[leg + 1] - path_deg[leg])[:, None, :]
    sampled = heights.heights_amsl_m(places.reshape(-1, 2)).reshape(-1, 3)
    coefficients: Points = sampled @ np.linalg.inv(np.vander(_INSIDE, 3, increasing=True)).T
    return shares, coefficients
