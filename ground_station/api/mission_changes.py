"""A mission changed while it is flown: the changed plan is judged anew, approved by a person, and taken over by `change_mission`."""

from dataclasses import replace
from typing import Annotated, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AirspaceStore, AuditLog, MissionContent, MissionStore
from geo.primitives import LonLat, utc_now
from ground_station.airspace_zones import REACH_M, zone_of_row
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.mission_views import MissionView, content_of_plan
from ground_station.api.missions import existing, tagged
from ground_station.api.services import Services, ServicesNeeded
from missions import MissionPlan, certificate_findings, certify, plan_from_json, with_altitude, with_waypoint

router = APIRouter(prefix="/api/v1/missions/{mission_id}", tags=["missions"], dependencies=[Depends(signed_in)])

BY_CHANGE = "change"  # `proposal.source_kind` of such a mission; its source is the one that was changed


class WaypointChange(BaseModel):
    """Fly over a place on the way to an item."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    kind: Literal["waypoint"]
    item: int = Field(ge=1, le=65_535, description="On the way to this item, counted from 1")
    lon_deg: float = Field(ge=-180, le=180)
    lat_deg: float = Field(ge=-90, le=90)
    altitude_m: float = Field(gt=0, le=1000, description="As the altitudes of the items around it count: above home, as a rule")


class AltitudeChange(BaseModel):
    """Fly everything from an item on higher, or lower."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    kind: Literal["altitude"]
    item: int = Field(ge=1, le=65_535, description="From this item on, counted from 1")
    by_m: float = Field(ge=-1000, le=1000)


Change = Annotated[WaypointChange | AltitudeChange, Field(discriminator="kind")]


class ChangeBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    change: Change


@router.post("/changes", status_code=201)
async def change_mission(mission_id: UUID, body: ChangeBody, services: ServicesNeeded, account: Pilot, response: Response) -> MissionView:
    """The changed mission as a draft, with what is wrong with it: legs, fence, and the zones in force now. Nothing is sent.

    Approved, it is taken over in flight by the command `change_mission`.
    """
    row = await existing(services, mission_id)
    plan = plan_from_json(row.content.plan)
    asked = body.change
    if isinstance(asked, WaypointChange):
        changed = with_waypoint(plan, asked.item, LonLat(asked.lon_deg, asked.lat_deg), asked.altitude_m)
        reason = f"A waypoint before item {asked.item} of '{row.content.name}'."
        code, values = "change_waypoint", {"item": asked.item, "name": row.content.name}
    else:
        changed = with_altitude(plan, asked.item, asked.by_m)
        reason = f"'{row.content.name}' {abs(asked.by_m):g} m {'higher' if asked.by_m > 0 else 'lower'} from item {asked.item} on."
        code = "change_higher" if asked.by_m > 0 else "change_lower"
        values = {"item": asked.item, "name": row.content.name, "metres": abs(asked.by_m)}
    content = await _judged(services, f"{row.content.name} *", changed)
    proposal = {"source_kind": BY_CHANGE, "source_id": str(mission_id), "reason": reason, "code": code, "values": values}
    made = await MissionStore(services.database).create(content, account.name, proposal=proposal)
    detail = {"of": str(mission_id), "change": asked.model_dump(), "content_hash": content.content_hash}
    await AuditLog(services.database).append(account.name, "mission.changed", f"mission/{made.mission_id}", detail)
    return tagged(response, made)


async def _judged(services: Services, name: str, plan: MissionPlan) -> MissionContent:
    places = [item.position for item in plan.items if item.position is not None]
    rows = await AirspaceStore(services.database).around(places * 2 if len(places) == 1 else places, REACH_M)
    zones = [zone_of_row(row) for row in rows]
    named = replace(plan, name=name)
    certificate = await to_thread.run_sync(lambda: certify(named, zones, at=utc_now(), heights=services.planning.heights))
    content = content_of_plan(name, named)
    told = {(finding["code"], finding.get("item")) for finding in content.findings}
    more = [finding.to_json() for finding in certificate_findings(certificate) if (finding.code, finding.item) not in told]
    return replace(content, findings=(*content.findings, *more))
