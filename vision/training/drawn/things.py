"""What can be drawn onto samples: one line a kind, named as recipes name it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from vision.frames import BgrImage
from vision.training.drawn.plates import draw_plates
from vision.training.drawn.road_damage import draw_damage
from vision.training.drawn.waste import draw_waste

Box = tuple[float, float, float, float]

# Draws into a square picture, in place, and returns name and corners of each thing to be found.
Draw = Callable[[BgrImage, np.random.Generator], list[tuple[str, Box]]]

DRAW: Mapping[str, Draw] = MappingProxyType({"road damage": draw_damage, "plates": draw_plates, "waste": draw_waste})
