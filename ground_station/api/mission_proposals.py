"""Missions proposed by what happens: a report, a detection, a fibre fault. Each waits for a person; nothing is approved by itself."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from geo.core import MissionStore, TemplateStore
from ground_station.accounts import Role
from ground_station.api.auth import role_needed, signed_in
from ground_station.api.errors import Conflict
from ground_station.api.mission_views import MissionView, planned_contents
from ground_station.api.missions import audit, tagged
from ground_station.api.services import ServicesNeeded
from ground_station.tokens import Account
from missions import DEFAULT_HOW, request_about

router = APIRouter(prefix="/api/v1/missions/proposals", tags=["missions"], dependencies=[Depends(signed_in)])

# Who notices may propose; who may fly decides.
Noticing = Annotated[Account, Depends(role_needed(Role.INSPECTOR, Role.OFFICER, Role.OPERATOR, Role.PILOT, Role.ADMIN))]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class SourceBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: Literal["report", "observation", "violation", "fibre_fault", "cleanup_site", "camera", "feature"]
    id: Word


class ProposalBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: SourceBody
    geometry: dict[str, Any] = Field(description="GeoJSON geometry of what is to be looked at")
    reason: Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)] = Field(
        description="Why, in words for the person who decides"
    )
    name: Word | None = None
    template_id: UUID | None = Field(None, description="How it is flown; low and slow over the place when left out")


@router.post("", status_code=201)
async def propose_mission(body: ProposalBody, services: ServicesNeeded, account: Noticing, response: Response) -> MissionView:
    """409 `proposal_open` while a mission for the same source waits or is under way."""
    store = MissionStore(services.database)
    if earlier := await store.open_proposal(body.source.kind, body.source.id):
        raise Conflict(
            f"Mission '{earlier.content.name}' for the same is {earlier.state}.", code="proposal_open", hint="Fly or delete that one."
        )
    how = DEFAULT_HOW if body.template_id is None else (await TemplateStore(services.database).get(body.template_id)).request
    contents = await planned_contents(services, body.name or body.reason[:120], request_about(body.geometry, how))
    proposal = {"source_kind": body.source.kind, "source_id": body.source.id, "reason": body.reason}
    rows = await store.create_all(contents, account.name, state="proposed", proposal=proposal)
    for row in rows:
        await audit(services, account, "mission.proposed", row)
    return tagged(response, rows[0])
