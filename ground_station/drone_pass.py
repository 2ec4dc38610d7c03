"""A fixed camera's film and a drone's film of the same minutes: what moved in both calibrates the camera. `sunqar vision calibrate`."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from geo.primitives import VisionError
from geo.terrain import Heights
from ground_station.camera_telemetry import CameraPoses, PosesRequest, aligned, open_poses
from ground_station.new_file import new_file
from ground_station.video import open_source
from vision import (
    CameraMotion,
    Detector,
    Frame,
    GroundWay,
    Known,
    PassCalibration,
    Pipeline,
    PixelWay,
    PosedGround,
    Relief,
    Track,
    TrackPoint,
    calibrate_by_pass,
    default_labels,
    open_tracker,
)

CONFIDENCE = 0.25
LEAST_POINTS = 6


@dataclass(frozen=True, slots=True)
class PassRequest:
    """`fixed_start`: when the fixed camera's first picture was taken, where its film does not say."""

    fixed: str
    drone: str
    poses: PosesRequest = field(default_factory=PosesRequest)
    fixed_start: datetime | None = None
    pictures_a_second: float = 5.0
    known: Known = field(default_factory=Known)
    heights: Heights | None = None


def calibrate_from_films(request: PassRequest, detector: Detector) -> tuple[PassCalibration, tuple[int, int]]:
    """And the size of the fixed camera's pictures. Raises: `VisionError` for films, poses or ways that do not tell."""
    poses = open_poses(request.drone, request.poses)
    if poses is None:
        raise VisionError("The drone's film has no poses.", code="vision.pass_poses", hint="Give them with --telemetry.")
    poses, _ = aligned(request.drone, poses)
    flown, _ = _seen(request.drone, detector, request, poses)
    still, size_px = _seen(request.fixed, detector, request, None)
    sigma_m = shared_sigma_m(flown)
    ways = pixel_ways(still, request.fixed_start), ground_ways(flown, request.poses.film_start)
    return calibrate_by_pass(*ways, size_px, drone_sigma_m=sigma_m, known=request.known, heights=request.heights), size_px


@dataclass(frozen=True, slots=True, eq=False)
class SeenWay:
    """A track, and the ground its places are on; None of a camera without places."""

    track: Track
    ground: PosedGround | None


def _seen(source: str, detector: Detector, request: PassRequest, poses: CameraPoses | None) -> tuple[list[SeenWay], tuple[int, int]]:
    with open_source(source, frames_per_second=request.pictures_a_second) as reader:
        frames = (
            Frame(source, image.index, image.time_s, image.image, image.captured_at, None if poses is None else poses.view(image))
            for image in reader.images()
        )
        seen = seen_ways(frames, detector, request.pictures_a_second, moving=poses is not None, heights=request.poses.heights)
        return seen, (reader.info.width_px, reader.info.height_px)


def seen_ways(
    frames: Iterable[Frame], detector: Detector, rate_hz: float, *, moving: bool, heights: Heights | None = None
) -> list[SeenWay]:
    """What is followed through the frames; of a moving camera placed on the ground by the views of its frames."""
    ground = PosedGround(relief=None if heights is None else Relief(heights)) if moving else None
    pipeline = Pipeline(
        detector,
        open_tracker(rate_hz, CONFIDENCE),
        labels=default_labels(detector.names),
        ground=ground,
        camera=CameraMotion() if moving else None,
    )
    tracks: list[Track] = []
    for frame in frames:
        tracks += pipeline.process(frame).finished
    return [SeenWay(track, ground) for track in [*tracks, *pipeline.finish()]]


def pixel_ways(seen: Iterable[SeenWay], start: datetime | None) -> list[PixelWay]:
    """Where things touched the ground in the picture: the middle of the lower edge of whole boxes."""
    ways = []
    for one in seen:
        points = [point for point in one.track.points if point.whole and point.measured]
        at_s = _instants(points, start)
        if len(points) >= LEAST_POINTS:
            px = np.array([((point.bbox_px[0] + point.bbox_px[2]) / 2.0, point.bbox_px[3]) for point in points])
            ways.append(PixelWay(at_s, px, one.track.label))
    return ways


def ground_ways(seen: Iterable[SeenWay], start: datetime | None) -> list[GroundWay]:
    ways = []
    for one in seen:
        local = None if one.ground is None else one.ground.local
        points = [point for point in one.track.points if point.whole and point.measured and point.fix is not None]
        if local is not None and len(points) >= LEAST_POINTS:
            en_m = np.array([point.fix.en_m for point in points if point.fix is not None])
            ways.append(GroundWay(_instants(points, start), local.to_lonlat_deg(en_m), one.track.label))
    return ways


def shared_sigma_m(seen: Iterable[SeenWay]) -> float:
    """One sigma, east and north each, of what the drone's places share: the median over them."""
    shared = [point.fix.systematic_m for one in seen for point in one.track.points if point.fix is not None]
    return float(np.median([np.sqrt((columns**2).sum() / 2.0) for columns in shared])) if shared else 0.0


def _instants(points: Sequence[TrackPoint], start: datetime | None) -> np.ndarray[Any, Any]:
    """Unix seconds. Raises: `VisionError` for a film that does not say when it was taken."""
    if start is not None:
        return np.array([start.timestamp() + point.time_s for point in points])
    if any(point.captured_at is None for point in points):
        raise VisionError(
            "A film does not say when it was taken, so the two cannot be laid beside each other.",
            code="vision.pass_clock",
            hint="Give the instants of the first pictures with --fixed-start and --film-start.",
        )
    return np.array([point.captured_at.timestamp() for point in points if point.captured_at is not None])


def scene_of(found: PassCalibration, size_px: tuple[int, int]) -> dict[str, Any]:
    """A scene file with the calibration; the same object is what a video source takes."""
    points = [{"px": [round(value, 2) for value in point.px], "lonlat": list(point.lonlat.as_tuple())} for point in found.points]
    calibration = {"image_size_px": list(size_px), "points": points, "survey_sigma_m": found.survey_sigma_m}
    calibration["shared_sigma_m"] = round(found.shared_sigma_m, 2)
    return {"type": "FeatureCollection", "features": [], "calibration": calibration}


def write_scene(path: Path, scene: dict[str, Any]) -> None:
    with new_file(path) as partial:
        partial.write_text(json.dumps(scene, indent=1) + "\n", encoding="utf-8")
