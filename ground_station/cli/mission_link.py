"""`sunqar mission upload|download|run|start|watch|pause|resume|skip|speed|reshoot|change`: missions straight on a MAVLink link."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ground_station.cli.link_options import WAIT_S, LinkOption, VehicleOption, WaitOption
from ground_station.cli.opened_plan import opened_plan

if TYPE_CHECKING:
    from geo.primitives import LonLat
    from ground_station.control import FlightVerdict
    from ground_station.vehicles import Vehicle

LOOK_EVERY_S = 0.2
NOT_STARTED_S = 60.0


def register(app: typer.Typer) -> None:
    """Add these commands to `sunqar mission`."""
    for command in (upload, download, run, start, watch, pause, resume, skip, speed, reshoot, change):
        app.command()(command)


def upload(
    file: Annotated[Path, typer.Argument(help="Plan to put on board: .plan, .waypoints, .kmz, .kml, .geojson or .csv.")],
    link: LinkOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Put a mission on board and read it back; succeeds only when both are equal."""
    from ground_station.cli.direct_link import run_command
    from ground_station.messages import CommandName

    items = [item.to_json() for item in opened_plan(file).flight_items()]
    run_command(link, vehicle, wait_s, CommandName.UPLOAD_MISSION, {"items": items})


def download(
    file: Annotated[Path, typer.Argument(help="Where to write it; the suffix chooses the format.")],
    link: LinkOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Read the mission on board into a file."""
    from ground_station.cli.direct_link import run_direct, vehicle_on
    from ground_station.control import download_mission
    from missions import MissionPlan, write_plan

    async def go() -> None:
        async with vehicle_on(link, vehicle, wait_s) as (_, found):
            items, home = await download_mission(found)
            autopilot = found.estimate.autopilot
        plan = MissionPlan(
            name=file.stem,
            vehicle_type=autopilot.vehicle_type,
            autopilot=autopilot.name,
            home=home or found.estimate.home,
            items=tuple(items),
        )
        write_plan(plan, file)
        typer.echo(f"{len(items)} items of {found.vehicle_id} written to {file}")

    run_direct(go)


def start(
    link: LinkOption,
    vehicle: VehicleOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; the vehicle arms and flies.")] = False,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Arm and fly the mission on board, after one confirmation. Ends when the vehicle is under way."""
    from ground_station.cli.direct_link import carry_out, run_direct, vehicle_on
    from ground_station.messages import CommandName

    async def go() -> None:
        async with vehicle_on(link, vehicle, wait_s) as (network, found):
            if not yes:
                import anyio

                total = found.estimate.mission_total
                carries = "its mission" if total is None else f"its mission of {total} items"
                # In a thread: heartbeats go on while the person thinks.
                sure = await anyio.to_thread.run_sync(
                    lambda: typer.confirm(f"{found.vehicle_id} will arm and fly {carries}. Start?"), abandon_on_cancel=True
                )
                if not sure:
                    typer.echo("Not started.", err=True)
                    raise typer.Exit(1)
            await carry_out(network, found, CommandName.START_MISSION, {})

    run_direct(go)


def watch(
    link: LinkOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
    start_within_s: Annotated[
        float, typer.Option("--start-within-s", min=1, help="Fail when the flight has not begun by then.")
    ] = NOT_STARTED_S,
) -> None:
    """Follow the flight until landed or failed; the last line says which. Exit code 0 only when flown to the end."""
    from ground_station.cli.direct_link import run_direct, vehicle_on

    async def go() -> None:
        async with vehicle_on(link, vehicle, wait_s) as (_, found):
            verdict = await _watch(found, start_within_s, await _endless(found))
        typer.echo(f"{found.vehicle_id} {verdict.text}")
        if not verdict.flown:
            raise typer.Exit(1)

    run_direct(go)


def pause(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Hold where it is, camera trigger off. The mission waits at its item."""
    _flow(link, vehicle, wait_s, "pause_mission")


def resume(
    link: LinkOption,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The plan of `mission run`, to fly what is left of it.")] = None,
    vehicle: VehicleOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="With FILE: do not ask; the vehicle arms and flies.")] = False,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Go on with the item the mission was paused at. With FILE: fly the rest of it, from the first uncovered footprint on."""
    if file is None:
        _flow(link, vehicle, wait_s, "resume_mission")
        return
    from ground_station.cli.mission_run import resume_run

    resume_run(file, link, vehicle, wait_s, yes=yes)


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The plan; what is flown of it is kept beside it in FILE.run.json.")],
    link: LinkOption,
    vehicle: VehicleOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; the vehicle arms and flies.")] = False,
    anew: Annotated[bool, typer.Option("--anew", help="Forget what has been flown of it.")] = False,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Upload, start and follow a mission; typed words command it. Exit code 0 when flown to the end, 3 when a rest is left."""
    from ground_station.cli.mission_run import begin_run

    begin_run(file, link, vehicle, wait_s, yes=yes, anew=anew)


def skip(
    item: Annotated[int, typer.Argument(min=1, help="Item to continue with, counted from 1 as `mission show` lists them.")],
    link: LinkOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Continue with another item, with the camera trigger and speed that are in force there."""
    _flow(link, vehicle, wait_s, "skip_to_item", item=item)


def speed(
    speed_mps: Annotated[float, typer.Argument(min=0.1, max=60, help="Metres per second, for the rest of the mission.")],
    link: LinkOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Fly the rest at another speed. Resumed with `resume` after a pause, the mission has its planned speed again."""
    _flow(link, vehicle, wait_s, "change_speed", speed_mps=speed_mps)


def reshoot(
    lat_deg: Annotated[float, typer.Argument(min=-90, max=90)],
    lon_deg: Annotated[float, typer.Argument(min=-180, max=180)],
    altitude_m: Annotated[float, typer.Argument(min=1, help="Above home.")],
    link: LinkOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Leave the mission, photograph this place, come back and go on."""
    _flow(link, vehicle, wait_s, "reshoot", lat_deg=lat_deg, lon_deg=lon_deg, altitude_m=altitude_m)


def change(
    file: Annotated[Path, typer.Argument(help="The mission as it shall be from now on.")],
    item: Annotated[int, typer.Argument(min=1, help="The item of it to go on with.")],
    link: LinkOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Take over a changed mission in the air: hold, upload, read back, go on."""
    items = [one.to_json() for one in opened_plan(file).flight_items()]
    _flow(link, vehicle, wait_s, "change_mission", items=items, item=item)


def _flow(link: str, vehicle: str | None, wait_s: float, command: str, **parameters: object) -> None:
    from ground_station.cli.direct_link import run_command
    from ground_station.messages import CommandName

    run_command(link, vehicle, wait_s, CommandName(command), parameters)


async def _endless(vehicle: "Vehicle") -> "LonLat | None":
    """Where its mission ends by staying for good. A mission that cannot be read now is watched all the same."""
    from geo.primitives import VehicleError
    from ground_station.control import download_mission, endless_end

    if not vehicle.estimate.mission_total:
        return None
    try:
        return endless_end((await download_mission(vehicle))[0], vehicle.estimate)
    except VehicleError:
        return None


async def _watch(vehicle: "Vehicle", start_within_s: float, endless_at: "LonLat | None") -> "FlightVerdict":
    import time

    from ground_station.control import FlightWatch

    flight = FlightWatch(time.monotonic(), start_within_s, endless_at=endless_at)
    told = ""
    while True:
        verdict = flight.look(vehicle.estimate, vehicle.online, time.monotonic())
        if verdict is not None:
            return verdict
        estimate = vehicle.estimate
        place = f"item {estimate.mission_current} of {estimate.mission_total or 0}" if vehicle.online else "link lost"
        if (line := f"{estimate.mode} {place}") != told:
            told = line
            height = "" if estimate.altitude_above_home_m is None else f", {estimate.altitude_above_home_m:.0f} m above home"
            speed = "" if estimate.ground_speed_mps is None else f", {estimate.ground_speed_mps:.1f} m/s"
            typer.echo(f"{vehicle.vehicle_id} {line}{height}{speed}")
        await vehicle.wait_change(LOOK_EVERY_S)
