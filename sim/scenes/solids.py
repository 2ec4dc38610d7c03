"""Solid things made of flat faces: cars and buildings, as seen from any side.

A face is a convex polygon in the thing's own axes: x ahead, y left, z up, metres, corners counter-clockwise seen from outside.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]  # blue, green, red, as OpenCV paints
GLASS: Colour = (52, 46, 40)
GLASS_SKY: Colour = (112, 102, 92)
TYRE: Colour = (34, 33, 32)
BUMPER: Colour = (60, 58, 56)
HEAD_LIGHT: Colour = (236, 240, 244)
TAIL_LIGHT: Colour = (38, 34, 176)
PLATE: Colour = (235, 238, 238)
WINDOW_LIT: Colour = (98, 172, 222)
HUB: Colour = (150, 148, 146)


@dataclass(frozen=True, slots=True)
class Face:
    """Corners (n, 3) and paint. Faces that lie on another one come after it in their solid."""

    corners_m: NDArray[np.float64]
    paint: Colour

    @property
    def normal(self) -> NDArray[np.float64]:
        a, b, c = self.corners_m[:3]
        across: NDArray[np.float64] = np.cross(b - a, c - a)
        length = float(np.linalg.norm(across))
        return across / length if length > 0 else across


@dataclass(frozen=True, slots=True)
class Solid:
    """Faces in painting order for equal distance."""

    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    length_m: float
    width_m: float
    waist_m: float
    height_m: float
    cabin_rear_m: float
    cabin_front_m: float
    slope_rear_m: float
    slope_front_m: float
    wheel_m: float


_BODIES = {
    "sedan": _Body(4.55, 1.80, 0.90, 1.45, -1.85, 1.05, 0.65, 0.85, 0.33),
    "van": _Body(5.20, 1.95, 1.10, 2.05, -2.50, 1.75, 0.15, 0.80, 0.36),
    "bus": _Body(11.5, 2.50, 1.15, 3.10, -5.70, 5.70, 0.10, 0.25, 0.50),
}


def colour_of(text: str) -> Colour:
    """`#rrggbb` -> blue, green, red."""
    return int(text[5:7], 16), int(text[3:5], 16), int(text[1:3], 16)


@lru_cache(maxsize=64)
def car(model: str, paint: Colour) -> Solid:
    """A car of one of the known models, standing on the ground around its centre."""
    body = _BODIES[model]
    half_length, half_width = body.length_m / 2.0, body.width_m / 2.0
    sill_m, nose_m = 0.24, body.waist_m * (0.80 if model == "sedan" else 0.92)
    faces = _wheels(body, half_width)
    # Body in three bands: sill to the widest line, widest line to the waist, and the waist rounded inwards.
    belt = sill_m + (nose_m - sill_m) * 0.55
    low = _chamfered(-half_length + 0.05, half_length - 0.05, half_width - 0.05, sill_m, 0.22)
    wide = _chamfered(-half_length, half_length, half_width, belt, 0.26)
    top = _chamfered(-half_length + 0.05, half_length - 0.12, half_width - 0.06, nose_m, 0.30)
    faces += _prism(low, wide, paint)[:-1] + _prism(wide, top, paint)
    faces += _ends(body, half_length, half_width, nose_m)
    if model == "sedan":
        faces += _mirrors(body, half_width)
    if nose_m < body.waist_m:
        # The bonnet falls from the windscreen to the nose, the boot from the rear window to the tail.
        shoulder = _rectangle(-half_length + 0.10, half_length - 0.25, half_width - 0.09, nose_m)
        waist = _rectangle(body.cabin_rear_m - 0.10, body.cabin_front_m + 0.10, half_width - 0.12, body.waist_m)
        faces += _prism(shoulder, waist, paint)
    roof_half_width = half_width - (0.26 if model == "sedan" else 0.12)
    base = _rectangle(body.cabin_rear_m, body.cabin_front_m, half_width - 0.13, body.waist_m)
    roof = _rectangle(body.cabin_rear_m + body.slope_rear_m, body.cabin_front_m - body.slope_front_m, roof_half_width, body.height_m)
    for face in _prism(base, roof, paint):
        faces.append(face)
        if abs(face.normal[2]) < 0.9:  # every side of the cabin but the roof is glass in a frame
            glass = _shrunk(face, 0.88)
            faces.append(Face(glass, GLASS))
            # The upper part of a pane mirrors the sky.
            upper = np.array([(glass[0] + glass[3]) / 2, (glass[1] + glass[2]) / 2, glass[2], glass[3]]) + face.normal * 0.003
            faces.append(Face(upper, GLASS_SKY))
    return Solid(tuple(faces))


def building(length_m: float, width_m: float, height_m: float, paint: Colour, *, evening: bool = False) -> Solid:
    """A plain block with rows of windows, one row a storey of three metres; in the evening some are lit."""
    bottom = _rectangle(-length_m / 2, length_m / 2, width_m / 2, 0.0)
    top = _rectangle(-length_m / 2, length_m / 2, width_m / 2, height_m)
    faces: list[Face] = []
    for face in _prism(bottom, top, paint):
        faces.append(face)
        if abs(face.normal[2]) < 0.5:
            faces.extend(_windows(face, evening=evening))
        elif face.normal[2] > 0.5:
            roof = tuple(min(255, channel + 8) for channel in (150, 152, 154))
            faces.append(Face(_shrunk(face, 0.97) + np.array([0.0, 0.0, 0.01]), (roof[0], roof[1], roof[2])))
    return Solid(tuple(faces))


def _chamfered(rear_m: float, front_m: float, half_width_m: float, up_m: float, cut_m: float) -> NDArray[np.float64]:
    """A rectangle with its four corners cut, counter-clockwise seen from above."""
    w, c = half_width_m, cut_m
    plan = [
        (rear_m + c, -w),
        (front_m - c, -w),
        (front_m, -w + c),
        (front_m, w - c),
        (front_m - c, w),
        (rear_m + c, w),
        (rear_m, w - c),
        (rear_m, -w + c),
    ]
    return np.array([(x, y, up_m) for x, y in plan])


def _rectangle(rear_m: float, front_m: float, half_width_m: float, up_m: float) -> NDArray[np.float64]:
    """Counter-clockwise seen from above."""
    return np.array(
        [[rear_m, -half_width_m, up_m], [front_m, -half_width_m, up_m], [front_m, half_width_m, up_m], [rear_m, half_width_m, up_m]]
    )


def _prism(bottom: NDArray[np.float64], top: NDArray[np.float64], paint: Colour) -> list[Face]:
    count = len(bottom)
    sides = [Face(np.array([bottom[i], bottom[(i + 1) % count], top[(i + 1) % count], top[i]]), paint) for i in range(count)]
    return [*sides, Face(top.copy(), paint)]


def _shrunk(face: Face, factor: float) -> NDArray[np.float64]:
    centre = face.corners_m.mean(axis=0)
    shrunk: NDArray[np.float64] = centre + (face.corners_m - centre) * factor + face.normal * 0.005
    return shrunk


def _wheels(body: _Body, half_width_m: float) -> list[Face]:
    """Tyres as short prisms, so that they show under the bumpers, too, with their hubs outside."""
    faces = []
    turn = np.linspace(0.0, 2.0 * np.pi, 12, endpoint=False)
    for x in (-body.length_m * 0.30, body.length_m * 0.31):
        for side in (-1.0, 1.0):
            outer = side * (half_width_m - 0.01)
            around = turn * -side
            rim = np.column_stack([x + body.wheel_m * np.cos(around), np.full(12, outer), body.wheel_m + body.wheel_m * np.sin(around)])
            inner = rim - np.array([0.0, side * 0.22, 0.0])
            faces += [Face(np.array([rim[i], inner[i], inner[(i + 1) % 12], rim[(i + 1) % 12]]), TYRE) for i in range(12)]
            faces.append(Face(rim, TYRE))
            hub = (rim - rim.mean(axis=0)) * 0.6 + rim.mean(axis=0) + np.array([0.0, side * 0.01, 0.0])
            faces.append(Face(hub, HUB))
    return faces


def _mirrors(body: _Body, half_width_m: float) -> list[Face]:
    faces = []
    for side in (-1.0, 1.0):
        y = side * (half_width_m + 0.06)
        low, high = body.waist_m, body.waist_m + 0.13
        x = body.cabin_front_m - 0.35
        front = np.array([[x, y - 0.09, low], [x, y + 0.09, low], [x, y + 0.09, high], [x, y - 0.09, high]])
        faces += [Face(front, BUMPER), Face(front[::-1].copy(), BUMPER)]
    return faces


def _ends(body: _Body, half_length_m: float, half_width_m: float, nose_m: float) -> list[Face]:
    """Lights, grille, bumper and plate of both ends, a finger in front of the body."""

    def panel(ahead: float, left: float, right: float, low: float, high: float, paint: Colour) -> Face:
        x = ahead * (half_length_m + 0.01)
        corners = np.array([[x, right, low], [x, left, low], [x, left, high], [x, right, high]])
        return Face(corners if ahead > 0 else corners[::-1].copy(), paint)

    faces = []
    for ahead, light in ((1.0, HEAD_LIGHT), (-1.0, TAIL_LIGHT)):
        inner, outer = half_width_m - 0.52, half_width_m - 0.20
        low = nose_m - 0.24
        faces.append(panel(ahead, half_width_m - 0.26, -half_width_m + 0.26, 0.24, 0.38, BUMPER))
        faces.append(panel(ahead, outer, inner, low, low + 0.15, light))
        faces.append(panel(ahead, -inner, -outer, low, low + 0.15, light))
        faces.append(panel(ahead, 0.26, -0.26, 0.41, 0.52, PLATE))
        if ahead > 0:
            faces.append(panel(ahead, inner - 0.05, -inner + 0.05, low, low + 0.14, BUMPER))
    return faces


def _windows(wall: Face, *, evening: bool) -> list[Face]:
    low_left, low_right, _, high_left = wall.corners_m
    along, up, out = low_right - low_left, high_left - low_left, wall.normal * 0.02
    columns = max(1, int(np.linalg.norm(along) // 3.2))
    rows = max(1, int(np.linalg.norm(up) // 3.0))
    faces = []
    for row in range(rows):
        for column in range(columns):
            a, b = (column + 0.27) / columns, (column + 0.73) / columns
            c, d = (row + 0.35) / rows, (row + 0.80) / rows
            corners = np.array([low_left + along * i + up * j for i, j in ((a, c), (b, c), (b, d), (a, d))]) + out
            kind = row * 7 + column * 3 + columns
            paint = WINDOW_LIT if evening and kind % 4 == 0 else (112, 98, 84) if kind % 5 else (150, 136, 120)
            faces.append(Face(corners, paint))
    return faces
