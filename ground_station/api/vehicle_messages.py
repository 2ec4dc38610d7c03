"""Modes by name, message rates and single messages of a vehicle, over HTTP."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field

from ground_station.api.auth import Pilot, SignedIn, signed_in
from ground_station.api.services import ServicesNeeded
from ground_station.api.vehicle_services import ask_vehicle
from ground_station.api.vehicles import VehicleId

router = APIRouter(prefix="/api/v1/vehicles/{vehicle_id}", tags=["modes and messages"], dependencies=[Depends(signed_in)])

MessageName = Annotated[str, Path(pattern=r"^[A-Z0-9_]{1,64}$", description="As MAVLink names it, for example ATTITUDE")]


class FlightModeRow(BaseModel):
    name: str = Field(description="What `set_mode` takes")
    title: str = Field(description="As the vehicle calls it")
    selectable: bool
    advanced: bool


class FlightModes(BaseModel):
    current: str
    source: Literal["vehicle", "autopilot"] = Field(description="Listed by the vehicle itself, or known of its autopilot")
    items: list[FlightModeRow]


class MessageOnce(BaseModel):
    name: str
    fields: dict[str, Any]


class MessageRateBody(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    rate_hz: float | None = Field(ge=0, le=500, description="0 stops it, null gives back the vehicle's own rate")


class MessageRateTold(BaseModel):
    name: str
    rate_hz: float | None = Field(description="By the vehicle's own word; null when it is not sent")


@router.get("/modes")
async def list_modes(vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn) -> FlightModes:
    """For the command `set_mode`."""
    return FlightModes.model_validate(await ask_vehicle(services, account, vehicle_id, "modes", {}))


@router.get("/messages/{name}")
async def ask_message(vehicle_id: VehicleId, name: MessageName, services: ServicesNeeded, account: SignedIn) -> MessageOnce:
    """Asked of the vehicle now."""
    return MessageOnce.model_validate(await ask_vehicle(services, account, vehicle_id, "message", {"name": name}))


@router.get("/messages/{name}/rate")
async def get_rate(vehicle_id: VehicleId, name: MessageName, services: ServicesNeeded, account: SignedIn) -> MessageRateTold:
    return MessageRateTold.model_validate(await ask_vehicle(services, account, vehicle_id, "message_rate", {"name": name}))


@router.put("/messages/{name}/rate")
async def set_rate(
    vehicle_id: VehicleId, name: MessageName, body: MessageRateBody, services: ServicesNeeded, account: Pilot
) -> MessageRateTold:
    parameters = {"name": name, "rate_hz": body.rate_hz}
    return MessageRateTold.model_validate(await ask_vehicle(services, account, vehicle_id, "set_message_rate", parameters))
