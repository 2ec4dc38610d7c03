"""`sunqar companion`: computers on board that may send what they see to this station."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Companion computers on aircraft.", no_args_is_help=True)


@app.command()
def invite(
    vehicle: Annotated[str, typer.Argument(help="The vehicle it flies on, mav-1.")],
    out: Annotated[Path, typer.Option(help="Where the invitation goes: a file with a password, to be carried to the computer.")],
    name: Annotated[str | None, typer.Option(help="Name of its video source. [default: VEHICLE-onboard]")] = None,
) -> None:
    """Make an invitation. One made before for the same name is void."""
    import anyio

    from geo.core import VideoSource, VideoSourceStore, open_database
    from geo.primitives import SettingsError
    from ground_station.bus.companions import CompanionBook
    from ground_station.bus.leaf_certificate import leaf_authority
    from ground_station.bus.station_bus import companion_address, station_bus
    from ground_station.onboard.invitation import Invitation
    from ground_station.private_file import write_private
    from ground_station.reachable_database import reachable_database
    from ground_station.settings import load_settings

    settings = load_settings()
    address = companion_address(settings)
    if address is None:
        raise SettingsError(
            "This station has no door for companion computers.",
            code="settings.companion_listen",
            hint="Set SUNQAR_COMPANION__LISTEN=0.0.0.0:7422 and start `sunqar up` again.",
        )
    source_id = name or f"{vehicle}-onboard"

    async def register(url: str) -> None:
        async with open_database(url, max_connections=1) as database:
            titles = (f"{vehicle}, борттағы", f"{vehicle}, бортовая", f"{vehicle}, on board")
            await VideoSourceStore(database).upsert(VideoSource(source_id, "drone", *titles, vehicle_id=vehicle))

    with reachable_database(settings) as url:
        anyio.run(register, url)
    companion = CompanionBook(settings.data_dir).invite(source_id, vehicle)
    invitation = Invitation(
        station=address,
        source_id=source_id,
        vehicle_id=vehicle,
        password=companion.password,
        authority_pem=leaf_authority(settings.data_dir).read_text(encoding="utf-8"),
    )
    write_private(out, invitation.model_dump_json(indent=1))
    admitted = station_bus(settings).reload()
    typer.echo(f"Invitation of {source_id} to {address} written to {out}.")
    if not admitted:
        typer.echo("The station is not running; it will let it in once it is.")
    typer.echo(f"On board: SUNQAR_ONBOARD__INVITATION={out.name} SUNQAR_ONBOARD__CAMERA=rtsp://… sunqar onboard")


@app.command("list")
def list_companions() -> None:
    """Who may join."""
    from ground_station.bus.companions import CompanionBook
    from ground_station.settings import load_settings

    for companion in CompanionBook(load_settings().data_dir).all():
        typer.echo(f"{companion.source_id}  on {companion.vehicle_id}")


@app.command()
def remove(name: Annotated[str, typer.Argument(help="As `sunqar companion list` tells it.")]) -> None:
    """Let it in no more; a connection it has is closed."""
    from geo.primitives import SettingsError
    from ground_station.bus.companions import CompanionBook
    from ground_station.bus.station_bus import station_bus
    from ground_station.settings import load_settings

    settings = load_settings()
    if not CompanionBook(settings.data_dir).remove(name):
        raise SettingsError(
            f"There is no companion computer '{name}'.", code="settings.companion_name", hint="`sunqar companion list` tells them."
        )
    station_bus(settings).reload()
    typer.echo(f"{name} can join no more.")
