"""Paints solids into a picture: culling, clipping at the lens, sunlight, far before near."""

from dataclasses import dataclass
from math import cos, radians, sin, tan

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.projection import Camera
from sim.solids import Solid

Image = NDArray[np.uint8]
SUN_BEARING_DEG = 215.0
SUN_HEIGHT_DEG = 42.0
AMBIENT = 0.55
NEAR_M = 0.4
SUBPIXEL_BITS = 4
FARTHEST_PX = 8000.0
SPECK_PX = 1.5
SUN = np.array(
    [
        cos(radians(SUN_HEIGHT_DEG)) * sin(radians(SUN_BEARING_DEG)),
        cos(radians(SUN_HEIGHT_DEG)) * cos(radians(SUN_BEARING_DEG)),
        sin(radians(SUN_HEIGHT_DEG)),
    ]
)
# Ground shift of the shadow of a point one metre up.
SHADOW_SHIFT = -SUN[:2] / SUN[2]


@dataclass(frozen=True, slots=True)
class Placed:
    """A solid standing at a place, its x axis towards `heading_deg`."""

    solid: Solid
    east_m: float
    north_m: float
    heading_deg: float

    def axes(self) -> NDArray[np.float64]:
        """(3, 3): rows are the solid's axes in east, north, up."""
        heading = radians(self.heading_deg)
        return np.array([[sin(heading), cos(heading), 0.0], [-cos(heading), sin(heading), 0.0], [0.0, 0.0, 1.0]])

    def shadow_m(self) -> NDArray[np.float64]:
        """(n, 2) outline of the shadow on the ground, east and north."""
        base = self.solid.outline_m @ self.axes()[:2, :2] + np.array([self.east_m, self.north_m])
        both = np.vstack([base, base + SHADOW_SHIFT * self.solid.height_m * 0.9]).astype(np.float32)
        hull: NDArray[np.float64] = cv2.convexHull(both)[:, 0, :].astype(np.float64)
        return hull


@dataclass(slots=True)
class _Prepared:
    """A solid's faces in one array, ready for any place."""

    corners: NDArray[np.float64]
    starts: list[int]
    centres: NDArray[np.float64]
    normals: NDArray[np.float64]
    paints: NDArray[np.float64]


_prepared: dict[int, tuple[Solid, _Prepared]] = {}


def _prepare(solid: Solid) -> _Prepared:
    found = _prepared.get(id(solid))
    if found is not None and found[0] is solid:
        return found[1]
    counts = [len(face.corners_m) for face in solid.faces]
    prepared = _Prepared(
        np.vstack([face.corners_m for face in solid.faces]),
        [0, *np.cumsum(counts).tolist()],
        np.array([face.corners_m.mean(axis=0) for face in solid.faces]),
        np.array([face.normal for face in solid.faces]),
        np.array([face.paint for face in solid.faces], dtype=np.float64),
    )
    _prepared[id(solid)] = (solid, prepared)
    return prepared


def paint_solids(image: Image, camera: Camera, things: list[Placed]) -> None:
    """Paint in place, the farthest first. Things wholly outside the picture cost almost nothing."""
    view = camera.world_to_camera()
    eye = np.array([camera.east_m, camera.north_m, camera.height_m])
    visible = [thing for thing in things if _may_be_seen(thing, camera, view)]
    visible.sort(key=lambda thing: -float(np.hypot(thing.east_m - eye[0], thing.north_m - eye[1])))
    for thing in visible:
        _paint(image, camera, view, eye, thing)


def paint_shadows(image: Image, camera: Camera, things: list[Placed], strength: float = 0.45) -> None:
    """Darken the ground under things that move; standing buildings have their shadow in the ground picture."""
    view = camera.world_to_camera()
    for thing in things:
        if not _may_be_seen(thing, camera, view):
            continue
        outline = thing.shadow_m()
        corners = _to_camera(view, np.column_stack([outline, np.zeros(len(outline))]))
        polygon = _polygon(camera, corners)
        if polygon is None:
            continue
        x, y, w, h = cv2.boundingRect(np.round(polygon).astype(np.int32))
        x0, y0, x1, y1 = max(0, x - 1), max(0, y - 1), min(camera.width_px, x + w + 2), min(camera.height_px, y + h + 2)
        if x0 >= x1 or y0 >= y1:
            continue
        mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
        _fill(mask, polygon - np.array([x0, y0]), (255,))
        part = image[y0:y1, x0:x1]
        keep = (255.0 - strength * mask.astype(np.float32)) / 255.0
        part[:] = cv2.multiply(part, cv2.merge([keep, keep, keep]), dtype=cv2.CV_8U)


