"""Different missions on several vehicles, started in one go: uploaded to each, looked at together, confirmed once.

Before the start the missions are compared with each other, with everything in the air and with what other vehicles have on board
and may start. Conflicts are named with place and time; they do not forbid the start, but whoever confirms it confirms them by name.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

import anyio
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog, MissionStore
from geo.primitives import LocalFrame, LonLat, SunqarError, utc_now
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.command_parameters import MissionParameters, NoParameters
from ground_station.api.commands import Confirmation, send_checked
from ground_station.api.confirmations import Bound
from ground_station.api.errors import BadRequest, Conflict as Refused, NotFound
from ground_station.api.groups import FleetCommandRow, FleetCommandView, MemberId, Refusal
from ground_station.api.preflight import check_may_start
from ground_station.api.preflight_gather import onboard_performance, wind_of
from ground_station.api.safety_watch import conflict_state, separation_of
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicles import known_vehicle
from ground_station.messages import CommandName, ConflictState, VehicleState
from ground_station.safety.conflicts import Trajectory, conflicts
from ground_station.safety.flight_path import timed_path
from ground_station.safety.launches import launch_trajectory
from ground_station.tokens import Account
from missions import CALM, plan_from_json

router = APIRouter(prefix="/api/v1/fleet/missions", tags=["fleet"], dependencies=[Depends(signed_in)])

Against = Literal["starting", "flying", "planned"]


class Start(BaseModel):
    model_config = ConfigDict(extra="forbid")

    vehicle_id: MemberId
    mission_id: UUID


class StartsBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    starts: Annotated[list[Start], Field(min_length=1, max_length=250)]


class AcceptedBody(StartsBody):
    accepted: list[tuple[str, str]] = Field(default_factory=list, description="Pairs whose conflict is taken on, as `first` and `second`")


class ConfirmedStartsBody(AcceptedBody):
    confirmation_token: str | None = None


class StartRow(BaseModel):
    """One vehicle's line before the start: null `refusal` when it may start."""

    vehicle_id: str
    mission_id: UUID
    aboard: bool = Field(description="It carries exactly this mission, as read back")
    refusal: Refusal | None


class StartConflict(ConflictState):
    """`first` starts now; `against` says what `second` does."""

    against: Against


class StartsView(BaseModel):
    rows: list[StartRow]
    conflicts: list[StartConflict]


@router.post("/upload", status_code=202)
async def upload_many(body: StartsBody, services: ServicesNeeded, account: Pilot) -> FleetCommandView:
    """Each vehicle's own mission to it. Nothing moves; states come on `command.update`."""
    checked_pairs(services, body)
    rows = {start.vehicle_id: FleetCommandRow(vehicle_id=start.vehicle_id) for start in body.starts}

    async def send(start: Start) -> None:
        try:
            await services.leases.check_holder(start.vehicle_id, account.name)
            parameters = MissionParameters(mission_id=start.mission_id)
            update = await send_checked(services, account, start.vehicle_id, CommandName.UPLOAD_MISSION, parameters)
            rows[start.vehicle_id] = FleetCommandRow(vehicle_id=start.vehicle_id, update=update)
        except SunqarError as error:
            rows[start.vehicle_id] = FleetCommandRow(vehicle_id=start.vehicle_id, refusal=refusal_of(error))

    async with anyio.create_task_group() as tasks:
        for start in body.starts:
            tasks.start_soon(send, start)
    return FleetCommandView(items=list(rows.values()))


@router.post("/check")
async def check_starts(body: StartsBody, services: ServicesNeeded, account: Pilot) -> StartsView:
    """Who may start now and who not, and every conflict of these flights, soonest first. Nothing is sent that moves a vehicle."""
    checked_pairs(services, body)
    refusals = await refusals_of(services, account, body)
    rows = [
        StartRow(
            vehicle_id=start.vehicle_id,
            mission_id=start.mission_id,
            aboard=carries(known_vehicle(services, start.vehicle_id), start.mission_id),
            refusal=refusals.get(start.vehicle_id),
        )
        for start in body.starts
    ]
    return StartsView(rows=rows, conflicts=await conflicts_of(services, body))


