"""`sunqar energy`: What vehicles spend, out of their own flights."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geo.primitives import MissionError

if TYPE_CHECKING:
    from ground_station.flight_data import FlightRecord

app = typer.Typer(help="What vehicles spend, out of their own flights.", no_args_is_help=True)


@app.callback()
def energy() -> None:
    """What vehicles spend, out of their own flights."""


@app.command()
def calibrate(
    logs: Annotated[list[Path], typer.Argument(metavar="LOG...", help="Flights of one vehicle: .tlog, .bin, .ulg")],
    vehicle: Annotated[str | None, typer.Option(help="Name plans give the vehicle [default: the id in the logs]")] = None,
    mass_kg: Annotated[float | None, typer.Option(min=0.05, max=1000.0, help="Take-off mass")] = None,
    battery_wh: Annotated[float | None, typer.Option(min=1.0, max=100_000.0, help="Energy of a full battery")] = None,
    out: Annotated[Path | None, typer.Option(help="Where it is kept [default: energy.toml of the data folder]")] = None,
) -> None:
    """Fit the energy model of a vehicle to its flights and keep it for plans that name the vehicle."""
    from dataclasses import replace

    from ground_station.flight_data import read_flights
    from ground_station.flight_data.power import power_samples
    from ground_station.settings import load_settings
    from missions import (
        ENERGY_FILE,
        Calibration,
        EnergyModel,
        WingDynamics,
        WingEnergyModel,
        calibrate as fitted,
        calibrate_wing,
        keep_energy,
        known_energies,
        known_wings,
    )

    records = [record for log in logs for record in read_flights(log)]
    name = vehicle or _only_vehicle(records)
    path = out or load_settings().data_dir / ENERGY_FILE
    given = {member: value for member, value in (("mass_kg", mass_kg), ("battery_wh", battery_wh)) if value is not None}
    samples = [power_samples(record) for record in records]
    found: Calibration[EnergyModel | WingEnergyModel]
    if all(record.vehicle_type == "plane" for record in records):
        found = calibrate_wing(samples, replace(known_wings(path).get(name, WingEnergyModel()), **given))
    else:
        found = fitted(samples, replace(known_energies(path).get(name, EnergyModel()), **given))
    path.parent.mkdir(parents=True, exist_ok=True)
    keep_energy(path, name, found.energy)
    model = found.energy
    if isinstance(model, WingEnergyModel):
        cruise_mps = WingDynamics().cruise_mps
        level_w, climbing_w = model.level_power_w(cruise_mps), model.power_w(cruise_mps, 2.0)
        typer.echo(f"{name}: {level_w:.0f} W level at {cruise_mps:g} m/s, {climbing_w:.0f} W climbing at 2 m/s")
    else:
        fast_w, climbing_w = model.level_power_w(10.0), model.climb_power_w(2.0)
        typer.echo(f"{name}: hovers with {model.hover_w:.0f} W, {fast_w:.0f} W at 10 m/s, {climbing_w:.0f} W climbing at 2 m/s")
    kind = "each foretold from the others" if found.flights > 1 else "of the flight itself"
    typer.echo(f"error of the energy of a flight: {found.error_share:.1%} ({found.flights} flights, {found.samples} samples, {kind})")
    for member in found.kept:
        typer.echo(f"{member}: not to be seen in these flights, kept at {getattr(model, member):g}")
    typer.echo(f"kept in {path}")


def _only_vehicle(records: "list[FlightRecord]") -> str:
    names = sorted({record.vehicle_id for record in records})
    if len(names) == 1:
        return names[0]
    raise MissionError(
        f"The logs are of {len(names)} vehicles: {', '.join(names)}.",
        code="mission.energy_vehicles",
        hint="Say with --vehicle whose they are.",
    )
