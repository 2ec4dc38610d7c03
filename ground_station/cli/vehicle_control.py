"""`sunqar vehicle control`: Which ground station an aircraft obeys, straight over a MAVLink link."""

from typing import Annotated, Any

import typer

from ground_station.cli.link_options import WAIT_S, LinkOption, VehicleOption, WaitOption

app = typer.Typer(help="Operator control: which ground station the aircraft obeys.", no_args_is_help=True)

AllowOption = Annotated[bool, typer.Option("--allow-takeover", help="Other stations may take control unasked.")]
PatienceOption = Annotated[float, typer.Option("--patience", min=3.0, max=60.0, help="Seconds the station in control is given to answer.")]


@app.command()
def status(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Who is in control, by the aircraft's own word."""
    _ask(link, vehicle, wait_s, "operator")


@app.command()
def take(
    link: LinkOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
    allow: AllowOption = False,
    patience_s: PatienceOption = 10.0,
) -> None:
    """Take control; a station that has it is asked first. Done when the aircraft shows it."""
    _ask(link, vehicle, wait_s, "take_operator_control", takeover_allowed=allow, patience_s=patience_s)


@app.command()
def release(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Give it up: the aircraft obeys every station again."""
    _ask(link, vehicle, wait_s, "release_operator_control")


def _ask(link: str, vehicle: str | None, wait_s: float, service: str, **parameters: Any) -> None:
    from ground_station.cli.direct_service import ask_one

    state = ask_one(link, vehicle, wait_s, service, **parameters)
    control = state["control"]
    typer.echo(f"{state['vehicle_id']}: {_words(control)}")


def _words(control: dict[str, Any]) -> str:
    if not control["supported"]:
        return "does not speak operator control; it obeys every station it hears"
    if control["controller"] is None:
        return "no station is in control; every station is obeyed"
    who = f"this station (system {control['controller']})" if control["ours"] else f"station {control['controller']}"
    return f"{who} is in control; others {'may take over' if control['takeover_allowed'] else 'must ask'}"