@router.post("/confirmations")
async def confirm_starts(body: AcceptedBody, services: ServicesNeeded, account: Pilot) -> Confirmation:
    """A token that lets exactly these missions start, with exactly these conflicts taken on, once within 30 s."""
    checked_pairs(services, body)
    token, expires_at = services.confirmations.issue(bound_to(account, body))
    names = ", ".join(start.vehicle_id for start in body.starts)
    return Confirmation(
        confirmation_token=token, expires_at=expires_at, summary=f"{names} arm if needed and fly the missions they carry, each its own."
    )


@router.post("/start", status_code=202)
async def start_many(body: ConfirmedStartsBody, services: ServicesNeeded, account: Pilot) -> FleetCommandView:
    """All start, or none.

    409 `fleet_not_ready` names everyone who cannot; 409 `fleet_conflicts` while a conflict stands that is not in `accepted`.
    """
    checked_pairs(services, body)
    if refusals := await refusals_of(services, account, body):
        told = "; ".join(f"{vehicle_id}: {refusal.message}" for vehicle_id, refusal in refusals.items())
        raise Refused(
            f"{len(refusals)} of {len(body.starts)} cannot, so none was started. {told}",
            code="fleet_not_ready",
            hint="Mend what is named, or leave those vehicles out.",
        )
    found = await conflicts_of(services, body)
    accepted = {frozenset(pair) for pair in body.accepted}
    if standing := [c for c in found if c.against != "planned" and frozenset((c.first, c.second)) not in accepted]:
        told = "; ".join(f"{c.first} and {c.second} in {c.in_s:.0f} s, {c.horizontal_m:.0f} m apart" for c in standing)
        raise Refused(
            f"These flights would come too close, so none was started: {told}.",
            code="fleet_conflicts",
            hint="Start one later, change height or path, or confirm the pairs by name.",
        )
    services.confirmations.spend(body.confirmation_token, bound_to(account, body))
    detail: dict[str, Any] = {
        "starts": [start.model_dump(mode="json") for start in body.starts],
        "conflicts": [
            c.model_dump(mode="json", include={"first", "second", "against", "in_s", "horizontal_m", "vertical_m"}) for c in found
        ],
    }
    await AuditLog(services.database).append(account.name, "fleet.missions_started", "fleet", detail)
    rows = {start.vehicle_id: FleetCommandRow(vehicle_id=start.vehicle_id) for start in body.starts}

    async def send(vehicle_id: str) -> None:
        try:
            update = await send_checked(services, account, vehicle_id, CommandName.START_MISSION, NoParameters())
            rows[vehicle_id] = FleetCommandRow(vehicle_id=vehicle_id, update=update)
        except SunqarError as error:
            rows[vehicle_id] = FleetCommandRow(vehicle_id=vehicle_id, refusal=refusal_of(error))

    async with anyio.create_task_group() as tasks:
        for start in body.starts:
            tasks.start_soon(send, start.vehicle_id)
    return FleetCommandView(items=list(rows.values()))


def checked_pairs(services: Services, body: StartsBody) -> None:
    """Raises `NotFound` for a vehicle never heard, `BadRequest` for one named twice."""
    seen: set[str] = set()
    for start in body.starts:
        known_vehicle(services, start.vehicle_id)
        if start.vehicle_id in seen:
            raise BadRequest(f"{start.vehicle_id} is named twice.", code="vehicle_twice", hint="Give each vehicle one mission.")
        seen.add(start.vehicle_id)


async def refusals_of(services: Services, account: Account, body: StartsBody) -> dict[str, Refusal]:
    """Everyone who may not start now, and why."""
    found: dict[str, Refusal] = {}

    async def look(start: Start) -> None:
        try:
            state = known_vehicle(services, start.vehicle_id)
            await services.leases.check_holder(start.vehicle_id, account.name)
            if state.flying:
                raise Refused(
                    f"{start.vehicle_id} is in the air.", code="already_flying", hint="Start it by itself, or wait until it landed."
                )
            if not carries(state, start.mission_id):
                raise Refused(f"{start.vehicle_id} does not carry this mission.", code="mission_not_aboard", hint="Upload it first.")
            await check_may_start(services, account, start.vehicle_id, CommandName.START_MISSION)
        except SunqarError as error:
            found[start.vehicle_id] = refusal_of(error)

    async with anyio.create_task_group() as tasks:
        for start in body.starts:
            tasks.start_soon(look, start)
    return {start.vehicle_id: found[start.vehicle_id] for start in body.starts if start.vehicle_id in found}


