"""Paints shapes into a picture: parts and faces in order, light, haze, shadows on the ground, and what a still background hides."""

from dataclasses import dataclass
from math import cos, radians, sin

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.plates import PAPER, PlateText, plate_picture
from sim.projection import Camera
from sim.scenes.shapes import Shape
from sim.scenes.solids import PLATE
from sim.scenes.sun import AMBIENT, SHADOW_SHIFT, SUN
from sim.scenes.weather import LAMP_TINT, Image, Light, haze_share

NEAR_M = 0.4
SUBPIXEL_BITS = 4
FARTHEST_PX = 8000.0
SPECK_PX = 1.5
SMALLEST_PLATE_PX = 12.0
PLATE_OVERSAMPLED = 1.6

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PlacedShape:
    """A shape on the ground, its x axis towards `heading_deg`. `lamp` is the light of street lamps where it stands, a share of day;
    `plate` is what stands at both ends of a car."""

    shape: Shape
    east_m: float
    north_m: float
    heading_deg: float
    lamp: float = 0.0
    plate: str | None = None

    def axes(self) -> Points:
        """(3, 3): rows are the shape's axes in east, north, up."""
        heading = radians(self.heading_deg)
        return np.array([[sin(heading), cos(heading), 0.0], [-cos(heading), sin(heading), 0.0], [0.0, 0.0, 1.0]])

    @property
    def place(self) -> Points:
        return np.array([self.east_m, self.north_m, 0.0])


class Eye:
    """A camera at one instant, with what is computed once for all it paints."""

    def __init__(self, camera: Camera, light: Light, haze_m: float) -> None:
        self.camera, self.light, self.haze_m = camera, light, haze_m
        self.view = camera.world_to_camera()
        self.place = np.array([camera.east_m, camera.north_m, camera.height_m])

    def distance_m(self, thing: PlacedShape) -> float:
        middle = thing.place + np.array([0.0, 0.0, thing.shape.size_m[2] / 2.0])
        return float(np.linalg.norm(middle - self.place))

    def may_see(self, thing: PlacedShape) -> bool:
        """Cheap and generous."""
        camera, reach = self.camera, thing.shape.reach_m
        x, y, z = self.in_camera(thing.place[None])[0]
        if z < -reach:
            return False
        depth = max(float(z), 0.0)
        across, down = camera.width_px / 2.0 / camera.focal_px, camera.height_px / 2.0 / camera.focal_px
        return bool(abs(x) <= 1.25 * across * depth + 1.6 * reach and abs(y) <= 1.25 * down * depth + 1.6 * reach)

    def in_camera(self, points_m: Points) -> Points:
        moved: Points = points_m @ self.view[:, :3].T + self.view[:, 3]
        return moved

    def polygon(self, corners: Points) -> Points | None:
        """(n, 2) pixels of a convex polygon given in camera metres, cut at the lens; None when nothing is in the picture."""
        if (corners[:, 2] < NEAR_M).any():
            corners = cut_near(corners)
            if len(corners) < 3:
                return None
        pixels = self.camera.project(corners)
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        if high[0] < 0 or high[1] < 0 or low[0] > self.camera.width_px or low[1] > self.camera.height_px:
            return None
        clipped: Points = np.clip(pixels, -FARTHEST_PX, FARTHEST_PX)
        return clipped


def cut_near(corners: Points) -> Points:
    kept: list[Points] = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        if a[2] >= NEAR_M:
            kept.append(a)
        if (a[2] >= NEAR_M) != (b[2] >= NEAR_M):
            kept.append(a + (b - a) * ((NEAR_M - a[2]) / (b[2] - a[2])))
    return np.array(kept).reshape(-1, 3)


def fill(image: Image, polygon: Points, paint: tuple[int, ...]) -> None:
    cv2.fillConvexPoly(image, _fixed(polygon), paint, cv2.LINE_AA, SUBPIXEL_BITS)


def _fixed(pixels: Points) -> NDArray[np.int32]:
    """For OpenCV, which counts from the centre of a pixel; the camera counts from its corner."""
    fixed: NDArray[np.int32] = np.rint((pixels - 0.5) * (1 << SUBPIXEL_BITS)).astype(np.int32)
    return fixed


