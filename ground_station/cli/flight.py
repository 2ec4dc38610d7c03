"""`sunqar flight`: Flights flown: logs in, lists and the flight book out."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from geo.core import Database
    from ground_station.settings import Settings

app = typer.Typer(help="Flights flown: logs in, lists and the flight book out.", no_args_is_help=True)

Answer = TypeVar("Answer")
FlightId = Annotated[str, typer.Argument(metavar="FLIGHT", help="Id of a flight, or the beginning of one, as listed")]


def with_database(work: "Callable[[Database, Settings], Awaitable[Answer]]") -> Answer:
    """Do it on the database that is set, or of the running copy, or the private one started for the while."""
    import anyio

    from geo.core import open_database, upgrade
    from ground_station.reachable_database import reachable_database
    from ground_station.settings import load_settings

    settings = load_settings()

    async def go(url: str) -> Answer:
        async with open_database(url) as database:
            return await work(database, settings)

    with reachable_database(settings) as url:
        upgrade(url)
        return anyio.run(go, url)


@app.command(name="import")
def import_log(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help=".tlog, .bin, .ulg or DJI .srt")],
    vehicle: Annotated[str | None, typer.Option("--vehicle", help="Id to file it under; the log's own when absent.")] = None,
    pilot: Annotated[str | None, typer.Option("--pilot", help="Who flew.")] = None,
    started_at: Annotated[str | None, typer.Option("--started-at", help="RFC 3339 instant, for logs that hold no date.")] = None,
) -> None:
    """Read logs and keep every flight in them; the same file twice is one flight."""
    from geo.primitives import parse_instant
    from ground_station.flight_data.importing import FlightImport, ImportReport

    start_s = parse_instant(started_at).timestamp() if started_at else None

    async def work(database: "Database", settings: "Settings") -> list[ImportReport]:
        importer = FlightImport(database, settings.data_dir)
        reports = []
        for file in files:
            report = await importer.take(
                file,
                name=file.name,
                imported_by="command line",
                vehicle_id=vehicle,
                pilot=pilot,
                fallback_start_s=start_s,
                progress=lambda share, name=file.name: typer.echo(f"\r{name}: {share:4.0%}", err=True, nl=False),  # type: ignore[misc]
            )
            typer.echo("\r", err=True, nl=False)
            tell(report)
            reports.append(report)
        return reports

    with_database(work)


def tell(report: Any) -> None:
    vehicles = ", ".join(report.vehicles)
    firmware = f", firmware {report.firmware}" if report.firmware else ""
    typer.echo(f"{report.file_name}: {report.format}, {vehicles}{firmware}, {report.positions} positions, {len(report.flights)} flights")
    for flight in report.flights:
        on_ground = "" if flight.airborne else ", never left the ground"
        typer.echo(
            f"  {flight.state:7} {flight.flight_id}  {flight.vehicle_id}  {flight.started_at}  {clock(flight.duration_s)}{on_ground}"
        )
    for reason, count in report.dropped.items():
        typer.echo(f"  left out: {count} {reason}")
    for note in report.notes:
        typer.echo(f"  note: {note}")


@app.command(name="list")
def list_flights(
    vehicle: Annotated[str | None, typer.Option("--vehicle")] = None,
    pilot: Annotated[str | None, typer.Option("--pilot")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=5000)] = 50,
) -> None:
    """Flights, newest first."""
    from geo.core import FlightFilter, FlightRow, FlightStore

    async def work(database: "Database", _: "Settings") -> tuple[FlightRow, ...]:
        return (await FlightStore(database).page(FlightFilter(vehicle, pilot), limit=limit)).items

    rows = with_database(work)
    typer.echo(
        f"{'flight':8} {'vehicle':12} {'pilot':12} {'started (UTC)':16} {'time':>8} {'distance':>9} {'height':>7} {'incidents':>9}  from"
    )
    for row in rows:
        lasted = clock((row.ended_at - row.started_at).total_seconds()) if row.ended_at else "flying"
        distance = "-" if row.distance_m is None else f"{row.distance_m / 1000:.2f} km"
        height = "-" if row.max_height_m is None else f"{row.max_height_m:.0f} m"
        typer.echo(
            f"{str(row.flight_id)[:8]} {row.vehicle_id:12} {row.pilot or '-':12} {row.started_at:%Y-%m-%d %H:%M} {lasted:>8}"
            f" {distance:>9} {height:>7} {row.incidents:>9}  {row.source}{'' if row.airborne else ', on the ground'}"
        )


@app.command()
def show(flight: FlightId) -> None:
    """One flight: what was flown, what went wrong, which logs there are."""
    from geo.core import FlightFileStore, FlightStore

    async def work(database: "Database", _: "Settings") -> list[str]:
        row = await found(database, flight)
        lines = [
            f"{row.flight_id}: {row.vehicle_id}, pilot {row.pilot or 'unknown'}, {row.source}",
            f"started {row.started_at.isoformat(timespec='seconds')}, "
            + (f"lasted {clock((row.ended_at - row.started_at).total_seconds())}" if row.ended_at else "still flying"),
            f"distance {row.distance_m or 0:.0f} m, height {'unknown' if row.max_height_m is None else f'{row.max_height_m:.1f} m'}, "
            f"battery used {'unknown' if row.battery_used is None else f'{row.battery_used:.0%}'}",
        ]
        for incident in await FlightStore(database).incidents(row.flight_id):
            lines.append(f"incident {incident.at:%H:%M:%S} {incident.severity}: {incident.text}")
        for file in await FlightFileStore(database).of_flight(row.vehicle_id, row.started_at, row.ended_at):
            lines.append(f"log {file.name}, {file.format}, {file.size_bytes / 1e6:.1f} MB, {'recorded' if file.recorded else 'imported'}")
        return lines

    for line in with_database(work):
        typer.echo(line)


@app.command()
def export(
    what: Annotated[str, typer.Argument(metavar="FLIGHT|book", help="A flight's log and track, or the flight book")],
    out: Annotated[Path, typer.Argument(metavar="FILE", help=".tlog (or the log's own suffix), .geojson, or .csv for the book")],
    by: Annotated[str, typer.Option("--by", help="Lines of the book: vehicle or pilot.")] = "vehicle",
) -> None:
    """Write a flight's log or track, or the flight book, to FILE."""
    import json
    import shutil

    from geo.core import FlightBook, FlightFileStore, TrackStore
    from geo.primitives import SettingsError, utc_now
    from ground_station.api.flight_views import BookLine, csv_text, track_feature
    from ground_station.flight_data.shelf import FOLDER
    from ground_station.new_file import new_file

    if by not in ("vehicle", "pilot"):
        raise SettingsError(f"--by {by} is neither vehicle nor pilot.", code="settings.option", hint="Give one of the two.")

    async def work(database: "Database", settings: "Settings") -> str | Path:
        if what == "book":
            lines = await FlightBook(database).lines(by)  # type: ignore[arg-type]
            return csv_text([BookLine.of(line) for line in lines], tuple(BookLine.model_fields))
        row = await found(database, what)
        if out.suffix.lower() in (".geojson", ".json"):
            track = await TrackStore(database).between(row.vehicle_id, row.started_at, row.ended_at or utc_now())
            return json.dumps(track_feature(row, track).model_dump(mode="json"))
        for file in await FlightFileStore(database).of_flight(row.vehicle_id, row.started_at, row.ended_at):
            path = settings.data_dir / FOLDER / file.path
            if path.suffix.lower() == out.suffix.lower() and path.is_file():
                return path
        raise SettingsError(
            f"No {out.suffix or 'log'} is kept of flight {row.flight_id}.",
            code="settings.output",
            hint="`sunqar flight show` lists its logs; .geojson gives the track.",
        )

    answer = with_database(work)
    with new_file(out) as partial:
        if isinstance(answer, Path):
            shutil.copyfile(answer, partial)
        else:
            partial.write_text(answer, encoding="utf-8")
    typer.echo(f"{out} written, {out.stat().st_size} bytes.")


async def found(database: "Database", text: str) -> Any:
    """The one flight whose id begins so. Raises: `GeoError` for none or several."""
    from geo.core import FlightFilter, FlightStore
    from geo.primitives import GeoError

    page = await FlightStore(database).page(FlightFilter(), limit=5000)
    hits = [row for row in page.items if str(row.flight_id).startswith(text.lower())]
    if len(hits) != 1:
        raise GeoError(f"'{text}' begins the id of {len(hits)} flights.", code="geo.not_found", hint="`sunqar flight list` shows the ids.")
    return hits[0]


def clock(seconds: float) -> str:
    """3725 -> 1:02:05."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole % 3600 // 60:02}:{whole % 60:02}"
