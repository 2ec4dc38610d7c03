"""Runs of missions over HTTP: one or several missions carried out over batteries and vehicles. A person's word leads each to a vehicle;
states follow from telemetry (`run_watch`) and come live on `mission.run`. Starting, pausing and the like are commands to the vehicle.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog, MissionRow, MissionStore, RunRow, RunSlotRow, RunStore
from geo.primitives import LonLat, SunqarError
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.camera_models import cameras_of
from ground_station.api.command_parameters import MissionParameters, NoParameters
from ground_station.api.commands import send_checked
from ground_station.api.errors import BadRequest, Conflict, NotFound
from ground_station.api.groups import MemberId
from ground_station.api.mission_upload import UPLOADABLE_STATES
from ground_station.api.mission_views import content_of_plan
from ground_station.api.missions import existing
from ground_station.api.run_views import SlotSeen, busy_vehicles, candidates_for, planned_for, run_state
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicles import known_vehicle
from ground_station.messages import CommandName, LinkState, MissionRunState, RunState, VehicleState
from ground_station.runs.coverage import SlotCoverage
from ground_station.tokens import Account
from missions import PartPlan, plan_from_json

router = APIRouter(prefix="/api/v1/runs", tags=["runs"], dependencies=[Depends(signed_in)])

TRIES = 5  # a slot is changed once a second by what telemetry shows; a person's word is written after it

Number = Annotated[int, Path(ge=1, le=1000, description="The mission's number in the run, counted from 1")]


class RunMission(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mission_id: UUID
    vehicle_ids: list[MemberId] = Field(
        default_factory=list, max_length=50, description="Who may fly it, the first one first; any when empty"
    )


class RunBody(BaseModel):
    """Either `missions`, or `group_id`: every mission that one request gave."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(None, min_length=1, max_length=200)
    missions: list[RunMission] = Field(default_factory=list, max_length=100)
    group_id: UUID | None = None
    least_battery: float = Field(0.6, ge=0, le=1, description="What a vehicle must have left to be offered")


class VehicleBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    vehicle_id: MemberId


class AbortBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=3, max_length=500)


class RunList(BaseModel):
    items: list[MissionRunState]


@router.get("")
async def list_runs(services: ServicesNeeded, limit: Annotated[int, Query(ge=1, le=200)] = 50) -> RunList:
    """Newest first, those that ended too."""
    rows = await RunStore(services.database).latest(limit)
    return RunList(items=[await view_of(services, row) for row in rows])


@router.post("", status_code=201)
async def create_run(body: RunBody, services: ServicesNeeded, account: Pilot) -> MissionRunState:
    """Carry out approved missions. Nothing is sent: each waits until a person gives it to a vehicle."""
    chosen = await _chosen(services, body)
    store = RunStore(services.database)
    for mission, _ in chosen:
        if mission.state not in UPLOADABLE_STATES:
            raise Conflict(f"Mission '{mission.content.name}' is {mission.state}.", code="mission_not_approved", hint="Approve it first.")
        if await store.open_of_mission(mission.mission_id) is not None:
            raise Conflict(
                f"Mission '{mission.content.name}' is being carried out already.", code="run_open", hint="Go on with that run, or abort it."
            )
    name = body.name or chosen[0][0].content.name
    row = await store.create(name, [(mission.mission_id, ids) for mission, ids in chosen], body.least_battery, account.name)
    detail = {"name": name, "missions": [{"mission_id": str(m.mission_id), "vehicle_ids": ids} for m, ids in chosen]}
    await AuditLog(services.database).append(account.name, "run.created", f"run/{row.run_id}", detail)
    return await view_of(services, row)


@router.get("/{run_id}")
async def get_run(run_id: UUID, services: ServicesNeeded) -> MissionRunState:
    return services.runs.get(run_id) or await view_of(services, await RunStore(services.database).get(run_id))


