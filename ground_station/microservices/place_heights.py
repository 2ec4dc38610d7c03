"""How high a place lies above a vehicle's home: from the elevation model where it knows the ground, else level with home."""

import logging
from math import isfinite
from typing import Literal

import anyio

from geo.primitives import LonLat
from geo.terrain import Heights
from ground_station.vehicles import Vehicle

logger = logging.getLogger(__name__)

HeightBasis = Literal["given", "terrain", "home"]


async def ground_above_home_m(vehicle: Vehicle, place: LonLat, model: Heights | None) -> float | None:
    """None where the model knows nothing of the place, or nobody knows how high home lies.

    Both heights are the model's where it holds home too: satellites and models may disagree on the level of the sea.
    """
    home = vehicle.estimate.home
    if model is None:
        return None
    places = [place] if home is None else [place, home]
    try:
        known = await anyio.to_thread.run_sync(model.heights_amsl_m, [place.as_tuple() for place in places])
    except OSError as error:
        logger.warning("the elevation model cannot be read: %s", error)
        return None
    there, *at_home = (float(height) for height in known)
    level = next((height for height in at_home if isfinite(height)), vehicle.estimate.home_amsl_m)
    return None if level is None or not isfinite(there) else there - level
