"""What the safety watch found: the latest turn-back of a vehicle, and conflicts between vehicles."""

from fastapi import APIRouter, Depends

from geo.primitives import utc_now
from ground_station.api.auth import signed_in
from ground_station.api.errors import NotFound
from ground_station.api.services import ServicesNeeded
from ground_station.api.vehicles import VehicleId, known_vehicle
from ground_station.messages import FleetConflicts, TurnBackState

router = APIRouter(prefix="/api/v1", tags=["safety"], dependencies=[Depends(signed_in)])


@router.get("/vehicles/{vehicle_id}/turn-back")
async def get_turn_back(vehicle_id: VehicleId, services: ServicesNeeded) -> TurnBackState:
    """Where and when it must turn back to come home with its reserve; live on `vehicle.turn_back`. 404 while it does not fly."""
    known_vehicle(services, vehicle_id)
    found = services.safety.turn_backs.get(vehicle_id)
    if found is None:
        raise NotFound(
            f"{vehicle_id} is not flying.", code="not_flying", hint="The turn-back is worked out in flight, with home and charge known."
        )
    return found


@router.get("/conflicts")
async def get_conflicts(services: ServicesNeeded) -> FleetConflicts:
    """Pairs of flying vehicles that would come too close, soonest first; live on `fleet.conflicts`."""
    return services.safety.conflicts or FleetConflicts(at=utc_now(), items=[])
