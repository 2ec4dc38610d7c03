"""Missions: drawn, planned, revised, approved by content hash, exported. Flying them is a command to a vehicle."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Header, Query, Request, Response

from geo.core import AuditLog, MissionRow, MissionStore
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.errors import BadRequest, NotFound, StaleRevision
from ground_station.api.mission_views import (
    ApprovalBody,
    MissionList,
    MissionPreview,
    MissionView,
    NamedRequestBody,
    RequestBody,
    content_of_plan,
    planned,
    planned_content,
    planned_contents,
    preview_of,
)
from ground_station.api.services import Services, ServicesNeeded
from ground_station.tokens import Account
from missions import format_of, losses, pattern_schemas, plan_bytes, plan_from_json, read_plan_bytes_noting

router = APIRouter(prefix="/api/v1/missions", tags=["missions"], dependencies=[Depends(signed_in)])

LARGEST_PLAN_BYTES = 8 * 1024 * 1024

PlanSuffix = Annotated[
    str,
    Query(
        alias="format", pattern=r"^\.?[a-z]+$", description="Suffix of the file: plan, waypoints, kmz (DJI), kml, geojson or csv (Litchi)"
    ),
]


@router.post("/preview")
async def preview_mission(body: RequestBody, services: ServicesNeeded, _: Pilot) -> MissionPreview:
    """What would be flown and photographed; nothing is kept."""
    return await preview_of(services, await planned(services, body.request))


@router.get("/patterns")
async def list_patterns() -> dict[str, Any]:
    """Every pattern with the JSON Schema of its request: members, units (`x-unit`), geometries (`x-geometry`), defaults, limits."""
    return {"items": pattern_schemas(), "next_cursor": None}


@router.post("", status_code=201)
async def create_mission(body: NamedRequestBody, services: ServicesNeeded, account: Pilot, response: Response) -> MissionView:
    """One mission a flight. With sorties or several vehicles all are kept or none; the first is answered, its `group_id` names all."""
    contents = await planned_contents(services, body.name, body.request)
    rows = await MissionStore(services.database).create_all(contents, account.name)
    for row in rows:
        await audit(services, account, "mission.created", row)
    return tagged(response, rows[0])


@router.post("/import", status_code=201)
async def import_mission(
    request: Request,
    services: ServicesNeeded,
    account: Pilot,
    response: Response,
    *,
    name: Annotated[str, Query(min_length=1, max_length=200)],
    suffix: PlanSuffix = "plan",
) -> MissionView:
    """A mission from a file made elsewhere; the body is the file. What of it a mission has no place for is among the findings."""
    data = await limited_body(request)
    plan, notes = await to_thread.run_sync(read_plan_bytes_noting, data, f"{name}.{suffix.lstrip('.')}")
    content = content_of_plan(name, plan)
    content = replace(content, findings=(*content.findings, *(note.to_json() for note in notes)))
    row = await MissionStore(services.database).create(content, account.name)
    await audit(services, account, "mission.imported", row)
    return tagged(response, row)


@router.get("")
async def list_missions(
    services: ServicesNeeded,
    limit: Annotated[int, Query(ge=1, le=5000)] = 100,
    cursor: str | None = None,
    group_id: Annotated[UUID | None, Query(description="Only the missions one request gave, in the order they are flown")] = None,
) -> MissionList:
    """Newest first."""
    if group_id is not None:
        rows = await MissionStore(services.database).of_group(group_id)
        return MissionList(items=[MissionView.of(row) for row in rows], next_cursor=None)
    page = await MissionStore(services.database).page(limit=limit, cursor=cursor)
    return MissionList(items=[MissionView.of(row) for row in page.items], next_cursor=page.next_cursor)


@router.get("/{mission_id}")
async def get_mission(mission_id: UUID, services: ServicesNeeded, response: Response) -> MissionView:
    """The ETag is the revision, for If-Match."""
    return tagged(response, await existing(services, mission_id))


@router.put("/{mission_id}")
async def revise_mission(
    mission_id: UUID,
    body: NamedRequestBody,
    services: ServicesNeeded,
    account: Pilot,
    response: Response,
    *,
    if_match: Annotated[str | None, Header()] = None,
) -> MissionView:
    """Draw it anew: a new revision, a draft again, to be approved again."""
    revision = expected_revision(if_match)
    content = await planned_content(services, body.name, body.request)
    row = await MissionStore(services.database).revise(mission_id, revision, content, account.name)
    await audit(services, account, "mission.revised", row)
    return tagged(response, row)


@router.post("/{mission_id}/approval")
async def approve_mission(
    mission_id: UUID, body: ApprovalBody, services: ServicesNeeded, account: Pilot, response: Response
) -> MissionView:
    """Approve exactly the content with this hash; 409 when it has changed since it was read."""
    row = await existing(services, mission_id)
    if blocking := [finding["message"] for finding in row.content.findings if finding["severity"] == "error"]:
        raise BadRequest(
            f"Mission '{row.content.name}' cannot be approved: {blocking[0]}",
            code="mission_has_errors",
            hint="Change the plan until its findings hold no error.",
        )
    row = await MissionStore(services.database).approve(mission_id, body.content_hash, account.name)
    await audit(services, account, "mission.approved", row)
    return tagged(response, row)


@router.get("/{mission_id}/plan", response_class=Response)
async def download_plan(mission_id: UUID, services: ServicesNeeded, suffix: PlanSuffix = "plan") -> Response:
    """The mission as a file other programs open: QGroundControl, Mission Planner, DJI Pilot 2, Litchi, map programs."""
    row = await existing(services, mission_id)
    file_format = format_of(f".{suffix.lstrip('.')}")
    data = await to_thread.run_sync(plan_bytes, plan_from_json(row.content.plan), file_format.suffixes[0])
    file_name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in row.content.name) or "mission"
    disposition = f'attachment; filename="{file_name}{file_format.suffixes[0]}"'
    return Response(data, media_type=file_format.media_type, headers={"Content-Disposition": disposition})


@router.get("/{mission_id}/plan-losses")
async def plan_losses(mission_id: UUID, services: ServicesNeeded, suffix: PlanSuffix = "plan") -> list[dict[str, Any]]:
    """What of the mission a file of that format leaves out, by item number; empty when nothing."""
    row = await existing(services, mission_id)
    file_format = format_of(f".{suffix.lstrip('.')}")
    lost = await to_thread.run_sync(losses, plan_from_json(row.content.plan), file_format)
    return [finding.to_json() for finding in lost]


@router.delete("/{mission_id}", status_code=204)
async def delete_mission(mission_id: UUID, services: ServicesNeeded, account: Pilot) -> Response:
    row = await existing(services, mission_id)
    await MissionStore(services.database).delete(mission_id)
    await audit(services, account, "mission.deleted", row)
    return Response(status_code=204)


async def existing(services: Services, mission_id: UUID) -> MissionRow:
    row = await MissionStore(services.database).get(mission_id)
    if row is None:
        raise NotFound(f"There is no mission {mission_id}.", code="mission_unknown")
    return row


def tagged(response: Response, row: MissionRow) -> MissionView:
    response.headers["ETag"] = f'"{row.revision}"'
    return MissionView.of(row)


def expected_revision(if_match: str | None) -> int:
    """The revision an If-Match header names. Raises `StaleRevision` without one: blind overwriting is not offered."""
    text = (if_match or "").strip().removeprefix("W/").strip('"')
    if not text.isdecimal():
        raise StaleRevision(
            "A change needs the revision it is based on.",
            code="if_match_needed",
            hint='Send the ETag of the mission as If-Match, for example If-Match: "3".',
        )
    return int(text)


async def limited_body(request: Request) -> bytes:
    """The whole body. Raises `BadRequest` as soon as it grows past `LARGEST_PLAN_BYTES`."""
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST_PLAN_BYTES:
            raise BadRequest(
                f"The file is larger than {LARGEST_PLAN_BYTES >> 20} MiB.",
                code="file_too_large",
                hint="Send one plan, without its survey pictures.",
            )
    return data


async def audit(services: Services, account: Account, action: str, row: MissionRow) -> None:
    detail = {"name": row.content.name, "revision": row.revision, "content_hash": row.content.content_hash}
    await AuditLog(services.database).append(account.name, action, f"mission/{row.mission_id}", detail)
