"""What a camera of a scene sees at an instant: the ground, then shadows, then shapes from far to near; smeared by motion, hidden by walls.

A camera that does not move paints everything still once and knows how far away it is in each pixel; then a frame costs only what moves.
A moving one warps the right level of the ground picture, in bands of rows when it looks obliquely.
"""

import itertools
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.projection import Camera, opencv_pixels
from sim.scenes.actors import Present
from sim.scenes.ground import Ground
from sim.scenes.lamps import paint_beams, paint_halos
from sim.scenes.lens import Sensor
from sim.scenes.model import FixedCamera, Lens
from sim.scenes.painting import Eye, PlacedShape, paint_depth, paint_shadow, paint_shape, silhouette
from sim.scenes.poses import fixed_camera
from sim.scenes.smoke import paint_smokes
from sim.scenes.stage import Stage
from sim.scenes.weather import Image, Rain, haze_share

SMEAR_STEPS = 4
SMEAR_FROM_PX = 0.8
BAND_ROWS = 16
SEAM_M = 40.0
DRIVEN = frozenset({"car", "bus", "truck"})


def still_depth(stage: Stage, camera: Camera) -> NDArray[np.float32]:
    """(h, w) metres to the nearest still thing in each pixel; infinite where there is only ground and sky."""
    depth = np.full((camera.height_px, camera.width_px), np.inf, dtype=np.float32)
    eye = Eye(camera, stage.light, stage.scene.weather.haze_m)
    for thing in stage.buildings + stage.markers:
        if eye.may_see(thing):
            paint_depth(depth, eye, thing)
    return depth


class FixedView:
    """Pictures of a camera on its pole."""

    def __init__(self, stage: Stage, part: FixedCamera) -> None:
        self._stage, self._lens = stage, part.lens
        self.camera = fixed_camera(part)
        self._eye = Eye(self.camera, stage.light, stage.scene.weather.haze_m)
        self._sensor = Sensor(part.lens, part.size_px, stage.light, stage.scene.seed)
        self._rain = Rain(stage.scene.weather.rain, part.size_px, stage.light, stage.scene.seed)
        self._background = _ground_by_rays(self._eye, stage)
        self.depth = still_depth(stage, self.camera)
        for flat in stage.pictures:
            flat.paint(self._background, self.camera)
        for thing in _far_first(self._eye, stage.buildings + stage.markers):
            paint_shape(self._background, self._eye, thing)
            if stage.light.lamps and thing in stage.markers:
                paint_halos(self._background, self._eye, thing)
        self._background = self._sensor.defocused(self._background)

    def picture(self, at_s: float, frame: int) -> Image:
        """(h, w, 3) BGR at this second of the scene."""
        image = self._background.copy()
        eye, stage = self._eye, self._stage
        moving = [(one, thing) for one, thing in stage.shapes_at(at_s) if eye.may_see(thing)]
        _paint_on_ground(image, eye, moving)
        lights = [(None, thing) for thing in stage.signals_at(at_s) if eye.may_see(thing)]
        everything: list[tuple[Present | None, PlacedShape]] = [*moving, *lights]
        for one, thing in sorted(everything, key=lambda pair: -eye.distance_m(pair[1])):
            _paint_moving(image, eye, one, thing, self._lens, self.depth, self._sensor)
            if stage.light.lamps:
                paint_halos(image, eye, thing)
        paint_smokes(image, eye, stage, at_s)
        self._rain.fall(image, frame)
        return self._sensor.exposed(image, frame)


