"""What belongs to the vehicle's owner: plans are read before the first check and put back after the last."""

import logging
from dataclasses import dataclass, field

from ground_station.conformance.bench import Bench
from ground_station.conformance.check import CheckFailed
from ground_station.conformance.plans import FENCE, MISSION, RALLY, Item, clear, read, upload

logger = logging.getLogger(__name__)

NAMES = {MISSION: "mission", FENCE: "fence", RALLY: "rally points"}


@dataclass
class Belongings:
    """Plans by mission type; a type that could not be read is absent and is left alone."""

    plans: dict[int, list[Item]] = field(default_factory=dict)


async def keep(bench: Bench) -> Belongings:
    """Read everything the checks will overwrite."""
    belongings = Belongings()
    for mission_type in (MISSION, FENCE, RALLY):
        try:
            belongings.plans[mission_type] = await read(bench, mission_type)
        except CheckFailed as error:
            logger.info("%s of vehicle %d cannot be kept: %s", NAMES[mission_type], bench.system_id, error)
    return belongings


async def put_back(bench: Bench, belongings: Belongings) -> None:
    """Leave the plans as they were found."""
    for mission_type, items in belongings.plans.items():
        try:
            if await read(bench, mission_type) == items:
                continue
            ended = (await upload(bench, items, mission_type)).accepted if items else await clear(bench, mission_type) == 0
        except CheckFailed:
            ended = False
        if not ended:
            logger.warning("the %s of vehicle %d could not be put back", NAMES[mission_type], bench.system_id)