def _may_be_seen(thing: Placed, camera: Camera, view: NDArray[np.float64]) -> bool:
    centre = view @ np.array([thing.east_m, thing.north_m, thing.solid.height_m / 2.0, 1.0])
    reach = float(np.hypot(*np.abs(thing.solid.outline_m).max(axis=0))) + thing.solid.height_m
    if centre[2] < -reach:
        return False
    across, down = camera.width_px / 2.0 / camera.focal_px, camera.height_px / 2.0 / camera.focal_px
    depth = max(float(centre[2]), 0.0)
    return bool(abs(centre[0]) <= across * depth + 1.6 * reach and abs(centre[1]) <= down * depth + 1.6 * reach)


def _paint(image: Image, camera: Camera, view: NDArray[np.float64], eye: NDArray[np.float64], thing: Placed) -> None:
    prepared = _prepare(thing.solid)
    axes = thing.axes()
    place = np.array([thing.east_m, thing.north_m, 0.0])
    centres = prepared.centres @ axes + place
    normals = prepared.normals @ axes
    facing = np.einsum("ij,ij->i", normals, eye - centres) > 0.0
    light = AMBIENT + (1.0 - AMBIENT) * np.clip(normals @ SUN, 0.0, 1.0)
    paints = np.clip(prepared.paints * light[:, None], 0, 255)
    corners = _to_camera(view, prepared.corners @ axes + place)
    for index in np.flatnonzero(facing & _large_enough(camera, corners, prepared.starts[:-1])):
        polygon = _polygon(camera, corners[prepared.starts[index] : prepared.starts[index + 1]])
        if polygon is not None:
            blue, green, red = paints[index]
            _fill(image, polygon, (int(blue), int(green), int(red)))


def _large_enough(camera: Camera, corners: NDArray[np.float64], starts: list[int]) -> NDArray[np.bool_]:
    """Which faces are wider or taller than a speck; most faces of a distant car are not and cost as much as near ones."""
    depth = np.maximum(corners[:, 2], NEAR_M)[:, None]
    pixels = corners[:, :2] / depth * camera.focal_px
    extent = np.maximum.reduceat(pixels, starts) - np.minimum.reduceat(pixels, starts)
    large: NDArray[np.bool_] = extent.max(axis=1) > SPECK_PX
    return large


def _to_camera(view: NDArray[np.float64], points_m: NDArray[np.float64]) -> NDArray[np.float64]:
    moved: NDArray[np.float64] = points_m @ view[:, :3].T + view[:, 3]
    return moved


def _polygon(camera: Camera, corners: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """(n, 2) pixels of a polygon given in camera metres, cut at the lens; None when nothing is in the picture."""
    if (corners[:, 2] < NEAR_M).any():
        corners = _cut_near(corners)
        if len(corners) < 3:
            return None
    pixels = camera.project(corners)
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    if high[0] < 0 or high[1] < 0 or low[0] > camera.width_px or low[1] > camera.height_px:
        return None
    clipped: NDArray[np.float64] = np.clip(pixels, -FARTHEST_PX, FARTHEST_PX)
    return clipped


def _cut_near(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    kept: list[NDArray[np.float64]] = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if a[2] >= NEAR_M:
            kept.append(a)
        if (a[2] >= NEAR_M) != (b[2] >= NEAR_M):
            kept.append(a + (b - a) * ((NEAR_M - a[2]) / (b[2] - a[2])))
    return np.array(kept)


def _fill(image: Image, polygon: NDArray[np.float64], paint: tuple[int, ...]) -> None:
    # OpenCV counts from the centre of a pixel, the camera from its corner.
    fixed = np.round((polygon - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32)
    cv2.fillConvexPoly(image, fixed, paint, cv2.LINE_AA, SUBPIXEL_BITS)


def hidden_behind(camera: Camera, east_m: float, north_m: float, walls: list[Placed]) -> bool:
    """Whether a block stands in the line of sight to a point a metre above the ground."""
    eye = np.array([camera.east_m, camera.north_m])
    target = np.array([east_m, north_m])
    for wall in walls:
        axes = wall.axes()[:2, :2]
        place = np.array([wall.east_m, wall.north_m])
        a, b = axes @ (eye - place), axes @ (target - place)
        entry = _entry(a, b, np.abs(wall.solid.outline_m).max(axis=0))
        if entry is not None and camera.height_m + (1.0 - camera.height_m) * entry < wall.solid.height_m:
            return True
    return False


def _entry(a: NDArray[np.float64], b: NDArray[np.float64], half: NDArray[np.float64]) -> float | None:
    """Share of the way from a to b at which the segment leaves the box |x| <= half; None when it never meets it."""
    low, high = 0.0, 1.0
    for start, step, size in zip(a, b - a, half, strict=True):
        if abs(step) < 1e-9:
            if abs(start) > size:
                return None
            continue
        first, second = sorted(((-size - start) / step, (size - start) / step))
        low, high = max(low, first), min(high, second)
        if low > high:
            return None
    return high


def horizon_row(camera: Camera) -> float:
    """Row of the horizon in a level picture; above the picture when negative."""
    return camera.height_px / 2.0 + camera.focal_px * tan(radians(camera.pitch_deg))
