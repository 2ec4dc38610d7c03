"""Fence and rally points on board, over HTTP: read, replaced (with read-back), cleared; and clearing the mission."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from geo.core import MissionStore
from geo.primitives import LonLat
from ground_station.api.auth import Pilot, SignedIn, signed_in
from ground_station.api.errors import BadRequest, NotFound
from ground_station.api.preflight import CheckView
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicle_services import ask_vehicle
from ground_station.api.vehicles import VehicleId, known_vehicle
from ground_station.microservices.plans import CircleBody, FenceParameters, PolygonBody, RallyBody, RallyParameters
from ground_station.safety.checklist import Severity
from ground_station.safety.fence_draft import check_draft
from ground_station.safety.plan_refusals import fence_refusals
from ground_station.vehicles.autopilots import limits_of
from missions import MissionPlan, plan_from_json

router = APIRouter(prefix="/api/v1/vehicles/{vehicle_id}", tags=["fence and rally"], dependencies=[Depends(signed_in)])

READ_WITHIN_S = 60.0
UPLOAD_WITHIN_S = 180.0

Refresh = Annotated[bool, Query(description="Ask the vehicle anew even where it is known")]


class FenceOnBoard(BaseModel):
    polygons: list[PolygonBody]
    circles: list[CircleBody]
    at: datetime = Field(description="When the vehicle was asked last")


class RallyOnBoard(BaseModel):
    points: list[RallyBody]
    at: datetime


class FenceBody(BaseModel):
    """Either `mission_id`, whose plan holds the fence, or the fence itself."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    mission_id: UUID | None = None
    polygons: list[PolygonBody] = Field(default_factory=list, max_length=100)
    circles: list[CircleBody] = Field(default_factory=list, max_length=100)


class RallyBodies(BaseModel):
    """Either `mission_id`, whose plan holds the rally points, or the points themselves."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    mission_id: UUID | None = None
    points: list[RallyBody] = Field(default_factory=list, max_length=100)


class OnBoard(BaseModel):
    items: int
    read_back: bool


@router.get("/fence")
async def read_fence(vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn, refresh: Refresh = False) -> FenceOnBoard:
    """What is really on board."""
    return FenceOnBoard.model_validate(await ask_vehicle(services, account, vehicle_id, "fence", {"refresh": refresh}, READ_WITHIN_S))


@router.put("/fence")
async def upload_fence(vehicle_id: VehicleId, body: FenceBody, services: ServicesNeeded, account: Pilot) -> OnBoard:
    """Replace it. Answered when the vehicle, asked for its fence, gives back the same."""
    fence = FenceParameters(polygons=body.polygons, circles=body.circles)
    if body.mission_id is not None:
        fence = FenceParameters.of((await _plan(services, body.mission_id)).geofence)
    if not fence.polygons and not fence.circles:
        raise BadRequest("There is no fence in this.", code="fence_empty", hint="To take the fence off the vehicle, DELETE it.")
    return await _change(services, account, vehicle_id, "upload_fence", fence.model_dump())


class FenceDraft(FenceBody):
    speed_mps: float = Field(10.0, gt=0, le=100, description="The fastest it will fly inside")


class FenceJudged(BaseModel):
    may_upload: bool
    checks: list[CheckView]


@router.post("/fence/check")
async def check_fence(vehicle_id: VehicleId, body: FenceDraft, services: ServicesNeeded, account: SignedIn) -> FenceJudged:
    """A fence before it goes on board: whether this firmware takes it, home and vehicle inside, room to stop. Nothing is sent."""
    state = known_vehicle(services, vehicle_id)
    fence = FenceParameters(polygons=body.polygons, circles=body.circles).geofence()
    if body.mission_id is not None:
        fence = (await _plan(services, body.mission_id)).geofence
    home = _place(state.home_lon_deg, state.home_lat_deg)
    results = [
        *fence_refusals(fence, limits_of(state.autopilot), home, state.capabilities, any_area=None),
        *check_draft(fence, home, _place(state.lon_deg, state.lat_deg), body.speed_mps),
    ]
    checks = [CheckView.model_validate(result.to_json()) for result in results]
    return FenceJudged(may_upload=all(result.severity is not Severity.BLOCKER for result in results), checks=checks)


def _place(lon_deg: float | None, lat_deg: float | None) -> LonLat | None:
    return None if lon_deg is None or lat_deg is None else LonLat(lon_deg, lat_deg)


@router.delete("/fence")
async def clear_fence(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot) -> OnBoard:
    return await _change(services, account, vehicle_id, "clear_fence", {})


@router.get("/rally")
async def read_rally(vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn, refresh: Refresh = False) -> RallyOnBoard:
    return RallyOnBoard.model_validate(await ask_vehicle(services, account, vehicle_id, "rally", {"refresh": refresh}, READ_WITHIN_S))


@router.put("/rally")
async def upload_rally(vehicle_id: VehicleId, body: RallyBodies, services: ServicesNeeded, account: Pilot) -> OnBoard:
    """Replace them; heights above home. Answered when they have been read back and are the same."""
    points = body.points
    if body.mission_id is not None:
        plan = await _plan(services, body.mission_id)
        points = RallyParameters.of(plan.rally_points).points if plan.rally_points else []
    if not points:
        raise BadRequest("There are no rally points in this.", code="rally_empty", hint="To take them off the vehicle, DELETE them.")
    return await _change(services, account, vehicle_id, "upload_rally", RallyParameters(points=points).model_dump())


@router.delete("/rally")
async def clear_rally(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot) -> OnBoard:
    return await _change(services, account, vehicle_id, "clear_rally", {})


@router.delete("/mission")
async def clear_mission(vehicle_id: VehicleId, services: ServicesNeeded, account: Pilot) -> OnBoard:
    """Take the mission off the vehicle; refused while it flies it."""
    return await _change(services, account, vehicle_id, "clear_mission", {})


async def _change(services: Services, account: Pilot, vehicle_id: str, name: str, parameters: dict[str, Any]) -> OnBoard:
    return OnBoard.model_validate(await ask_vehicle(services, account, vehicle_id, name, parameters, UPLOAD_WITHIN_S))


async def _plan(services: Services, mission_id: UUID) -> MissionPlan:
    row = await MissionStore(services.database).get(mission_id)
    if row is None:
        raise NotFound(f"There is no mission {mission_id}.", code="mission_unknown")
    return plan_from_json(row.content.plan)
