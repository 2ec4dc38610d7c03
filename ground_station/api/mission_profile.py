"""The side view of a mission over the station's elevation model, and the least clearance of each of its legs."""

from typing import Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from ground_station.api.auth import signed_in
from ground_station.api.missions import existing
from ground_station.api.services import ServicesNeeded
from missions import plan_from_json, plan_profile

router = APIRouter(prefix="/api/v1/missions", tags=["missions"], dependencies=[Depends(signed_in)])


class ProfilePointView(BaseModel):
    distance_m: float
    lon_deg: float
    lat_deg: float
    ground_m: float | None = Field(description="Above the sea; null where the elevation model knows no ground")
    flight_m: float | None
    item: int


class ProfileView(BaseModel):
    model: str | None = Field(description="Name of the elevation model; null on a station without one, and nothing else is known then")
    points: list[ProfilePointView]
    legs: list[dict[str, Any]] = Field(description="kind, item, start, end, length_m, least_agl_m, at, unknown_m; planned legs only")
    least_agl_m: float | None
    return_altitude_m: float | None = Field(description="Above home, at which a return from anywhere stays clear of the ground")
    findings: list[dict[str, Any]]


@router.get("/{mission_id}/profile")
async def get_profile(mission_id: UUID, services: ServicesNeeded) -> ProfileView:
    """Points along what is flown, and the least clearance of every leg."""
    row = await existing(services, mission_id)
    heights = services.planning.heights
    if heights is None:
        return ProfileView(model=None, points=[], legs=[], least_agl_m=None, return_altitude_m=None, findings=[])
    plan = plan_from_json(row.content.plan)
    profile = await to_thread.run_sync(plan_profile, plan, heights, abandon_on_cancel=True)
    return ProfileView(
        model=heights.name,
        points=[ProfilePointView.model_validate(point.to_json()) for point in profile.points],
        legs=[leg.to_json() for leg in profile.clearance.planned],
        least_agl_m=profile.clearance.least_agl_m,
        return_altitude_m=profile.clearance.return_altitude_m,
        findings=[finding.to_json() for finding in profile.findings],
    )
