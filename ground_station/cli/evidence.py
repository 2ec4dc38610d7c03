"""`sunqar evidence`: check packages, and hand out the key they are checked with."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ground_station.evidence.verification import Verdict

app = typer.Typer(help="Evidence packages: check them, and the key they are signed with.", no_args_is_help=True)
MOST_BYTES = 4 << 30


@app.command()
def verify(
    package: Annotated[Path, typer.Argument(metavar="PACKAGE", help="The ZIP")],
    key: Annotated[
        Path | None, typer.Option("--key", help="Public key of the station, from a place you trust; `sunqar evidence key` writes it there")
    ] = None,
    day: Annotated[Path | None, typer.Option("--day", help="Sealed day the package should belong to: evidence-day-….json")] = None,
    timestamp_root: Annotated[
        Path | None, typer.Option("--timestamp-root", help="Root certificate of the time stamp authority, PEM")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text")] = False,
) -> None:
    """Check that a package is whole: exit code 0 only then. Needs no network and no server."""
    from ground_station.evidence.signing_key import read_public_key
    from ground_station.evidence.timestamps import read_roots
    from ground_station.evidence.verification import verified

    public = None if key is None else read_public_key(key)
    roots = [] if timestamp_root is None else read_roots(timestamp_root)
    verdict = verified(_content(package), public, None if day is None else _content(day), roots)
    if as_json:
        _print_json(package, verdict)
    else:
        _print_text(package, verdict)
    if not verdict.whole:
        raise typer.Exit(1)


@app.command()
def key(out: Annotated[Path | None, typer.Option(help="File to write it to [default: standard output]")] = None) -> None:
    """The public key that this station signs evidence with, PEM. Publish it where others can trust it."""
    from ground_station.evidence.signing_key import evidence_key
    from ground_station.settings import load_settings

    own = evidence_key(load_settings())
    if out is None:
        typer.echo(own.public_pem(), nl=False)
    else:
        from ground_station.new_file import new_file

        with new_file(out) as partial:
            partial.write_text(own.public_pem())
    typer.echo(f"key {own.key_id}", err=True)


def _content(path: Path) -> bytes:
    from geo.primitives import SettingsError

    try:
        if path.stat().st_size > MOST_BYTES:
            raise SettingsError(
                f"'{path}' has {path.stat().st_size / 1e9:.1f} GB; no package is that large.", code="settings.file", hint="Check the file."
            )
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"'{path}' cannot be read ({error.strerror}).", code="settings.file", hint="Check the path.") from error


def _print_text(package: Path, verdict: "Verdict") -> None:
    manifest = verdict.manifest
    if not verdict.whole or manifest is None:
        typer.echo(f"{package}: NOT WHOLE")
        for fault in verdict.faults:
            typer.echo(f"  {fault}")
        return
    case = manifest.case
    typer.echo(f"{package}: whole, {verdict.files} files")
    measured = (
        "" if case.measured is None else f", measured {case.measured.value:.2f} ± {case.measured.uncertainty:.2f} {case.measured.unit}"
    )
    when = f"{case.at_s:.2f} s of the film" if case.at is None else case.at.isoformat()
    typer.echo(f"  case {case.case_id}: {case.rule.code} edition {case.rule.edition}, {when}{measured}")
    typer.echo(f"  clip: {'people and plates hidden' if manifest.clip.hidden else f'original ({manifest.reason})'}")
    typer.echo(f"  made {manifest.made_at.isoformat()} by {manifest.made_by}")
    trust = "the key given" if verdict.key_given else "not compared with any: give --key, or compare it yourself"
    typer.echo(f"  signed with key {manifest.key_id}, {trust}")
    if verdict.stamp is not None and verdict.stamped_at is not None:
        root = "under the root given" if verdict.stamp.trusted else "by an authority not checked: give --timestamp-root"
        typer.echo(f"  time stamp {verdict.stamped_at.isoformat()}, {root}")
    if verdict.in_day is not None:
        typer.echo(f"  belongs to the sealed day {verdict.in_day}")
    typer.echo(f"  {manifest.limits['en']}")


def _print_json(package: Path, verdict: "Verdict") -> None:
    import json

    manifest = verdict.manifest
    told = {
        "package": str(package),
        "whole": verdict.whole,
        "faults": verdict.faults,
        "case_id": None if manifest is None else manifest.case.case_id,
        "key_id": None if manifest is None else manifest.key_id,
        "key_given": verdict.key_given,
        "stamped_at": None if verdict.stamped_at is None else verdict.stamped_at.isoformat(),
        "stamp_trusted": None if verdict.stamp is None else verdict.stamp.trusted,
        "day": verdict.in_day,
    }
    typer.echo(json.dumps(told, ensure_ascii=False))
