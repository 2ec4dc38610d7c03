"""What a camera over the scene sees: ground by homography, pictures on it, then cars and buildings as solids.

Straight down one warp of the right pyramid level is enough; an oblique view mixes levels by distance, ends at the horizon and is
painted once for a camera that does not move.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from sim.ground import Ground, paint_ground
from sim.painter import Placed, hidden_behind, horizon_row, paint_shadows, paint_solids
from sim.pictures import FlatPicture, load_pictures
from sim.projection import Camera, opencv_pixels
from sim.scenario import Scenario
from sim.traffic import Traffic, place_buildings

Image = NDArray[np.uint8]
GROUND_HALF_M = 400.0
GROUND_M_PER_PX = 0.16
LOWEST_EYE_M = 1.0  # a camera under a vehicle that stands on the ground
OBLIQUE_DEG = -60.0  # one that looks flatter sees near and far ground in one picture
HAZE_M = 900.0
HAZE = np.array([214.0, 206.0, 198.0])
SKY_TOP = np.array([206.0, 168.0, 122.0])


class SceneView:
    """One scene in the local frame around `origin`. Building it paints the ground: a second or two."""

    def __init__(
        self,
        scenario: Scenario,
        origin: LonLat,
        *,
        seed: int = 0,
        half_m: float = GROUND_HALF_M,
        metres_per_px: float = GROUND_M_PER_PX,
    ) -> None:
        self.frame = LocalFrame(origin)
        self.traffic = Traffic(scenario.cars, self.frame)
        self.pictures: list[FlatPicture] = load_pictures(scenario.pictures, self.frame)
        self.buildings: list[Placed] = place_buildings(scenario.buildings, self.frame)
        self.ground: Ground = paint_ground(self.frame, half_m, metres_per_px, scenario.roads, self.buildings, seed)

    def render(self, camera: Camera, unix_s: float) -> Image:
        """(h, w, 3) BGR picture of a level camera, at a simulated instant."""
        down = camera.pitch_deg < OBLIQUE_DEG
        image = self._ground_part(camera, self.ground.level_for(camera.ground_sample_m())) if down else self._oblique_ground(camera)
        for picture in self.pictures:
            picture.paint(image, camera)
        cars = self.traffic.standing + self.traffic.driving(unix_s)
        paint_shadows(image, camera, cars)
        paint_solids(image, camera, cars + self.buildings)
        return image

    def background(self, camera: Camera) -> Image:
        """What an oblique, unmoving camera sees without the driving cars."""
        image = self._oblique_ground(camera)
        for picture in self.pictures:
            picture.paint(image, camera)
        paint_shadows(image, camera, self.traffic.standing)
        paint_solids(image, camera, self.traffic.standing + self.buildings)
        return image

    def render_traffic(self, background: Image, camera: Camera, unix_s: float) -> Image:
        """The background with the driving cars of this instant on it."""
        image = background.copy()
        cars = [car for car in self.traffic.driving(unix_s) if not hidden_behind(camera, car.east_m, car.north_m, self.buildings)]
        paint_shadows(image, camera, cars)
        paint_solids(image, camera, cars)
        return image

    def forget_ground(self) -> None:
        """Give back the memory of the ground once a background is painted; only `render_traffic` works from then on."""
        self.ground = Ground((), self.ground.metres_per_px, self.ground.half_m)

    def _ground_part(self, camera: Camera, level: int) -> Image:
        raster_to_pixel = camera.ground_to_pixel() @ np.linalg.inv(self.ground.ground_to_raster(level))
        matrix = opencv_pixels(raster_to_pixel) @ np.linalg.inv(opencv_pixels(np.eye(3)))
        picture: Image = cv2.warpPerspective(
            self.ground.levels[level],
            matrix,
            (camera.width_px, camera.height_px),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REFLECT_101,
        )
        return picture

    def _oblique_ground(self, camera: Camera) -> Image:
        rows = np.arange(camera.height_px) + 0.5
        below = np.maximum(rows - horizon_row(camera), 1e-3)
        # Distance to the ground seen in each row, for a camera without roll, and what one pixel covers along it.
        distance_m = camera.height_m * np.hypot(camera.focal_px, rows - camera.height_px / 2.0) / below
        across_m = distance_m / camera.focal_px
        level_of_row = np.clip(
            np.floor(np.log2(np.maximum(across_m, 1e-6) / self.ground.metres_per_px) + 1.0), 0, len(self.ground.levels) - 1
        )
        image = np.zeros((camera.height_px, camera.width_px, 3), np.uint8)
        for level in range(len(self.ground.levels)):
            chosen = level_of_row == level
            if chosen.any():
                image[chosen] = self._ground_part(camera, level)[chosen]
        haze = (1.0 - np.exp(-distance_m / HAZE_M))[:, None, None]
        hazy = image * (1.0 - haze) + HAZE * haze
        sky = rows < horizon_row(camera)
        if sky.any():
            height = np.clip((horizon_row(camera) - rows[sky]) / (0.25 * camera.height_px), 0.0, 1.0)[:, None, None]
            hazy[sky] = HAZE * (1.0 - height) + SKY_TOP * height
        finished: Image = hazy.astype(np.uint8)
        return finished


def stabilised_camera(
    east_m: float, north_m: float, height_m: float, heading_deg: float, hfov_deg: float, size_px: tuple[int, int], pitch_deg: float = -90.0
) -> Camera:
    """A level camera under a vehicle. Straight down, the top of the picture points to its heading."""
    return Camera(east_m, north_m, max(LOWEST_EYE_M, height_m), heading_deg, pitch_deg, hfov_deg, *size_px)
