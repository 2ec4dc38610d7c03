"""`sunqar mission coverage|rest`: what a flight covered of its plan, the gaps to be flown again, and what is left after a battery."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from missions import CoverageMap, MissionPlan, PartPlan

PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="The plan that was flown: .plan, .kml, .geojson, .waypoints")]
LogFile = Annotated[Path, typer.Argument(metavar="LOG", help="Its log (.bin, .tlog, .ulg, .srt), or the folder of its photographs")]
CameraOption = Annotated[str | None, typer.Option("--camera", help="Needed where the plan does not say which camera it is for.")]


def register(app: typer.Typer) -> None:
    """Add these commands to `sunqar mission`."""
    for command in (coverage, rest):
        app.command()(command)


def coverage(
    plan: PlanFile,
    log: LogFile,
    camera: CameraOption = None,
    refly: Annotated[
        Path | None, typer.Option("--refly", help="Write a plan that flies the gaps again; its suffix names the format.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write covered ground and gaps as GeoJSON.")] = None,
) -> None:
    """Measure what a flight covered, from the photographs in its log or a folder. Exit code 1 while there are gaps."""
    from missions import part_plan, pieces_over_gaps

    approved, flown = _flown(plan, log, camera)
    report = flown.report()
    told = report.to_json()
    typer.echo(f"covered {report.share:.1%} of {told['target_m2']:,.0f} m2, {told['gap_count']} gaps with {told['gap_m2']:,.0f} m2")
    typer.echo(f"{report.shots} photographs of {told['expected_shots']} expected, {len(report.missing)} missing")
    if out is not None:
        features = [
            {"type": "Feature", "properties": {"kind": kind, "area_m2": told[size]}, "geometry": told[kind]}
            for kind, size in (("covered", "covered_m2"), ("gaps", "gap_m2"))
        ]
        out.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
        typer.echo(f"{out}: covered ground and gaps written")
    if report.gaps.is_empty:
        return
    if refly is not None:
        _write(part_plan(approved, pieces_over_gaps(flown), f"{approved.name}: gaps"), refly)
    raise typer.Exit(1)


def rest(
    plan: PlanFile,
    log: LogFile,
    out: Annotated[Path, typer.Option("--out", help="Where to write it; its suffix names the format.")],
    camera: CameraOption = None,
    home: Annotated[str | None, typer.Option("--home", help="LAT,LON the vehicle starts from now; that of the plan when absent.")] = None,
) -> None:
    """What is left of a plan after a flight that broke off: from the first uncovered footprint on, ready for a fresh battery."""
    from geo.primitives import LonLat
    from missions import part_plan, pieces_left

    start = None
    if home is not None:
        try:
            lat, lon = (float(part) for part in home.split(","))
        except ValueError:
            raise typer.BadParameter(f"'{home}' is not LAT,LON", param_hint="--home") from None
        start = LonLat(lon, lat)
    approved, flown = _flown(plan, log, camera)
    _write(part_plan(approved, pieces_left(flown), f"{approved.name}: rest", start), out)


def _flown(plan: Path, log: Path, camera: str | None) -> "tuple[MissionPlan, CoverageMap]":
    from ground_station.flight_data.shots import read_shots
    from missions import CoverageMap, camera_model, coverage_target, read_plan

    approved = read_plan(plan)
    target = coverage_target(approved, None if camera is None else camera_model(camera))
    shots = read_shots(log, target)
    if shots.remark:
        typer.echo(f"note: {shots.remark}")
    flown = CoverageMap(target)
    flown.add(shots.shots)
    return approved, flown


def _write(part: "PartPlan", file: Path) -> None:
    from missions import write_plan

    for finding in part.findings:
        typer.echo(f"{finding.severity.value}: {finding.message}")
    if part.plan is None or part.certificate is None:
        raise typer.Exit(1)
    write_plan(part.plan, file)
    certificate = part.certificate
    verdict = "a part of the approved plan" if certificate.is_part else "not a part of the approved plan: it needs an approval of its own"
    typer.echo(
        f"{file}: {len(part.plan.items)} items, {part.shots} photographs, {certificate.part_m:.0f} m on approved legs,"
        f" {certificate.link_m:.0f} m between, {certificate.forbidden_m:.0f} m inside forbidden area; {verdict}"
    )
