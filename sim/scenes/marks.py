"""What lies flat on the ground of a scene besides roads: lines, crossings, damage of the road, turned soil, fibre routes.

Drawn into the ground picture once; metres east and north of the scene's origin.
"""

from itertools import pairwise
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenes.ground import LINE_M, Canvas
from sim.scenes.model import Area, RoadDamage, Scene

WHITE = (226, 230, 232)
STRIPE_M, STRIPE_GAP_M = 0.5, 0.6
_SOIL = (112, 138, 164)


def draw_soil(canvas: Canvas, scene: Scene, random: np.random.Generator) -> None:
    """Bare ground of construction sites, and the strip where a fibre was ploughed in; before the roads."""
    for route in scene.map.fibre:
        _ploughed(canvas, np.array(route, dtype=np.float64), random)
    for polygon in scene.map.soil:
        outline = np.array(polygon, dtype=np.float64)
        canvas.polygon(outline, _SOIL)
        low, high = outline.min(axis=0), outline.max(axis=0)
        for _ in range(int(np.prod(high - low) / 12)):
            at = random.uniform(low, high)
            if cv2.pointPolygonTest(outline.astype(np.float32), (float(at[0]), float(at[1])), True) > 1.2:
                shade = int(random.integers(-16, 12))
                length, turn = random.uniform(0.5, 2.5), random.uniform(0, np.pi)
                end = at + length * np.array([np.cos(turn), np.sin(turn)])
                if cv2.pointPolygonTest(outline.astype(np.float32), (float(end[0]), float(end[1])), False) > 0:
                    canvas.stroke(np.array([at, end]), random.uniform(0.2, 0.7), (112 + shade, 138 + shade, 164 + shade))


def _ploughed(canvas: Canvas, route: NDArray[np.float64], random: np.random.Generator) -> None:
    """A trench filled again: lighter than the steppe, its clods uneven, the wheel tracks of the plough beside it."""
    canvas.stroke(route, 1.1, (134, 160, 182))
    canvas.stroke(route, 0.45, (112, 138, 162))
    for start, end in pairwise(route):
        length_m = float(np.linalg.norm(end - start))
        along = (end - start) / max(length_m, 1e-9)
        across = np.array([-along[1], along[0]])
        for at in np.arange(0.0, length_m, 0.7):
            shade = int(random.integers(-14, 12))
            middle = start + along * at + across * random.uniform(-0.45, 0.45)
            canvas.stroke(np.array([middle, middle + along * random.uniform(0.2, 0.8)]), 0.25, (124 + shade, 150 + shade, 172 + shade))
        for side in (-1.9, 1.9):
            canvas.stroke(np.array([start, end]) + across * side, 0.35, (126, 154, 176))


def draw_marks(canvas: Canvas, scene: Scene, random: np.random.Generator) -> None:
    """After the roads and their own markings."""
    for solid in scene.map.solid_lines:
        canvas.stroke(np.array(solid.path, dtype=np.float64), LINE_M * 1.3, WHITE)
    for area in scene.map.areas:
        if area.kind == "crossing":
            _crossing(canvas, area)
        elif area.kind == "box_junction":
            canvas.outline(np.array(area.polygon), 0.18, (60, 200, 235))
        elif area.kind == "no_stopping":
            canvas.outline(np.array(area.polygon), 0.12, (60, 200, 235))
    for crossing in scene.map.rail_crossings:
        for rails in crossing.rails:
            _rails(canvas, np.array(rails, dtype=np.float64))
    for stop in scene.map.stop_lines:
        canvas.stroke(np.array(stop.line, dtype=np.float64), 0.45, WHITE)
    for damage in scene.actors:
        if isinstance(damage, RoadDamage):
            _damage(canvas, damage, random)


def _rails(canvas: Canvas, route: NDArray[np.float64]) -> None:
    """Ballast, and two rails of the broad gauge."""
    canvas.stroke(route, 3.0, (112, 122, 128))
    along = (route[1] - route[0]) / float(np.linalg.norm(route[1] - route[0]))
    across = np.array([-along[1], along[0]])
    for side in (-0.76, 0.76):
        canvas.stroke(route + across * side, 0.12, (168, 172, 176))


def _crossing(canvas: Canvas, area: Area) -> None:
    """Stripes along the shorter side of the polygon's box: that is how traffic drives over it."""
    outline = np.array(area.polygon, dtype=np.float64)
    (cx, cy), _, _ = cv2.minAreaRect(outline.astype(np.float32))
    sides = outline[1] - outline[0], outline[2] - outline[1]
    long, short = sorted(sides, key=lambda side: -float(np.linalg.norm(side)))
    length_m, width_m = float(np.linalg.norm(long)), float(np.linalg.norm(short))
    along, across = long / length_m, short / width_m
    centre = np.array([cx, cy])
    for offset in np.arange(-length_m / 2.0 + STRIPE_M, length_m / 2.0, STRIPE_M + STRIPE_GAP_M):
        middle = centre + along * offset
        canvas.stroke(np.array([middle - across * width_m / 2.0, middle + across * width_m / 2.0]), STRIPE_M, WHITE)


def _damage(canvas: Canvas, damage: RoadDamage, random: np.random.Generator) -> None:
    heading = radians(damage.heading_deg)
    ahead, right = np.array([sin(heading), cos(heading)]), np.array([cos(heading), -sin(heading)])
    length, width = damage.size_m
    at = np.array(damage.at)

    def place(points: NDArray[np.float64]) -> NDArray[np.float64]:
        moved: NDArray[np.float64] = at + points[:, :1] * ahead + points[:, 1:] * right
        return moved

    match damage.type:
        case "pothole":
            turn = np.linspace(0, 2 * np.pi, 18, endpoint=False)
            rough = random.uniform(0.82, 1.0, 18)
            edge = np.column_stack([np.cos(turn) * length / 2 * rough, np.sin(turn) * width / 2 * rough])
            canvas.polygon(place(edge), (128, 134, 138))
            canvas.polygon(place(edge * 0.88 + np.array([0.0, 0.02])), (50, 52, 54))
            canvas.polygon(place(edge * 0.6 - np.array([0.03, 0.03])), (78, 88, 98))
        case "patch":
            corners = np.array([(-length / 2, -width / 2), (length / 2, -width / 2), (length / 2, width / 2), (-length / 2, width / 2)])
            canvas.polygon(place(corners), (66, 64, 62))
        case "alligator":
            for _ in range(int(14 + 10 * length * width)):
                a = random.uniform((-length / 2, -width / 2), (length / 2, width / 2))
                b = np.clip(a + random.normal(0, 0.45, 2), (-length / 2, -width / 2), (length / 2, width / 2))
                canvas.stroke(place(np.array([a, b])), 0.035, (48, 48, 48))
        case _:
            along = np.linspace(-0.5, 0.5, 14)
            if damage.type == "longitudinal_crack":
                wander = np.column_stack([along * length, np.clip(np.cumsum(random.normal(0, 0.06, 14)), -width / 2, width / 2)])
            else:
                wander = np.column_stack([np.clip(np.cumsum(random.normal(0, 0.06, 14)), -length / 2, length / 2), along * width])
            canvas.stroke(place(wander), 0.06, (44, 44, 46))
