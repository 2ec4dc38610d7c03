"""Pictures lying on the ground: true objects with known places, painted by one homography each."""

from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import SettingsError
from sim.projection import Camera, opencv_pixels
from sim.scenes.model import Picture
from sim.scenes.weather import Image, Light, lit

SMALLEST_SIDE_PX = 8


@dataclass(frozen=True, slots=True)
class FlatPicture:
    """A picture on the ground. `levels[0]` is the full one, each next half as large; `corners_m` (4, 2) are its top left, top right,
    bottom right and bottom left corners, east and north."""

    levels: tuple[Image, ...]
    corners_m: NDArray[np.float64]

    @property
    def height_m(self) -> float:
        return float(np.linalg.norm(self.corners_m[3] - self.corners_m[0]))

    def pixel_corners(self, camera: Camera) -> NDArray[np.float64]:
        """(4, 2) pixels of the corners; NaN for those behind the camera. This is the truth detections are measured against."""
        found = [camera.pixel_of(float(east), float(north)) for east, north in self.corners_m]
        return np.array([(np.nan, np.nan) if pixel is None else pixel for pixel in found])

    def paint(self, image: Image, camera: Camera) -> None:
        corners = self.pixel_corners(camera)
        if np.isnan(corners).any():
            return  # partly behind the camera: never so for a camera that looks down on it
        low, high = np.floor(corners.min(axis=0)).astype(int) - 1, np.ceil(corners.max(axis=0)).astype(int) + 1
        x0, y0 = max(0, int(low[0])), max(0, int(low[1]))
        x1, y1 = min(camera.width_px, int(high[0])), min(camera.height_px, int(high[1]))
        if x0 >= x1 or y0 >= y1:
            return
        width_px = max(float(np.linalg.norm(corners[1] - corners[0])), 1e-3)
        level = int(np.clip(np.floor(np.log2(self.levels[0].shape[1] / width_px)), 0, len(self.levels) - 1))
        source = self.levels[level]
        h, w = source.shape[:2]
        outline = np.array([[0, 0], [w, 0], [w, h], [0, h]], dtype=np.float32)
        shift = np.array([x0, y0])
        to_part = cv2.getPerspectiveTransform(outline, (corners - shift).astype(np.float32)).astype(np.float64)
        matrix = opencv_pixels(to_part) @ np.linalg.inv(opencv_pixels(np.eye(3)))
        size = (x1 - x0, y1 - y0)
        warped = cv2.warpPerspective(source, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        mask = np.zeros((size[1], size[0]), np.uint8)
        cv2.fillConvexPoly(mask, np.round((corners - shift - 0.5) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        share = cv2.merge([mask, mask, mask]).astype(np.float32) / 255.0
        part = image[y0:y1, x0:x1]
        part[:] = (part * (1.0 - share) + warped * share).astype(np.uint8)


def load_picture(picture: Picture, light: Light) -> FlatPicture:
    """As it looks in this light. Raises `SettingsError` naming the file that cannot be read or a crop outside it."""
    image = cv2.imread(str(picture.file), cv2.IMREAD_COLOR)
    if image is None:
        raise SettingsError(
            f"Picture {picture.file} of the scene cannot be read.", code="sim.scene", hint="Give a JPEG or PNG file that exists."
        )
    if picture.crop_px is not None:
        x0, y0, x1, y1 = picture.crop_px
        if not (0 <= x0 < x1 <= image.shape[1] and 0 <= y0 < y1 <= image.shape[0]):
            raise SettingsError(
                f"crop_px {list(picture.crop_px)} lies outside picture {picture.file} of {image.shape[1]}x{image.shape[0]} pixels.",
                code="sim.scene",
                hint="Give x0, y0, x1, y1 inside the picture.",
            )
        image = image[y0:y1, x0:x1]
    levels = [lit(np.ascontiguousarray(image), light)]
    while min(levels[-1].shape[:2]) >= 2 * SMALLEST_SIDE_PX:
        levels.append(cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    height_m = picture.width_m * image.shape[0] / image.shape[1]
    heading = radians(picture.heading_deg)
    top, right = np.array([sin(heading), cos(heading)]) * height_m / 2.0, np.array([cos(heading), -sin(heading)]) * picture.width_m / 2.0
    centre = np.array(picture.at)
    corners = np.array([centre + top - right, centre + top + right, centre - top + right, centre - top - right])
    return FlatPicture(tuple(levels), corners)
