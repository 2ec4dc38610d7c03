"""A vehicle that stands in a dock arms and starts only when the weather lets it and the lid is open."""

from typing import Any

from geo.core import AuditLog
from ground_station.api.preflight import GATED
from ground_station.api.services import Services
from ground_station.docks.cycle import BESIDE_M, Sighting, stands_on_pad
from ground_station.docks.errors import DockError
from ground_station.docks.keeper import Kept
from ground_station.messages import CommandName
from ground_station.tokens import Account

LEAVES_DOCK = frozenset({*GATED, CommandName.ARM})


async def leave_dock(services: Services, account: Account, vehicle_id: str) -> dict[str, Any]:
    """Before a start: nothing for a vehicle that stands in no dock; else the weather gate, and the lid open.

    Raises: `DockError` when it does not open. Returns what the audit log keeps of it.
    """
    kept = services.docks.of_vehicle(vehicle_id)
    seen = None if kept is None else services.docks.vehicle_of(kept)
    if kept is None or seen is None or seen.flying or kept.dock.beside or not stands_in(kept, seen):
        return {}
    subject, name = f"dock/{kept.row.dock_id}", kept.row.setup.name
    log = AuditLog(services.database)
    if kept.dock.state != "open":
        await log.append(account.name, "dock.open", subject, {"name": name, "for": vehicle_id})
    try:
        await services.docks.ready_to_start(kept)
    except DockError as error:
        await log.append(account.name, "dock.kept_shut", subject, {"name": name, "for": vehicle_id, "reason": error.message})
        raise
    return {"dock": name}


def stands_in(kept: Kept, seen: Sighting) -> bool:
    """Generous: a lid opened for nothing harms less than one flown against."""
    return seen.distance_m is None or seen.distance_m <= BESIDE_M / 2 or stands_on_pad(kept.dock, seen)
