"""Commands that start processes: `up`, `api`, `station`, `watch`, `store`, `video`, `record`, `onboard`; and `doctor`, `config`."""

from typing import Annotated

import typer

ALONE = {
    "api": "HTTP, WebSocket and the web UI.",
    "station": "MAVLink links, vehicles and commands.",
    "watch": "Video sources to observations.",
    "store": "Observations, events and tracks from the bus to PostGIS.",
    "video": "Live video for browsers.",
    "onboard": "On an aircraft's companion computer: its camera to observations, kept until the station has them.",
}


def register(app: typer.Typer) -> None:
    """Add the process commands to the root of the command line."""
    app.command()(up)
    app.command()(doctor)
    app.command()(config)
    for name, purpose in ALONE.items():
        _register_process(app, name, purpose)


def up(
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo region of Mangystau.")] = False,
    sim: Annotated[bool, typer.Option("--sim/--no-sim", help="Fly simulated copters with cameras.")] = True,
    scenario: Annotated[
        str | None, typer.Option(help="Shipped scene or scene file to live in; `sunqar sim scenario x` lists them. [default: mangystau]")
    ] = None,
) -> None:
    """Start and supervise everything on this machine; Ctrl-C stops it all."""
    from ground_station.loading import loading

    with loading():
        from ground_station.settings import load_settings
        from ground_station.supervise.up import run_up

    settings = load_settings()
    if scenario is not None:
        settings = settings.model_copy(update={"sim": settings.sim.model_copy(update={"scenario": scenario})})
    run_up(settings, demo=demo, sim=sim)


def doctor() -> None:
    """Say what is missing on this machine and how to mend it."""
    from ground_station.doctor import examine, report
    from ground_station.settings import load_settings

    needs = examine(load_settings())
    typer.echo(report(needs))
    if any(need.required and not need.met for need in needs):
        raise typer.Exit(1)


def config() -> None:
    """Print the settings in force, secrets hidden."""
    from ground_station.settings import load_settings
    from ground_station.settings_in_force import settings_in_force

    for name, value in settings_in_force(load_settings()):
        typer.echo(f"{name} = {value}")


def _register_process(app: typer.Typer, name: str, purpose: str) -> None:
    def run() -> None:
        from ground_station.process_runner import run_process

        run_process(name)

    ending = "" if name == "onboard" else " Runs alone; `up` starts it with the others."
    app.command(name=name, help=purpose + ending)(run)