class MovingView:
    """Pictures of a camera whose pose is given for each frame."""

    def __init__(self, stage: Stage, lens: Lens, size_px: tuple[int, int]) -> None:
        self._stage, self._lens = stage, lens
        self._sensor = Sensor(lens, size_px, stage.light, stage.scene.seed)
        self._rain = Rain(stage.scene.weather.rain, size_px, stage.light, stage.scene.seed)
        self._bend: tuple[NDArray[np.int16], NDArray[np.uint16], int, int] | None = None

    def picture(self, camera: Camera, at_s: float, frame: int, shift_px: tuple[float, float] = (0.0, 0.0)) -> Image:
        """`shift_px` is how far the ground moves through the picture during the exposure."""
        stage = self._stage
        eye = Eye(camera, stage.light, stage.scene.weather.haze_m)
        image = self._ground(eye)
        for flat in stage.pictures:
            flat.paint(image, camera)
        there = [(one, thing) for one, thing in stage.shapes_at(at_s) if eye.may_see(thing)]
        _paint_on_ground(image, eye, there)
        still: list[tuple[Present | None, PlacedShape]] = [
            (None, thing) for thing in stage.buildings + stage.markers + stage.signals_at(at_s) if eye.may_see(thing)
        ]
        for _, thing in sorted([*there, *still], key=lambda pair: -eye.distance_m(pair[1])):
            paint_shape(image, eye, thing)
        paint_smokes(image, eye, stage, at_s)
        image = self._sensor.smeared(self._sensor.defocused(image), shift_px)
        self._rain.fall(image, frame)
        return self._sensor.exposed(image, frame)

    def _ground(self, eye: Eye) -> Image:
        camera = eye.camera
        if not (camera.k1 or camera.k2):
            return _ground_by_bands(eye, self._stage)
        if self._bend is None:
            self._bend = _bend_maps(camera)
        near, fraction, width, height = self._bend
        # Straight and large enough that its bent form fills the picture.
        focal = camera.focal_px
        hfov = float(np.degrees(2 * np.arctan(width / 2.0 / focal)))
        straight = replace(camera, width_px=width, height_px=height, hfov_deg=hfov, k1=0.0, k2=0.0)
        wide = _ground_by_bands(Eye(straight, eye.light, eye.haze_m), self._stage)
        bent: Image = cv2.remap(wide, near, fraction, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return bent


def _paint_moving(
    image: Image, eye: Eye, present: Present | None, thing: PlacedShape, lens: Lens, depth: NDArray[np.float32], sensor: Sensor
) -> None:
    """One thing before a still background: smeared when it moves fast, and not over what is nearer."""
    pixels = silhouette(eye, thing)
    if pixels is None:
        paint_shape(image, eye, thing)
        return
    speed = present.moment.speed_mps if present is not None else 0.0
    distance_m = eye.distance_m(thing)
    travel_m = speed * lens.exposure_s
    smear_px = travel_m / max(distance_m, 1.0) * eye.camera.focal_px
    margin = int(smear_px + 3 * lens.defocus_px) + 3
    x0, y0 = np.maximum(np.floor(pixels.min(axis=0)).astype(int) - margin, 0)
    x1, y1 = np.minimum(np.ceil(pixels.max(axis=0)).astype(int) + margin, (eye.camera.width_px, eye.camera.height_px))
    if x0 >= x1 or y0 >= y1:
        return
    hidden = depth[y0:y1, x0:x1] < distance_m - thing.shape.reach_m * 0.5
    covered = bool(hidden.any())
    smeared = smear_px >= SMEAR_FROM_PX
    part = image[y0:y1, x0:x1]
    before = part.copy() if covered or smeared or lens.defocus_px else None
    if not smeared:
        paint_shape(image, eye, thing)
    else:
        assert before is not None
        total = np.zeros(part.shape, np.uint16)
        heading = np.radians(thing.heading_deg)
        for share in np.linspace(-0.5, 0.5, SMEAR_STEPS):
            part[:] = before
            ahead = share * travel_m
            moved = replace(thing, east_m=thing.east_m + ahead * np.sin(heading), north_m=thing.north_m + ahead * np.cos(heading))
            paint_shape(image, eye, moved)
            total += part
        part[:] = (total // SMEAR_STEPS).astype(np.uint8)
    if lens.defocus_px and before is not None:
        part[:] = sensor.defocused(part)
    if covered and before is not None:
        part[hidden] = before[hidden]


def _paint_on_ground(image: Image, eye: Eye, things: list[tuple[Present, PlacedShape]]) -> None:
    """What the actors throw on the ground: shadow by day, the beams of their lamps in the dark."""
    for one, thing in things:
        paint_shadow(image, eye, thing)
        if eye.light.lamps and one.label in DRIVEN:
            paint_beams(image, eye, thing)


def _far_first(eye: Eye, things: list[PlacedShape]) -> list[PlacedShape]:
    return sorted((thing for thing in things if eye.may_see(thing)), key=lambda thing: -eye.distance_m(thing))


def _sky(eye: Eye, up: NDArray[np.float64]) -> NDArray[np.float64]:
    """Colours of directions `up` above the horizon (sine of the height)."""
    high = np.clip(up / 0.25, 0.0, 1.0)[:, None]
    colours: NDArray[np.float64] = np.array(eye.light.haze) * (1.0 - high) + np.array(eye.light.sky) * high
    return colours


def _ground_by_rays(eye: Eye, stage: Stage) -> Image:
    """Every pixel's own ray to the ground: any pose and lens. Slow; once for a still camera."""
    camera = eye.camera
    u, v = np.meshgrid(np.arange(camera.width_px) + 0.5, np.arange(camera.height_px) + 0.5)
    rays = np.column_stack([camera.straightened(np.column_stack([u.ravel(), v.ravel()])), np.ones(u.size)]) @ eye.view[:, :3]
    rays /= np.linalg.norm(rays, axis=1)[:, None]
    down = np.maximum(-rays[:, 2], 1e-5)
    reach = camera.height_m / down
    east, north = camera.east_m + rays[:, 0] * reach, camera.north_m + rays[:, 1] * reach
    footprint = reach / camera.focal_px / np.sqrt(np.clip(down, 1e-3, 1.0))
    image = np.zeros((u.size, 3), np.uint8)
    below = rays[:, 2] < -1e-4
    middle = stage.near.centre_m
    # The fine square fades into the coarse one, so that no seam crosses the picture.
    inside_m = stage.near.half_m - 1.0 - np.maximum(np.abs(east - middle[0]), np.abs(north - middle[1]))
    for ground, chosen in ((stage.far, below & (inside_m < SEAM_M)), (stage.near, below & (inside_m > 0.0))):
        if ground is not None and chosen.any():
            share = np.clip(inside_m[chosen] / SEAM_M, 0.0, 1.0)[:, None] if ground is stage.near and stage.far is not None else 1.0
            image[chosen] = image[chosen] * (1.0 - share) + _sampled(ground, east[chosen], north[chosen], footprint[chosen]) * share
    air = haze_share(reach, eye.haze_m)[:, None]
    hazy = image * (1.0 - air) + np.array(eye.light.haze) * air
    hazy[~below] = _sky(eye, rays[~below, 2])
    picture: Image = np.clip(np.round(hazy), 0, 255).astype(np.uint8).reshape(camera.height_px, camera.width_px, 3)
    return picture


def _sampled(ground: Ground, east: NDArray[np.float64], north: NDArray[np.float64], footprint_m: NDArray[np.float64]) -> Image:
    levels = np.clip(np.floor(np.log2(np.maximum(footprint_m, 1e-6) / ground.metres_per_px) + 0.6), 0, len(ground.levels) - 1)
    colours = np.zeros((len(east), 3), np.uint8)
    for number, level in enumerate(ground.levels):
        rows = np.flatnonzero(levels == number)
        scale = 1.0 / (ground.metres_per_px * 2**number)
        for begin in range(0, len(rows), 30_000):  # OpenCV's remap takes pictures less than 32,768 wide
            some = rows[begin : begin + 30_000]
            x = ((east[some] - ground.centre_m[0] + ground.half_m) * scale - 0.5).astype(np.float32)[None]
            y = ((ground.half_m + ground.centre_m[1] - north[some]) * scale - 0.5).astype(np.float32)[None]
            colours[some] = cv2.remap(level, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)[0]
    return colours


def _ground_by_bands(eye: Eye, stage: Stage) -> Image:
    """Warps of the ground picture, level by level in bands of rows; for a camera that holds the horizon and has no distortion."""
    camera = eye.camera
    rows = np.arange(camera.height_px) + 0.5
    pitch = np.radians(camera.pitch_deg)
    tilt = (rows - camera.height_px / 2.0) / camera.focal_px
    down = (np.cos(pitch) * tilt - np.sin(pitch)) / np.sqrt(1.0 + tilt * tilt)
    reach = camera.height_m / np.maximum(down, 1e-4)
    image = np.empty((camera.height_px, camera.width_px, 3), np.uint8)
    far_away = (reach > stage.near.half_m) if stage.far is not None else np.zeros(len(rows), bool)
    footprint = reach / camera.focal_px
    level = np.where(
        far_away,
        100 + _levels(footprint, stage.far) if stage.far is not None else 0,
        _levels(footprint, stage.near),
    )
    level[down < 1e-3] = -1
    edges = [0, *(np.flatnonzero(np.diff(level)) + 1).tolist(), camera.height_px]
    for first, last in itertools.pairwise(edges):
        code = int(level[first])
        if code < 0:
            image[first:last] = _sky(eye, -down[first:last])[:, None].round().astype(np.uint8)
            continue
        ground = stage.far if code >= 100 else stage.near
        assert ground is not None
        _warp_band(image, camera, ground, code % 100, first, last)
    air = haze_share(reach, eye.haze_m)
    ground_rows = down >= 1e-3
    if ground_rows.any() and (air[ground_rows].max() - air[ground_rows].min()) < 0.04:
        share = float(air[ground_rows].mean())
        return _hazed(image, share, eye)
    for first in range(0, camera.height_px, BAND_ROWS):
        last = min(first + BAND_ROWS, camera.height_px)
        if ground_rows[first:last].any():
            image[first:last] = _hazed(image[first:last], float(air[first:last][ground_rows[first:last]].mean()), eye)
    return image


def _levels(footprint_m: NDArray[np.float64], ground: Ground) -> NDArray[np.int64]:
    level = np.floor(np.log2(np.maximum(footprint_m, 1e-6) / ground.metres_per_px) + 0.6)
    return np.clip(level, 0, len(ground.levels) - 1).astype(np.int64)


def _warp_band(image: Image, camera: Camera, ground: Ground, level: int, first: int, last: int) -> None:
    shift = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, -float(first)], [0.0, 0.0, 1.0]])
    matrix = opencv_pixels(camera.ground_to_pixel() @ np.linalg.inv(ground.ground_to_raster(level)))
    matrix = shift @ matrix @ np.linalg.inv(opencv_pixels(np.eye(3)))
    image[first:last] = cv2.warpPerspective(
        ground.levels[level], matrix, (camera.width_px, last - first), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )


