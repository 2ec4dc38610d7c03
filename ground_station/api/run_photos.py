"""After a run: photographs that nobody told of on the way count once their log is read, and what is still missing is flown again."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request, Response

from geo.core import AuditLog, MissionStore, RunShotRow, RunSlotRow, RunStore
from geo.primitives import LocalFrame, utc_now
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.errors import BadRequest, Conflict
from ground_station.api.mission_coverage import LogAsked, shots_in
from ground_station.api.mission_views import MissionView, content_of_plan
from ground_station.api.missions import existing, tagged
from ground_station.api.runs import Number, slot_coverage, slot_of, stored_view_of
from ground_station.api.services import ServicesNeeded
from ground_station.flight_data.shots import FlownShots
from ground_station.messages import MissionRunState
from ground_station.runs.coverage import SlotCoverage
from ground_station.runs.machine import IN_THE_AIR
from missions import PartPlan, part_plan, pieces_over_gaps

router = APIRouter(prefix="/api/v1/runs/{run_id}/slots/{number}", tags=["missions"], dependencies=[Depends(signed_in)])

# A photograph told of on the way and found in the log is one.
SAME_PLACE_M = 1.0
Sortie = Annotated[int | None, Query(ge=1, le=1000, description="Which flight of the mission the log is of; the last one when absent")]


@router.post("/photos")
async def count_photos(
    run_id: UUID, number: Number, log: LogAsked, request: Request, services: ServicesNeeded, account: Pilot, *, sortie: Sortie = None
) -> MissionRunState:
    """The photographs of a log, counted into what the run has covered. Those it knows are counted once. 409 `run_state` in flight."""
    store = RunStore(services.database)
    slot = _landed(slot_of(await store.get(run_id), number))
    mission = await existing(services, slot.mission_id)
    coverage = await slot_coverage(services, slot, mission)
    if coverage.target is None:
        raise BadRequest("This mission takes no photographs.", code="run_no_photos", hint="Choose the mission that was photographed.")
    found = await shots_in(request, log, coverage.target, services)
    known = [row for row in await store.shots(run_id, number) if row.sortie == (sortie or slot.sortie)]
    fresh = _not_known(found, known, sortie or slot.sortie)
    if fresh:
        await store.add_shots(slot, fresh)
        coverage = await slot_coverage(services, slot, mission)
        covered = await to_thread.run_sync(coverage.covered, slot.sortie)
        share = None if covered is None else round(covered.share, 5)
        if await store.change(replace(slot, share=share)) is None:
            raise Conflict("The run is changing too quickly.", code="run_busy", hint="Try again.")
    detail = {"slot": number, "photos": len(fresh), "source": found.source}
    await AuditLog(services.database).append(account.name, "run.photos_counted", f"run/{run_id}", detail)
    return await stored_view_of(services, await store.get(run_id))


@router.post("/refly", status_code=201)
async def propose_slot_refly(run_id: UUID, number: Number, services: ServicesNeeded, account: Pilot, response: Response) -> MissionView:
    """A proposed mission over the gaps all flights of this slot have left."""
    slot = _landed(slot_of(await RunStore(services.database).get(run_id), number))
    mission = await existing(services, slot.mission_id)
    coverage = await slot_coverage(services, slot, mission)
    part = await to_thread.run_sync(_over_gaps, coverage, f"{mission.content.name}: gaps")
    if part.plan is None or part.certificate is None:
        raise BadRequest(part.findings[0].message, code="refly_" + part.findings[0].code)
    proposed = await MissionStore(services.database).create(content_of_plan(part.plan.name, part.plan), account.name, state="proposed")
    detail = {"name": part.plan.name, "of": str(slot.mission_id), "run": str(run_id), "certificate": part.certificate.to_json()}
    await AuditLog(services.database).append(account.name, "mission.refly_proposed", f"mission/{proposed.mission_id}", detail)
    return tagged(response, proposed)


def _landed(slot: RunSlotRow) -> RunSlotRow:
    if slot.state in IN_THE_AIR:
        raise Conflict(f"It is {slot.state}: photographs are still counted as they are taken.", code="run_state", hint="Wait for landing.")
    return slot


def _over_gaps(coverage: SlotCoverage, name: str) -> PartPlan:
    flown = coverage.map()
    if flown is None:
        raise BadRequest("This mission takes no photographs.", code="run_no_photos", hint="Choose the mission that was photographed.")
    return part_plan(coverage.plan, pieces_over_gaps(flown), name)


def _not_known(found: FlownShots, known: list[RunShotRow], sortie: int) -> list[RunShotRow]:
    """Photographs a camera told of outweigh those that follow from the track: the latter add nothing beside them."""
    same = [row for row in known if row.source == found.source]
    if found.source == "track" and known:
        return []
    fresh: list[RunShotRow] = []
    for shot in found.shots:
        frame = LocalFrame(shot.position)
        if all(max(map(abs, frame.offset_m(row.position))) > SAME_PLACE_M for row in same):
            place = (shot.position, shot.height_m, shot.heading_deg, shot.pitch_deg)
            fresh.append(RunShotRow(sortie, found.source, len(same) + len(fresh), utc_now(), *place))
    return fresh
