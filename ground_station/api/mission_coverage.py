"""After a flight: what its log says was covered of a mission, and a mission over the gaps, which waits for a person."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from uuid import UUID

from anyio import open_file, to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from geo.core import AuditLog, MissionStore
from ground_station.api.auth import Pilot, SignedIn, signed_in
from ground_station.api.errors import BadRequest
from ground_station.api.mission_views import MissionView, content_of_plan
from ground_station.api.missions import existing, tagged
from ground_station.api.services import ServicesNeeded
from ground_station.flight_data.shots import read_shots
from missions import CoverageMap, MissionPlan, PartPlan, coverage_target, part_plan, pieces_over_gaps, plan_from_json

router = APIRouter(prefix="/api/v1/missions/{mission_id}", tags=["missions"], dependencies=[Depends(signed_in)])

LARGEST_LOG_BYTES = 512 * 1024 * 1024
LogName = Annotated[
    str, Query(min_length=5, max_length=200, description="Name of the log: .bin, .tlog, .ulg or .srt; the body is the file")
]


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
async def measure_coverage(mission_id: UUID, name: LogName, request: Request, services: ServicesNeeded, _: SignedIn) -> CoverageView:
    """What the flight in this log covered. Nothing is kept."""
    row = await existing(services, mission_id)
    flown, source = await flown_in(request, name, plan_from_json(row.content.plan))
    report = await to_thread.run_sync(lambda: flown.report().to_json())
    return CoverageView.model_validate(report | {"source": source})


@router.post("/refly", status_code=201)
async def propose_refly(
    mission_id: UUID, name: LogName, request: Request, services: ServicesNeeded, account: Pilot, response: Response
) -> MissionView:
    """A proposed mission over the gaps the flight in this log has left, made of parts of this mission's legs."""
    row = await existing(services, mission_id)
    plan = plan_from_json(row.content.plan)
    flown, _ = await flown_in(request, name, plan)

    def over_gaps() -> PartPlan:
        return part_plan(plan, pieces_over_gaps(flown), f"{row.content.name}: gaps")

    part = await to_thread.run_sync(over_gaps)
    if part.plan is None or part.certificate is None:
        raise BadRequest(part.findings[0].message, code="refly_" + part.findings[0].code)
    proposed = await MissionStore(services.database).create(content_of_plan(part.plan.name, part.plan), account.name, state="proposed")
    detail = {"name": part.plan.name, "of": str(mission_id), "certificate": part.certificate.to_json()}
    await AuditLog(services.database).append(account.name, "mission.refly_proposed", f"mission/{proposed.mission_id}", detail)
    return tagged(response, proposed)


async def flown_in(request: Request, name: str, plan: MissionPlan) -> tuple[CoverageMap, str]:
    """The photographs of the log in the body. Raises `FlightDataError`, `MissionError`, or `BadRequest` when it is too large."""
    target = await to_thread.run_sync(coverage_target, plan)
    with TemporaryDirectory() as folder:
        file, size = Path(folder) / f"log{Path(name).suffix.lower()}", 0
        async with await open_file(file, "wb") as out:
            async for chunk in request.stream():
                size += len(chunk)
                if size > LARGEST_LOG_BYTES:
                    raise BadRequest(f"The log is larger than {LARGEST_LOG_BYTES >> 20} MiB.", code="file_too_large")
                await out.write(chunk)
        shots = await to_thread.run_sync(read_shots, file, target)
    flown = CoverageMap(target)
    flown.add(shots.shots)
    return flown, shots.source
