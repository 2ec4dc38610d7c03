"""The truth of one frame: who is in the picture, where in pixels and in the world, and how much of each is to be seen.

One line of the truth file: `frame`, `time_s` and `unix_us` of the frame, `camera` (`lonlat`, `height_m`, `heading_deg`, `pitch_deg`,
`roll_deg`, `hfov_deg`, `k1`, `k2`), `signals` and `objects`. An object has `id`, `label`, `bbox_px` (around all its corners, cut at the
edge of the picture), `visible` (share of its outline that is in the picture and behind nothing), `lonlat` (its centre on the ground),
`heading_deg`, `size_m` (length, width, height), `speed_mps`, and the `plate` of a car that has one.
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import LonLat
from sim.projection import Camera
from sim.scenes.actors import Present
from sim.scenes.model import Smoke
from sim.scenes.painting import Eye, PlacedShape, Points, silhouette
from sim.scenes.smoke import puff_circle, puffs_at
from sim.scenes.stage import Stage

COARSE = 4  # occlusion is counted on a raster this many times coarser than the picture
LEAST_VISIBLE = 0.02
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class SeenObject:
    actor_id: str
    label: str
    bbox_px: Box
    visible: float
    place: LonLat
    heading_deg: float
    size_m: tuple[float, float, float]
    speed_mps: float
    plate: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.actor_id,
            "label": self.label,
            "bbox_px": [round(value, 2) for value in self.bbox_px],
            "visible": round(self.visible, 3),
            "lonlat": [round(self.place.lon_deg, 8), round(self.place.lat_deg, 8)],
            "heading_deg": round(self.heading_deg, 2),
            "size_m": [round(value, 2) for value in self.size_m],
            "speed_mps": round(self.speed_mps, 3),
            **({} if self.plate is None else {"plate": self.plate}),
        }


@dataclass(frozen=True, slots=True)
class Told:
    """What the carrier says of itself and its camera: a drone's own estimate, for a pole the truth. `height_m` is above the ground."""

    place: LonLat
    height_m: float
    altitude_amsl_m: float
    heading_deg: float
    pitch_deg: float
    platform_heading_deg: float
    platform_pitch_deg: float = 0.0
    platform_roll_deg: float = 0.0
    place_sigma_m: float = 0.0
    attitude_sigma_deg: float = 0.0


@dataclass(frozen=True, slots=True)
class FrameTruth:
    frame: int
    time_s: float
    unix_us: int
    camera: Camera
    camera_place: LonLat
    signals: dict[str, str]
    objects: tuple[SeenObject, ...]
    told: Told

    def to_json(self) -> dict[str, Any]:
        camera = self.camera
        return {
            "frame": self.frame,
            "time_s": round(self.time_s, 4),
            "unix_us": self.unix_us,
            "camera": {
                "lonlat": [round(self.camera_place.lon_deg, 8), round(self.camera_place.lat_deg, 8)],
                "height_m": round(camera.height_m, 3),
                "heading_deg": round(camera.heading_deg, 3),
                "pitch_deg": round(camera.pitch_deg, 3),
                "roll_deg": round(camera.roll_deg, 3),
                "hfov_deg": camera.hfov_deg,
                "k1": camera.k1,
                "k2": camera.k2,
            },
            "signals": self.signals,
            "objects": [one.to_json() for one in self.objects],
        }


def frame_truth(
    stage: Stage, eye: Eye, frame: int, at_s: float, unix_us: int, depth: NDArray[np.float32] | None, told: Told | None = None
) -> FrameTruth:
    """`depth` is the still background's distance in each pixel, for a camera that does not move; without `told` the truth is told."""
    camera = eye.camera
    outlines: list[tuple[float, Present | None, Points, float]] = []  # distance, who, corners in pixels, reach
    for one in stage.cast.at(at_s):
        corners, distance_m, reach_m = _corners(stage, eye, one, at_s)
        if corners is not None:
            outlines.append((distance_m, one, corners, reach_m))
    if depth is None:
        for thing in stage.buildings:
            corners = silhouette(eye, thing)
            if corners is not None:
                outlines.append((eye.distance_m(thing), None, corners, thing.shape.reach_m))
    outlines.sort(key=lambda one: -one[0])
    shares = _visible_shares(camera, outlines, depth)
    seen = []
    for (_, who, corners, _), share in zip(outlines, shares, strict=True):
        box = _cut(corners, camera)
        if who is None or box is None or share < LEAST_VISIBLE:
            continue
        moment = who.moment
        place = stage.frame.place(moment.east_m, moment.north_m)
        plate = None if who.plate is None else who.plate.replace(" ", "")
        seen.append(SeenObject(who.actor_id, who.label, box, share, place, moment.heading_deg, who.size_m, moment.speed_mps, plate))
    seen.sort(key=lambda one: one.actor_id)
    place = stage.frame.place(camera.east_m, camera.north_m)
    signals: dict[str, str] = {one.id: one.state(at_s) for one in stage.scene.map.signals}
    if told is None:
        told = Told(place, camera.height_m, camera.height_m, camera.heading_deg, camera.pitch_deg, camera.heading_deg)
    return FrameTruth(frame, at_s, unix_us, camera, place, signals, tuple(seen), told)


