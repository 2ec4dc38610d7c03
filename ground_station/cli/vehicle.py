"""`sunqar vehicle`: Command a vehicle straight over a MAVLink link."""

from typing import Annotated, Any

import typer

from ground_station.cli import vehicle_control, vehicle_links, vehicle_logs, vehicle_params
from ground_station.cli.link_options import WAIT_S, AltitudeOption, LinkOption, VehicleOption, WaitOption

app = typer.Typer(help="Command a vehicle straight over a MAVLink link.", no_args_is_help=True)
app.add_typer(vehicle_control.app, name="control")
app.add_typer(vehicle_params.app, name="params")
app.add_typer(vehicle_logs.app, name="logs")

vehicle_links.register(app)

LISTEN_S = 4.0  # heartbeats come once a second; the rest of the state is asked for in between


@app.command(name="list")
def list_vehicles(
    link: LinkOption, seconds: Annotated[float, typer.Option("--seconds", min=0.5, help="How long to listen.")] = LISTEN_S
) -> None:
    """Vehicles heard on the link."""
    import time

    import anyio

    from geo.primitives import VehicleError
    from ground_station.cli.direct_link import network_on, run_direct

    async def go() -> None:
        async with network_on(link) as network:
            await anyio.sleep(seconds)
            vehicles = [vehicle.snapshot(time.monotonic()) for vehicle in network.fleet]
        if not vehicles:
            raise VehicleError(
                f"No vehicle was heard on {link} within {seconds:g} s.",
                code="vehicle.unheard",
                hint="Check that a vehicle is powered and sends to this address.",
            )
        typer.echo(f"{'vehicle':10} {'autopilot':10} {'type':8} {'mode':12} {'armed':6} {'altitude':>9} {'battery':>8}  position")
        for state in sorted(vehicles, key=lambda state: state.system_id):
            place = "unknown" if state.lat_deg is None or state.lon_deg is None else f"{state.lat_deg:.6f},{state.lon_deg:.6f}"
            height = "-" if state.altitude_above_home_m is None else f"{state.altitude_above_home_m:.1f} m"
            charge = state.battery.remaining_fraction if state.battery else None
            typer.echo(
                f"{state.vehicle_id:10} {state.autopilot:10} {state.vehicle_type:8} {state.mode:12} {'yes' if state.armed else 'no':6} "
                f"{height:>9} {'-' if charge is None else f'{charge:.0%}':>8}  {place}"
            )

    run_direct(go)


@app.command()
def arm(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Arm; the propellers turn."""
    _command("arm", link, vehicle, wait_s)


@app.command()
def disarm(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Disarm on the ground."""
    _command("disarm", link, vehicle, wait_s)


@app.command()
def takeoff(link: LinkOption, altitude_m: AltitudeOption = 10.0, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Arm if needed and climb; ends when up there."""
    _command("takeoff", link, vehicle, wait_s, altitude_m=altitude_m)


@app.command()
def goto(
    place: Annotated[str, typer.Argument(metavar="LAT,LON", help="Where to, in degrees.")],
    link: LinkOption,
    altitude_m: AltitudeOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Fly to a place; ends when there."""
    from geo.primitives import VehicleError

    try:
        lat_deg, lon_deg = (float(part) for part in place.split(","))
    except ValueError as error:
        raise VehicleError(
            f"'{place}' is not a place.", code="command.parameters", hint="Write latitude, comma, longitude: 43.6505,51.16."
        ) from error
    _command("goto", link, vehicle, wait_s, lat_deg=lat_deg, lon_deg=lon_deg, altitude_m=altitude_m)


@app.command()
def hold(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Stop and stay."""
    _command("hold", link, vehicle, wait_s)


@app.command()
def rtl(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Return home and land; ends when disarmed."""
    _command("rtl", link, vehicle, wait_s)


@app.command()
def land(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Land here; ends when disarmed."""
    _command("land", link, vehicle, wait_s)


@app.command()
def mode(
    name: Annotated[str, typer.Argument(help="Mode as the autopilot calls it, for example GUIDED.")],
    link: LinkOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Change the flight mode."""
    _command("set_mode", link, vehicle, wait_s, mode=name)


def _command(name: str, link: str, vehicle: str | None, wait_s: float, **parameters: Any) -> None:
    from ground_station.cli.direct_link import run_command
    from ground_station.messages import CommandName

    run_command(link, vehicle, wait_s, CommandName(name), parameters)
