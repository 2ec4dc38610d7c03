"""Construction machines at moments of their working cycle. Axes as in `shapes`."""

from functools import lru_cache

import numpy as np

from sim.scenes.shapes import STEEL, Shape, beam, box, shape_of, sides_glass, turned, wheel
from sim.scenes.solids import BUMPER, GLASS, HEAD_LIGHT, TYRE, Colour, Face, colour_of

PHASES = 24  # poses of a working machine's swing


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
    return tracks + turned(upper, 0.9 * float(np.sin(cycle)))


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
        [*box(-0.9, 0.6, -0.75, 0.75, 2.0, 3.2, paint), *sides_glass(-0.7, 0.4, 0.76, 2.2, 3.1), _front_glass(0.61, -0.6, 0.6, 2.2, 3.1)],
        beam((1.2, 0.0, 1.5), (3.1, 0.0, 0.6 + lift), 1.1, 0.3, paint),
        box(3.0, 4.1, -1.4, 1.4, 0.1 + lift, 1.1 + lift, STEEL),
    ]


def _dump_truck(paint: Colour, cycle: float) -> list[list[Face]]:
    tip = max(0.0, float(np.sin(cycle))) * 0.0
    return [
        *[wheel(x, y, 0.55, 0.4) for x in (2.5, -1.5, -2.8) for y in (-1.05, 1.05)],
        box(-3.9, 3.6, -0.5, 0.5, 0.6, 1.0, BUMPER),
        [*box(1.9, 3.8, -1.22, 1.22, 0.6, 2.8, paint), *sides_glass(2.3, 3.6, 1.23, 1.7, 2.6), _front_glass(3.81, -1.05, 1.05, 1.65, 2.6)],
        box(-4.0, 1.7, -1.25, 1.25, 1.0 + tip, 2.35 + tip, STEEL),
        box(-3.8, 1.5, -1.05, 1.05, 2.35 + tip, 2.6 + tip, (120, 146, 166)),
    ]


def _roller(paint: Colour, _cycle: float) -> list[list[Face]]:
    return [
        wheel(1.6, 0.0, 0.75, 2.0),
        *[wheel(-1.4, y, 0.7, 0.45) for y in (-0.85, 0.85)],
        box(-2.4, 0.5, -0.95, 0.95, 0.75, 1.7, paint),
        [*box(-0.9, 0.4, -0.75, 0.75, 1.7, 2.9, paint), *sides_glass(-0.75, 0.25, 0.76, 1.85, 2.8)],
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
    return [box(-2.5, 2.5, -2.5, 2.5, 0.0, 0.6, (170, 174, 178)), *mast, *turned(upper, 0.6 * float(np.sin(cycle)))]


_MACHINES = {"excavator": _excavator, "loader": _loader, "dump_truck": _dump_truck, "roller": _roller, "crane": _crane}
