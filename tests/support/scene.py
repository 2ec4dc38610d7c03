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
    """Write a scene of the demo region with nothing but a picture of a bus lying on the steppe, its top to the north."""
    actor = {
        "kind": "picture",
        "id": "bus",
        "file": str(picture),
        "at": [east_m, north_m],
        "width_m": BUS_WIDTH_M,
        "crop_px": list(BUS_CROP_PX),
        "label": "bus",
    }
    scenario = folder / "scene.json"
    scenario.write_text(json.dumps({"base": "mangystau", "actors": [actor]}))
    return KnownObject("bus", LocalFrame(HOME).place(east_m, north_m), scenario)