def paint_shape(image: Image, eye: Eye, thing: PlacedShape) -> None:
    """Paint in place, far parts first."""
    shape, axes = thing.shape, thing.axes()
    centres = shape.centres @ axes + thing.place
    normals = shape.normals @ axes
    corners = eye.in_camera(shape.corners @ axes + thing.place)
    facing = np.einsum("ij,ij->i", normals, eye.place - centres) > 0.0
    wanted = np.flatnonzero(facing & _large_enough(eye.camera, corners, shape.starts[:-1]))
    if not len(wanted):
        return
    paints = _paints(eye, shape, normals, eye.distance_m(thing), thing.lamp)
    if len(shape.part_centres) > 1:
        far = np.linalg.norm(shape.part_centres @ axes + thing.place - eye.place, axis=1)
        wanted = wanted[np.argsort(-far[shape.part_of[wanted]], kind="stable")]
    ahead = bool((corners[:, 2] >= NEAR_M).all())
    fixed = _fixed(np.clip(eye.camera.project(corners), -FARTHEST_PX, FARTHEST_PX)) if ahead else None
    colours = paints.astype(int).tolist()
    for index in wanted.tolist():
        start, end = shape.starts[index], shape.starts[index + 1]
        if fixed is not None:
            cv2.fillConvexPoly(image, fixed[start:end], colours[index], cv2.LINE_AA, SUBPIXEL_BITS)
        elif (polygon := eye.polygon(corners[start:end])) is not None:
            fill(image, polygon, tuple(colours[index]))
    if thing.plate is not None and ahead:
        for index in wanted.tolist():
            if tuple(shape.paints[index]) == PLATE:
                face = slice(shape.starts[index], shape.starts[index + 1])
                hang_plate(image, thing.plate, eye.camera.project(_from_lower_left(corners[face], shape.corners[face])), paints[index])


def _from_lower_left(corners: Points, upright: Points) -> Points:
    """Corners of a plate, anticlockwise from the one below on the viewer's left; `upright` are the same in the car's axes."""
    low = upright[:, 2] < upright[:, 2].mean()
    first = next(index for index in range(4) if low[index] and low[(index + 1) % 4])
    return np.roll(corners, -first, axis=0)


