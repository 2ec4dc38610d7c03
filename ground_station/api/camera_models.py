"""Cameras to plan with: the catalogue, those of `cameras.toml`, and those entered here, which go before both."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog, CameraModelStore
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.errors import BadRequest, Conflict
from ground_station.api.services import Services, ServicesNeeded
from ground_station.tokens import Account
from missions import CAMERA_MODELS, CameraModel, read_camera

router = APIRouter(prefix="/api/v1/camera-models", tags=["missions"], dependencies=[Depends(signed_in)])

CAMERA_ID = r"^[a-z0-9][a-z0-9._-]{1,59}$"
CameraId = Annotated[str, Path(pattern=CAMERA_ID)]


class Origin(StrEnum):
    CATALOGUE = "catalogue"
    FILE = "file"
    OWN = "own"


class CameraBody(BaseModel):
    """Members are looked at together, so that everything wrong is said at once."""

    model_config = ConfigDict(extra="allow")

    name: Any = None
    sensor_width_mm: Any = Field(None, description="Across the long side of the picture")
    sensor_height_mm: Any = None
    focal_length_mm: Any = Field(None, description="Of the lens itself, not its 35 mm equivalent")
    image_width_px: Any = None
    image_height_px: Any = None
    min_interval_s: Any = Field(None, description="Steady interval between full-size stills")
    shutter: Any = Field("rolling", description="mechanical, global or rolling")
    exposure_s: Any = Field(None, description="Assumed exposure; null: 1/1000 s")
    source: Any = Field(None, description="Where the numbers come from")


class NewCameraBody(CameraBody):
    id: str = Field(pattern=CAMERA_ID)


class CameraModelView(BaseModel):
    id: str
    name: str
    sensor_width_mm: float
    sensor_height_mm: float
    focal_length_mm: float
    image_width_px: int
    image_height_px: int
    min_interval_s: float
    shutter: str
    exposure_s: float
    source: str
    origin: Origin


class CameraModelList(BaseModel):
    items: list[CameraModelView]
    next_cursor: None = None


async def cameras_of(services: Services) -> Mapping[str, CameraModel]:
    """All cameras there are, by id."""
    return {**services.planning.cameras, **await _own(services)}


@router.get("")
async def list_camera_models(services: ServicesNeeded) -> CameraModelList:
    """Own ones first, then those of the file, then the catalogue."""
    own = await _own(services)
    known = {**services.planning.cameras, **own}
    rank = list(Origin)
    items = [_view(model, _origin(model, own)) for model in known.values()]
    return CameraModelList(items=sorted(items, key=lambda view: (-rank.index(view.origin), view.name.lower())))


@router.post("", status_code=201)
async def create_camera_model(body: NewCameraBody, services: ServicesNeeded, account: Pilot) -> CameraModelView:
    if body.id in await cameras_of(services):
        raise Conflict(f"There is a camera '{body.id}' already.", code="camera_exists", hint="Choose another id.")
    model = _read(body.id, body)
    await CameraModelStore(services.database).create(model.id, _members(model), account.name)
    await _audit(services, account, "camera_model.created", model.id)
    return _view(model, Origin.OWN)


@router.put("/{camera_id}")
async def change_camera_model(camera_id: CameraId, body: CameraBody, services: ServicesNeeded, account: Pilot) -> CameraModelView:
    """Plans made before keep the numbers they were made with."""
    model = _read(camera_id, body)
    await CameraModelStore(services.database).change(camera_id, _members(model))
    await _audit(services, account, "camera_model.changed", camera_id)
    return _view(model, Origin.OWN)


@router.delete("/{camera_id}", status_code=204)
async def delete_camera_model(camera_id: CameraId, services: ServicesNeeded, account: Pilot) -> Response:
    await CameraModelStore(services.database).delete(camera_id)
    await _audit(services, account, "camera_model.deleted", camera_id)
    return Response(status_code=204)


async def _own(services: Services) -> dict[str, CameraModel]:
    read = {row.camera_id: read_camera(row.camera_id, row.members) for row in await CameraModelStore(services.database).all()}
    return {camera_id: model for camera_id, model in read.items() if isinstance(model, CameraModel)}


def _read(camera_id: str, body: CameraBody) -> CameraModel:
    members = {name: value for name, value in body.model_dump(exclude={"id"}).items() if value is not None}
    read = read_camera(camera_id, members)
    if isinstance(read, CameraModel):
        return read
    raise BadRequest(f"The camera {'; it '.join(fault.message for fault in read)}.", code="camera_invalid", hint="Correct what is named.")


def _members(model: CameraModel) -> dict[str, Any]:
    return {name: value for name, value in model.to_json().items() if name != "id"}


def _origin(model: CameraModel, own: Mapping[str, CameraModel]) -> Origin:
    if model.id in own:
        return Origin.OWN
    return Origin.CATALOGUE if CAMERA_MODELS.get(model.id) == model else Origin.FILE


def _view(model: CameraModel, origin: Origin) -> CameraModelView:
    return CameraModelView(**model.to_json(), origin=origin)


async def _audit(services: Services, account: Account, action: str, camera_id: str) -> None:
    await AuditLog(services.database).append(account.name, action, f"camera_model/{camera_id}", {})
