"""A known object on the simulated ground, with its truth."""

import json
from dataclasses import dataclass
from pathlib import Path

from geo.primitives import LocalFrame, LonLat

HOME = LonLat(51.1600, 43.6505)
# The part of the picture around the bus; the bus fills its middle.
BUS_CROP_PX = (0, 220, 810, 760)
BUS_WIDTH_M = 12.0


@dataclass(frozen=True, slots=True)
class KnownObject:
    label: str
    position: LonLat
    scenario: Path


def bus_on_the_ground(folder: Path, picture: Path, *, east_m: float, north_m: float) -> KnownObject:
    """Write a scenario with a picture of a bus lying on the steppe, its top to the north."""
    position = LocalFrame(HOME).place(east_m, north_m)
    picture_object = {
        "kind": "picture",
        "file": str(picture),
        "lonlat": list(position.as_tuple()),
        "width_m": BUS_WIDTH_M,
        "heading_deg": 0,
        "crop_px": list(BUS_CROP_PX),
        "label": "bus",
    }
    scenario = folder / "scenario.json"
    scenario.write_text(json.dumps({"objects": [picture_object]}))
    return KnownObject("bus", position, scenario)