def _hazed(image: Image, share: float, eye: Eye) -> Image:
    if share < 0.004:
        return image
    table = np.arange(256)[:, None] * (1.0 - share) + np.array(eye.light.haze) * share
    hazy: Image = cv2.LUT(image, np.clip(np.round(table), 0, 255).astype(np.uint8)[None])
    return hazy


def _bend_maps(camera: Camera) -> tuple[NDArray[np.int16], NDArray[np.uint16], int, int]:
    """Maps from a straight, larger picture of the same focal length to the bent one, and the size of the straight one."""
    u, v = np.meshgrid(np.arange(camera.width_px) + 0.5, np.arange(camera.height_px) + 0.5)
    straight = camera.straightened(np.column_stack([u.ravel(), v.ravel()])) * camera.focal_px
    half_w, half_h = np.abs(straight).max(axis=0) + 2.0
    width, height = 2 * int(np.ceil(max(half_w, camera.width_px / 2))), 2 * int(np.ceil(max(half_h, camera.height_px / 2)))
    x = (straight[:, 0] + width / 2.0 - 0.5).astype(np.float32).reshape(u.shape)
    y = (straight[:, 1] + height / 2.0 - 0.5).astype(np.float32).reshape(u.shape)
    near, fraction = cv2.convertMaps(x, y, cv2.CV_16SC2)
    return near.astype(np.int16), fraction.astype(np.uint16), width, height
