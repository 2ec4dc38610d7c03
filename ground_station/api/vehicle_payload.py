"""Cameras, gimbals and what they look at, over HTTP. Live on the topic `vehicle.payload`; each photograph is a vehicle event `photo`."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from geo.core import EventStore
from ground_station.api.auth import Pilot, SignedIn, signed_in
from ground_station.api.services import ServicesNeeded
from ground_station.api.vehicle_services import ask_vehicle
from ground_station.api.vehicles import VehicleId
from ground_station.microservices.cameras import CameraParameters, ModeParameters, SeriesParameters, ZoomParameters
from ground_station.microservices.gimbals import GimbalParameters, PlaceParameters, PointParameters
from ground_station.microservices.place_heights import HeightBasis
from ground_station.payload import CameraState, GimbalState, PayloadState

router = APIRouter(prefix="/api/v1/vehicles/{vehicle_id}", tags=["cameras and gimbals"], dependencies=[Depends(signed_in)])

ACTION_WITHIN_S = 20.0

Number = Annotated[int | None, Query(ge=1, le=255, description="Needed where the vehicle has several")]
Longitude = Annotated[float, Query(ge=-180, le=180)]
Latitude = Annotated[float, Query(ge=-90, le=90)]
Limit = Annotated[int, Query(ge=1, le=5000)]


class PhotoTaken(BaseModel):
    camera: int
    index: int


class PhotoRow(BaseModel):
    """A photograph and where the vehicle was when it was taken. `altitude_m` above mean sea level, `height_m` above home."""

    model_config = ConfigDict(extra="ignore")

    at: datetime
    camera: int
    index: int
    lon_deg: float | None = None
    lat_deg: float | None = None
    altitude_m: float | None = None
    height_m: float | None = None
    heading_deg: float | None = Field(None, description="Where the camera looked")
    pitch_deg: float | None = None
    file: str = ""


class TerrainKnown(BaseModel):
    ground_amsl_m: float
    spacing_m: int
    pending: int = Field(description="Blocks the vehicle still waits for")


class LookingAt(GimbalState):
    height_m: float = Field(description="Of the place above home")
    height_basis: HeightBasis = Field(
        description="given; terrain: of the elevation model; home: nobody knows the ground, its level was taken"
    )


class PhotoList(BaseModel):
    items: list[PhotoRow]


@router.get("/payload")
async def read_payload(vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn) -> PayloadState:
    """Cameras and gimbals on board, as they were told last."""
    return PayloadState.model_validate(await ask_vehicle(services, account, vehicle_id, "payload", {}))


@router.get("/terrain")
async def check_terrain(
    vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn, lon_deg: Longitude, lat_deg: Latitude
) -> TerrainKnown:
    """What the vehicle itself knows of the ground at a place."""
    place = {"lon_deg": lon_deg, "lat_deg": lat_deg}
    return TerrainKnown.model_validate(await ask_vehicle(services, account, vehicle_id, "check_terrain", place))


@router.get("/photos")
async def list_photos(vehicle_id: VehicleId, services: ServicesNeeded, limit: Limit = 500) -> PhotoList:
    """Photographs taken by this vehicle, newest first, with their places."""
    rows = await EventStore(services.database).latest(vehicle_id=vehicle_id, kind="photo", limit=limit)
    return PhotoList(items=[PhotoRow.model_validate(row.detail | {"at": row.at}) for row in rows])


@router.post("/camera/photo")
async def take_photo(vehicle_id: VehicleId, body: CameraParameters, services: ServicesNeeded, account: Pilot) -> PhotoTaken:
    """One photograph; answered when the camera has told its index."""
    return PhotoTaken.model_validate(await _act(services, account, vehicle_id, "take_photo", body))


@router.put("/camera/series")
async def start_photos(vehicle_id: VehicleId, body: SeriesParameters, services: ServicesNeeded, account: Pilot) -> CameraState:
    """A photograph each interval, until the count is reached or it is stopped."""
    return CameraState.model_validate(await _act(services, account, vehicle_id, "start_photos", body))


@router.delete("/camera/series")
async def stop_photos(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot, camera: Number = None) -> CameraState:
    return CameraState.model_validate(await _act(services, account, vehicle_id, "stop_photos", CameraParameters(camera=camera)))


@router.put("/camera/video")
async def start_video(vehicle_id: VehicleId, body: CameraParameters, services: ServicesNeeded, account: Pilot) -> CameraState:
    """Record on board."""
    return CameraState.model_validate(await _act(services, account, vehicle_id, "start_video", body))


@router.delete("/camera/video")
async def stop_video(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot, camera: Number = None) -> CameraState:
    return CameraState.model_validate(await _act(services, account, vehicle_id, "stop_video", CameraParameters(camera=camera)))


@router.put("/camera/mode")
async def set_camera_mode(vehicle_id: VehicleId, body: ModeParameters, services: ServicesNeeded, account: Pilot) -> CameraState:
    return CameraState.model_validate(await _act(services, account, vehicle_id, "set_camera_mode", body))


@router.put("/camera/zoom")
async def set_camera_zoom(vehicle_id: VehicleId, body: ZoomParameters, services: ServicesNeeded, account: Pilot) -> CameraState:
    return CameraState.model_validate(await _act(services, account, vehicle_id, "set_camera_zoom", body))


@router.put("/gimbal/control")
async def take_gimbal(vehicle_id: VehicleId, body: GimbalParameters, services: ServicesNeeded, account: Pilot) -> GimbalState:
    """Become the station that moves it, also instead of another one."""
    return GimbalState.model_validate(await _act(services, account, vehicle_id, "take_gimbal", body))


@router.delete("/gimbal/control")
async def release_gimbal(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot, gimbal: Number = None) -> GimbalState:
    return GimbalState.model_validate(await _act(services, account, vehicle_id, "release_gimbal", GimbalParameters(gimbal=gimbal)))


@router.put("/gimbal/angles")
async def point_gimbal(vehicle_id: VehicleId, body: PointParameters, services: ServicesNeeded, account: Pilot) -> GimbalState:
    """Refused while another station moves it; an angle left out stays as it is."""
    return GimbalState.model_validate(await _act(services, account, vehicle_id, "point_gimbal", body))


@router.put("/roi")
async def look_at(vehicle_id: VehicleId, body: PlaceParameters, services: ServicesNeeded, account: Pilot) -> LookingAt:
    """Keep the camera on a place while the vehicle flies on. Without a height: the ground of the elevation model, else home's level."""
    return LookingAt.model_validate(await _act(services, account, vehicle_id, "look_at", body))


@router.delete("/roi")
async def look_nowhere(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot, gimbal: Number = None) -> GimbalState:
    """Stop looking at a place."""
    return GimbalState.model_validate(await _act(services, account, vehicle_id, "look_nowhere", GimbalParameters(gimbal=gimbal)))


async def _act(services: ServicesNeeded, account: Pilot, vehicle_id: str, name: str, body: BaseModel) -> Any:
    return await ask_vehicle(services, account, vehicle_id, name, body.model_dump(exclude_none=True), ACTION_WITHIN_S)