@router.post("/{run_id}/slots/{number}/vehicle", status_code=202)
async def give_to_vehicle(run_id: UUID, number: Number, body: VehicleBody, services: ServicesNeeded, account: Pilot) -> MissionRunState:
    """The person's word: this vehicle takes it. What is left of the mission goes on board; nothing moves.

    409 `run_vehicle` when the vehicle is not free; `run_rest_not_part` when what is left needs an approval of its own.
    """
    run = await RunStore(services.database).get(run_id)
    slot = slot_of(run, number)
    if slot.state != RunState.WAITING_FOR_DRONE:
        raise Conflict(f"It is {slot.state}, not waiting for a vehicle.", code="run_state")
    state = known_vehicle(services, body.vehicle_id)
    await services.leases.check_holder(body.vehicle_id, account.name)
    mission = await existing(services, slot.mission_id)
    await _check_free(services, run, slot, mission, state)
    flying_id = await _what_is_left(services, account, slot, mission, state)
    given = await change_slot(
        services,
        run_id,
        number,
        lambda now: replace(now, state="uploading", reason=None, vehicle_id=body.vehicle_id, flying_id=flying_id, command_id=None),
        only=RunState.WAITING_FOR_DRONE,
    )
    detail = {"slot": number, "vehicle_id": body.vehicle_id, "flying_id": str(flying_id), "sortie": given.sortie}
    await AuditLog(services.database).append(account.name, "run.given", f"run/{run_id}", detail)
    try:
        update = await send_checked(services, account, body.vehicle_id, CommandName.UPLOAD_MISSION, MissionParameters(mission_id=flying_id))
    except SunqarError as error:
        reason = error.one_line()
        await change_slot(services, run_id, number, lambda now: replace(now, state="waiting_for_drone", reason=reason, flying_id=None))
        raise
    await change_slot(services, run_id, number, lambda now: replace(now, command_id=update.command_id))
    return await view_of(services, await RunStore(services.database).get(run_id))


@router.post("/{run_id}/slots/{number}/hand-over", status_code=202)
async def hand_over(run_id: UUID, number: Number, services: ServicesNeeded, account: Pilot) -> MissionRunState:
    """Bring the vehicle home; what is left waits for the next battery or another vehicle. One that is lost is left to its failsafe."""
    slot = slot_of(await RunStore(services.database).get(run_id), number)
    if slot.state not in (RunState.FLYING, RunState.PAUSED) or slot.vehicle_id is None:
        raise Conflict(f"It is {slot.state}: nothing flies that could hand over.", code="run_state")
    state = known_vehicle(services, slot.vehicle_id)
    if state.link is LinkState.LOST:
        reason = f"{slot.vehicle_id} is lost; nothing was sent to it."

        def leave(now: RunSlotRow) -> RunSlotRow:
            return replace(now, state="waiting_for_drone", reason=reason, sortie=now.sortie + 1, flying_id=None, command_id=None)

        await change_slot(services, run_id, number, leave)
    else:
        await services.leases.check_holder(slot.vehicle_id, account.name)
        await send_checked(services, account, slot.vehicle_id, CommandName.RTL, NoParameters())
        await change_slot(services, run_id, number, lambda now: replace(now, state="handing_over", reason=f"asked by {account.name}"))
    detail = {"slot": number, "vehicle_id": slot.vehicle_id, "share": slot.share}
    await AuditLog(services.database).append(account.name, "run.hand_over", f"run/{run_id}", detail)
    return await view_of(services, await RunStore(services.database).get(run_id))


@router.post("/{run_id}/abort")
async def abort_run(run_id: UUID, body: AbortBody, services: ServicesNeeded, account: Pilot) -> MissionRunState:
    """End it as it is. Nothing is sent: what flies goes on with what it was told last."""
    run = await RunStore(services.database).get(run_id)
    if run.ended_at is not None:
        raise Conflict("This run has ended.", code="run_state")
    for slot in run.slots:
        if not slot.over:
            await change_slot(services, run_id, slot.number, lambda now: replace(now, state="aborted", reason=body.reason))
    await AuditLog(services.database).append(account.name, "run.aborted", f"run/{run_id}", {"reason": body.reason})
    return await view_of(services, await RunStore(services.database).get(run_id))


async def view_of(services: Services, row: RunRow) -> MissionRunState:
    """As it is followed; made from the database where nobody follows it, as of a run that has ended."""
    followed = services.runs.get(row.run_id)
    if followed is not None and {(s.number, s.state, s.vehicle_id) for s in followed.slots} == {
        (s.number, s.state, s.vehicle_id) for s in row.slots
    }:
        return followed
    return await stored_view_of(services, row)


async def stored_view_of(services: Services, row: RunRow) -> MissionRunState:
    """Made from the database."""
    seen = {}
    for slot in row.slots:
        mission = await existing(services, slot.mission_id)
        coverage = await slot_coverage(services, slot, mission)
        covered = await to_thread.run_sync(coverage.covered, slot.sortie)
        seen[slot.number] = SlotSeen(mission.content.name, coverage.plan.vehicle_type, planned_for(coverage.plan), covered)
    return run_state(row, seen, services, await _busy(services))


async def slot_coverage(services: Services, slot: RunSlotRow, mission: MissionRow) -> SlotCoverage:
    shots = await RunStore(services.database).shots(slot.run_id, slot.number)
    cameras = await cameras_of(services)
    return await to_thread.run_sync(lambda: SlotCoverage(plan_from_json(mission.content.plan), shots, cameras))


def slot_of(run: RunRow, number: int) -> RunSlotRow:
    slot = next((slot for slot in run.slots if slot.number == number), None)
    if slot is None:
        raise NotFound(f"Run '{run.name}' has {len(run.slots)} missions, no number {number}.", code="run_slot_unknown")
    return slot