def _corners(stage: Stage, eye: Eye, one: Present, at_s: float) -> tuple[Points | None, float, float]:
    moment = one.moment
    if one.shape is not None:
        thing = PlacedShape(one.shape, moment.east_m, moment.north_m, moment.heading_deg)
        return (silhouette(eye, thing) if eye.may_see(thing) else None), eye.distance_m(thing), one.shape.reach_m
    distance_m = float(np.linalg.norm(eye.place - (moment.east_m, moment.north_m, 0.0)))
    for number, smoke in enumerate(stage.cast.smokes):
        if smoke.id == one.actor_id:
            return _smoke_corners(stage, eye, smoke, number, at_s), distance_m, 2.0
    heading = np.radians(moment.heading_deg)
    ahead = np.array([np.sin(heading), np.cos(heading)]) * one.size_m[0] / 2.0
    right = np.array([np.cos(heading), -np.sin(heading)]) * one.size_m[1] / 2.0
    flat = np.array([moment.east_m, moment.north_m]) + np.array([ahead + right, ahead - right, -ahead - right, -ahead + right])
    seen = eye.in_camera(np.column_stack([flat, np.zeros(4)]))
    return (eye.camera.project(seen) if bool((seen[:, 2] > 0.4).all()) else None), distance_m, float(np.hypot(*one.size_m[:2]))


def _smoke_corners(stage: Stage, eye: Eye, smoke: Smoke, number: int, at_s: float) -> Points | None:
    weather = stage.scene.weather
    circles = [puff_circle(eye, puff) for puff in puffs_at(smoke, number, weather.wind, stage.scene.seed, at_s) if puff.density > 0.08]
    corners = [(u + dx * r * 0.8, v + dy * r * 0.8) for u, v, r in filter(None, circles) for dx in (-1, 1) for dy in (-1, 1)]
    return np.array(corners) if corners else None


def _cut(corners: Points, camera: Camera) -> Box | None:
    x0, y0 = np.maximum(corners.min(axis=0), 0.0)
    x1, y1 = np.minimum(corners.max(axis=0), (camera.width_px, camera.height_px))
    return (float(x0), float(y0), float(x1), float(y1)) if x1 - x0 >= 1.0 and y1 - y0 >= 1.0 else None


def _visible_shares(
    camera: Camera, outlines: list[tuple[float, Present | None, Points, float]], depth: NDArray[np.float32] | None
) -> list[float]:
    """Of each outline, given far to near: paint all on a coarse raster, count what is left of each."""
    height, width = camera.height_px // COARSE + 1, camera.width_px // COARSE + 1
    raster = np.zeros((height, width), np.int32)
    hulls = [cv2.convexHull((corners / COARSE).astype(np.float32))[:, 0, :] for _, _, corners, _ in outlines]
    masks: list[tuple[slice, slice, int] | None] = []
    for index, hull in enumerate(hulls):
        low = np.maximum(np.floor(hull.min(axis=0)).astype(int), 0)
        high = np.minimum(np.ceil(hull.max(axis=0)).astype(int) + 1, (width, height))
        if (low >= high).any():
            masks.append(None)
            continue
        mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
        cv2.fillConvexPoly(mask, np.round((hull - low - 0.5) * 16).astype(np.int32), 1, shift=4)
        full = int(mask.sum())
        window = (slice(low[1], high[1]), slice(low[0], high[0]))
        if depth is not None:
            distance_m, reach_m = outlines[index][0], outlines[index][3]
            coarse = depth[::COARSE, ::COARSE]
            near = coarse[window[0].start : window[0].stop, window[1].start : window[1].stop] < distance_m - reach_m * 0.5
            mask[: near.shape[0], : near.shape[1]][near] = 0
        raster[window][mask > 0] = index + 1
        masks.append((*window, full))
    shares = []
    for index, hull in enumerate(hulls):
        found = masks[index]
        if found is None:
            shares.append(0.0)
            continue
        rows, columns, inside = found
        left = int((raster[rows, columns] == index + 1).sum())
        outside = max(0.0, float(cv2.contourArea(hull)) - inside)  # the part beyond the edge of the picture
        shares.append(left / max(1.0, inside + outside))
    return shares
