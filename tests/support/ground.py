"""Ground made of numbers, for plans that fly over it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from geo.terrain import Heights, grid_heights

Array = NDArray[np.float64]


def ground(
    origin: LonLat, shape: Callable[[Array, Array], Array], *, half_side_m: float = 3000.0, step_m: float = 30.0, name: str = "ground"
) -> Heights:
    """A square around a place, its height above the sea a function of metres east and north."""
    frame = LocalFrame(origin)
    north_deg = step_m / 111_132.0
    east_deg = north_deg / float(np.cos(np.radians(origin.lat_deg)))
    half = int(np.ceil(half_side_m / step_m))
    offsets = np.arange(-half, half + 1)
    lons, lats = np.meshgrid(origin.lon_deg + offsets * east_deg, origin.lat_deg - offsets * north_deg)
    east, north = frame.to_en_m(np.column_stack([lons.ravel(), lats.ravel()])).T
    heights = shape(east, north).reshape(lons.shape)
    return grid_heights(heights, (float(lons[0, 0]), float(lats[0, 0])), (east_deg, north_deg), name)


def rough_ground(origin: LonLat, seed: int, *, relief_m: float = 100.0, half_side_m: float = 1500.0, step_m: float = 30.0) -> Heights:
    """Hills of several sizes and a roughness of its own for each pixel."""
    random = np.random.default_rng(seed)
    waves = [(random.uniform(150.0, 2000.0), random.uniform(0.0, 2 * np.pi, 3)) for _ in range(5)]

    def shape(east: Array, north: Array) -> Array:
        hills = sum(
            length * np.sin(2 * np.pi * (east * np.cos(turn) + north * np.sin(turn)) / length + phase) for length, (turn, phase, _) in waves
        )
        heights = np.asarray(hills) * relief_m / 2 / sum(length for length, _ in waves)
        return np.asarray(300.0 + heights + random.normal(0.0, relief_m / 50.0, east.shape))

    return ground(origin, shape, half_side_m=half_side_m, step_m=step_m, name=f"rough {seed}")
