"""Directions that cover a sphere with pictures."""

import numpy as np


def directions(across_deg: float, along_deg: float, overlap: float, highest_deg: float) -> list[tuple[float, float]]:
    """Pitch and heading of each picture, row by row from the highest down to straight below.

    `across_deg` and `along_deg` are the angles of view; rows nearer to the poles need fewer pictures.
    """
    row_step = along_deg * (1.0 - overlap)
    rows = int(np.ceil((highest_deg + 90.0) / row_step - 1e-9))
    found = []
    for pitch_deg in np.linspace(highest_deg, -90.0, rows + 1)[:-1]:
        # The edge of a row that is nearer to the horizon is the widest.
        nearest = max(0.0, abs(pitch_deg) - along_deg / 2.0)
        count = max(3, int(np.ceil(360.0 * np.cos(np.radians(nearest)) / (across_deg * (1.0 - overlap)) - 1e-9)))
        found += [(float(pitch_deg), float(heading)) for heading in np.arange(count) * 360.0 / count]
    return [*found, (-90.0, 0.0)]
