"""Rubbish tipped on the ground: heaps with bags, tyres, boards and boxes on them. Axes as in `shapes`."""

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenes.shapes import Corners, Shape, box, prism, shape_of, turned
from sim.scenes.solids import TYRE, Colour, Face

_RUBBISH: tuple[Colour, ...] = (
    (204, 206, 206), (74, 84, 92), (70, 104, 138), (92, 124, 150), (150, 164, 172), (178, 150, 110), (66, 66, 140), (110, 120, 126),
)  # fmt: skip
_BAGS: tuple[Colour, ...] = ((38, 36, 36), (222, 224, 226), (38, 36, 36), (176, 120, 60), (60, 130, 90))


@lru_cache(maxsize=32)
def dump_shape(size_m: float, seed: int) -> Shape:
    """Heaps with bags, boards and boxes on them."""
    random = np.random.default_rng(seed)
    parts: list[list[Face]] = []
    turn = np.linspace(0.0, 2.0 * np.pi, 9, endpoint=False)
    for _ in range(max(3, int(size_m / 1.6))):
        at = random.normal(0.0, size_m / 6.0, 2)
        radius = size_m * random.uniform(0.14, 0.26)
        rough = radius * random.uniform(0.75, 1.1, 9)
        foot = cv2.convexHull(np.column_stack([at[0] + rough * np.cos(turn), at[1] + rough * np.sin(turn)]).astype(np.float32))[:, 0, :]
        foot = foot[::-1] if _clockwise(foot) else foot
        height = radius * random.uniform(0.35, 0.6)
        crown = at + (foot - at) * 0.4
        low, high = np.column_stack([foot, np.zeros(len(foot))]), np.column_stack([crown, np.full(len(foot), height)])
        n = len(foot)
        shade = int(random.integers(96, 128))
        clay: Colour = (shade, shade + 14, shade + 26)
        parts.append([*[Face(np.array([low[i], low[(i + 1) % n], high[(i + 1) % n], high[i]]), clay) for i in range(n)], Face(high, clay)])
    for number in range(int(24 + size_m * 8)):
        x, y = np.clip(random.normal(0.0, size_m / 5.5, 2), -size_m / 2 + 0.3, size_m / 2 - 0.3)
        z = max(0.0, size_m * 0.08 * (1.0 - 3.0 * np.hypot(x, y) / size_m))
        paint = _RUBBISH[int(random.integers(len(_RUBBISH)))]
        turned = float(random.uniform(0, np.pi))
        if number % 3 == 0:  # a full bag, round below and tied above
            r = random.uniform(0.22, 0.42)
            bag = np.column_stack([r * np.cos(turn), r * np.sin(turn)])
            parts.append(_turned_at(_bag(bag, z, z + r * 1.2, _BAGS[number % len(_BAGS)]), turned, float(x), float(y)))
        elif number % 7 == 1:  # a tyre
            parts.append(
                _turned_at(prism(np.column_stack([0.32 * np.cos(turn), 0.32 * np.sin(turn)]), z, z + 0.2, TYRE), 0.0, float(x), float(y))
            )
        else:  # boards, boxes, rubble
            w, d, h = random.uniform(0.06, 0.5), random.uniform(0.06, 0.2), random.uniform(0.05, 0.25)
            parts.append(_turned_at(box(-w, w, -d, d, z, z + h, paint), turned, float(x), float(y)))
    return shape_of(parts)


def _bag(around: Corners, z0: float, z1: float, paint: Colour) -> list[Face]:
    """A prism that narrows upwards."""
    low, high = np.column_stack([around, np.full(len(around), z0)]), np.column_stack([around * 0.45, np.full(len(around), z1)])
    n = len(around)
    return [*[Face(np.array([low[i], low[(i + 1) % n], high[(i + 1) % n], high[i]]), paint) for i in range(n)], Face(high, paint)]


def _clockwise(outline: NDArray[np.float32]) -> bool:
    x, y = outline[:, 0], outline[:, 1]
    return float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))) < 0


def _turned_at(part: list[Face], angle_rad: float, x: float, y: float) -> list[Face]:
    shift = np.array([x, y, 0.0])
    return [Face(face.corners_m + shift, face.paint) for face in turned([part], angle_rad)[0]]
