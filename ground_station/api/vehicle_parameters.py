"""Parameters of vehicles over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

import anyio
from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from geo.primitives import SunqarError
from ground_station.api.auth import Pilot, SignedIn, signed_in
from ground_station.api.services import Services, ServicesNeeded
from ground_station.api.vehicle_services import ask_vehicle
from ground_station.api.vehicles import VehicleId
from ground_station.tokens import Account

router = APIRouter(prefix="/api/v1", tags=["parameters"], dependencies=[Depends(signed_in)])

LIST_WITHIN_S = 120.0  # 1,400 parameters over a slow radio
SET_WITHIN_S = 12.0
ASKED_AT_ONCE = 8  # vehicles of a fleet: their links may be one radio


class ParameterValue(BaseModel):
    name: str
    value: float | int
    type: str = Field(description="uint8 … int32, float, double")
    default: float | int | None = Field(None, description="Only where the vehicle tells it")


class ParameterPage(BaseModel):
    vehicle_id: str
    source: Literal["memory", "cache", "file", "list"] = Field(
        description="Where from: known already, kept by hash, packed file, plain list"
    )
    at: datetime | None
    items: list[ParameterValue]


class ParameterChange(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    name: str = Field(min_length=1, max_length=16)
    value: float | int


class ParameterSetResult(ParameterValue):
    before: float | int
    read_back: bool


class ParameterBatch(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    values: dict[str, float | int] = Field(min_length=1, max_length=5000)


class ParameterFault(BaseModel):
    name: str
    value: float | int
    reason: str


class ParameterMove(BaseModel):
    name: str
    value: float | int
    before: float | int


class ParameterBatchResult(BaseModel):
    changed: list[ParameterMove]
    failed: list[ParameterFault]
    unknown: list[str] = Field(description="Names the vehicle does not have")
    unchanged: int


class Baseline(BaseModel):
    model_config = ConfigDict(extra="forbid")

    baseline: str = Field(min_length=1, max_length=2_000_000, description="A .param or .params file, as text")
    everything: bool = Field(False, description="Also parameters the file does not speak of")


class ParameterDifference(BaseModel):
    name: str
    baseline: float | int | None
    vehicle: float | int | None
    individual: bool = Field(description="Differs from airframe to airframe by nature: calibrations, counters, ids")


class ParameterComparison(BaseModel):
    vehicle_id: str
    compared: int
    items: list[ParameterDifference]


class FleetBaseline(BaseModel):
    """Either a file or a vehicle whose parameters, as they are, the others are compared with."""

    model_config = ConfigDict(extra="forbid")

    vehicle_ids: list[str] = Field(min_length=1, max_length=250)
    baseline: str | None = Field(None, min_length=1, max_length=2_000_000, description="A .param or .params file, as text")
    baseline_vehicle_id: str | None = Field(None, pattern=r"^[A-Za-z0-9_-]{1,64}$")
    everything: bool = Field(False, description="Also parameters the baseline does not speak of")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.baseline is None) == (self.baseline_vehicle_id is None):
            raise ValueError("give either `baseline` or `baseline_vehicle_id`")
        return self


class FleetComparisonRow(BaseModel):
    """Either a comparison or why there is none."""

    vehicle_id: str
    comparison: ParameterComparison | None = None
    error: str | None = None


class FleetComparison(BaseModel):
    items: list[FleetComparisonRow]


@router.get("/vehicles/{vehicle_id}/parameters")
async def list_parameters(
    vehicle_id: VehicleId, services: ServicesNeeded, account: SignedIn, refresh: Annotated[bool, Query()] = False
) -> ParameterPage:
    """All parameters; from the vehicle the first time or with `refresh`. Progress on the live topic `vehicle.transfer`."""
    result = await ask_vehicle(services, account, vehicle_id, "parameters", {"refresh": refresh}, LIST_WITHIN_S)
    return ParameterPage.model_validate(result)


@router.put("/vehicles/{vehicle_id}/parameters")
async def set_parameter(vehicle_id: VehicleId, body: ParameterChange, services: ServicesNeeded, account: Pilot) -> ParameterSetResult:
    """Set one. Answered when the vehicle, asked for it, gives it back; 409 with the value it keeps when it does not."""
    result = await ask_vehicle(services, account, vehicle_id, "set_parameter", body.model_dump(), SET_WITHIN_S)
    return ParameterSetResult.model_validate(result)


@router.post("/vehicles/{vehicle_id}/parameters/batch")
async def set_parameters(vehicle_id: VehicleId, body: ParameterBatch, services: ServicesNeeded, account: Pilot) -> ParameterBatchResult:
    """Set what differs of many, each with read-back. Values that would not arrive as written refuse the whole batch beforehand."""
    result = await ask_vehicle(services, account, vehicle_id, "load_parameters", body.model_dump(), 5 * LIST_WITHIN_S)
    return ParameterBatchResult.model_validate(result)


@router.post("/vehicles/{vehicle_id}/parameters/compare")
async def compare_parameters(vehicle_id: VehicleId, body: Baseline, services: ServicesNeeded, account: SignedIn) -> ParameterComparison:
    """What differs from a baseline file."""
    result = await ask_vehicle(services, account, vehicle_id, "compare_parameters", body.model_dump(), LIST_WITHIN_S)
    return ParameterComparison.model_validate(result)


@router.get("/vehicles/{vehicle_id}/parameters/file", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def parameter_file(
    vehicle_id: VehicleId,
    services: ServicesNeeded,
    account: SignedIn,
    format: Annotated[Literal["ardupilot", "qgc"] | None, Query(description="By autopilot when not given")] = None,
) -> Response:
    """All parameters as a file the autopilot's own tools read."""
    result: dict[str, Any] = await ask_vehicle(services, account, vehicle_id, "parameter_file", {"format": format}, LIST_WITHIN_S)
    return Response(result["text"], media_type="text/plain", headers={"Content-Disposition": f'attachment; filename="{result["name"]}"'})


@router.post("/parameters/compare")
async def compare_fleet(body: FleetBaseline, services: ServicesNeeded, account: SignedIn) -> FleetComparison:
    """Many vehicles against one baseline. One that cannot be asked is told as such and holds up no other."""
    text = body.baseline or await _as_file(services, account, body.baseline_vehicle_id or "")
    rows: dict[str, FleetComparisonRow] = {}
    limit = anyio.CapacityLimiter(ASKED_AT_ONCE)
    question = Baseline(baseline=text, everything=body.everything).model_dump()

    async def ask(vehicle_id: str) -> None:
        async with limit:
            try:
                result = await ask_vehicle(services, account, vehicle_id, "compare_parameters", question, LIST_WITHIN_S)
                rows[vehicle_id] = FleetComparisonRow(vehicle_id=vehicle_id, comparison=ParameterComparison.model_validate(result))
            except SunqarError as error:
                rows[vehicle_id] = FleetComparisonRow(vehicle_id=vehicle_id, error=error.one_line())

    async with anyio.create_task_group() as tasks:
        for vehicle_id in dict.fromkeys(body.vehicle_ids):
            tasks.start_soon(ask, vehicle_id)
    return FleetComparison(items=[rows[vehicle_id] for vehicle_id in dict.fromkeys(body.vehicle_ids)])


async def _as_file(services: Services, account: Account, vehicle_id: str) -> str:
    """Its parameters as they are now."""
    result = await ask_vehicle(services, account, vehicle_id, "parameter_file", {}, LIST_WITHIN_S)
    return str(result["text"])
