"""The command line. One file a group; each keeps heavy imports inside its commands so that `--help` is instant."""

import typer

from ground_station.cli import (
    companion,
    conformance,
    database,
    energy,
    evidence,
    flight,
    mission,
    plan,
    processes,
    record,
    simulate,
    user,
    vehicle,
    vision,
)


def build_app() -> typer.Typer:
    app = typer.Typer(
        name="sunqar",
        help="Drone and geospatial command system.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    processes.register(app)
    conformance.register(app)
    app.add_typer(database.app, name="db")
    app.add_typer(record.app, name="record")
    app.add_typer(user.app, name="user")
    app.add_typer(simulate.app, name="sim")
    app.add_typer(plan.app, name="plan")
    app.add_typer(mission.app, name="mission")
    app.add_typer(flight.app, name="flight")
    app.add_typer(energy.app, name="energy")
    app.add_typer(vehicle.app, name="vehicle")
    app.add_typer(vision.app, name="vision")
    app.add_typer(companion.app, name="companion")
    app.add_typer(evidence.app, name="evidence")
    return app
