"""The simulated ground as a picture from above: steppe, roads with markings, shadows of buildings. Metric and seeded.

East is right, north is up, metres of the scene. Beyond its edge the ground goes on mirrored, so a drone never sees an end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.scenes.model import Building, Road
from sim.scenes.sun import SHADOW_SHIFT

Image = NDArray[np.uint8]
LEVELS = 6
# Steppe from bare clay to dry grass, blue-green-red at shares of the vegetation noise.
_STEPPE = ((0, (150, 178, 199)), (70, (140, 170, 190)), (120, (124, 156, 174)), (170, (106, 142, 154)), (255, (92, 128, 134)))
_ASPHALT = (92, 90, 88)
_KERB = (168, 174, 178)
_PAVEMENT = (150, 156, 160)
_EARTH = (138, 166, 190)
_MARKING = (226, 230, 232)
DASH_M, GAP_M = 3.0, 6.0
LINE_M = 0.16


@dataclass(frozen=True, slots=True)
class Ground:
    """A pyramid of pictures of one square: `levels[0]` is the finest. `half_m` is half the square's side, `centre_m` east and north."""

    levels: tuple[Image, ...]
    metres_per_px: float
    half_m: float
    centre_m: tuple[float, float] = (0.0, 0.0)

    def ground_to_raster(self, level: int) -> NDArray[np.float64]:
        """(3, 3): (east, north, 1) -> pixel of a level, counted from the outer corner of the top left one."""
        scale = 1.0 / (self.metres_per_px * 2**level)
        left, top = self.half_m - self.centre_m[0], self.half_m + self.centre_m[1]
        return np.array([[scale, 0.0, left * scale], [0.0, -scale, top * scale], [0.0, 0.0, 1.0]])


