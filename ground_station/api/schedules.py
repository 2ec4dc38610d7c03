"""Schedules by the age of data: what was not seen for too long becomes a proposed mission, and a person decides.

Once a minute (`watch_schedules`) each is looked at; nothing flies and nothing is approved by itself.
"""

import logging
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from geo.core import AuditLog, MissionRow, MissionStore, ScheduleRow, ScheduleSetup, ScheduleStore
from geo.primitives import SunqarError, utc_now
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.errors import BadRequest, Conflict
from ground_station.api.mission_views import planned_contents
from ground_station.api.services import Services, ServicesNeeded

logger = logging.getLogger(__name__)

router = APIRouter(prefix="/api/v1/schedules", tags=["missions"], dependencies=[Depends(signed_in)])

PERIOD_S = 60.0
BY_ITSELF = "schedule"  # who proposed, in missions and the audit log
DEFAULT_SURVEY: dict[str, Any] = {
    "camera": "sunqar-sim-nadir",
    "altitude_m": 60,
    "front_overlap": 0.7,
    "side_overlap": 0.6,
    "angle_deg": "auto",
    "speed_mps": 8,
}


class ScheduleBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True)]
    target_kind: Literal["fibre_segment", "cleanup_site", "polygon"]
    target_id: str | None = Field(None, max_length=200, description="Id in its layer; not for a polygon")
    area: dict[str, Any] | None = Field(None, description="GeoJSON Polygon; only for a polygon")
    every_days: float = Field(gt=0, le=3650, description="Older than this it has to be seen again")
    survey: dict[str, Any] = Field(
        default_factory=dict, description="How it is flown: a survey without its polygon; what is left out has defaults"
    )


class ScheduleView(BaseModel):
    id: UUID
    name: str
    target_kind: str
    target_id: str | None
    every_days: float
    seen_at: datetime | None
    seen_by: Literal["observation", "track", "mission"] | None = Field(description="What told of it last; null when it was never seen")
    due_at: datetime
    due: bool
    mission_id: UUID | None = Field(description="The mission proposed last")
    mission_state: str | None
    ground: dict[str, Any] | None
    created_by: str


class ScheduleList(BaseModel):
    items: list[ScheduleView]


def view_of(row: ScheduleRow) -> ScheduleView:
    setup = row.setup
    return ScheduleView(
        id=row.schedule_id,
        name=setup.name,
        target_kind=setup.target_kind,
        target_id=setup.target_id,
        every_days=setup.every_days,
        seen_at=row.seen_at,
        seen_by=row.seen_by,
        due_at=row.due_at,
        due=row.due_at <= utc_now(),
        mission_id=row.mission_id,
        mission_state=row.mission_state,
        ground=row.ground,
        created_by=row.created_by,
    )


@router.get("")
async def list_schedules(services: ServicesNeeded) -> ScheduleList:
    """Soonest due first, each with what was seen last and by what."""
    rows = sorted(await ScheduleStore(services.database).all(), key=lambda row: row.due_at)
    return ScheduleList(items=[view_of(row) for row in rows])


@router.post("", status_code=201)
async def create_schedule(body: ScheduleBody, services: ServicesNeeded, account: Pilot) -> ScheduleView:
    """Refused when its ground cannot be planned as asked, so that it does not fail silently in a month."""
    if (body.target_kind == "polygon") != (body.area is not None) or (body.target_kind == "polygon") == (body.target_id is not None):
        raise BadRequest(
            "A polygon needs 'area' and no 'target_id'; anything else needs 'target_id' and no 'area'.",
            code="schedule_target",
            hint="Give exactly one of them.",
        )
    store = ScheduleStore(services.database)
    row = await store.create(ScheduleSetup(**body.model_dump() | {"survey": DEFAULT_SURVEY | body.survey}), account.name)
    try:
        await planned_contents(services, body.name, survey_of(row))
    except SunqarError:
        await store.delete(row.schedule_id)
        raise
    detail = body.model_dump(include={"name", "target_kind", "target_id", "every_days"})
    await AuditLog(services.database).append(account.name, "schedule.created", f"schedule/{row.schedule_id}", detail)
    return view_of(row)


@router.post("/{schedule_id}/proposal", status_code=201)
async def propose_now(schedule_id: UUID, services: ServicesNeeded, account: Pilot) -> ScheduleView:
    """A mission for it now, due or not. 409 `proposal_open` while one waits or is under way."""
    store = ScheduleStore(services.database)
    row = await store.get(schedule_id)
    if row.underway:
        raise Conflict(f"A mission for '{row.setup.name}' is {row.mission_state}.", code="proposal_open", hint="Fly or delete that one.")
    await propose(services, row, account.name)
    return view_of(await store.get(schedule_id))


@router.delete("/{schedule_id}", status_code=204)
async def delete_schedule(schedule_id: UUID, services: ServicesNeeded, account: Pilot) -> Response:
    store = ScheduleStore(services.database)
    row = await store.get(schedule_id)
    await store.delete(schedule_id)
    await AuditLog(services.database).append(account.name, "schedule.deleted", f"schedule/{schedule_id}", {"name": row.setup.name})
    return Response(status_code=204)


async def watch_schedules(services: Services) -> None:
    """Until cancelled."""
    while True:
        try:
            await propose_what_is_due(services)
        except SunqarError as error:
            logger.warning("schedules: %s", error.message)
        await anyio.sleep(PERIOD_S)


async def propose_what_is_due(services: Services, *, claimed_for_s: float = PERIOD_S / 2) -> None:
    store = ScheduleStore(services.database)
    for row in await store.all():
        if row.underway or row.ground is None or row.due_at > utc_now():
            continue
        if not await store.claim(row.schedule_id, claimed_for_s):
            continue
        try:
            await propose(services, row, BY_ITSELF)
        except SunqarError as error:
            logger.warning("schedule '%s' cannot be proposed: %s", row.setup.name, error.message)


async def propose(services: Services, row: ScheduleRow, by: str) -> MissionRow:
    contents = await planned_contents(services, f"{row.setup.name} {utc_now():%Y-%m-%d}", survey_of(row))
    proposal = {"source_kind": "schedule", "source_id": str(row.schedule_id), **reason_of(row)}
    mission, *_ = await MissionStore(services.database).create_all(contents, by, state="proposed", proposal=proposal)
    await ScheduleStore(services.database).note_proposal(row.schedule_id, mission.mission_id)
    seen = None if row.seen_at is None else row.seen_at.isoformat()
    detail = {"name": row.setup.name, "mission_id": str(mission.mission_id), "seen_at": seen, "seen_by": row.seen_by}
    await AuditLog(services.database).append(by, "schedule.proposed", f"schedule/{row.schedule_id}", detail)
    return mission


def reason_of(row: ScheduleRow) -> dict[str, Any]:
    """For the person who decides: a sentence, and its code and values for other languages."""
    name = row.setup.name
    if row.seen_at is None:
        return {"reason": f"'{name}' was never seen.", "code": "schedule_never_seen", "values": {"name": name}}
    days = row.setup.every_days
    values = {"name": name, "date": f"{row.seen_at:%Y-%m-%d}", "by": str(row.seen_by), "days": days}
    reason = f"'{name}' was seen last on {values['date']} by {row.seen_by}; it is to be seen every {days:g} days."
    return {"reason": reason, "code": "schedule_seen", "values": values}


def survey_of(row: ScheduleRow) -> dict[str, Any]:
    return row.setup.survey | {"polygon": row.ground}
