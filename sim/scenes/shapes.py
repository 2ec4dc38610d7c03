"""What actors look like: a few convex parts each, so that any side can be painted far part before near one.

Axes of an actor: x ahead, y left, z up, metres, standing on the ground around its centre.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenes.solids import BUMPER, GLASS, HEAD_LIGHT, TAIL_LIGHT, TYRE, WINDOW_LIT, Colour, Face, Solid, car, colour_of

STEEL: Colour = (92, 96, 100)
SKIN: Colour = (128, 160, 206)
HAIR: Colour = (30, 34, 40)
PHASES = 24  # poses of a working machine's swing
STEPS = 8  # poses of a walk
CUBE = ((0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7))

Corners = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """All faces of all parts in one array, and which part each belongs to. `size_m` is its box: length, width, height."""

    corners: Corners  # (c, 3)
    starts: NDArray[np.int64]  # (faces + 1,) into `corners`
    normals: Corners  # (faces, 3)
    centres: Corners  # (faces, 3)
    paints: Corners  # (faces, 3) blue, green, red
    glow: NDArray[np.bool_]  # (faces,) shines by itself
    part_of: NDArray[np.int64]  # (faces,)
    part_centres: Corners  # (parts, 3)
    part_hulls: tuple[Corners, ...]  # corners of each part, for shadows
    size_m: tuple[float, float, float]

    @property
    def reach_m(self) -> float:
        """No corner is farther from the centre on the ground."""
        return float(np.linalg.norm(self.corners, axis=1).max())


def shape_of(parts: Sequence[Sequence[Face]], shining: frozenset[Colour] = frozenset()) -> Shape:
    """A shape of convex parts; the faces of a part come in painting order."""
    faces = [face for part in parts for face in part]
    corners = np.vstack([face.corners_m for face in faces])
    hulls = tuple(np.unique(np.vstack([face.corners_m for face in part]).round(3), axis=0) for part in parts)
    low, high = corners.min(axis=0), corners.max(axis=0)
    starts = np.concatenate([[0], np.cumsum([len(face.corners_m) for face in faces])]).astype(np.int64)
    first = starts[:-1]
    normals = np.cross(corners[first + 1] - corners[first], corners[first + 2] - corners[first])
    return Shape(
        corners,
        starts,
        normals / np.maximum(np.linalg.norm(normals, axis=1), 1e-12)[:, None],
        np.add.reduceat(corners, first, axis=0) / np.diff(starts)[:, None],
        np.array([face.paint for face in faces], dtype=np.float64),
        np.array([face.paint in shining for face in faces], dtype=np.bool_),
        np.array([index for index, part in enumerate(parts) for _ in part], dtype=np.int64),
        np.array([hull.mean(axis=0) for hull in hulls]),
        hulls,
        (float(high[0] - low[0]), float(high[1] - low[1]), float(high[2])),
    )


def solid_shape(solid: Solid) -> Shape:
    return shape_of([solid.faces], frozenset({HEAD_LIGHT, TAIL_LIGHT, WINDOW_LIT}))


def box(x0: float, x1: float, y0: float, y1: float, z0: float, z1: float, paint: Colour) -> list[Face]:
    corners = np.array([(x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0), (x0, y0, z1), (x1, y0, z1), (x1, y1, z1), (x0, y1, z1)])
    return _hexahedron(corners, paint)


def beam(start: tuple[float, float, float], end: tuple[float, float, float], width_m: float, depth_m: float, paint: Colour) -> list[Face]:
    """A bar between two points, `width_m` sideways."""
    a, b = np.array(start), np.array(end)
    along = (b - a) / max(1e-9, float(np.linalg.norm(b - a)))
    side = np.cross([0.0, 0.0, 1.0], along)
    side = np.array([0.0, 1.0, 0.0]) if np.linalg.norm(side) < 1e-6 else side / np.linalg.norm(side)
    up = np.cross(along, side)
    s, u = side * width_m / 2.0, up * depth_m / 2.0
    corners = np.array([a - s - u, b - s - u, b + s - u, a + s - u, a - s + u, b - s + u, b + s + u, a + s + u])
    return _hexahedron(corners, paint)


def _hexahedron(corners: Corners, paint: Colour) -> list[Face]:
    return [Face(corners[list(index)], paint) for index in CUBE]


def prism(around: Corners, z0: float, z1: float, paint: Colour) -> list[Face]:
    """An upright prism over a convex outline (n, 2), counter-clockwise."""
    low, high = (np.column_stack([around, np.full(len(around), z)]) for z in (z0, z1))
    n = len(around)
    sides = [Face(np.array([low[i], low[(i + 1) % n], high[(i + 1) % n], high[i]]), paint) for i in range(n)]
    return [*sides, Face(high, paint)]


def wheel(x: float, y: float, radius_m: float, width_m: float) -> list[Face]:
    turn = np.linspace(0.0, 2.0 * np.pi, 10, endpoint=False)
    rim = np.column_stack([x + radius_m * np.cos(turn), np.zeros(10), radius_m + radius_m * np.sin(turn)])
    right, left = rim + np.array([0.0, y - width_m / 2, 0.0]), rim + np.array([0.0, y + width_m / 2, 0.0])
    tread = [Face(np.array([right[i], right[(i + 1) % 10], left[(i + 1) % 10], left[i]])[::-1].copy(), TYRE) for i in range(10)]
    return [*tread, Face(right, TYRE), Face(left[::-1].copy(), TYRE)]


def _turned(parts: list[list[Face]], angle_rad: float) -> list[list[Face]]:
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    turn = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
    return [[Face(face.corners_m @ turn, face.paint) for face in part] for part in parts]


@lru_cache(maxsize=128)
def vehicle_shape(model: str, colour: str) -> Shape:
    paint = colour_of(colour)
    if model != "truck":
        return solid_shape(car(model, paint))
    cargo = (206, 206, 204) if sum(paint) < 420 else (150, 120, 90)
    parts = [wheel(x, y, 0.5, 0.3) for x in (2.6, -1.6, -2.8) for y in (-1.05, 1.05)]
    parts += [box(-4.0, 3.9, -0.5, 0.5, 0.5, 0.9, BUMPER), box(-4.0, 1.75, -1.25, 1.25, 0.95, 3.4, cargo)]
    cab = box(1.95, 3.9, -1.2, 1.2, 0.55, 2.75, paint)
    screen = np.array([(3.91, -1.05, 1.6), (3.91, 1.05, 1.6), (3.91, 1.0, 2.5), (3.91, -1.0, 2.5)])
    cab += [Face(screen, GLASS), *_sides_glass(2.3, 3.7, 1.21, 1.65, 2.5)]
    for y in (-0.85, 0.85):
        cab.append(Face(np.array([(3.92, y - 0.2, 0.75), (3.92, y + 0.2, 0.75), (3.92, y + 0.2, 0.95), (3.92, y - 0.2, 0.95)]), HEAD_LIGHT))
    return shape_of([*parts, cab], frozenset({HEAD_LIGHT}))


def _sides_glass(x0: float, x1: float, y: float, z0: float, z1: float) -> list[Face]:
    left = np.array([(x1, y, z0), (x0, y, z0), (x0, y, z1), (x1, y, z1)])
    right = np.array([(x0, -y, z0), (x1, -y, z0), (x1, -y, z1), (x0, -y, z1)])
    return [Face(left, GLASS), Face(right, GLASS)]


@lru_cache(maxsize=256)
def person_shape(jacket: str, trousers: str, step: int, walking: bool) -> Shape:
    """A grown person, 1.72 m, at one of `STEPS` moments of a stride."""
    swing = np.sin(2.0 * np.pi * step / STEPS) * (0.30 if walking else 0.03)
    top, legs = colour_of(jacket), colour_of(trousers)
    turn = np.linspace(0.0, 2.0 * np.pi, 8, endpoint=False)
    parts = []
    for side, forward in ((-1.0, swing), (1.0, -swing)):
        parts.append(beam((forward, side * 0.10, 0.06), (0.0, side * 0.09, 0.86), 0.16, 0.17, legs))
        parts.append(box(forward - 0.09, forward + 0.18, side * 0.10 - 0.05, side * 0.10 + 0.05, 0.0, 0.10, HAIR))
        parts.append(beam((-forward * 0.8, side * 0.29, 0.82), (0.0, side * 0.24, 1.40), 0.10, 0.10, top))
        parts.append(box(-forward * 0.8 - 0.05, -forward * 0.8 + 0.05, side * 0.29 - 0.05, side * 0.29 + 0.05, 0.72, 0.82, SKIN))
    chest = np.column_stack([0.13 * np.cos(turn), 0.21 * np.sin(turn)])
    parts.append(prism(chest, 0.82, 1.46, top))
    head = np.column_stack([0.02 + 0.10 * np.cos(turn), 0.085 * np.sin(turn)])
    parts.append(prism(head, 1.46, 1.64, SKIN))
    parts.append(prism(head * 1.08 - np.array([0.015, 0.0]), 1.60, 1.72, HAIR))
    return shape_of(parts)


@lru_cache(maxsize=256)
def machine_shape(model: str, colour: str, phase: int) -> Shape:
    """A construction machine at one of `PHASES` moments of its working cycle."""
    paint = colour_of(colour)
    cycle = 2.0 * np.pi * phase / PHASES
    return shape_of(_MACHINES[model](paint, cycle), frozenset({HEAD_LIGHT}))


def _excavator(paint: Colour, cycle: float) -> list[list[Face]]:
    tracks = []
    for y in (-1.15, 1.15):
        tracks.append(box(-2.0, 2.0, y - 0.32, y + 0.32, 0.15, 0.85, TYRE))
        tracks.append(box(-1.8, 1.8, y - 0.33, y + 0.33, 0.30, 0.68, STEEL))
    reach, dip = 1.0 + 0.25 * np.cos(cycle * 2.0), 0.6 * np.sin(cycle * 2.0)
    elbow, wrist, tip = (3.3 * reach, -0.2, 4.2), (5.4 * reach, -0.2, 1.9 + dip), (4.9 * reach, -0.2, 0.7 + dip)
    upper = [
        box(-2.3, 1.5, -1.3, 1.3, 0.95, 1.75, paint),
        box(-2.5, -1.3, -1.3, 1.3, 1.2, 2.25, STEEL),
        box(-1.2, 0.1, -1.25, 0.1, 1.75, 2.15, paint),
        [*box(0.1, 1.6, 0.3, 1.3, 1.75, 2.95, paint), *_sides_glass_at(0.3, 1.5, 1.31, 2.0, 2.8), _front_glass(1.61, 0.4, 1.2, 1.95, 2.8)],
        beam((1.0, -0.2, 1.7), elbow, 0.42, 0.55, paint),
        beam(elbow, wrist, 0.34, 0.42, paint),
        beam(wrist, tip, 0.95, 0.75, STEEL),
    ]
    return tracks + _turned(upper, 0.9 * float(np.sin(cycle)))


def _sides_glass_at(x0: float, x1: float, y: float, z0: float, z1: float) -> list[Face]:
    return [Face(np.array([(x1, y, z0), (x0, y, z0), (x0, y, z1), (x1, y, z1)]), GLASS)]


def _front_glass(x: float, y0: float, y1: float, z0: float, z1: float) -> Face:
    return Face(np.array([(x, y0, z0), (x, y1, z0), (x, y1, z1), (x, y0, z1)]), GLASS)


def _loader(paint: Colour, cycle: float) -> list[list[Face]]:
    lift = 0.8 + 0.8 * float(np.sin(cycle))
    return [
        *[wheel(x, y, 0.75, 0.55) for x in (-1.6, 1.5) for y in (-1.05, 1.05)],
        box(-3.2, 0.4, -1.0, 1.0, 0.8, 2.0, paint),
        box(0.4, 2.2, -0.7, 0.7, 0.8, 1.6, paint),
        [*box(-0.9, 0.6, -0.75, 0.75, 2.0, 3.2, paint), *_sides_glass(-0.7, 0.4, 0.76, 2.2, 3.1), _front_glass(0.61, -0.6, 0.6, 2.2, 3.1)],
        beam((1.2, 0.0, 1.5), (3.1, 0.0, 0.6 + lift), 1.1, 0.3, paint),
        box(3.0, 4.1, -1.4, 1.4, 0.1 + lift, 1.1 + lift, STEEL),
    ]


def _dump_truck(paint: Colour, cycle: float) -> list[list[Face]]:
    tip = max(0.0, float(np.sin(cycle))) * 0.0
    return [
        *[wheel(x, y, 0.55, 0.4) for x in (2.5, -1.5, -2.8) for y in (-1.05, 1.05)],
        box(-3.9, 3.6, -0.5, 0.5, 0.6, 1.0, BUMPER),
        [*box(1.9, 3.8, -1.22, 1.22, 0.6, 2.8, paint), *_sides_glass(2.3, 3.6, 1.23, 1.7, 2.6), _front_glass(3.81, -1.05, 1.05, 1.65, 2.6)],
        box(-4.0, 1.7, -1.25, 1.25, 1.0 + tip, 2.35 + tip, STEEL),
        box(-3.8, 1.5, -1.05, 1.05, 2.35 + tip, 2.6 + tip, (120, 146, 166)),
    ]


def _roller(paint: Colour, _cycle: float) -> list[list[Face]]:
    return [
        wheel(1.6, 0.0, 0.75, 2.0),
        *[wheel(-1.4, y, 0.7, 0.45) for y in (-0.85, 0.85)],
        box(-2.4, 0.5, -0.95, 0.95, 0.75, 1.7, paint),
        [*box(-0.9, 0.4, -0.75, 0.75, 1.7, 2.9, paint), *_sides_glass(-0.75, 0.25, 0.76, 1.85, 2.8)],
        box(0.4, 2.4, -1.1, -1.0, 0.6, 0.9, paint),
        box(0.4, 2.4, 1.0, 1.1, 0.6, 0.9, paint),
    ]


def _crane(paint: Colour, cycle: float) -> list[list[Face]]:
    mast = [box(-0.9, 0.9, -0.9, 0.9, z, z + 5.9, paint) for z in np.arange(0.5, 30.0, 6.0)]
    upper = [
        box(-1.1, 1.3, -1.1, 1.1, 30.5, 33.0, (220, 222, 224)),
        beam((-11.0, 0.0, 33.2), (32.0, 0.0, 33.6), 1.1, 1.0, paint),
        box(-11.0, -8.0, -1.0, 1.0, 31.2, 33.0, STEEL),
        beam((20.0, 0.0, 33.0), (20.0, 0.0, 14.0), 0.10, 0.10, BUMPER),
    ]
    return [box(-2.5, 2.5, -2.5, 2.5, 0.0, 0.6, (170, 174, 178)), *mast, *_turned(upper, 0.6 * float(np.sin(cycle)))]


_MACHINES = {"excavator": _excavator, "loader": _loader, "dump_truck": _dump_truck, "roller": _roller, "crane": _crane}

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
            parts.append(_turned_at(prism(np.column_stack([0.32 * np.cos(turn), 0.32 * np.sin(turn)]), z, z + 0.2, TYRE), 0.0, float(x), float(y)))
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
    return [Face(face.corners_m + shift, face.paint) for face in _turned([part], angle_rad)[0]]


@lru_cache(maxsize=8)
def signal_shape(state: str) -> Shape:
    """A traffic light on its post, its lamps ahead."""
    lamps = {"red": (40, 40, 235), "yellow": (40, 200, 245), "green": (90, 225, 70)}
    dark: Colour = (40, 42, 44)
    head = box(-0.14, 0.14, -0.2, 0.2, 2.6, 3.75, (46, 48, 50))
    for row, name in enumerate(("green", "yellow", "red")):
        z, turn = 2.82 + 0.36 * row, np.linspace(0.0, 2.0 * np.pi, 10, endpoint=False)
        disc = np.column_stack([np.full(10, 0.15), 0.14 * np.cos(turn), z + 0.14 * np.sin(turn)])
        head.append(Face(disc, lamps[name] if name == state else dark))
    return shape_of([box(-0.08, 0.08, -0.08, 0.08, 0.0, 2.6, STEEL), head], frozenset({lamps.get(state, dark)}))


@lru_cache(maxsize=1)
def marker_shape() -> Shape:
    """The post over a buried fibre: white with an orange head."""
    return shape_of([box(-0.07, 0.07, -0.07, 0.07, 0.0, 0.9, (228, 230, 230)), box(-0.08, 0.08, -0.08, 0.08, 0.9, 1.25, (30, 110, 235))])


LAMP_M = 8.0
LAMP_ON: Colour = (190, 232, 250)


@lru_cache(maxsize=2)
def street_lamp_shape(on: bool) -> Shape:
    """A post with its head over the middle of its foot."""
    head = box(-0.45, 0.45, -0.18, 0.18, LAMP_M - 0.16, LAMP_M, LAMP_ON if on else (150, 154, 156))
    return shape_of([box(-0.08, 0.08, -0.08, 0.08, 0.0, LAMP_M - 0.16, STEEL), head], frozenset({LAMP_ON}))
