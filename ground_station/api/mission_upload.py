"""What goes to a vehicle when a mission is uploaded: exactly the items that were approved."""

from typing import Any
from uuid import UUID

from geo.core import Database, MissionStore
from ground_station.api.errors import Conflict, NotFound
from missions import plan_from_json

UPLOADABLE_STATES = frozenset({"approved", "uploaded", "flown", "failed"})


async def upload_parameters(database: Database, mission_id: UUID, *, under_way: bool = False) -> dict[str, Any]:
    """Mission and items as `upload_mission` takes them on the bus. `under_way`: it is flying, and takes over changed items.

    Raises: `NotFound`, or `Conflict` when the mission is a draft, is flying, or its stored items do not match the approved hash.
    """
    store = MissionStore(database)
    row = await store.get(mission_id)
    if row is None:
        raise NotFound(f"There is no mission {mission_id}.", code="mission_unknown")
    if row.state not in UPLOADABLE_STATES | ({"flying"} if under_way else set()):
        raise Conflict(
            f"Mission '{row.content.name}' is {row.state}.",
            code="mission_not_approved",
            hint="Approve it first." if row.state in ("proposed", "draft") else "Wait until it has landed.",
        )
    plan = plan_from_json(row.content.plan)
    if plan.content_hash() != row.content.content_hash or await store.approved_hash(mission_id) != row.content.content_hash:
        raise Conflict(
            f"The stored items of mission '{row.content.name}' are not those that were approved.",
            code="mission_altered",
            hint="Revise and approve it again.",
        )
    return {"mission_id": str(mission_id), "items": [item.to_json() for item in plan.flight_items()]}
