"""`sunqar vehicle logs`: Flight logs on board, straight over a MAVLink link."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ground_station.cli.link_options import WAIT_S, LinkOption, VehicleOption, WaitOption

app = typer.Typer(help="List and fetch the flight logs of a vehicle.", no_args_is_help=True)


@app.command(name="list")
def list_logs(link: LinkOption, vehicle: VehicleOption = None, wait_s: WaitOption = WAIT_S) -> None:
    """Logs on board, and those fetched before."""
    from ground_station.cli.direct_service import ask_one

    answer = ask_one(link, vehicle, wait_s, "logs")
    for row in answer["items"]:
        begun = f"{datetime.fromtimestamp(row['started_unix_s'], UTC):%Y-%m-%d %H:%M} UTC" if row["started_unix_s"] else "no date"
        here = "here" if row["whole"] else f"{row['bytes_here']} bytes here" if row["bytes_here"] else ""
        typer.echo(f"{row['number']:5}  {begun:20}  {row['size_bytes']:>12} bytes  {here}".rstrip())
    typer.echo(f"{len(answer['items'])} logs of {answer['vehicle_id']}", err=True)


@app.command()
def get(
    number: Annotated[int, typer.Argument(min=0, max=65535, help="Number as listed.")],
    link: LinkOption,
    out: Annotated[Path, typer.Option("--out", help="Folder to put it in.")] = Path(),
    way: Annotated[str, typer.Option("--way", help="auto, ftp or log: by which protocol.")] = "auto",
    vehicle: VehicleOption = None,
    wait_s: WaitOption = WAIT_S,
) -> None:
    """Fetch one log. Stopped or cut off, it goes on from what came when asked for again."""
    import shutil

    from geo.primitives import VehicleError
    from ground_station.cli.direct_service import Asked, with_one
    from ground_station.microservices.log_store import LogFile
    from ground_station.microservices.logs import download
    from ground_station.new_file import new_file

    if way not in ("auto", "ftp", "log"):
        raise VehicleError(f"'{way}' is no way to fetch a log.", code="command.parameters", hint="Give auto, ftp or log.")

    async def go(asked: Asked) -> None:
        await asked.ask("logs")
        entry = asked.vehicle.logs.get(number)
        if entry is None:
            there = ", ".join(str(n) for n in sorted(asked.vehicle.logs)) or "none"
            raise VehicleError(f"{asked.vehicle.vehicle_id} has no log {number}; there are: {there}.", code="log.unknown")
        suffix = asked.vehicle.estimate.autopilot.log_suffix
        file = LogFile.of(asked.tools.data_dir, asked.vehicle.vehicle_id, entry, suffix)
        if not file.is_whole:
            async with asked.tools.transfers.transfer(asked.vehicle.vehicle_id, f"log {number}", asked.tools.actor) as transfer:
                await download(asked.vehicle, entry, file, transfer, way)  # type: ignore[arg-type]  # one of the three, checked above
        target = out / file.whole.name
        with new_file(target) as partial:
            shutil.copyfile(file.whole, partial)
        typer.echo(f"{entry.size_bytes} bytes written to {target}")

    with_one(link, vehicle, wait_s, go)
