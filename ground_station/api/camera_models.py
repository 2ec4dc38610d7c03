"""Cameras a survey can be planned for."""

from typing import Any

from fastapi import APIRouter, Depends

from ground_station.api.auth import signed_in
from missions import CAMERA_MODELS

router = APIRouter(prefix="/api/v1/camera-models", tags=["missions"], dependencies=[Depends(signed_in)])


@router.get("")
async def list_camera_models() -> dict[str, Any]:
    """The catalogue, with what the planner knows of each lens and sensor."""
    return {"items": [model.to_json() for model in CAMERA_MODELS.values()], "next_cursor": None}