async def conflicts_of(services: Services, body: StartsBody) -> list[StartConflict]:
    """Every conflict in which one of these flights takes part, all started now."""
    states = [known_vehicle(services, start.vehicle_id) for start in body.starts]
    placed = next(((s.lon_deg, s.lat_deg) for s in states if s.lon_deg is not None and s.lat_deg is not None), None)
    if placed is None:
        return []
    frame = LocalFrame(LonLat(round(placed[0], 2), round(placed[1], 2)))
    starting = {start.vehicle_id for start in body.starts}
    paths: list[tuple[Against, Trajectory]] = []
    for start in body.starts:
        if path := await planned_path(services, known_vehicle(services, start.vehicle_id), start.mission_id, frame):
            paths.append(("starting", path))
    for state in services.vehicles.all():
        if state.vehicle_id in starting:
            continue
        following = services.safety.flights.get(state.vehicle_id)
        if following is not None and (flown := following.trajectory(state, frame)) is not None:
            paths.append(("flying", flown))
        elif (waiting := waiting_mission(state)) and (path := await planned_path(services, state, waiting, frame)):
            paths.append(("planned", path))
    against = {path.name: kind for kind, path in paths}
    at = utc_now()
    found = []
    for conflict in conflicts([path for _, path in paths], separation_of(services)):
        seen = conflict_state(conflict, frame, at).model_dump()
        if conflict.first in starting:
            found.append(StartConflict(**seen, against=against[conflict.second]))
        elif conflict.second in starting:
            found.append(StartConflict(**seen | {"first": conflict.second, "second": conflict.first}, against=against[conflict.first]))
    return found


async def planned_path(services: Services, state: VehicleState, mission_id: UUID, frame: LocalFrame) -> Trajectory | None:
    """A mission flown by a vehicle from where it stands, from now on. None without a place. Raises `NotFound`."""
    if state.lon_deg is None or state.lat_deg is None or state.altitude_amsl_m is None:
        return None
    row = await MissionStore(services.database).get(mission_id)
    if row is None:
        raise NotFound(f"There is no mission {mission_id}.", code="mission_unknown")
    home = LonLat(state.home_lon_deg, state.home_lat_deg) if state.home_lon_deg is not None and state.home_lat_deg is not None else None
    how = onboard_performance(state, services.onboard.last(state.vehicle_id))
    wind = wind_of(state) or await services.preflight.wind(state.vehicle_id) or CALM
    path = timed_path(plan_from_json(row.content.plan), LonLat(state.lon_deg, state.lat_deg), home=home, wind=wind, how=how)
    return launch_trajectory(state.vehicle_id, path, state.altitude_amsl_m - (state.altitude_above_home_m or 0.0), frame)


def waiting_mission(state: VehicleState) -> UUID | None:
    """The mission a vehicle on the ground has on board and has not flown."""
    if state.flying or state.mission is None or state.mission.state not in ("not_started", "unknown"):
        return None
    return state.mission.mission_id


def carries(state: VehicleState, mission_id: UUID) -> bool:
    return state.mission is not None and state.mission.mission_id == mission_id


def refusal_of(error: SunqarError) -> Refusal:
    return Refusal(code=error.code, message=error.message, hint=error.hint)


def bound_to(account: Account, body: AcceptedBody) -> Bound:
    pairs = sorted((start.vehicle_id, str(start.mission_id)) for start in body.starts)
    accepted = sorted(sorted(pair) for pair in body.accepted)
    return Bound.to(
        account.name, ",".join(vehicle_id for vehicle_id, _ in pairs), CommandName.START_MISSION, {"starts": pairs, "accepted": accepted}
    )
