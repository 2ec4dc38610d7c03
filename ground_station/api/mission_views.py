"""Missions as HTTP shows and takes them, and the planning behind both. Planning runs in a worker thread."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import anyio
from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field

from geo.core import MissionContent, MissionRow
from ground_station.airspace_zones import zones_to_come
from ground_station.api.camera_models import cameras_of
from ground_station.api.errors import BadRequest
from ground_station.api.law_limits import LimitView, limits_of
from ground_station.api.preflight_gather import as_they_answered
from ground_station.api.services import Services
from missions import (
    AUTOPILOTS,
    ENERGY_FILE,
    MissionPlan,
    PlanResult,
    Severity,
    check_plan,
    known_energies,
    known_wings,
    plan_request,
    plan_to_json,
    request_from_json,
)

PLAN_WITHIN_S = 30.0
_PLANNERS = anyio.CapacityLimiter(2)  # planning is pure computing: more at once only makes each slower


class RequestBody(BaseModel):
    """A mission as drawn: the planner names any member that is wrong."""

    model_config = ConfigDict(extra="forbid")

    request: dict[str, Any] = Field(description="pattern and its members, as GET /api/v1/missions/patterns describes them")


class NamedRequestBody(RequestBody):
    name: str = Field(min_length=1, max_length=200)


class ApprovalBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    content_hash: str


class MissionPreview(BaseModel):
    path: dict[str, Any]
    photos: dict[str, Any]
    statistics: dict[str, Any] | None
    findings: list[dict[str, Any]]
    sorties: list[dict[str, Any]] = Field(description="Each flight of a plan that is several; empty for one")
    limits: list[LimitView] = Field(description="Limits of the law, those the plan goes beyond first; empty without a plan")


class ProposalView(BaseModel):
    source_kind: str
    source_id: str
    reason: str = Field(description="For the person who decides, in the words of whoever proposed it")
    code: str | None = Field(None, description="Names the sentence when the program wrote it; `values` fill it")
    values: dict[str, float | str] = Field(default_factory=dict)


class MissionView(BaseModel):
    id: UUID
    name: str
    state: str
    state_reason: str | None = Field(None, description="Why it failed")
    revision: int
    content_hash: str
    statistics: dict[str, Any]
    findings: list[dict[str, Any]]
    area: dict[str, Any] | None
    path: dict[str, Any] | None
    request: dict[str, Any] | None = Field(description="What was asked of the planner; null for an imported plan")
    group_id: UUID | None = Field(description="Common to the missions one request gave: several sorties or vehicles")
    proposal: ProposalView | None = Field(description="What proposed it, when no person did")
    vehicle_id: str | None
    approved_by: str | None
    approved_at: datetime | None
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, row: MissionRow) -> "MissionView":
        content = row.content
        return cls(
            id=row.mission_id,
            name=content.name,
            state=row.state,
            state_reason=row.state_reason,
            revision=row.revision,
            content_hash=content.content_hash,
            statistics=content.statistics,
            findings=list(content.findings),
            area=content.area,
            path=content.path,
            request=content.request,
            group_id=row.group_id,
            proposal=None if row.proposal is None else ProposalView.model_validate(row.proposal),
            vehicle_id=row.vehicle_id,
            approved_by=row.approved_by,
            approved_at=row.approved_at,
            created_by=row.created_by,
            created_at=row.created_at,
        )


class MissionList(BaseModel):
    items: list[MissionView]
    next_cursor: str | None


async def planned(services: Services, value: dict[str, Any], name: str = "Mission") -> PlanResult:
    """Plan a request as sent. Raises `MissionError` naming a malformed member, `BadRequest` when planning takes too long."""
    # Apart from all other requests: a drawing of a hundred thousand corners takes a second to read.
    request = replace(await to_thread.run_sync(request_from_json, value), name=name)
    zones, cameras = await zones_to_come(services.database, request.drawn()), await cameras_of(services)
    autopilots = {state.vehicle_id: state.autopilot for state in services.vehicles.all() if state.autopilot in AUTOPILOTS}
    energies = await to_thread.run_sync(known_energies, services.settings.data_dir / ENERGY_FILE)
    moves, wings = as_they_answered(services)
    wings |= await to_thread.run_sync(known_wings, services.settings.data_dir / ENERGY_FILE)
    context = replace(services.planning, zones=zones, cameras=cameras, autopilots=autopilots, energies=energies, moves=moves, wings=wings)
    try:
        with anyio.fail_after(PLAN_WITHIN_S):
            return await to_thread.run_sync(plan_request, request, context, limiter=_PLANNERS, abandon_on_cancel=True)
    except TimeoutError:
        raise BadRequest(
            f"The mission was not planned within {PLAN_WITHIN_S:g} s.",
            code="mission_too_large",
            hint="Draw something smaller or ask for a coarser ground resolution.",
        ) from None


async def preview_of(services: Services, result: PlanResult) -> MissionPreview:
    plans = [sortie.plan for sortie in result.sorties] or ([] if result.plan is None else [result.plan])
    zones = await zones_to_come(services.database, line_string(result.path)) if plans else ()
    limits = await to_thread.run_sync(limits_of, services.settings, plans, zones)
    return MissionPreview(**result.to_json(), limits=limits)


async def planned_content(services: Services, name: str, request: dict[str, Any]) -> MissionContent:
    """Plan one mission to be kept. Raises `BadRequest` as `planned_contents` does, and when it would be several flights."""
    contents = await planned_contents(services, name, request)
    if len(contents) > 1:
        raise BadRequest(
            f"'{name}' would be {len(contents)} flights, and a revision is one.",
            code="mission_several_flights",
            hint="Create it as a new mission: each flight becomes a mission of one group. Or leave out sorties and further vehicles.",
        )
    return contents[0]


async def planned_contents(services: Services, name: str, request: dict[str, Any]) -> list[MissionContent]:
    """Plan missions to be kept, one a flight. Raises `BadRequest` with all findings when there is no plan to keep."""
    result = await planned(services, request, name)
    if result.plan is None or result.statistics is None:
        reasons = [finding.message for finding in result.findings if finding.severity is Severity.ERROR]
        raise BadRequest(
            f"The mission cannot be planned: {' '.join(reasons)}", code="mission_unplannable", hint="Change what is named and try again."
        )
    findings = tuple(finding.to_json() for finding in result.findings)
    whole = result.statistics.to_json()
    if not result.sorties:
        return [replace(content_of_plan(name, result.plan), statistics=whole, findings=findings, path=line_string(result.path))]
    return [
        replace(
            content_of_plan(sortie.name, sortie.plan),
            statistics=whole | sortie.numbers(),
            findings=findings,
            path=line_string(sortie.path),
        )
        for sortie in result.sorties
    ]


def content_of_plan(name: str, plan: MissionPlan) -> MissionContent:
    """The path of an imported plan joins the places of its items."""
    places = [item.position for item in plan.items if item.position is not None]
    return MissionContent(
        name=name,
        content_hash=plan.content_hash(),
        plan=plan_to_json(plan),
        request=None if plan.request is None else plan.request.to_json(),
        findings=tuple(finding.to_json() for finding in check_plan(plan)),
        area=None if plan.request is None else plan.request.drawn(),
        path=line_string(places) if len(places) > 1 else None,
    )


def line_string(points: Any) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(point.as_tuple()) for point in points]}
