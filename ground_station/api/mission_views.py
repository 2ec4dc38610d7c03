"""Missions as HTTP shows and takes them, and the planning behind both. Planning runs in a worker thread."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import anyio
from anyio import to_thread
from pydantic import BaseModel, ConfigDict, Field

from geo.core import MissionContent, MissionRow
from ground_station.api.errors import BadRequest
from missions import MissionPlan, Severity, SurveyRequest, SurveyResult, check_plan, plan_survey, plan_to_json

PLAN_WITHIN_S = 30.0
_PLANNERS = anyio.CapacityLimiter(2)  # planning is pure computing: more at once only makes each slower


class SurveyBody(BaseModel):
    """A survey as drawn: the planner names any member that is wrong."""

    model_config = ConfigDict(extra="forbid")

    survey: dict[str, Any] = Field(
        description="polygon (GeoJSON Polygon), camera, gsd_cm or altitude_m, front_overlap, side_overlap,"
        " angle_deg (number or 'auto'), speed_mps, home"
    )


class NamedSurveyBody(SurveyBody):
    name: str = Field(min_length=1, max_length=200)


class ApprovalBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    content_hash: str


class SurveyPreview(BaseModel):
    path: dict[str, Any]
    photos: dict[str, Any]
    statistics: dict[str, Any] | None
    findings: list[dict[str, Any]]


class ProposalView(BaseModel):
    source_kind: str
    source_id: str
    reason: str


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


async def planned(survey: dict[str, Any], name: str = "Survey") -> SurveyResult:
    """Plan a survey as sent. Raises `MissionError` naming a malformed member, `BadRequest` when planning takes too long."""
    request = replace(SurveyRequest.from_json(survey), name=name)
    try:
        with anyio.fail_after(PLAN_WITHIN_S):
            return await to_thread.run_sync(plan_survey, request, limiter=_PLANNERS, abandon_on_cancel=True)
    except TimeoutError:
        raise BadRequest(
            f"The survey was not planned within {PLAN_WITHIN_S:g} s.",
            code="survey_too_large",
            hint="Draw a smaller area or ask for a coarser ground resolution.",
        ) from None


async def planned_content(name: str, survey: dict[str, Any]) -> MissionContent:
    """Plan a survey to be kept. Raises `BadRequest` with all findings when there is no plan to keep."""
    result = await planned(survey, name)
    if result.plan is None or result.statistics is None:
        reasons = [finding.message for finding in result.findings if finding.severity is Severity.ERROR]
        raise BadRequest(
            f"The survey cannot be planned: {' '.join(reasons)}", code="survey_unplannable", hint="Change what is named and try again."
        )
    kept = result.plan.survey.to_json() if result.plan.survey else survey
    return MissionContent(
        name=name,
        content_hash=result.plan.content_hash(),
        plan=plan_to_json(result.plan),
        request=kept,
        statistics=result.statistics.to_json(),
        findings=tuple(finding.to_json() for finding in result.findings),
        area=kept["polygon"],
        path=line_string(result.path),
    )


def content_of_plan(name: str, plan: MissionPlan) -> MissionContent:
    """An imported plan: its path joins the places of its items."""
    places = [item.position for item in plan.items if item.position is not None]
    survey = None if plan.survey is None else plan.survey.to_json()
    return MissionContent(
        name=name,
        content_hash=plan.content_hash(),
        plan=plan_to_json(plan),
        request=survey,
        findings=tuple(finding.to_json() for finding in check_plan(plan)),
        area=None if survey is None else survey["polygon"],
        path=line_string(places) if len(places) > 1 else None,
    )


def line_string(points: Any) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(point.as_tuple()) for point in points]}