def paint_ground(
    half_m: float,
    metres_per_px: float,
    roads: list[Road],
    buildings: list[Building],
    seed: int,
    *,
    centre_m: tuple[float, float] = (0.0, 0.0),
    below_roads: Callable[["Canvas"], None] | None = None,
    above_roads: Callable[["Canvas"], None] | None = None,
    finish: Callable[[Image], Image] | None = None,
    shadows: bool = True,
) -> Ground:
    """Paint the square of side 2 `half_m` around `centre_m`. Seconds of work for thousands of pixels a side.

    The hooks draw what else lies on the ground, and change the finished picture.
    """
    size = round(2 * half_m / metres_per_px / 2**LEVELS) * 2**LEVELS
    half_m = size * metres_per_px / 2.0
    image = _steppe(size, metres_per_px, seed)
    canvas = Canvas(image, half_m, metres_per_px, centre_m)
    if below_roads is not None:
        below_roads(canvas)
    lines = [(road, np.array(road.path, dtype=np.float64)) for road in roads]
    for road, line in lines:
        if road.surface == "earth":
            canvas.earth_road(line, road.width_m)
    paved = [(road, line) for road, line in lines if road.surface == "asphalt"]
    for road, line in paved:
        canvas.stroke(line, road.width_m + 6.0, _PAVEMENT)
    for road, line in paved:
        canvas.stroke(line, road.width_m + 0.5, _KERB)
    # The widest road last: its surface covers the markings of those that join it.
    for road, line in sorted(paved, key=lambda one: one[0].width_m):
        canvas.stroke(line, road.width_m, _ASPHALT)
        canvas.markings(line, road)
    if above_roads is not None:
        above_roads(canvas)
    if shadows:
        canvas.shadows(buildings)
    _grain(image, seed)
    if finish is not None:
        image = finish(image)
    levels = [image]
    for _ in range(LEVELS - 1):
        levels.append(cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    return Ground(tuple(levels), metres_per_px, half_m, centre_m)


def _noise(random: np.random.Generator, size: int, cell_px: float) -> Image:
    """Smooth noise 0..255 with features of about `cell_px` pixels."""
    cells = max(2, int(size / max(cell_px, 1.0)))
    coarse = random.integers(0, 256, (cells, cells), dtype=np.uint8)
    smooth: Image = cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    return smooth


def _steppe(size: int, metres_per_px: float, seed: int) -> Image:
    random = np.random.default_rng(seed)
    broad = cv2.addWeighted(_noise(random, size, 60 / metres_per_px), 0.6, _noise(random, size, 14 / metres_per_px), 0.4, 0)
    near = cv2.addWeighted(_noise(random, size, 3.0 / metres_per_px), 0.5, _noise(random, size, 0.8 / metres_per_px), 0.5, 0)
    mixed = cv2.addWeighted(broad, 0.62, near, 0.38, 0)
    shares = [share for share, _ in _STEPPE]
    table = np.stack([np.interp(np.arange(256), shares, [paint[c] for _, paint in _STEPPE]) for c in range(3)], axis=-1)
    image: Image = cv2.LUT(cv2.merge([mixed, mixed, mixed]), table[None].astype(np.uint8))
    # Sagebrush: small dark tufts with ragged edges where fine noise peaks, denser where the ground is green.
    clumps = cv2.addWeighted(_noise(random, size, 0.55 / metres_per_px), 0.62, _noise(random, size, 0.17 / metres_per_px), 0.38, 0)
    tufts = cv2.addWeighted(clumps, 0.86, broad, 0.14, 0)
    for threshold, paint in ((176, (116, 144, 158)), (188, (96, 126, 134)), (200, (78, 106, 108))):
        image[cv2.threshold(tufts, threshold, 255, cv2.THRESH_BINARY)[1] > 0] = paint
    return image


def _grain(image: Image, seed: int) -> None:
    """Fine grain over everything, tiled: no surface is a flat colour."""
    random = np.random.default_rng(seed + 1)
    tile = 512
    plus = random.integers(0, 15, (tile, tile, 1), dtype=np.uint8).repeat(3, axis=2)
    for y in range(0, image.shape[0], tile):
        for x in range(0, image.shape[1], tile):
            part = image[y : y + tile, x : x + tile]
            cv2.subtract(cv2.add(part, plus[: part.shape[0], : part.shape[1]]), (7, 7, 7, 0), dst=part)


class Canvas:
    """Draws in metres on the ground picture."""

    def __init__(self, image: Image, half_m: float, metres_per_px: float, centre_m: tuple[float, float]) -> None:
        self._image = image
        self._left_m, self._top_m = half_m - centre_m[0], half_m + centre_m[1]
        self._scale = 1.0 / metres_per_px

    def _fixed(self, line_m: NDArray[np.float64]) -> NDArray[np.int32]:
        pixels = np.column_stack([line_m[:, 0] + self._left_m, self._top_m - line_m[:, 1]]) * self._scale
        fixed: NDArray[np.int32] = np.round((pixels - 0.5) * 16).astype(np.int32)
        return fixed

    def stroke(self, line_m: NDArray[np.float64], width_m: float, paint: tuple[int, int, int]) -> None:
        for start, end in pairwise(line_m):
            along = (end - start) / max(1e-9, float(np.linalg.norm(end - start)))
            across = np.array([-along[1], along[0]]) * width_m / 2.0
            corners = np.array([start + across, end + across, end - across, start - across])
            cv2.fillConvexPoly(self._image, self._fixed(corners), paint, cv2.LINE_AA, 4)
        for joint in line_m[1:-1]:
            centre = self._fixed(joint[None])[0]
            cv2.circle(self._image, (int(centre[0]), int(centre[1])), int(width_m / 2.0 * self._scale * 16), paint, -1, cv2.LINE_AA, 4)

    def polygon(self, outline_m: NDArray[np.float64], paint: tuple[int, int, int]) -> None:
        """Fill an outline, convex or not."""
        cv2.fillPoly(self._image, [self._fixed(outline_m)], paint, cv2.LINE_AA, 4)

    def outline(self, outline_m: NDArray[np.float64], width_m: float, paint: tuple[int, int, int]) -> None:
        self.stroke(np.vstack([outline_m, outline_m[:1]]), width_m, paint)

    def earth_road(self, line_m: NDArray[np.float64], width_m: float) -> None:
        self.stroke(line_m, width_m, _EARTH)
        for side in (-0.85, 0.85):
            self.stroke(_parallel(line_m, side), 0.5, (118, 146, 170))

    def markings(self, line_m: NDArray[np.float64], road: Road) -> None:
        lane_m = (road.width_m - 0.8) / road.lanes
        for index in range(1, road.lanes):
            offset = -road.width_m / 2.0 + 0.4 + lane_m * index
            centre = index == road.lanes // 2
            if centre and road.centre == "none":
                continue
            if centre and road.centre == "solid" and road.lanes == 2:
                self.stroke(_parallel(line_m, offset), LINE_M, _MARKING)
            elif centre and road.centre != "dashed" and road.lanes > 2:
                for side in (-0.16, 0.16):
                    self.stroke(_parallel(line_m, offset + side), LINE_M, _MARKING)
            else:
                self._dashes(_parallel(line_m, offset))
        for side in (-1.0, 1.0):
            if road.lanes > 1:
                self.stroke(_parallel(line_m, side * (road.width_m / 2.0 - 0.35)), LINE_M, _MARKING)

    def _dashes(self, line_m: NDArray[np.float64]) -> None:
        for start, end in pairwise(line_m):
            length_m = float(np.linalg.norm(end - start))
            along = (end - start) / max(length_m, 1e-9)
            for at in np.arange(0.0, length_m - DASH_M, DASH_M + GAP_M):
                self.stroke(np.array([start + along * at, start + along * (at + DASH_M)]), LINE_M, _MARKING)

    def shadows(self, things: list[Building]) -> None:
        for thing in things:
            outline = self._fixed(_shadow_m(thing))
            x, y, w, h = cv2.boundingRect(outline // 16)
            x0, y0 = max(0, x - 2), max(0, y - 2)
            part = self._image[y0 : max(y0, y + h + 2), x0 : max(x0, x + w + 2)]
            if part.size == 0:
                continue
            mask = np.zeros(part.shape[:2], np.uint8)
            cv2.fillConvexPoly(mask, outline - np.array([x0 * 16, y0 * 16], dtype=np.int32), 255, cv2.LINE_AA, 4)
            dark = cv2.convertScaleAbs(part, alpha=0.52)
            part[mask > 127] = dark[mask > 127]


def _parallel(line_m: NDArray[np.float64], offset_m: float) -> NDArray[np.float64]:
    """The line moved sideways, to the right when positive; corners are moved along their mean direction."""
    steps = np.diff(line_m, axis=0)
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    at_points = np.vstack([steps[:1], (steps[:-1] + steps[1:]) / 2.0, steps[-1:]])
    moved: NDArray[np.float64] = line_m + np.column_stack([at_points[:, 1], -at_points[:, 0]]) * offset_m
    return moved


def _shadow_m(block: Building) -> NDArray[np.float64]:
    """(n, 2) outline of a block's shadow on the ground."""
    heading = radians(block.heading_deg)
    ahead, side = (
        np.array([sin(heading), cos(heading)]) * block.size_m[0] / 2.0,
        np.array([cos(heading), -sin(heading)]) * block.size_m[1] / 2.0,
    )
    base = np.array(block.at) + np.array([ahead + side, ahead - side, -ahead - side, -ahead + side])
    hull: NDArray[np.float64] = cv2.convexHull(np.vstack([base, base + SHADOW_SHIFT * block.height_m * 0.9]).astype(np.float32))[
        :, 0, :
    ].astype(np.float64)
    return hull
