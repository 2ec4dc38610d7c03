"""Revisions of a mission: what it was, by whom and when; what differs between two; an earlier one taken up again."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel, Field

from geo.core import MissionStore, RevisionRow, RevisionStore
from geo.primitives import LonLat
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.mission_views import MissionView
from ground_station.api.missions import audit, existing, expected_revision, tagged
from ground_station.api.services import ServicesNeeded
from missions import Compared, plan_diff, plan_from_json

router = APIRouter(prefix="/api/v1/missions/{mission_id}/revisions", tags=["missions"], dependencies=[Depends(signed_in)])


class ApprovalView(BaseModel):
    by: str
    at: datetime


class RevisionSummary(BaseModel):
    revision: int
    name: str
    content_hash: str = Field(description="Two revisions of one hash fly the same")
    statistics: dict[str, Any]
    revised_by: str
    revised_at: datetime
    note: str | None = Field(description="Where it comes from, when nobody drew it: 'restored from 2'")
    approvals: list[ApprovalView]


class RevisionView(RevisionSummary):
    request: dict[str, Any] | None
    findings: list[dict[str, Any]]
    area: dict[str, Any] | None
    path: dict[str, Any] | None


class RevisionList(BaseModel):
    items: list[RevisionSummary]


class DifferenceView(BaseModel):
    """From revision `before` to revision `after`."""

    before: int
    after: int
    same_flight: bool
    items: list[dict[str, Any]] = Field(
        description="kind (added, removed, moved, changed), before and after (item numbers), command, place"
    )
    request: dict[str, dict[str, Any]] = Field(description="Members that differ: before and after")
    statistics: dict[str, dict[str, Any]]
    only_before: dict[str, Any] = Field(description="GeoJSON MultiLineString of ways flown only before")
    only_after: dict[str, Any]
    both: dict[str, Any]


@router.get("")
async def list_revisions(mission_id: UUID, services: ServicesNeeded) -> RevisionList:
    """Newest first."""
    await existing(services, mission_id)
    rows = await RevisionStore(services.database).all(mission_id)
    return RevisionList(items=[RevisionSummary.model_validate(_members(row)) for row in rows])


@router.get("/{revision}")
async def get_revision(mission_id: UUID, revision: int, services: ServicesNeeded) -> RevisionView:
    return RevisionView.model_validate(_members(await RevisionStore(services.database).get(mission_id, revision)))


@router.get("/{revision}/difference")
async def compare_revisions(
    mission_id: UUID,
    revision: int,
    services: ServicesNeeded,
    against: Annotated[int | None, Query(description="The earlier revision; the one before when left out")] = None,
) -> DifferenceView:
    """What changed up to this revision: items, members of the request, numbers, ways on the map."""
    store = RevisionStore(services.database)
    after = await store.get(mission_id, revision)
    before = await store.get(mission_id, max(1, revision - 1) if against is None else against)
    found = await to_thread.run_sync(lambda: plan_diff(_compared(before), _compared(after)))
    return DifferenceView.model_validate({"before": before.revision, "after": after.revision, **found.to_json()})


@router.post("/{revision}/restoration", status_code=201)
async def restore_revision(
    mission_id: UUID,
    revision: int,
    services: ServicesNeeded,
    account: Pilot,
    response: Response,
    *,
    if_match: Annotated[str | None, Header()] = None,
) -> MissionView:
    """The content of an earlier revision as a new one: a draft again, to be approved again."""
    newest = expected_revision(if_match)
    earlier = await RevisionStore(services.database).get(mission_id, revision)
    row = await MissionStore(services.database).revise(mission_id, newest, earlier.content, account.name, note=f"restored from {revision}")
    await audit(services, account, "mission.restored", row)
    return tagged(response, row)


def _members(row: RevisionRow) -> dict[str, Any]:
    content = row.content
    return {
        "revision": row.revision,
        "name": content.name,
        "content_hash": content.content_hash,
        "statistics": content.statistics,
        "revised_by": row.revised_by,
        "revised_at": row.revised_at,
        "note": row.note,
        "approvals": list(row.approvals),
        "request": content.request,
        "findings": list(content.findings),
        "area": content.area,
        "path": content.path,
    }


def _compared(row: RevisionRow) -> Compared:
    content = row.content
    plan = plan_from_json(content.plan)
    # Revisions of before their paths were kept: the items say where it goes.
    path = tuple(LonLat(lon, lat) for lon, lat, *_ in content.path["coordinates"]) if content.path else _places(plan.items)
    return Compared(plan, path, content.request, content.statistics)


def _places(items: Any) -> tuple[LonLat, ...]:
    return tuple(item.position for item in items if item.position is not None)
