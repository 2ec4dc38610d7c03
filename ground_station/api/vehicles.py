"""Vehicles as last heard, with who holds the lease to command them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel

from ground_station.api.auth import signed_in
from ground_station.api.errors import NotFound
from ground_station.api.leases import Lease
from ground_station.api.services import Services, ServicesNeeded
from ground_station.messages import VehicleState

router = APIRouter(prefix="/api/v1/vehicles", tags=["vehicles"], dependencies=[Depends(signed_in)])

VehicleId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="Id as listed, e.g. 'mav-1'")]


class VehicleWithLease(VehicleState):
    lease: Lease | None


class VehicleList(BaseModel):
    items: list[VehicleWithLease]
    next_cursor: str | None = None


def known_vehicle(services: Services, vehicle_id: str) -> VehicleState:
    """Raises `NotFound` when no such vehicle was ever heard."""
    state = services.vehicles.get(vehicle_id)
    if state is None:
        raise NotFound(
            f"No vehicle {vehicle_id!r} has been heard.",
            code="vehicle_unknown",
            hint="GET /api/v1/vehicles lists those heard; check the link in SUNQAR_STATION__LINKS.",
        )
    return state


async def with_lease(services: Services, state: VehicleState) -> VehicleWithLease:
    return VehicleWithLease(**state.model_dump(), lease=await services.leases.holder(state.vehicle_id))


@router.get("")
async def list_vehicles(services: ServicesNeeded) -> VehicleList:
    """Every vehicle heard since the start; lost ones stay, with `link` = lost."""
    return VehicleList(items=[await with_lease(services, state) for state in services.vehicles.all()])


@router.get("/{vehicle_id}")
async def get_vehicle(vehicle_id: VehicleId, services: ServicesNeeded) -> VehicleWithLease:
    return await with_lease(services, known_vehicle(services, vehicle_id))
