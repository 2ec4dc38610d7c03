"""How high a place lies above a vehicle's home: from the elevation model where it knows the ground, else level with home."""

import logging
from typing import Literal

import anyio

from geo.primitives import LonLat
from ground_station.payload.elevation import ElevationModel
from ground_station.vehicles import Vehicle

logger = logging.getLogger(__name__)

HeightBasis = Literal["given", "terrain", "home"]


async def ground_above_home_m(vehicle: Vehicle, place: LonLat, model: ElevationModel | None) -> float | None:
    """None where the model knows nothing of the place, or nobody knows how high home lies.

    Both heights are the model's where it holds home too: satellites and models may disagree on the level of the sea.
    """
    home = vehicle.estimate.home
    if model is None:
        return None
    places = [place] if home is None else [place, home]
    try:
        there, *at_home = await anyio.to_thread.run_sync(model.heights, places)
    except OSError as error:
        logger.warning("the elevation model cannot be read: %s", error)
        return None
    level = next((height for height in at_home if height is not None), vehicle.estimate.home_amsl_m)
    return None if there is None or level is None else there - level
