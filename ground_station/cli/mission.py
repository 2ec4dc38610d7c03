"""`sunqar mission`: Check, convert, upload and fly missions."""

from pathlib import Path
from typing import Annotated

import typer

from ground_station.cli import mission_coverage, mission_link, plan_stores
from ground_station.cli.ground_table import clearance_rows
from ground_station.cli.opened_plan import opened_plan

app = typer.Typer(help="Check, convert, upload and fly missions.", no_args_is_help=True)
mission_link.register(app)
plan_stores.register(app)
mission_coverage.register(app)

PlanFile = Annotated[Path, typer.Argument(metavar="FILE", help="Plan: .plan, .waypoints, .txt, .kmz, .wpml, .kml, .geojson, .csv (Litchi)")]


@app.command()
def check(
    file: PlanFile,
    zones: Annotated[list[Path] | None, typer.Option(help="Airspace: OpenAir, ED-269, ED-318, KML; may be given several times")] = None,
    at: Annotated[str | None, typer.Option(help="When it starts, such as 2026-05-01T06:00Z; without it every zone counts")] = None,
    dem: Annotated[
        Path | None, typer.Option(help="Elevation model, GeoTIFF or .hgt, a file or a folder: least clearance of each leg")
    ] = None,
    least_agl_m: Annotated[float, typer.Option(help="Height above ground wanted everywhere, with --dem")] = 10.0,
    limits: Annotated[str | None, typer.Option(help="Limits of the law of a country, such as kz")] = None,
    mass_kg: Annotated[float | None, typer.Option(help="Take-off mass, for the limits by mass")] = None,
    certificate: Annotated[Path | None, typer.Option(metavar="OUT", help="Write the proof: every leg and return, zones and fence")] = None,
    verify: Annotated[Path | None, typer.Option(metavar="CERTIFICATE", help="Check that a certificate is that of plan and zones")] = None,
) -> None:
    """Say what is wrong or doubtful in a plan; exit code 1 when it must not be flown."""
    from geo.terrain import read_dem
    from ground_station.cli.mission_proof import prove
    from missions import check_plan, clearance, has_errors, law_limits, limit_findings, read_plan_noting

    plan, notes = read_plan_noting(file)
    proof = prove(plan, zones or [], at=at, dem=dem, out=certificate, verify=verify)
    # What the certificate says about the fence is said with metres; the check of the items says the same without.
    told = {(finding.code, finding.item) for finding in proof.findings}
    findings = [*(finding for finding in check_plan(plan) if (finding.code, finding.item) not in told), *notes, *proof.findings]
    if limits is not None:
        findings += limit_findings(plan, law_limits(limits), mass_kg=mass_kg, at=proof.at)
    if dem is not None:
        heights = read_dem(dem)
        ground = clearance(plan, heights, least_agl_m)
        findings += ground.findings
        for row in clearance_rows(ground, heights.name):
            typer.echo(row)
    for finding in findings:
        typer.echo(f"{finding.severity.value}: {finding.message}")
    for line in proof.lines:
        typer.echo(line)
    typer.echo(f"{file.name}: {len(plan.items)} items, {len(findings)} findings, {plan.content_hash()}")
    if has_errors(findings):
        raise typer.Exit(1)


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="Plan to read")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Plan to write; its suffix names the format")],
) -> None:
    """Write a plan in another format and say what that format cannot hold."""
    from missions import read_plan_noting, write_plan

    plan, notes = read_plan_noting(source)
    lost = write_plan(plan, target)
    for finding in (*notes, *lost):
        typer.echo(f"{finding.severity.value}: {finding.message}")
    typer.echo(f"{target}: {len(plan.items)} items written")


@app.command()
def show(file: PlanFile) -> None:
    """List home, items, fence and rally points of a plan."""
    from missions import command_name

    plan = opened_plan(file)
    typer.echo(f"{plan.name}: {plan.vehicle_type}, {plan.autopilot}, {len(plan.items)} items, {plan.content_hash()}")
    if plan.home is not None:
        typer.echo(f"home {plan.home.lat_deg:.7f} {plan.home.lon_deg:.7f}, {plan.home_altitude_amsl_m:g} m above sea")
    for number, item in enumerate(plan.items, start=1):
        place = "" if item.position is None else f"{item.position.lat_deg:.7f} {item.position.lon_deg:.7f} "
        place += f"{item.altitude_m:g} m" if item.altitude_m else ""
        params = " ".join("-" if value is None else f"{value:g}" for value in item.params)
        typer.echo(f"{number:4} {command_name(item.command):24} frame {item.frame:<3} [{params}] {place}".rstrip())
    for pattern in plan.complex_items:
        span = f"items {pattern.first + 1} to {pattern.first + pattern.count}" if pattern.count else "no items"
        typer.echo(f"pattern '{pattern.kind}': {span}")
    for polygon in plan.geofence.polygons:
        typer.echo(f"fence: stay {'inside' if polygon.inclusion else 'out of'} a polygon of {len(polygon.vertices)} points")
    for circle in plan.geofence.circles:
        where = f"{circle.centre.lat_deg:.7f} {circle.centre.lon_deg:.7f}"
        typer.echo(f"fence: stay {'inside' if circle.inclusion else 'out of'} {circle.radius_m:g} m around {where}")
    for point in plan.rally_points:
        typer.echo(f"rally point {point.position.lat_deg:.7f} {point.position.lon_deg:.7f}, {point.altitude_m:g} m")
