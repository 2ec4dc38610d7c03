"""Scene files: what a fixed camera looks at, and how its pixels lie on the ground.

A GeoJSON FeatureCollection in WGS84 with a `calibration`: control points, or a whole camera. Checked here, at the border.
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import isnan
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from geo.primitives import CameraIntrinsics, CameraPose, GeoError, LonLat, VisionError
from geo.terrain import Heights
from vision.calibration import SURVEY_SIGMA_M, ControlPoint
from vision.camera_calibration import CameraFit, calibrate_camera, relief_of
from vision.frames import CameraView
from vision.georeference import GroundModel
from vision.pinhole_fit import Known
from vision.posed_ground import PosedGround

FEATURE_KINDS = (
    "lane",
    "stop_line",
    "signal",
    "no_stopping",
    "crossing",
    "solid_line",
    "bus_lane",
    "no_entry",
    "box_junction",
    "no_overtaking",
    "turn_edge",
    "forbidden_turn",
    "rail_crossing",
    "shoulder",
    "restricted_zone",
    "closed_area",
    "crowd_area",
    "corridor",
    "permit_area",
    "cleanup_site",
    "roi",
)


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CalibrationPoint(_Closed):
    px: tuple[float, float]
    lonlat: tuple[float, float]


class CameraCalibration(_Closed):
    """A whole camera. `height_m` is above the ground seen; give the focal length in pixels or the horizontal field of view."""

    position: tuple[float, float]
    height_m: float = Field(gt=0)
    heading_deg: float
    pitch_deg: float = Field(ge=-90, le=90)
    roll_deg: float = 0.0
    hfov_deg: float | None = Field(None, gt=0, lt=180)
    focal_px: float | None = Field(None, gt=0)
    centre_px: tuple[float, float] | None = None
    position_sigma_m: float = Field(1.0, ge=0)
    height_sigma_m: float = Field(0.3, ge=0)
    attitude_sigma_deg: float = Field(0.5, ge=0)

    @model_validator(mode="after")
    def _one_lens(self) -> "CameraCalibration":
        if (self.hfov_deg is None) == (self.focal_px is None):
            raise ValueError("give exactly one of hfov_deg and focal_px")
        return self


class KnownCamera(_Closed):
    """What is known of a camera before its points: the place on the map, the angle of the lens by its data sheet."""

    position: tuple[float, float] | None = None
    hfov_deg: float | None = Field(None, gt=0, lt=180)


class Calibration(BaseModel):
    """How pixels lie on the ground: `points` (at least 4) or `camera`, for pictures of `image_size_px`."""

    image_size_px: tuple[int, int]
    points: list[CalibrationPoint] | None = None
    camera: CameraCalibration | None = None
    known: KnownCamera | None = None
    survey_sigma_m: float = Field(SURVEY_SIGMA_M, ge=0, description="One-sigma error of the surveyed places")
    shared_sigma_m: float = Field(0.0, ge=0, description="And of what all of them share: of a drone that found them")
    date: datetime.date | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "Calibration":
        if (self.points is None) == (self.camera is None):
            raise ValueError("give either points or camera")
        return self


class SceneFeature(BaseModel):
    """A GeoJSON feature; `properties.kind` is one of `FEATURE_KINDS`."""

    type: Literal["Feature"]
    geometry: dict[str, Any] | None = None
    properties: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _known_kind(self) -> "SceneFeature":
        kind = (self.properties or {}).get("kind")
        if kind not in FEATURE_KINDS:
            raise ValueError(f"properties.kind {kind!r} is not one of {', '.join(FEATURE_KINDS)}")
        return self


class _SceneFile(BaseModel):
    type: Literal["FeatureCollection"]
    features: list[SceneFeature]
    calibration: Calibration | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """A checked scene. `ground` is None without a calibration."""

    name: str
    features: tuple[SceneFeature, ...]
    ground: GroundModel | None


def scene_features(content: Mapping[str, Any], *, name: str) -> tuple[SceneFeature, ...]:
    """The features of a GeoJSON FeatureCollection. Raises: `VisionError` naming the first thing wrong in it."""
    try:
        return tuple(_SceneFile.model_validate(dict(content)).features)
    except ValidationError as error:
        raise _refused(f"The scene of '{name}'", error) from error


def ground_of(calibration: Mapping[str, Any], *, name: str, heights: Heights | None = None) -> GroundModel:
    """The ground model of a `calibration` object, as in a scene file or a video source's record; over the ground of an elevation model
    where that is given. Raises: `VisionError`."""
    try:
        return _ground(Calibration.model_validate(dict(calibration)), heights)
    except (ValidationError, GeoError) as error:
        raise _refused(f"The calibration of '{name}'", error) from error


def read_scene(path: Path, heights: Heights | None = None) -> Scene:
    """Read and check a scene file; `heights` is the ground before its camera.

    Raises: `VisionError` naming the file and the first thing wrong in it.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise VisionError(
            f"There is no scene file '{path}'.", code="vision.scene_missing", hint="Check the path given to --scene."
        ) from error
    except ValueError as error:
        raise VisionError(
            f"The scene file '{path}' is not JSON: {error}.", code="vision.scene", hint="Correct it, or draw it again."
        ) from error
    try:
        file = _SceneFile.model_validate(content)
        ground = None if file.calibration is None else _ground(file.calibration, heights)
    except (ValidationError, GeoError) as error:
        raise _refused(f"The scene file '{path}'", error) from error
    return Scene(path.stem, tuple(file.features), ground)


