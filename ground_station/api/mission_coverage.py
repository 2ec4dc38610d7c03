"""After a flight: what its log says was covered of a mission, and a mission over the gaps, which waits for a person."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from uuid import UUID

from anyio import open_file, to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from geo.core import AuditLog, FlightFileStore, MissionStore
from geo.primitives import utc_now
from ground_station.api.auth import Pilot, SignedIn, signed_in
from ground_station.api.camera_models import cameras_of
from ground_station.api.errors import BadRequest, NotFound
from ground_station.api.flights import existing as existing_flight
from ground_station.api.mission_views import MissionView, content_of_plan
from ground_station.api.missions import existing, tagged
from ground_station.api.services import Services, ServicesNeeded
from ground_station.flight_data.shelf import FOLDER
from ground_station.flight_data.shots import FlownShots, Within, read_shots
from missions import CoverageMap, CoverageTarget, MissionPlan, PartPlan, coverage_target, part_plan, pieces_over_gaps, plan_from_json

router = APIRouter(prefix="/api/v1/missions/{mission_id}", tags=["missions"], dependencies=[Depends(signed_in)])

LARGEST_LOG_BYTES = 512 * 1024 * 1024


class Log(BaseModel):
    """Which log to read: that of a flight the station keeps, or the file in the body."""

    flight: UUID | None = Field(default=None, description="A recorded or imported flight; the body is empty")
    name: str | None = Field(
        default=None, min_length=5, max_length=200, description="Name of the log: .bin, .tlog, .ulg or .srt; the body is the file"
    )


LogAsked = Annotated[Log, Query()]


class CoverageView(BaseModel):
    """Areas as GeoJSON MultiPolygons; `missing` are places of expected photographs nobody took."""

    share: float = Field(description="Of what the plan was to cover")
    target_m2: float
    covered_m2: float
    gap_m2: float
    gap_count: int
    shots: int
    expected_shots: int
    missing: list[tuple[float, float]]
    covered: dict[str, Any]
    gaps: dict[str, Any]
    source: str = Field(description="photos: the log tells of each; track: they follow from where the vehicle flew")


@router.post("/coverage")
async def measure_coverage(mission_id: UUID, log: LogAsked, request: Request, services: ServicesNeeded, _: SignedIn) -> CoverageView:
    """What the flight in this log covered. Nothing is kept."""
    row = await existing(services, mission_id)
    flown, source = await flown_in(request, log, plan_from_json(row.content.plan), services)
    report = await to_thread.run_sync(lambda: flown.report().to_json())
    return CoverageView.model_validate(report | {"source": source})


@router.post("/refly", status_code=201)
async def propose_refly(
    mission_id: UUID, log: LogAsked, request: Request, services: ServicesNeeded, account: Pilot, response: Response
) -> MissionView:
    """A proposed mission over the gaps the flight in this log has left, made of parts of this mission's legs."""
    row = await existing(services, mission_id)
    plan = plan_from_json(row.content.plan)
    flown, _ = await flown_in(request, log, plan, services)

    def over_gaps() -> PartPlan:
        return part_plan(plan, pieces_over_gaps(flown), f"{row.content.name}: gaps")

    part = await to_thread.run_sync(over_gaps)
    if part.plan is None or part.certificate is None:
        raise BadRequest(part.findings[0].message, code="refly_" + part.findings[0].code)
    reason = {"reason": f"Gaps a flight has left of '{row.content.name}'.", "code": "refly_gaps", "values": {"name": row.content.name}}
    proposal = {"source_kind": "refly", "source_id": str(mission_id), **reason}
    store = MissionStore(services.database)
    proposed = await store.create(content_of_plan(part.plan.name, part.plan), account.name, state="proposed", proposal=proposal)
    detail = {"name": part.plan.name, "of": str(mission_id), "certificate": part.certificate.to_json()}
    await AuditLog(services.database).append(account.name, "mission.refly_proposed", f"mission/{proposed.mission_id}", detail)
    return tagged(response, proposed)


async def flown_in(request: Request, log: Log, plan: MissionPlan, services: Services) -> tuple[CoverageMap, str]:
    """The photographs of the log. Raises `FlightDataError`, `MissionError`, `NotFound`, or `BadRequest` (too large, not named)."""
    known = await cameras_of(services)
    target = await to_thread.run_sync(coverage_target, plan, None if plan.request is None else known.get(plan.request.camera))
    shots = await shots_in(request, log, target, services)
    flown = CoverageMap(target)
    flown.add(shots.shots)
    return flown, shots.source


async def shots_in(request: Request, log: Log, target: CoverageTarget, services: Services) -> FlownShots:
    """Of the flight on record, or of the file in the body."""
    if log.flight is not None:
        return await _recorded(services, log.flight, target)
    if log.name is not None:
        return await _sent(request, log.name, target)
    raise BadRequest("No log is named.", code="log_missing", hint="Name a recorded flight, or send the file and its name.")


async def _recorded(services: Services, flight_id: UUID, target: CoverageTarget) -> FlownShots:
    row = await existing_flight(services, flight_id)
    within = Within(row.vehicle_id, row.started_at.timestamp(), (row.ended_at or utc_now()).timestamp())
    for file in await FlightFileStore(services.database).of_flight(row.vehicle_id, row.started_at, row.ended_at):
        path = services.settings.data_dir / FOLDER / file.path
        if await to_thread.run_sync(path.is_file):
            return await to_thread.run_sync(read_shots, path, target, within)
    raise NotFound(f"No log is kept of flight {flight_id}.", code="flight_file_unknown", hint="Choose the log of the vehicle as a file.")


async def _sent(request: Request, name: str, target: CoverageTarget) -> FlownShots:
    with TemporaryDirectory() as folder:
        file, size = Path(folder) / f"log{Path(name).suffix.lower()}", 0
        async with await open_file(file, "wb") as out:
            async for chunk in request.stream():
                size += len(chunk)
                if size > LARGEST_LOG_BYTES:
                    raise BadRequest(f"The log is larger than {LARGEST_LOG_BYTES >> 20} MiB.", code="file_too_large")
                await out.write(chunk)
        return await to_thread.run_sync(read_shots, file, target)
