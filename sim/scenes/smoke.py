"""Smoke: soft puffs that rise, grow, drift with the wind and thin out. Where each puff is follows from time and a seed alone."""

from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenes.model import Smoke
from sim.scenes.painting import Eye
from sim.scenes.stage import Stage
from sim.scenes.weather import Image
from sim.wind import parse_wind

PUFFS_PER_S = 3.0
LIFE_S = 14.0
RISE_MPS = 2.2
SPRITE_PX = 64
LONGEST_AGO = 10_000  # puffs from before the scene began have numbers below 0, seeds must not


@dataclass(frozen=True, slots=True)
class Puff:
    east_m: float
    north_m: float
    up_m: float
    radius_m: float
    density: float
    grey: int


def puffs_at(smoke: Smoke, number: int, wind: str, seed: int, at_s: float) -> list[Puff]:
    """The puffs in the air at this second of the scene, the oldest first."""
    if smoke.at is None or at_s < smoke.appears_s:
        return []
    mean = parse_wind(wind)
    toward = radians(mean.from_deg + 180.0)
    speed = mean.speed_mps * 0.6
    ends_s = at_s if smoke.gone_s is None else min(at_s, smoke.gone_s)
    first, last = int(max(smoke.appears_s, at_s - LIFE_S) * PUFFS_PER_S) + 1, int(ends_s * PUFFS_PER_S)
    puffs = []
    for index in range(first, last + 1):
        age = at_s - index / PUFFS_PER_S
        if not 0.0 <= age <= LIFE_S:
            continue
        random = np.random.default_rng((seed, number, index + LONGEST_AGO))
        sway = random.normal(0.0, 0.35, 2) * age**0.7
        drift = speed * age * min(1.0, 0.4 + age / 10.0)
        puffs.append(
            Puff(
                smoke.at[0] + sin(toward) * drift + float(sway[0]),
                smoke.at[1] + cos(toward) * drift + float(sway[1]),
                0.6 + RISE_MPS * age**0.85,
                (0.8 + 0.45 * age) * float(random.uniform(0.8, 1.25)) * smoke.rate**0.4,
                0.8 * min(1.0, smoke.rate) * (1.0 - age / LIFE_S) ** 0.8 * min(1.0, age / 0.6 + 0.4),
                int(random.integers(62, 120) + 6 * age),
            )
        )
    return puffs


def paint_smokes(image: Image, eye: Eye, stage: Stage, at_s: float) -> None:
    for number, smoke in enumerate(stage.cast.smokes):
        for puff in puffs_at(smoke, number, stage.scene.weather.wind, stage.scene.seed, at_s):
            _paint(image, eye, puff)


def puff_circle(eye: Eye, puff: Puff) -> tuple[float, float, float] | None:
    """Centre and radius in pixels; None behind the lens."""
    seen = eye.in_camera(np.array([[puff.east_m, puff.north_m, puff.up_m]]))
    if seen[0, 2] < 1.0:
        return None
    u, v = eye.camera.project(seen)[0]
    return float(u), float(v), puff.radius_m / float(seen[0, 2]) * eye.camera.focal_px


def _paint(image: Image, eye: Eye, puff: Puff) -> None:
    circle = puff_circle(eye, puff)
    if circle is None:
        return
    u, v, radius = circle
    height, width = image.shape[:2]
    x0, y0, x1, y1 = max(0, int(u - radius)), max(0, int(v - radius)), min(width, int(u + radius) + 1), min(height, int(v + radius) + 1)
    if x1 - x0 < 1 or y1 - y0 < 1 or radius < 0.7:
        return
    scale = SPRITE_PX / (2.0 * radius)
    matrix = np.array([[scale, 0.0, (x0 - u + radius) * scale], [0.0, scale, (y0 - v + radius) * scale]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    alpha = cv2.warpAffine(_SPRITE, matrix, (x1 - x0, y1 - y0), flags=flags)[..., None] * puff.density
    colour = np.minimum(puff.grey * np.array(eye.light.gain), 255.0)
    part = image[y0:y1, x0:x1]
    part[:] = (part * (1.0 - alpha) + colour * alpha).astype(np.uint8)


def _sprite() -> NDArray[np.float32]:
    random = np.random.default_rng(5)
    axis = np.linspace(-1.0, 1.0, SPRITE_PX)
    round_ = np.clip(1.0 - np.hypot(*np.meshgrid(axis, axis)), 0.0, 1.0) ** 0.8
    rough = cv2.resize(random.uniform(0.55, 1.0, (9, 9)), (SPRITE_PX, SPRITE_PX), interpolation=cv2.INTER_CUBIC)
    sprite: NDArray[np.float32] = (round_ * rough).astype(np.float32)
    return sprite


_SPRITE = _sprite()
