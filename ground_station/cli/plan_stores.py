"""`sunqar mission fence|rally upload|download|clear` and `sunqar mission clear`, straight on a MAVLink link."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ground_station.cli.link_options import WAIT_S, LinkOption, VehicleOption, WaitOption

fence_app = typer.Typer(help="The geofence on board.", no_args_is_help=True)
rally_app = typer.Typer(help="The rally points on board.", no_args_is_help=True)

PlanIn = Annotated[Path, typer.Argument(help="Plan that holds it: .plan, .kml or .geojson.")]
PlanOut = Annotated[Path, typer.Argument(help="Where to write it; the suffix chooses the format, .plan holds everything.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `sunqar mission`."""
    app.command(name="clear")(clear_mission)
    app.add_typer(fence_app, name="fence")
    app.add_typer(rally_app, name="rally")


def clear_mission(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Take the mission off the vehicle; succeeds when it is seen gone."""
    _say(_ask(link, vehicle, wait_s, "clear_mission"), "mission cleared")


@fence_app.command(name="upload")
def upload_fence(file: PlanIn, link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Replace the fence on board by a plan's and read it back."""
    from ground_station.microservices.plans import FenceParameters
    from missions import read_plan

    body = FenceParameters.of(read_plan(file).geofence).model_dump()
    _say(_ask(link, vehicle, wait_s, "upload_fence", **body), "fence on board, read back and equal")


@fence_app.command(name="download")
def download_fence(file: PlanOut, link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Write the fence on board to a plan file."""
    from ground_station.microservices.plans import FenceParameters
    from missions import MissionPlan, write_plan

    answer = _ask(link, vehicle, wait_s, "fence", refresh=True)
    answer.pop("at")
    fence = FenceParameters.model_validate(answer).geofence()
    write_plan(MissionPlan(name=file.stem, geofence=fence), file)
    typer.echo(f"{len(fence.polygons)} polygons and {len(fence.circles)} circles written to {file}")


@fence_app.command(name="clear")
def clear_fence(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Take the fence off the vehicle; succeeds when it is seen gone."""
    _say(_ask(link, vehicle, wait_s, "clear_fence"), "fence cleared")


@rally_app.command(name="upload")
def upload_rally(file: PlanIn, link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Replace the rally points on board by a plan's and read them back."""
    from geo.primitives import MissionError
    from ground_station.microservices.plans import RallyParameters
    from missions import read_plan

    points = read_plan(file).rally_points
    if not points:
        raise MissionError(f"{file.name} holds no rally points.", code="rally.empty", hint="To take them off the vehicle, clear them.")
    _say(
        _ask(link, vehicle, wait_s, "upload_rally", **RallyParameters.of(points).model_dump()), "rally points on board, read back and equal"
    )


@rally_app.command(name="download")
def download_rally(file: PlanOut, link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Write the rally points on board to a plan file."""
    from geo.primitives import LonLat
    from missions import MissionPlan, RallyPoint, write_plan

    rows = _ask(link, vehicle, wait_s, "rally", refresh=True)["points"]
    points = tuple(RallyPoint(LonLat(row["lon_deg"], row["lat_deg"]), row["altitude_m"]) for row in rows)
    write_plan(MissionPlan(name=file.stem, rally_points=points), file)
    typer.echo(f"{len(points)} rally points written to {file}")


@rally_app.command(name="clear")
def clear_rally(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Take the rally points off the vehicle; succeeds when they are seen gone."""
    _say(_ask(link, vehicle, wait_s, "clear_rally"), "rally points cleared")


def _ask(link: str, vehicle: str | None, wait_s: float, service: str, **parameters: Any) -> Any:
    from ground_station.cli.direct_service import ask_one

    return ask_one(link, vehicle, wait_s, service, **parameters)


def _say(answer: Any, what: str) -> None:
    count = f"{answer['items']} items: " if answer["items"] else ""
    typer.echo(f"{count}{what}")
