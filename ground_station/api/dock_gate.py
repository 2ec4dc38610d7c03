"""A vehicle that stands in a dock starts only when the weather lets it and the lid is open."""

from typing import Any

from geo.core import AuditLog
from ground_station.api.services import Services
from ground_station.docks.keeper import Kept, metres_apart
from ground_station.messages import VehicleState
from ground_station.tokens import Account

STANDS_WITHIN_M = 15.0


async def leave_dock(services: Services, account: Account, vehicle_id: str) -> dict[str, Any]:
    """Before a start: nothing for a vehicle that stands in no dock; else the weather gate, and the lid open.

    Raises: `DockError` when it does not open. Returns what the audit log keeps of it.
    """
    kept = services.docks.of_vehicle(vehicle_id)
    state = services.vehicles.get(vehicle_id)
    if kept is None or state is None or state.flying or not stands_in(kept, state):
        return {}
    if kept.dock.state != "open":
        detail = {"name": kept.row.setup.name, "for": vehicle_id}
        await AuditLog(services.database).append(account.name, "dock.open", f"dock/{kept.row.dock_id}", detail)
    await services.docks.ready_to_start(kept)
    return {"dock": kept.row.setup.name}


def stands_in(kept: Kept, state: VehicleState) -> bool:
    if state.lon_deg is None or state.lat_deg is None:
        return True  # where it is, is not known: the lid is opened rather than flown against
    at = kept.row.setup.position
    return metres_apart(state.lon_deg, state.lat_deg, at.lon_deg, at.lat_deg) <= STANDS_WITHIN_M
