"""What a thing looks like, in a few numbers: enough to tell a white van from a red car, not one white van from another.

A histogram of hue and saturation, and one of brightness, over the middle of the box, where the background shows least.
Source: Comaniciu, Ramesh and Meer, Kernel-Based Object Tracking, 2003 (colour histograms compared by the Bhattacharyya coefficient).
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detections import Box
from vision.pictures import BgrImage

Look = NDArray[np.float32]  # (80,), adds up to 1

HUES, SATURATIONS, BRIGHTNESSES = 16, 4, 16
MIDDLE = 0.7  # of the box's width and height
LEAST_SIDE_PX = 6
LARGEST_SIDE_PX = 48
MEMORY = 0.8  # share of the old look when a new one comes


def look_of(image: BgrImage, box: Box) -> Look | None:
    """None for a box too small, outside the picture, or without anything to be seen in it."""
    x1, y1, x2, y2 = box
    trim_x, trim_y = (x2 - x1) * (1.0 - MIDDLE) / 2.0, (y2 - y1) * (1.0 - MIDDLE) / 2.0
    patch = image[max(0, round(y1 + trim_y)) : max(0, round(y2 - trim_y)), max(0, round(x1 + trim_x)) : max(0, round(x2 - trim_x))]
    if min(patch.shape[:2]) < LEAST_SIDE_PX or not patch.any():
        return None
    if max(patch.shape[:2]) > LARGEST_SIDE_PX:
        scale = LARGEST_SIDE_PX / max(patch.shape[:2])
        patch = cv2.resize(patch, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)
    hsv = cv2.cvtColor(patch, cv2.COLOR_BGR2HSV)
    colours = cv2.calcHist([hsv], [0, 1], None, [HUES, SATURATIONS], [0, 180, 0, 256]).ravel()
    brightness = cv2.calcHist([hsv], [2], None, [BRIGHTNESSES], [0, 256]).ravel()
    counts = np.concatenate([colours, brightness]).astype(np.float32)
    return np.asarray(counts / counts.sum(), dtype=np.float32)


def blended(old: Look | None, new: Look) -> Look:
    """The look remembered once a new one was seen."""
    return new if old is None else np.asarray(MEMORY * old + (1.0 - MEMORY) * new, dtype=np.float32)


def likeness(one: Look, other: Look) -> float:
    """Bhattacharyya coefficient: 1 for the same look, 0 for looks that share nothing."""
    return float(np.sqrt(one * other).sum())
