"""The side view of a mission over the station's elevation model, and the numbers of each of its legs."""

from typing import Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from geo.terrain import Heights
from ground_station.api.auth import signed_in
from ground_station.api.camera_models import cameras_of
from ground_station.api.missions import existing
from ground_station.api.services import ServicesNeeded
from missions import CameraModel, MissionPlan, leg_numbers, plan_from_json, plan_profile

router = APIRouter(prefix="/api/v1/missions", tags=["missions"], dependencies=[Depends(signed_in)])


class ProfilePointView(BaseModel):
    distance_m: float
    lon_deg: float
    lat_deg: float
    ground_m: float | None = Field(description="Above the sea; null where the elevation model knows no ground")
    flight_m: float | None
    item: int


class LegView(BaseModel):
    """A leg as it is flown, straight from `start` to `end`, longitude and latitude."""

    kind: Literal["takeoff", "mission", "return"]
    item: int = Field(description="Number of the item it leads to")
    start: tuple[float, float]
    end: tuple[float, float]
    length_m: float
    end_up_m: float = Field(description="At its end: above home, or above the ground where `over_terrain`")
    over_terrain: bool = Field(description="The vehicle follows the ground by itself")
    least_agl_m: float | None = Field(description="Anywhere along it; null where the ground is not known")
    at: tuple[float, float] | None = Field(description="Where it is nearest to the ground")
    unknown_m: float = Field(description="Length of it whose ground is not known")
    speed_mps: float
    photographs: bool
    gsd_cm: tuple[float, float] | None = Field(
        description="Finest and coarsest; null where nothing is photographed, or the camera does not look down"
    )


class ProfileView(BaseModel):
    model: str | None = Field(description="Name of the elevation model; null on a station without one: then the ground is taken as level")
    points: list[ProfilePointView]
    legs: list[LegView] = Field(description="In the order flown")
    least_agl_m: float | None
    return_altitude_m: float | None = Field(description="Above home, at which a return from anywhere stays clear of the ground")
    findings: list[dict[str, Any]]


@router.get("/{mission_id}/profile")
async def get_profile(mission_id: UUID, services: ServicesNeeded) -> ProfileView:
    """Points along what is flown, and of every leg its clearance, speed and resolution."""
    row = await existing(services, mission_id)
    heights = services.planning.heights
    plan = plan_from_json(row.content.plan)
    camera = None if plan.request is None else (await cameras_of(services)).get(plan.request.camera)
    return await to_thread.run_sync(_profile, plan, heights, camera, abandon_on_cancel=True)


def _profile(plan: MissionPlan, heights: Heights | None, camera: CameraModel | None) -> ProfileView:
    profile = None if heights is None else plan_profile(plan, heights)
    proven = () if profile is None else profile.clearance.planned
    legs = [LegView.model_validate(leg.to_json()) for leg in leg_numbers(plan, heights, camera, proven)]
    if heights is None or profile is None:
        return ProfileView(model=None, points=[], legs=legs, least_agl_m=None, return_altitude_m=None, findings=[])
    return ProfileView(
        model=heights.name,
        points=[ProfilePointView.model_validate(point.to_json()) for point in profile.points],
        legs=legs,
        least_agl_m=profile.clearance.least_agl_m,
        return_altitude_m=profile.clearance.return_altitude_m,
        findings=[finding.to_json() for finding in profile.findings],
    )
