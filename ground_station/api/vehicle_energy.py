"""What a vehicle spends, out of its own flights on record: plans that name the vehicle count with it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any, Literal
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from geo.core import AuditLog, FlightFileStore, FlightFilter, FlightStore, VehicleStore
from ground_station.api.auth import Pilot, signed_in
from ground_station.api.errors import BadRequest, NotFound
from ground_station.api.services import Services, ServicesNeeded
from ground_station.flight_data import FlightDataError, read_flights
from ground_station.flight_data.power import power_samples
from ground_station.flight_data.shelf import FOLDER
from missions import (
    ENERGY_FILE,
    Calibration,
    EnergyModel,
    PowerSample,
    WingDynamics,
    WingEnergyModel,
    calibrate,
    calibrate_wing,
    keep_energy,
    known_energies,
    known_wings,
)

router = APIRouter(prefix="/api/v1/vehicles/{vehicle_id}/energy", tags=["vehicles"], dependencies=[Depends(signed_in)])

# Newer flights tell of the vehicle as it is; more of them make no better model, only a longer wait.
NEWEST_FLIGHTS = 20
COPTER_CRUISE_MPS, PLANE_CRUISE_MPS, CLIMB_MPS = 10.0, WingDynamics().cruise_mps, 2.0
# The file is read, changed and written: one change at a time.
_WRITING = Lock()


class CalibrationAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    flights: list[UUID] = Field(default=[], max_length=200, description=f"Of this vehicle; empty: the newest {NEWEST_FLIGHTS} on record")
    mass_kg: float | None = Field(default=None, ge=0.05, le=1000.0, description="Take-off mass, where it is known better")
    battery_wh: float | None = Field(default=None, ge=1.0, le=100_000.0, description="Energy of a full battery")


class EnergyView(BaseModel):
    vehicle_id: str
    kind: Literal["copter", "plane"]
    measured: bool = Field(description="From flights of this vehicle; false: the assumed copter or plane")
    hover_w: float | None = Field(description="None: a plane does not hover")
    cruise_mps: float
    cruise_w: float = Field(description="Level at `cruise_mps`")
    climb_w: float = Field(description=f"At {CLIMB_MPS:g} m/s, a copter straight up, a plane at `cruise_mps`")
    mass_kg: float
    battery_wh: float
    reserve: float = Field(description="Share of the battery not planned for")


class FlightNotUsed(BaseModel):
    flight_id: UUID
    reason: str


class CalibrationView(EnergyView):
    error_share: float = Field(description="Root mean square of how far the energy of a flight is from the model's, as a share of it")
    foretold: bool = Field(
        description="Each flight was foretold from the others; false: there was only one, and the error is that of the fit"
    )
    flights: int
    samples: int
    kept: list[str] = Field(description="Numbers of the model these flights say nothing of; they stayed as they were")
    not_used: list[FlightNotUsed]


@router.get("")
async def get_energy(vehicle_id: str, services: ServicesNeeded) -> EnergyView:
    """The model that plans naming this vehicle count with."""
    plane = await _known(services, vehicle_id) == "plane"
    known = await to_thread.run_sync(_model, _file(services), vehicle_id, plane)
    return EnergyView(**_members(vehicle_id, known or (WingEnergyModel() if plane else EnergyModel()), known is not None))


@router.post("/calibrate")
async def calibrate_energy(vehicle_id: str, asked: CalibrationAsked, services: ServicesNeeded, account: Pilot) -> CalibrationView:
    """Fit the model to flights on record and keep it. Wind is not known of them: choose calm days, or flights there and back."""
    plane = await _known(services, vehicle_id) == "plane"
    flown, not_used = await _flown(services, vehicle_id, asked.flights)
    if not flown:
        why = not_used[0].reason if not_used else "none is on record."
        raise BadRequest(
            f"No flight of {vehicle_id} says what it spent: {why}",
            code="calibration_without_flights",
            hint="Fly with a power module while the station records, or import logs of this vehicle.",
        )
    found = await to_thread.run_sync(_kept, _file(services), vehicle_id, plane, flown, asked)
    model = found.energy
    members = _members(vehicle_id, model, True)
    power = {name: members[name] for name in ("hover_w", "cruise_w", "climb_w") if members[name] is not None}
    detail = power | {"error_share": round(found.error_share, 4), "flights": found.flights}
    await AuditLog(services.database).append(account.name, "vehicle.energy_calibrated", f"vehicle/{vehicle_id}", detail)
    return CalibrationView(
        **members,
        error_share=found.error_share,
        foretold=found.flights > 1,
        flights=found.flights,
        samples=found.samples,
        kept=list(found.kept),
        not_used=not_used,
    )


def _model(path: Path, vehicle_id: str, plane: bool) -> EnergyModel | WingEnergyModel | None:
    return known_wings(path).get(vehicle_id) if plane else known_energies(path).get(vehicle_id)


def _kept(
    path: Path, vehicle_id: str, plane: bool, flown: Sequence[Sequence[PowerSample]], asked: CalibrationAsked
) -> Calibration[EnergyModel | WingEnergyModel]:
    given = {name: value for name, value in (("mass_kg", asked.mass_kg), ("battery_wh", asked.battery_wh)) if value is not None}
    with _WRITING:
        found: Calibration[EnergyModel | WingEnergyModel]
        if plane:
            found = calibrate_wing(flown, replace(known_wings(path).get(vehicle_id, WingEnergyModel()), **given))
        else:
            found = calibrate(flown, replace(known_energies(path).get(vehicle_id, EnergyModel()), **given))
        keep_energy(path, vehicle_id, found.energy)
    return found


async def _flown(services: Services, vehicle_id: str, chosen: Sequence[UUID]) -> tuple[list[list[PowerSample]], list[FlightNotUsed]]:
    """Samples of each log once, though it may tell of several flights, and the flights that say nothing, with the reason."""
    store = FlightStore(services.database)
    rows = [row for row in [await store.get(flight_id) for flight_id in chosen] if row is not None and row.vehicle_id == vehicle_id]
    if len(rows) < len(chosen):
        raise NotFound(f"Not every flight chosen is one of {vehicle_id}.", code="flight_unknown", hint="Choose flights of this vehicle.")
    if not chosen:
        rows = list((await store.page(FlightFilter(vehicle_id), limit=NEWEST_FLIGHTS)).items)
    read: set[Path] = set()
    flown: list[list[PowerSample]] = []
    not_used: list[FlightNotUsed] = []
    for row in rows:
        reasons = ["no log of it is kept."]
        for file in await FlightFileStore(services.database).of_flight(row.vehicle_id, row.started_at, row.ended_at):
            path = services.settings.data_dir / FOLDER / file.path
            if file.ended_at is None or not await to_thread.run_sync(path.is_file):
                continue
            if path in read:
                reasons = []
                break
            try:
                flown += await to_thread.run_sync(_samples, path, vehicle_id)
            except FlightDataError as error:
                reasons.append(error.message)
                continue
            read.add(path)
            reasons = []
            break
        if reasons:
            not_used.append(FlightNotUsed(flight_id=row.flight_id, reason=reasons[-1]))
    return flown, not_used


def _samples(path: Path, vehicle_id: str) -> list[list[PowerSample]]:
    """A log of one vehicle is that of the vehicle it is filed under, whatever it calls itself."""
    records = read_flights(path)
    own = [record for record in records if record.vehicle_id == vehicle_id] or (records if len(records) == 1 else [])
    return [power_samples(record) for record in own]


def _file(services: Services) -> Path:
    return services.settings.data_dir / ENERGY_FILE


async def _known(services: Services, vehicle_id: str) -> str:
    """The type of a vehicle that was heard at some time."""
    row = await VehicleStore(services.database).get(vehicle_id)
    if row is None:
        raise NotFound(f"There is no vehicle '{vehicle_id}'.", code="vehicle_unknown", hint="Choose one of /api/v1/vehicles.")
    return row.vehicle_type


def _members(vehicle_id: str, model: EnergyModel | WingEnergyModel, measured: bool) -> dict[str, Any]:
    if isinstance(model, WingEnergyModel):
        kind, cruise_mps, hover_w, climb_w = "plane", PLANE_CRUISE_MPS, None, model.power_w(PLANE_CRUISE_MPS, CLIMB_MPS)
    else:
        kind, cruise_mps, hover_w, climb_w = "copter", COPTER_CRUISE_MPS, round(model.hover_w, 1), model.climb_power_w(CLIMB_MPS)
    return {
        "vehicle_id": vehicle_id,
        "kind": kind,
        "measured": measured,
        "hover_w": hover_w,
        "cruise_mps": cruise_mps,
        "cruise_w": round(model.level_power_w(cruise_mps), 1),
        "climb_w": round(climb_w, 1),
        "mass_kg": model.mass_kg,
        "battery_wh": model.battery_wh,
        "reserve": model.reserve,
    }
