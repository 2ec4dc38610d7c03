"""`sunqar vehicle params`: Parameters of a vehicle, straight over a MAVLink link."""

from pathlib import Path
from typing import Annotated, Any

import typer

from ground_station.cli.link_options import WAIT_S, LinkOption, VehicleOption, WaitOption

app = typer.Typer(help="Read, set, save and compare parameters.", no_args_is_help=True)

BaselineFile = Annotated[Path, typer.Argument(help="Parameter file: .param, .parm or QGroundControl's .params.")]
Everything = Annotated[bool, typer.Option("--all", help="Also calibrations, counters and ids, which differ from airframe to airframe.")]


@app.command(name="list")
def list_parameters(
    link: LinkOption,
    text: Annotated[str, typer.Argument(help="Only names that contain this.")] = "",
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Every parameter, its value, and its default where the vehicle tells it."""
    from ground_station.cli.direct_service import ask_one

    answer = ask_one(link, vehicle, wait_s, "parameters")
    shown = [row for row in answer["items"] if text.upper() in row["name"]]
    for row in shown:
        default = "" if row["default"] is None or row["default"] == row["value"] else f"  default {_text(row['default'])}"
        typer.echo(f"{row['name']:16} {_text(row['value']):>14}  {row['type']}{default}")
    typer.echo(f"{len(shown)} of {len(answer['items'])} parameters of {answer['vehicle_id']}", err=True)


@app.command()
def get(name: str, link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """One parameter, fresh from the vehicle."""
    from ground_station.cli.direct_service import ask_one

    typer.echo(_text(ask_one(link, vehicle, wait_s, "parameter", name=name.upper())["value"]))


@app.command(name="set")
def set_parameter(name: str, value: float, link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Set one and read it back; succeeds only when the vehicle holds it."""
    from ground_station.cli.direct_service import ask_one

    answer = ask_one(link, vehicle, wait_s, "set_parameter", name=name.upper(), value=value)
    typer.echo(f"{answer['name']}: {_text(answer['before'])} -> {_text(answer['value'])}, read back")


@app.command()
def save(
    file: Annotated[Path, typer.Argument(help="File to write; .params gives QGroundControl's form, anything else NAME,VALUE.")],
    link: LinkOption,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Write every parameter to a file."""
    from ground_station.cli.direct_service import ask_one
    from ground_station.new_file import new_file

    answer = ask_one(link, vehicle, wait_s, "parameter_file", format="qgc" if file.suffix == ".params" else "ardupilot")
    with new_file(file) as partial:
        partial.write_text(answer["text"], encoding="utf-8")
    rows = [line for line in answer["text"].splitlines() if not line.startswith("#")]
    typer.echo(f"{len(rows)} parameters written to {file}")


@app.command()
def load(
    file: BaselineFile,
    link: LinkOption,
    everything: Everything = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Set what differs from a file, each with read-back, after showing it."""
    from ground_station.cli.direct_service import Asked, with_one

    text = _read(file)

    async def go(asked: Asked) -> None:
        found = (await asked.ask("compare_parameters", baseline=text))["items"]
        changes = [row for row in found if row["vehicle"] is not None and (everything or not row["individual"])]
        _print_differences(changes, asked.vehicle.vehicle_id)
        if not changes:
            return
        if not yes and not typer.confirm(f"Set {len(changes)} parameters of {asked.vehicle.vehicle_id}?"):
            raise typer.Exit(1)
        answer = await asked.ask("load_parameters", values={row["name"]: row["baseline"] for row in changes})
        for row in answer["failed"]:
            typer.echo(f"{row['name']}: {row['reason']}", err=True)
        typer.echo(f"{len(answer['changed'])} set and read back, {len(answer['failed'])} failed")
        if answer["failed"]:
            raise typer.Exit(1)

    with_one(link, vehicle, wait_s, go)


@app.command()
def diff(
    file: BaselineFile,
    link: LinkOption,
    everything: Everything = False,
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """What differs from a baseline file, for one vehicle or for every one on the link. Exit code 1 when something does."""
    from geo.primitives import VehicleError
    from ground_station.cli.direct_link import run_direct
    from ground_station.cli.direct_service import asking, asking_all

    text = _read(file)
    differing: list[str] = []

    async def go() -> None:
        async with asking(link, vehicle, wait_s) if vehicle else asking_all(link, wait_s) as asked:
            for one in asked.vehicles:
                try:
                    answer = await asked.ask("compare_parameters", one, baseline=text)
                except VehicleError as error:
                    typer.echo(f"{one.vehicle_id}: {error.one_line()}", err=True)
                    differing.append(one.vehicle_id)
                    continue
                found = [row for row in answer["items"] if everything or not row["individual"]]
                _print_differences(found, one.vehicle_id)
                if found:
                    differing.append(one.vehicle_id)
            typer.echo(f"{len(differing)} of {len(asked.vehicles)} vehicles differ from {file.name}")

    run_direct(go)
    if differing:
        raise typer.Exit(1)


def _print_differences(rows: list[dict[str, Any]], vehicle_id: str) -> None:
    if not rows:
        typer.echo(f"{vehicle_id}: as in the file")
    for row in rows:
        here = "not on the vehicle" if row["vehicle"] is None else _text(row["vehicle"])
        wanted = "not in the file" if row["baseline"] is None else _text(row["baseline"])
        typer.echo(f"{vehicle_id}  {row['name']:16} vehicle {here:>14}   file {wanted:>14}")


def _text(value: float | int) -> str:
    from ground_station.mavlink.parameter_values import Parameter
    from ground_station.microservices.parameter_files import written

    return str(value) if isinstance(value, int) else written(Parameter("", value, 9))


def _read(file: Path) -> str:
    from geo.primitives import VehicleError

    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise VehicleError(f"{file} cannot be read: {error.strerror}.", code="parameter.file", hint="Check its name.") from error
