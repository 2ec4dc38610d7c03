"""One case in full. Lists of cases are the layer `violations`: by cursor, area, time, rule, state, source, tier and order."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from geo.core import ViolationStore
from ground_station.accounts import Role
from ground_station.api.auth import SignedIn
from ground_station.api.errors import NotFound
from ground_station.api.services import ServicesNeeded
from ground_station.messages import ViolationMessage
from ground_station.violation_letters import violation_message

router = APIRouter(prefix="/api/v1/violations", tags=["rules"])

SEES_PLATES = (Role.INSPECTOR, Role.OFFICER, Role.ADMIN)


class CaseInFull(ViolationMessage):
    certificate_id: str | None
    plate: dict[str, Any] | None = Field(description="Only for inspectors, officers and administrators")
    received_at: datetime
    updated_at: datetime


@router.get("/{violation_id}")
async def get_case(violation_id: UUID, services: ServicesNeeded, account: SignedIn) -> CaseInFull:
    """What was found, by which right it holds, and how far it got."""
    row = await ViolationStore(services.database).get(violation_id)
    if row is None:
        raise NotFound(f"There is no case {violation_id}.", code="violation_none")
    return CaseInFull(
        **violation_message(row).model_dump(),
        certificate_id=row.certificate_id,
        plate=row.plate if account.role in SEES_PLATES else None,
        received_at=row.received_at,
        updated_at=row.updated_at,
    )
