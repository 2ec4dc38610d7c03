"""Where the sun stands over every scene, and how much light comes from elsewhere."""

from math import cos, radians, sin

import numpy as np

BEARING_DEG = 215.0
HEIGHT_DEG = 42.0
AMBIENT = 0.55
SUN = np.array(
    [
        cos(radians(HEIGHT_DEG)) * sin(radians(BEARING_DEG)),
        cos(radians(HEIGHT_DEG)) * cos(radians(BEARING_DEG)),
        sin(radians(HEIGHT_DEG)),
    ]
)
# Ground shift of the shadow of a point one metre up.
SHADOW_SHIFT = -SUN[:2] / SUN[2]
