"""Cameras a survey can be planned for."""

from typing import Any

from fastapi import APIRouter, Depends

from ground_station.api.auth import signed_in
from ground_station.api.services import ServicesNeeded

router = APIRouter(prefix="/api/v1/camera-models", tags=["missions"], dependencies=[Depends(signed_in)])


@router.get("")
async def list_camera_models(services: ServicesNeeded) -> dict[str, Any]:
    """The catalogue and the cameras of `cameras.toml` in the data folder, with what the planner knows of each lens and sensor."""
    return {"items": [model.to_json() for model in services.planning.cameras.values()], "next_cursor": None}
