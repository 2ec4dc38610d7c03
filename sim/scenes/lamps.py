"""Artificial light: pools under street lamps, beams of head lamps on the road, halos around what shines towards the camera."""

from math import exp

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenes.ground import Image
from sim.scenes.painting import NEAR_M, Eye, PlacedShape, fill
from sim.scenes.weather import LAMP_TINT

POOL_M, POOL_LIGHT = 7.0, 0.55  # radius at which a pool has lost two thirds, and its middle as a share of daylight
REACH_M = 22.0
# Metres ahead of the nose, half width there: the light falls off from one outline to the next.
_BEAM = (((0.6, 0.8), (20.0, 4.2)), ((0.6, 0.7), (14.0, 3.0)), ((0.6, 0.6), (8.0, 1.9)))
_BEAM_STEP = 13
_HALO_PX = 64


def light_at(lamps: NDArray[np.float64], east_m: float, north_m: float) -> float:
    """Light of all lamps at a place, a share of daylight."""
    if not len(lamps):
        return 0.0
    away2 = (lamps[:, 0] - east_m) ** 2 + (lamps[:, 1] - north_m) ** 2
    return float(min(1.0, POOL_LIGHT * np.exp(-away2 / POOL_M**2).sum()))


def add_pools(dark: Image, by_day: Image, pixels: NDArray[np.float64], metres_per_px: float) -> None:
    """Light up a ground picture in place. `by_day` is the same ground in daylight, `pixels` (n, 2) where the lamps stand in it."""
    reach = int(REACH_M / metres_per_px)
    height, width = dark.shape[:2]
    for x, y in pixels:
        x0, y0, x1, y1 = max(0, int(x) - reach), max(0, int(y) - reach), min(width, int(x) + reach), min(height, int(y) + reach)
        if x0 >= x1 or y0 >= y1:
            continue
        across = np.exp(-(((np.arange(x0, x1) - x) * metres_per_px / POOL_M) ** 2))
        down = np.exp(-(((np.arange(y0, y1) - y) * metres_per_px / POOL_M) ** 2))
        share = (POOL_LIGHT * down[:, None] * across)[..., None] * LAMP_TINT
        part = dark[y0:y1, x0:x1]
        part[:] = np.minimum(part + by_day[y0:y1, x0:x1] * share, 255.0).astype(np.uint8)


def paint_beams(image: Image, eye: Eye, thing: PlacedShape) -> None:
    """The road ahead of a vehicle, as its head lamps light it."""
    nose_m = thing.shape.size_m[0] / 2.0
    axes = thing.axes()
    outlines = []
    for (near_m, near_half), (far_m, far_half) in _BEAM:
        own = np.array(
            [
                (nose_m + near_m, -near_half, 0.0),
                (nose_m + far_m, -far_half, 0.0),
                (nose_m + far_m * 1.06, 0.0, 0.0),
                (nose_m + far_m, far_half, 0.0),
                (nose_m + near_m, near_half, 0.0),
            ]
        )
        polygon = eye.polygon(eye.in_camera(own @ axes + thing.place))
        if polygon is not None:
            outlines.append(polygon)
    if not outlines:
        return
    every = np.vstack(outlines)
    x0, y0 = np.maximum(np.floor(every.min(axis=0)).astype(int) - 4, 0)
    x1, y1 = np.minimum(np.ceil(every.max(axis=0)).astype(int) + 5, (eye.camera.width_px, eye.camera.height_px))
    if x0 >= x1 or y0 >= y1:
        return
    light = np.zeros((y1 - y0, x1 - x0), np.uint8)
    for number, polygon in enumerate(outlines, 1):
        fill(light, polygon - np.array([x0, y0]), (_BEAM_STEP * number,))
    blur = max(3, int(0.03 * max(light.shape)) | 1)
    light = cv2.blur(light, (blur, blur))
    part = image[y0:y1, x0:x1]
    cv2.add(part, cv2.merge([cv2.convertScaleAbs(light, alpha=0.8), light, light]), dst=part)


def paint_halos(image: Image, eye: Eye, thing: PlacedShape) -> None:
    """Around the faces of a thing that shine towards the camera."""
    shape, axes = thing.shape, thing.axes()
    wanted = np.flatnonzero(shape.glow)
    if not len(wanted):
        return
    centres = shape.centres[wanted] @ axes + thing.place
    towards = eye.place - centres
    away_m = np.linalg.norm(towards, axis=1)
    facing = np.einsum("ij,ij->i", shape.normals[wanted] @ axes, towards) / np.maximum(away_m, 1e-6)
    seen = eye.in_camera(centres)
    for index in np.flatnonzero((facing > 0.15) & (seen[:, 2] > NEAR_M)):
        u, v = eye.camera.project(seen[index : index + 1])[0]
        radius = float(np.clip(0.5 / seen[index, 2] * eye.camera.focal_px, 4.0, 90.0))
        _add_halo(image, float(u), float(v), radius, shape.paints[wanted[index]] * float(facing[index]) * 0.55)


def _add_halo(image: Image, u: float, v: float, radius: float, colour: NDArray[np.float64]) -> None:
    height, width = image.shape[:2]
    x0, y0, x1, y1 = max(0, int(u - radius)), max(0, int(v - radius)), min(width, int(u + radius) + 1), min(height, int(v + radius) + 1)
    if x0 >= x1 or y0 >= y1:
        return
    scale = _HALO_PX / (2.0 * radius)
    matrix = np.array([[scale, 0.0, (x0 - u + radius) * scale], [0.0, scale, (y0 - v + radius) * scale]])
    alpha = cv2.warpAffine(_HALO, matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)[..., None]
    part = image[y0:y1, x0:x1]
    part[:] = np.minimum(part + alpha * colour, 255.0).astype(np.uint8)


def _halo() -> NDArray[np.float32]:
    axis = np.linspace(-1.0, 1.0, _HALO_PX)
    away = np.hypot(*np.meshgrid(axis, axis))
    soft: NDArray[np.float32] = np.clip((np.exp(-6.0 * away) - exp(-6.0)) / (1.0 - exp(-6.0)), 0.0, 1.0).astype(np.float32)
    return soft


_HALO = _halo()
