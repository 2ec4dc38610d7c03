"""`sunqar record`: alone it records; `list` and `export` are for what was recorded."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(invoke_without_command=True, help="Live sources to disk, retention, clips. Runs alone; `up` starts it with the others.")

From = Annotated[str, typer.Option("--from", help="Start, as 2026-05-01T12:00:00+05:00. [default: a day ago]")]
To = Annotated[str, typer.Option("--to", help="End. [default: now]")]


@app.callback()
def record(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        from ground_station.process_runner import run_process

        run_process("record")


@app.command(name="list")
def list_recordings(
    start: From = "",
    end: To = "",
    source: Annotated[str | None, typer.Option(help="Only this video source.")] = None,
    bbox: Annotated[str | None, typer.Option(help="Only what shows ground within west,south,east,north.")] = None,
    label: Annotated[str | None, typer.Option(help="Only where this class was seen, such as truck.")] = None,
) -> None:
    """Print stretches of recorded video, newest first: source, start, end, size, what was seen, why it is kept."""
    import anyio

    from geo.core import FootageQuestion, FootageSearch, FootageSpan, open_database
    from ground_station.api.recording_views import area_of
    from ground_station.endpoints import database_url
    from ground_station.settings import load_settings

    async def find() -> list[FootageSpan]:
        begin, finish = interval(start, end)
        async with open_database(database_url(load_settings()), max_connections=1) as database:
            question = FootageQuestion(begin, finish, source, area_of(bbox, None), label)
            return await FootageSearch(database).spans(question, limit=500)

    for span in anyio.run(find):
        seen = ", ".join(f"{name} {count}" for name, count in sorted(span.labels.items()))
        kept = f"kept: {', '.join(span.kept)}" if span.kept else ""
        times = f"{span.started_at:%Y-%m-%dT%H:%M:%SZ}  {span.ended_at:%Y-%m-%dT%H:%M:%SZ}"
        typer.echo("  ".join(part for part in (f"{span.source_id:<24}", times, f"{span.size_bytes / 1e6:8.1f} MB", seen, kept) if part))


@app.command()
def export(
    source: Annotated[str, typer.Argument(help="Video source.")],
    out: Annotated[Path, typer.Option(help="MP4 to write; its description goes beside it as .json.")],
    start: From,
    end: To = "",
    original: Annotated[bool, typer.Option(help="Without hiding people and plates; needs --reason and is audited.")] = False,
    reason: Annotated[str, typer.Option(help="Why the original is needed.")] = "",
) -> None:
    """Cut a clip out of what was recorded, people and plates hidden."""
    import shutil

    import anyio
    from anyio import to_thread

    from geo.core import AuditLog, FootageExportRow, FootageStore, open_database
    from geo.primitives import AccessError, new_id, utc_now
    from ground_station.endpoints import database_url
    from ground_station.footage.clips import Clip, make_clip
    from ground_station.footage.hiding import Hiding
    from ground_station.footage.shelf import Shelf
    from ground_station.settings import load_settings

    if original and len(reason.strip()) < 5:
        raise AccessError("An original needs a reason.", code="reason_needed", hint="Say with --reason what it is needed for.")
    settings = load_settings()
    shelf = Shelf(settings.data_dir)

    async def make() -> Clip:
        begin, finish = interval(start, end)
        asked = FootageExportRow(new_id(), source, begin, finish, original, reason.strip(), "command line", asked_at=utc_now())
        async with open_database(database_url(settings), max_connections=2) as database:
            segments = await FootageStore(database).between(source, begin, finish)
            detail = {"from": begin.isoformat(), "to": finish.isoformat(), "original": original, "reason": asked.reason}
            await AuditLog(database).append(
                actor="command line", action="footage.export_asked", subject=f"video-source/{source}", detail=detail
            )
            hiding = Hiding(settings, shelf)
            with typer.progressbar(length=1000, label=str(out.name)) as bar:

                def going(share: float) -> bool:
                    bar.update(max(0, round(1000 * share) - bar.pos))
                    return True

                clip = await to_thread.run_sync(make_clip, asked, segments, shelf, hiding, going)
                bar.update(1000 - bar.pos)
            return clip

    clip = anyio.run(make)
    made = shelf.clip(clip.path)
    shutil.move(made, out)
    shutil.move(made.with_suffix(".json"), out.with_suffix(".json"))
    typer.echo(f"{out}: {clip.size_bytes / 1e6:.1f} MB, sha256 {clip.sha256}")


def interval(start: str, end: str) -> tuple[datetime, datetime]:
    from geo.primitives import GeoError, parse_instant, utc_now

    finish = parse_instant(end) if end else utc_now()
    begin = parse_instant(start) if start else finish - timedelta(days=1)
    if finish <= begin:
        raise GeoError(
            f"The interval ends at {finish:%H:%M:%SZ}, before it begins at {begin:%H:%M:%SZ}.",
            code="geo.datetime",
            hint="Swap --from and --to.",
        )
    return begin, finish
