"""What actors look like: a few convex parts each, so that any side can be painted far part before near one.

Axes of an actor: x ahead, y left, z up, metres, standing on the ground around its centre.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.scenes.solids import BUMPER, GLASS, HEAD_LIGHT, TAIL_LIGHT, TYRE, WINDOW_LIT, Colour, Face, Solid, car, colour_of

STEEL: Colour = (92, 96, 100)
SKIN: Colour = (128, 160, 206)
HAIR: Colour = (30, 34, 40)
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


def turned(parts: list[list[Face]], angle_rad: float) -> list[list[Face]]:
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
    cab += [Face(screen, GLASS), *sides_glass(2.3, 3.7, 1.21, 1.65, 2.5)]
    for y in (-0.85, 0.85):
        cab.append(Face(np.array([(3.92, y - 0.2, 0.75), (3.92, y + 0.2, 0.75), (3.92, y + 0.2, 0.95), (3.92, y - 0.2, 0.95)]), HEAD_LIGHT))
    return shape_of([*parts, cab], frozenset({HEAD_LIGHT}))


def sides_glass(x0: float, x1: float, y: float, z0: float, z1: float) -> list[Face]:
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