def fitted(calibration: Calibration, *, judged: bool = True, heights: Heights | None = None) -> CameraFit:
    """The camera fitted to the points of a calibration. Raises: `VisionError`, `GeoError` for points that fix none."""
    points = [ControlPoint(point.px, LonLat(*point.lonlat)) for point in calibration.points or []]
    told = calibration.known or KnownCamera()
    known = Known(None if told.position is None else LonLat(*told.position), told.hfov_deg)
    sigmas = {"survey_sigma_m": calibration.survey_sigma_m, "shared_sigma_m": calibration.shared_sigma_m}
    return calibrate_camera(points, calibration.image_size_px, **sigmas, known=known, judged=judged, heights=heights)


def _ground(calibration: Calibration, heights: Heights | None) -> GroundModel:
    width, height = calibration.image_size_px
    if calibration.points is not None:
        return fitted(calibration, judged=False, heights=heights).ground
    camera = calibration.camera
    assert camera is not None, "checked by the model"
    if camera.hfov_deg is not None:
        intrinsics = CameraIntrinsics.from_horizontal_fov(width, height, camera.hfov_deg)
    else:
        intrinsics = CameraIntrinsics(width, height, camera.focal_px or 0.0, camera.centre_px or (width / 2, height / 2))
    pose = CameraPose(
        LonLat(*camera.position),
        camera.height_m,
        camera.heading_deg,
        camera.pitch_deg,
        camera.roll_deg,
        camera.position_sigma_m,
        camera.height_sigma_m,
        camera.attitude_sigma_deg,
        camera.attitude_sigma_deg,
    )
    foot_m = None if heights is None else float(heights.heights_amsl_m([pose.position.as_tuple()])[0])
    if heights is None or foot_m is None or isnan(foot_m):
        return PosedGround(CameraView(pose, intrinsics))
    return PosedGround(CameraView(replace(pose, amsl_m=foot_m + pose.height_m), intrinsics), relief_of(heights))


def _refused(what: str, error: ValidationError | GeoError) -> VisionError:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = f"{where}: {first['msg']}" if where else first["msg"]
    else:
        reason = error.message
    return VisionError(
        f"{what} is not usable: {reason.rstrip('.')}.",
        code="vision.scene",
        hint="It must be a GeoJSON FeatureCollection with a `calibration` of at least 4 points or a camera; vision/README.md shows one.",
    )
