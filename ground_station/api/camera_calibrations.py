"""Calibrating a fixed camera: points on its picture and on the map, fitted while they are set, kept with their history."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.core import AuditLog, CameraCalibrationStore, VideoSourceStore
from geo.primitives import GeoError, VisionError, new_id
from geo.terrain import Heights
from ground_station.accounts import Role
from ground_station.api.auth import SignedIn, role_needed
from ground_station.api.services import ServicesNeeded
from ground_station.tokens import Account
from vision import Calibration, CameraFit, fitted, seen_ground

router = APIRouter(prefix="/api/v1/video-sources/{source_id}/calibrations", tags=["cameras"])

Keeper = Annotated[Account, Depends(role_needed(Role.OPERATOR, Role.ADMIN))]
LARGEST_STILL_CHARACTERS = 4_000_000  # 3 MB of JPEG


class CalibrationPointBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    px: tuple[float, float] = Field(description="From the upper left corner of the picture")
    lonlat: tuple[float, float]


class KnownBody(BaseModel):
    """What is known of the camera beforehand; it holds what the points leave open."""

    model_config = ConfigDict(extra="forbid")

    position: tuple[float, float] | None = None
    hfov_deg: float | None = Field(None, gt=0, lt=180)


class CalibrationBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    image_size_px: tuple[Annotated[int, Field(gt=0, le=20_000)], Annotated[int, Field(gt=0, le=20_000)]]
    points: list[CalibrationPointBody] = Field(max_length=60)
    known: KnownBody | None = None


class KeptCalibrationBody(CalibrationBody):
    note: str = Field("", max_length=500)
    still: str | None = Field(
        None,
        max_length=LARGEST_STILL_CHARACTERS,
        description="The picture the points were set on, JPEG in Base64: tells later when the camera has moved",
    )


class PointErrorView(BaseModel):
    off_px: tuple[float, float] = Field(description="Where the fitted camera sees the place, less the click")
    left_out_px: float | None = Field(description="How far the other points alone put it; none with four points")
    left_out_m: float | None
    used: bool = Field(description="False: taken for wrong")


class FittedCameraView(BaseModel):
    """One sigma beside each."""

    position: tuple[float, float]
    position_sigma_m: float
    height_m: float
    height_sigma_m: float
    heading_deg: float
    heading_sigma_deg: float
    pitch_deg: float
    roll_deg: float
    tilt_sigma_deg: float
    hfov_deg: float
    hfov_sigma_deg: float
    k1: float
    k2: float


class CameraCalibrationFitView(BaseModel):
    kind: Literal["pinhole", "homography"]
    residual_px: float
    left_out_m: float | None = Field(description="Median over the points")
    points: list[PointErrorView]
    camera: FittedCameraView | None = Field(description="None for a homography")
    seen: list[tuple[float, float]] = Field(description="Corners of the ground it sees well")


class CameraCalibrationView(BaseModel):
    id: UUID
    made_at: datetime
    made_by: str
    kind: str
    residual_px: float
    left_out_m: float | None
    note: str
    has_still: bool
    image_size_px: tuple[int, int]
    points: list[CalibrationPointBody]


class CameraCalibrationHistory(BaseModel):
    items: list[CameraCalibrationView]


@router.get("")
async def calibrations(source_id: str, services: ServicesNeeded, account: SignedIn) -> CameraCalibrationHistory:
    """Newest first; the first is in force unless the source was written by hand since."""
    rows = await CameraCalibrationStore(services.database).history(source_id)
    shown = ("made_at", "made_by", "kind", "residual_px", "left_out_m", "note", "has_still")
    return CameraCalibrationHistory(
        items=[
            CameraCalibrationView(
                id=row.calibration_id,
                image_size_px=row.calibration["image_size_px"],
                points=[CalibrationPointBody.model_validate(point) for point in row.calibration.get("points", [])],
                **{name: getattr(row, name) for name in shown},
            )
            for row in rows
        ]
    )


@router.post("/fit")
async def fit(source_id: str, body: CalibrationBody, services: ServicesNeeded, account: SignedIn) -> CameraCalibrationFitView:
    """The camera these points make, with the error of each; nothing is kept."""
    await _source(services, source_id)
    return await to_thread.run_sync(_judged, source_id, body.model_dump(mode="json"), services.planning.heights)


@router.post("", status_code=201)
async def keep(source_id: str, body: KeptCalibrationBody, services: ServicesNeeded, account: Keeper) -> CameraCalibrationFitView:
    """Fit, keep and put in force; `watch` takes it up within seconds."""
    await _source(services, source_id)
    still = _still(body.still)
    content = body.model_dump(mode="json", exclude={"note", "still"}, exclude_none=True)
    found = await to_thread.run_sync(_judged, source_id, content, services.planning.heights)
    content["date"] = datetime.now(UTC).date().isoformat()
    calibration_id = new_id()
    worth = {"kind": found.kind, "residual_px": found.residual_px, "left_out_m": found.left_out_m, "note": body.note}
    await CameraCalibrationStore(services.database).save(
        calibration_id,
        source_id,
        account.name,
        content,
        kind=found.kind,
        residual_px=found.residual_px,
        left_out_m=found.left_out_m,
        note=body.note,
        still=still,
    )
    await AuditLog(services.database).append(
        actor=account.name,
        action="video_source.calibrate",
        subject=f"video-source/{source_id}",
        detail=worth | {"calibration_id": str(calibration_id), "calibration": content},
    )
    return found


async def _source(services: ServicesNeeded, source_id: str) -> None:
    source = await VideoSourceStore(services.database).get(source_id)
    if source is None:
        raise GeoError(f"There is no video source '{source_id}'.", code="geo.not_found", hint="It may have been removed.")
    if source.vehicle_id is not None:
        raise VisionError(
            f"'{source_id}' is carried by vehicle '{source.vehicle_id}': its pictures are placed by the pose.",
            code="vision.calibration_moves",
            hint="Calibrate cameras that stay where they are.",
        )


def _still(encoded: str | None) -> bytes | None:
    if encoded is None:
        return None
    try:
        content = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        content = b""
    if not content.startswith(b"\xff\xd8"):
        raise VisionError(
            "The still is no JPEG in Base64.", code="vision.calibration_still", hint="Send the picture as JPEG, or leave it out."
        )
    return content


def _judged(source_id: str, content: Mapping[str, Any], heights: Heights | None) -> CameraCalibrationFitView:
    try:
        calibration = Calibration.model_validate(dict(content))
    except ValidationError as error:
        raise VisionError(
            f"The calibration of '{source_id}' is not usable: {error.errors()[0]['msg']}.", code="vision.scene", hint="Check its points."
        ) from error
    found = fitted(calibration, heights=heights)
    corners = seen_ground(found.ground, calibration.image_size_px)
    return CameraCalibrationFitView(
        kind=found.kind,
        residual_px=found.residual_px,
        left_out_m=found.left_out_m,
        points=[PointErrorView(**asdict(one)) for one in found.points],
        camera=_camera(found),
        seen=[corner.as_tuple() for corner in corners],
    )


def _camera(found: CameraFit) -> FittedCameraView | None:
    if found.view is None:
        return None
    pose, lens = found.view.pose, found.view.intrinsics
    return FittedCameraView(
        position=pose.position.as_tuple(),
        position_sigma_m=pose.position_sigma_m,
        height_m=pose.height_m,
        height_sigma_m=pose.height_sigma_m,
        heading_deg=pose.heading_deg,
        heading_sigma_deg=pose.heading_sigma_deg,
        pitch_deg=pose.pitch_deg,
        roll_deg=pose.roll_deg,
        tilt_sigma_deg=pose.tilt_sigma_deg,
        hfov_deg=lens.hfov_deg,
        hfov_sigma_deg=found.view.focal_sigma * lens.hfov_deg,
        k1=lens.k1,
        k2=lens.k2,
    )
