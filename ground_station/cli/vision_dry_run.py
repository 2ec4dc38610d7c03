"""`sunqar vision dry-run`: what rules would have found in what was recorded."""

from pathlib import Path
from typing import Annotated

import typer

from ground_station.cli.record import From, To, interval

LEAST_HZ = 8.0  # pictures a second: faster traffic would leave a rule too few places


def dry_run(
    source: Annotated[str, typer.Argument(help="Video source: a fixed, calibrated camera that is recorded.")],
    start: From = "",
    end: To = "",
    scene: Annotated[Path | None, typer.Option(help="Scene file to try [default: the source's scene in force]")] = None,
    rules: Annotated[str | None, typer.Option(help="Rules to try, by comma, or `all` [default: those switched on for the source]")] = None,
    fps: Annotated[float, typer.Option(min=1.0, help="Look at so many pictures a second")] = LEAST_HZ,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text")] = False,
) -> None:
    """Judge recorded video again and compare with the cases that were found then; nothing is written or told. Ctrl-C gives it up."""
    import json
    import sys
    from threading import Event

    import anyio
    from anyio import to_thread

    from geo.core import FootageStore, SceneRow, SceneStore, SourceRuleRow, SourceRuleStore, VideoSourceStore, ViolationStore, open_database
    from geo.primitives import GeoError, utc_now
    from ground_station.detector_file import watching_detector
    from ground_station.dry_run import DryRun, DryRunDifference, difference, dry_run as look_again
    from ground_station.endpoints import database_url
    from ground_station.footage.shelf import Shelf
    from ground_station.settings import load_settings
    from ground_station.watching.rule_book import rule_plan
    from vision import read_scene, rules_named

    settings, (begin, finish) = load_settings(), interval(start, end)
    given_up = Event()  # whoever interrupts waits for one picture, not for all

    async def tried() -> tuple[DryRun, DryRunDifference]:
        async with open_database(database_url(settings), max_connections=1) as database:
            camera = await VideoSourceStore(database).get(source)
            if camera is None:
                raise GeoError(
                    f"There is no video source '{source}'.", code="geo.not_found", hint="`sunqar record list` names those recorded."
                )
            rows = [row for row in await SourceRuleStore(database).enabled() if row.source_id == source]
            if rules is not None:
                terms = {row.rule: row for row in rows}
                named = [rule.card.code for rule in rules_named(rules.split(","))]
                rows = [terms.get(code) or SourceRuleRow(source, code, True, None, None, None, utc_now(), "dry run") for code in named]
            held = await SceneStore(database).in_force(source)
            if scene is not None:
                features = [feature.model_dump(exclude_none=True) for feature in read_scene(scene).features]
                held = [SceneRow(source, 0, {"type": "FeatureCollection", "features": features}, None, begin, None, "dry run")]
            if not rows or not held:
                raise GeoError(
                    f"'{source}' has {'no scene' if rows else 'no rule switched on'} to be judged by.",
                    code="geo.not_found",
                    hint="Give --scene and --rules.",
                )
            plan = rule_plan(("dry run",), held[0], rows)
            segments = await FootageStore(database).between(source, begin, finish)
            detector = await to_thread.run_sync(watching_detector, settings)
            with typer.progressbar(length=1000, label=source, file=sys.stderr) as bar:

                def going(share: float) -> bool:
                    bar.update(max(0, round(1000 * share) - bar.pos))
                    return not given_up.is_set()

                try:
                    found = await to_thread.run_sync(
                        lambda: look_again(
                            *(camera, plan, segments, Shelf(settings.data_dir), detector),
                            frames_per_second=fps,
                            confidence=settings.watch.minimum_confidence,
                            going=going,
                        ),
                        abandon_on_cancel=True,
                    )
                finally:
                    given_up.set()
                bar.update(1000 - bar.pos)
            stored = await ViolationStore(database).between(source, begin, finish)
            return found, difference(found, stored, [row.rule for row in rows])

    run, changes = anyio.run(tried)
    if as_json:
        told = {
            "looked_s": round(run.looked_s, 1),
            "added": [one.model_dump(mode="json") for one in changes.added],
            "gone": [str(row.found.violation_id) for row in changes.gone],
            "same": [str(row.found.violation_id) for _, row in changes.same],
        }
        typer.echo(json.dumps(told, indent=2))
        return
    counts = f"{len(changes.same)} cases the same, {len(changes.added)} more, {len(changes.gone)} gone"
    typer.echo(f"{run.looked_s / 3600.0:.2f} h were recorded; {counts}")
    for one in changes.added:
        typer.echo(f"+ {one.at:%Y-%m-%dT%H:%M:%SZ}  {one.rule} {one.rule_edition}  {one.label} at {one.feature}")
    for found in (row.found for row in changes.gone):
        case = f"{found.rule} {found.rule_edition}  {found.label} at {found.feature}  {found.violation_id}"
        typer.echo(f"- {found.at:%Y-%m-%dT%H:%M:%SZ}  {case}")
