"""The way of a tracked thing over the ground, with the instant of each corner."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from geo.core import ObservationStore
from geo.primitives import GeoError
from ground_station.api.auth import signed_in
from ground_station.api.services import ServicesNeeded

router = APIRouter(prefix="/api/v1/trajectories", tags=["cameras"], dependencies=[Depends(signed_in)])


class TrajectoryLine(BaseModel):
    type: Literal["LineString"] = "LineString"
    coordinates: list[tuple[float, float]] = Field(description="Longitude, latitude")


class TrajectoryProperties(BaseModel):
    times: list[str] = Field(description="The instant of each corner, RFC 3339, growing")


class TrajectoryFeature(BaseModel):
    """GeoJSON Feature; `geometry` is null for a thing that stood still, or was seen by a source without places."""

    type: Literal["Feature"] = "Feature"
    id: UUID
    geometry: TrajectoryLine | None
    properties: TrajectoryProperties


@router.get("/{observation_id}")
async def get_trajectory(observation_id: UUID, services: ServicesNeeded) -> TrajectoryFeature:
    corners = await ObservationStore(services.database).trajectory(observation_id)
    if corners is None:
        raise GeoError(f"There is no observation '{observation_id}'.", code="geo.not_found", hint="Load the observations again.")
    return TrajectoryFeature(
        id=observation_id,
        geometry=TrajectoryLine(coordinates=[corner.place.as_tuple() for corner in corners]) if corners else None,
        properties=TrajectoryProperties(times=[corner.at.isoformat() for corner in corners]),
    )
