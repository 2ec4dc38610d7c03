"""What `sunqar plan` says of wind, batteries and vehicles, and the files of a plan that is several flights."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geo.primitives import MissionError
from ground_station.cli.plan_inputs import home_place

if TYPE_CHECKING:
    from missions import Finding, PlanResult, Sortie, VehicleStart, Wind

WindOption = Annotated[str | None, typer.Option("--wind", metavar="SPEED,FROM", help="Wind in m/s and the degrees it comes from: 6,270")]
SortiesOption = Annotated[bool, typer.Option("--sorties", help="Cut into flights of one battery each")]
ReserveOption = Annotated[float | None, typer.Option("--reserve", help="Share of the battery not planned for [default: the vehicle's own]")]
VehicleHomes = Annotated[
    list[str] | None,
    typer.Option(
        "--vehicle-home",
        metavar="[NAME=]LAT,LON",
        help="Where one of several vehicles starts; once for each, instead of --home. A name brings its measured energy",
    ),
]


def flight_members(wind: str | None, sorties: bool, reserve: float | None, vehicle_home: list[str] | None) -> dict[str, Any]:
    """Members of a request out of these options."""
    starts = tuple(_start(text) for text in vehicle_home or ())
    return {"wind": None if wind is None else _wind(wind), "sorties": sorties, "reserve": reserve, "vehicles": starts}


def _start(text: str) -> "VehicleStart":
    from missions import VehicleStart

    name, _, place = text.rpartition("=")
    return VehicleStart(home_place(place, "--vehicle-home"), name)


def _wind(text: str) -> "Wind":
    from missions import Wind

    try:
        speed_mps, from_deg = (float(part) for part in text.split(","))
    except ValueError as error:
        raise MissionError(f"--wind '{text}' is not SPEED,FROM.", code="mission.wind", hint="Write it as --wind 6,270.") from error
    return Wind(speed_mps, from_deg)


def write_flights(result: "PlanResult", out: Path) -> "tuple[list[Path], list[Finding]]":
    """The file of a plan, or one a flight: field-1.plan, field-2.plan … And what the format leaves out of them."""
    from missions import write_plan

    if not result.sorties:
        assert result.plan is not None
        return [out], list(write_plan(result.plan, out))
    paths = [out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(1, len(result.sorties) + 1)]
    lost = [finding for sortie, path in zip(result.sorties, paths, strict=True) for finding in write_plan(sortie.plan, path)]
    return paths, list(dict.fromkeys(lost))


def print_flights(result: "PlanResult", paths: list[Path]) -> None:
    """One sentence a flight of a plan that is several."""
    for sortie, path in zip(result.sorties, paths, strict=False):
        typer.echo(f"{path.name}: {_sentence(sortie)}")


def _sentence(sortie: "Sortie") -> str:
    minutes, seconds = divmod(round(sortie.duration_s), 60)
    return (
        f"{sortie.name}, {minutes} min {seconds:02d} s, {sortie.distance_m / 1000:.2f} km, {sortie.photos} photos, "
        f"{sortie.energy_wh:.0f} Wh, begins at {sortie.start.lat_deg:.6f}, {sortie.start.lon_deg:.6f}."
    )