async def change_slot(
    services: Services, run_id: UUID, number: int, change: Callable[[RunSlotRow], RunSlotRow], *, only: RunState | None = None
) -> RunSlotRow:
    """Over whatever telemetry has written meanwhile; `only` in this state. Raises `Conflict` when it is in another one, or has ended."""
    store = RunStore(services.database)
    for _ in range(TRIES):
        now = slot_of(await store.get(run_id), number)
        if now.over or (only is not None and now.state != only):
            raise Conflict(f"It is {now.state} now.", code="run_state")
        if (written := await store.change(change(now))) is not None:
            return written
    raise Conflict("The run is changing too quickly.", code="run_busy", hint="Try again.")


async def _chosen(services: Services, body: RunBody) -> list[tuple[MissionRow, list[str]]]:
    if bool(body.missions) == (body.group_id is not None):
        raise BadRequest("A run needs either 'missions' or 'group_id'.", code="run_missions", hint="Give exactly one of them.")
    if body.group_id is None:
        if len({mission.mission_id for mission in body.missions}) < len(body.missions):
            raise BadRequest("A mission is named twice.", code="run_missions", hint="Name each once.")
        return [(await existing(services, mission.mission_id), list(mission.vehicle_ids)) for mission in body.missions]
    rows = await MissionStore(services.database).of_group(body.group_id)
    if not rows:
        raise NotFound(f"There is no group of missions {body.group_id}.", code="mission_unknown")
    return [(row, []) for row in rows]


async def _busy(services: Services) -> set[str]:
    return busy_vehicles(await RunStore(services.database).open())


async def _check_free(services: Services, run: RunRow, slot: RunSlotRow, mission: MissionRow, state: VehicleState) -> None:
    """Its battery is the person's judgement; everything else is not."""
    if slot.vehicle_ids and state.vehicle_id not in slot.vehicle_ids:
        raise Conflict(
            f"{state.vehicle_id} is not among those that may fly it: {', '.join(slot.vehicle_ids)}.",
            code="run_vehicle",
            hint="Give it to one of them.",
        )
    vehicle_type = plan_from_json(mission.content.plan).vehicle_type
    only = replace(slot, vehicle_ids=(state.vehicle_id,))
    (found,) = candidates_for(only, vehicle_type, 0.0, [state], await _busy(services))
    if not found.free:
        reasons = {
            "lost": "is lost",
            "busy": "carries out another mission",
            "type": f"is a {state.vehicle_type}, and the plan is for a {vehicle_type}",
            "flying": "is in the air",
            "armed": "is armed",
        }
        raise Conflict(
            f"{state.vehicle_id} {reasons.get(found.why, found.why)}.", code="run_vehicle", hint="Give it to another one, or wait."
        )


async def _what_is_left(services: Services, account: Account, slot: RunSlotRow, mission: MissionRow, state: VehicleState) -> UUID:
    """The mission to put on board: the approved one before the first photograph, then its rest, approved with it by this person's word."""
    coverage = await slot_coverage(services, slot, mission)
    flown = coverage.map()
    if flown is None or not flown.shots:
        return mission.mission_id
    home = None if state.lon_deg is None or state.lat_deg is None else LonLat(round(state.lon_deg, 7), round(state.lat_deg, 7))
    name = f"{mission.content.name}: {slot.sortie}"

    def left() -> PartPlan | None:
        return coverage.rest(name, home)

    part = await to_thread.run_sync(left)
    assert part is not None, "it takes photographs"
    if part.plan is None or part.certificate is None:
        raise BadRequest(part.findings[0].message, code="run_" + part.findings[0].code)
    proposal = {
        "source_kind": "run",
        "source_id": str(slot.run_id),
        "reason": f"What is left of '{mission.content.name}' for flight {slot.sortie}: {part.shots} photographs.",
        "code": "run_rest",
        "values": {"name": mission.content.name, "n": slot.sortie, "photos": part.shots},
    }
    store = MissionStore(services.database)
    rest = await store.create(content_of_plan(name, part.plan), account.name, state="proposed", proposal=proposal)
    detail: dict[str, Any] = {"name": name, "of": str(slot.mission_id), "certificate": part.certificate.to_json()}
    await AuditLog(services.database).append(account.name, "mission.rest_proposed", f"mission/{rest.mission_id}", detail)
    if not part.certificate.is_part:
        raise Conflict(
            f"What is left is not a part of the approved mission: {part.certificate.findings[0].message}",
            code="run_rest_not_part",
            hint=f"Look at mission '{name}', approve it and fly it by itself.",
        )
    await store.approve(rest.mission_id, rest.content.content_hash, account.name)
    return rest.mission_id