def hang_plate(image: Image, text: str, corners_px: Points, paint: Points) -> None:
    """The plate's picture over its face, as bright as the face was painted; too small to show anything, it stays a plain face."""
    width = float(np.linalg.norm(corners_px[1] - corners_px[0]))
    if width < SMALLEST_PLATE_PX:
        return
    x0, y0 = np.maximum(np.floor(corners_px.min(axis=0)).astype(int) - 1, 0)
    x1, y1 = np.minimum(np.ceil(corners_px.max(axis=0)).astype(int) + 2, (image.shape[1], image.shape[0]))
    if x0 >= x1 or y0 >= y1:
        return
    plate = plate_picture(PlateText(tuple(text.split())))
    scale = min(1.0, PLATE_OVERSAMPLED * width / plate.shape[1])  # averaged first, else the letters flicker
    plate = np.asarray(cv2.resize(plate, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    plate = np.asarray(np.clip(plate * (np.asarray(paint) / np.array(PAPER)), 0, 255), np.uint8)
    height, across = plate.shape[:2]
    given = np.array([(0, height), (across, height), (across, 0), (0, 0)], np.float32) - 0.5
    matrix = cv2.getPerspectiveTransform(given, (corners_px - (x0, y0) - 0.5).astype(np.float32))
    size = (int(x1 - x0), int(y1 - y0))
    laid = cv2.warpPerspective(plate, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = np.zeros((size[1], size[0]), np.uint8)
    fill(cover, corners_px - (x0, y0), (255,))
    share = cover[..., None] / 255.0
    part = image[y0:y1, x0:x1]
    part[:] = (part * (1.0 - share) + laid * share).astype(np.uint8)


def _paints(eye: Eye, shape: Shape, normals: Points, distance_m: float, lamp: float) -> Points:
    light = eye.light
    sunny = light.shadow / 0.45
    shade = AMBIENT + (1.0 - AMBIENT) * (np.clip(normals @ SUN, 0.0, 1.0) * sunny + 0.35 * (1.0 - sunny))
    paints = shape.paints * shade[:, None] * (np.array(light.gain) + lamp * LAMP_TINT)
    if light.lamps and shape.glow.any():
        paints[shape.glow] = shape.paints[shape.glow]
    air = float(haze_share(np.array(distance_m), eye.haze_m))
    hazy: Points = np.clip(paints * (1.0 - air) + np.array(light.haze) * air, 0, 255)
    return hazy


def _large_enough(camera: Camera, corners: Points, starts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which faces are wider or taller than a speck; most faces of a distant thing are not and cost as much as near ones."""
    pixels = corners[:, :2] / np.maximum(corners[:, 2], NEAR_M)[:, None] * camera.focal_px
    extent = np.maximum.reduceat(pixels, starts) - np.minimum.reduceat(pixels, starts)
    large: NDArray[np.bool_] = extent.max(axis=1) > SPECK_PX
    return large


def paint_shadow(image: Image, eye: Eye, thing: PlacedShape) -> None:
    """Darken the ground where the parts of a thing keep the sun away."""
    strength = eye.light.shadow
    if strength <= 0.0:
        return
    polygons = []
    for hull in thing.shape.part_hulls:
        standing = hull @ thing.axes() + thing.place
        if standing[:, 2].max() < 0.1:
            continue
        foot = standing[:, :2] + standing[:, 2:] * SHADOW_SHIFT
        outline = cv2.convexHull(foot.astype(np.float32))[:, 0, :].astype(np.float64)
        polygon = eye.polygon(eye.in_camera(np.column_stack([outline, np.zeros(len(outline))])))
        if polygon is not None:
            polygons.append(polygon)
    if not polygons:
        return
    every = np.vstack(polygons)
    camera = eye.camera
    x0, y0 = np.maximum(np.floor(every.min(axis=0)).astype(int) - 1, 0)
    x1, y1 = np.minimum(np.ceil(every.max(axis=0)).astype(int) + 2, (camera.width_px, camera.height_px))
    if x0 >= x1 or y0 >= y1:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    for polygon in polygons:
        fill(mask, polygon - np.array([x0, y0]), (255,))
    keep = cv2.LUT(mask, np.round(255.0 - strength * np.arange(256)).astype(np.uint8))
    part = image[y0:y1, x0:x1]
    part[:] = cv2.multiply(part, cv2.merge([keep, keep, keep]), scale=1.0 / 255.0)


def silhouette(eye: Eye, thing: PlacedShape) -> Points | None:
    """(n, 2) pixels of all corners of a thing; None when it is not wholly ahead of the lens."""
    corners = eye.in_camera(thing.shape.corners @ thing.axes() + thing.place)
    if (corners[:, 2] < NEAR_M).any():
        return None
    return eye.camera.project(corners)


def paint_depth(depth: NDArray[np.float32], eye: Eye, thing: PlacedShape) -> None:
    """Bring the distances of a still thing's faces into a picture of distances (metres along the ray)."""
    shape, axes, camera = thing.shape, thing.axes(), eye.camera
    corners = eye.in_camera(shape.corners @ axes + thing.place)
    for start, end in zip(shape.starts[:-1], shape.starts[1:], strict=True):
        face = corners[start:end]
        normal = np.cross(face[1] - face[0], face[2] - face[0])
        flat = float(normal @ face[0])
        if flat >= -1e-9:  # turned away, or seen edge on
            continue
        polygon = eye.polygon(face)
        if polygon is None:
            continue
        low = np.maximum(np.floor(polygon.min(axis=0)).astype(int), 0)
        high = np.minimum(np.ceil(polygon.max(axis=0)).astype(int) + 1, (camera.width_px, camera.height_px))
        if (low >= high).any():
            continue
        mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        fill(mask, polygon - low, (255,))
        u, v = np.meshgrid(np.arange(low[0], high[0]) + 0.5, np.arange(low[1], high[1]) + 0.5)
        rays = np.column_stack([camera.straightened(np.column_stack([u.ravel(), v.ravel()])), np.ones(u.size)])
        reach = flat / np.minimum(rays @ normal, -1e-9) * np.linalg.norm(rays, axis=1)
        part = depth[low[1] : high[1], low[0] : high[0]]
        nearer = (mask > 127) & (reach.reshape(part.shape) < part)
        part[nearer] = reach.reshape(part.shape)[nearer]
