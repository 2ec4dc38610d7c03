"""`sunqar sim`: simulated vehicles and scenes."""

from pathlib import Path
from typing import Annotated

import anyio
import typer

from geo.primitives import SettingsError
from ground_station.cli import scenario, sitl

app = typer.Typer(help="Simulated vehicles and scenes.", no_args_is_help=True)
sitl.register(app)
scenario.register(app)


@app.command()
def fleet(
    count: Annotated[int, typer.Option(help="How many vehicles; system ids 1..count", min=1, max=250)] = 1,
    autopilot: Annotated[str, typer.Option(help="Autopilot profile: ardupilot or px4")] = "ardupilot",
    kind: Annotated[str, typer.Option("--type", help="Vehicle type: copter, plane or vtol")] = "copter",
    home: Annotated[str, typer.Option(help="LAT,LON of the first vehicle; the others stand in a row eastwards")] = "43.6505,51.1600",
    out: Annotated[
        list[str] | None,
        typer.Option(
            help="udpout: or tcp:HOST:PORT for all; udpin: or tcpin:HOST:PORT listens, vehicle I on PORT+10*I. "
            "Given twice, every frame leaves on both  [default: udpout:127.0.0.1:14550]"
        ),
    ] = None,
    speedup: Annotated[float, typer.Option(help="Simulated seconds per second, 0.1..20")] = 1.0,
    seed: Annotated[
        int | None, typer.Option(help="The same seed sends the same bytes, from 2026-01-01T00:00Z on; without one the clock is real")
    ] = None,
    wind: Annotated[
        str, typer.Option(help="MPS,DEG[,GUSTS]: speed above 60 m, the direction it blows from, gusts as a share of it")
    ] = "0,0",
    fault: Annotated[
        list[str] | None, typer.Option(help="NAME[:key=value,…][@start_s[-end_s]]; `sunqar sim faults` lists them. May be repeated")
    ] = None,
    dem: Annotated[
        Path | None, typer.Option(help="Elevation model of the ground: GeoTIFF or SRTM .hgt", exists=True, dir_okay=False)
    ] = None,
    from_the_box: Annotated[
        bool, typer.Option("--from-the-box", help="Telemetry at the firmware's own rates: an ArduPilot is silent until asked")
    ] = False,
) -> None:
    """Run simulated vehicles that speak MAVLink 2, until Ctrl-C."""
    from sim import Fleet, parse_address, parse_fault, parse_home, parse_wind

    if not 0.1 <= speedup <= 20.0:
        raise SettingsError(f"--speedup {speedup:g} is outside 0.1..20.", code="sim.speedup", hint="Choose a speed in that range.")
    addresses = [parse_address(text) for text in out or ["udpout:127.0.0.1:14550"]]
    with Fleet(
        count,
        parse_home(home),
        addresses,
        autopilot=autopilot,
        vehicle_type=kind,
        seed=seed,
        speedup=speedup,
        wind=parse_wind(wind),
        faults=[parse_fault(text) for text in fault or []],
        dem=dem,
        from_the_box=from_the_box,
    ) as running:
        ends = " and ".join(f"{one} to {one.of_vehicle(count - 1)}" if one.listens and count > 1 else str(one) for one in addresses)
        typer.echo(f"{count} simulated {kind}{'s' if count > 1 else ''} ({autopilot}) at {home}, MAVLink 2 on {ends}. Ctrl-C stops.")
        try:
            anyio.run(running.run)
        except KeyboardInterrupt:
            typer.echo("stopped")


@app.command()
def docks(
    count: Annotated[int, typer.Option(help="How many docks, /docks/1 to /docks/COUNT", min=1, max=250)] = 1,
    port: Annotated[int, typer.Option(help="Loopback port", min=1, max=65535)] = 8560,
    fault: Annotated[list[str] | None, typer.Option(help="lid_stuck, no_charge, rain, wind or silent. May be repeated")] = None,
) -> None:
    """Serve simulated docks over HTTP, each with a parked vehicle at 60 % charge, until Ctrl-C."""
    import time

    from sim import DockServer, ParkedVehicle, SimulatedDock

    try:
        made = {number: SimulatedDock(frozenset(fault or []), ParkedVehicle()) for number in range(1, count + 1)}
    except ValueError as error:
        raise SettingsError(f"The dock cannot be made: {error}.", code="sim.dock", hint="For example --fault rain.") from error
    with DockServer(made, port) as server:
        typer.echo(f"{count} simulated docks from {server.url(1)} on. Ctrl-C stops.")
        try:
            anyio.run(server.run, time.monotonic)
        except KeyboardInterrupt:
            typer.echo("stopped")


@app.command()
def faults() -> None:
    """List the faults of --fault and scenario files."""
    from sim import FAULTS

    for name, kind in FAULTS.items():
        typer.echo(f"{name:17} {kind.summary}")


@app.command()
def run(
    scenario: Annotated[
        str | None, typer.Option(help="Shipped scene or scene file to live in; `sunqar sim scenario x` lists them  [default: mangystau]")
    ] = None,
    out: Annotated[str, typer.Option(help="Where the vehicles speak MAVLink, as for `sim fleet`")] = "udpout:127.0.0.1:14550",
    rtsp_port: Annotated[int, typer.Option(help="Port of the cameras' RTSP server", min=1, max=65535)] = 8554,
    vehicles: Annotated[int, typer.Option(help="Fill the scene's vehicles up with waiting copters; 0 leaves all out", min=0, max=250)] = 1,
    truth: Annotated[Path | None, typer.Option(help="Folder for the truth of every frame, one JSON Lines file a camera")] = None,
    speedup: Annotated[float, typer.Option(help="Simulated seconds per second", min=0.1, max=20)] = 1.0,
    seed: Annotated[int | None, typer.Option(help="The same seed flies the same; the clock then begins on 2026-01-01T00:00Z")] = None,
) -> None:
    """Live in a scene without a station: its vehicles speak MAVLink, its cameras serve RTSP. `up --scenario` adds the station."""
    from sim import DEFAULT_SCENE, World, WorldSettings, parse_address, read_scene

    scene = read_scene(scenario or DEFAULT_SCENE)
    world = World(WorldSettings(scene, parse_address(out), fleet=vehicles, rtsp_port=rtsp_port, truth=truth, speedup=speedup, seed=seed))
    typer.echo(f"{scene.name}: {scene.summary}")
    for camera in world.cameras:
        typer.echo(f"  {camera.part.kind:5} camera {camera.part.name}: rtsp://127.0.0.1:{rtsp_port}{camera.mount}")
    try:
        anyio.run(world.run)
    except KeyboardInterrupt:
        typer.echo("stopped")


@app.command(hidden=True)
def process() -> None:
    """The `sim` process of `up`: the scene of the settings."""
    from ground_station.process_runner import run_process

    run_process("sim")


@app.command()
def cutouts(
    folder: Annotated[Path, typer.Argument(help="Where the pictures and their labels go")],
    count: Annotated[int, typer.Option(help="How many pictures", min=1)] = 1200,
    seed: Annotated[int, typer.Option(help="The same seed draws the same pictures")] = 1,
) -> None:
    """Draw single machines and vehicles from any side, without a background: PNG with transparency, YOLO labels beside. For training."""
    from sim import write_cutouts

    write_cutouts(folder, count, seed)
    typer.echo(f"{count} pictures are in {folder}.")
