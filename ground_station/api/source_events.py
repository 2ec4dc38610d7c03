"""What happened to video sources: losses with their causes, returns, troubles."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from geo.core import SourceEventStore
from ground_station.api.auth import signed_in
from ground_station.api.services import ServicesNeeded

router = APIRouter(prefix="/api/v1/source-events", tags=["cameras"], dependencies=[Depends(signed_in)])


class SourceEventView(BaseModel):
    """`what` is the cause of a loss, or the trouble; `lasted_s` how long what is over had lasted."""

    event_id: UUID
    source_id: str
    at: datetime
    kind: str
    severity: str
    what: str | None
    text: str
    lasted_s: float | None


@router.get("")
async def list_source_events(
    services: ServicesNeeded, source_id: str | None = None, limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> list[SourceEventView]:
    """The newest first, of one source or of all."""
    rows = await SourceEventStore(services.database).latest(source_id=source_id, limit=limit)
    return [SourceEventView(**{name: getattr(row, name) for name in SourceEventView.model_fields}) for row in rows]
