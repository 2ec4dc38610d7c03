"""`sunqar vision plates`: read number plates in pictures, and judge the reads where the pictures are labelled."""

from pathlib import Path
from typing import Annotated

import typer


def plates(
    pictures: Annotated[Path, typer.Argument(help="Picture, or a folder of them; labels of OpenALPR's kind beside them are used")],
    image_size: Annotated[int, typer.Option(min=64, help="Longer side given to the detector of plates")] = 640,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON Lines instead of text")] = False,
) -> None:
    """Read every plate found, each by its one picture. Where a plate is not legible nothing is said but why."""
    import json
    from collections import Counter

    from ground_station.settings import load_settings
    from vision import judge_plates, open_plate_reader

    reader = open_plate_reader(image_size_px=image_size, threads=load_settings().watch.threads)
    verdicts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for one in judge_plates(reader, pictures):
        if one.verdict is not None:
            verdicts[one.verdict] += 1
        if one.read is not None and one.read.why is not None:
            reasons[one.read.why] += 1
        if as_json:
            row = {
                "file": str(one.file),
                "bbox_px": None if one.found is None else [round(value, 1) for value in one.found.box],
                "plate": None if one.read is None else one.read.to_json(),
                "label": None if one.label is None else one.label.text,
                "verdict": one.verdict,
            }
            typer.echo(json.dumps(row, ensure_ascii=False))
            continue
        said = "no plate found" if one.read is None else one.read.text or f"- ({one.read.why})"
        series = "" if one.read is None or one.read.text is None else one.read.grammar or "elsewhere"
        surest = "" if one.read is None or not one.read.confidence else f"weakest character {min(one.read.confidence):.3f}"
        label = "" if one.label is None else f"{one.label.text}: {one.verdict}"
        typer.echo(f"{one.file.name:<24}{said:<32}{series:<18}{surest:<26}{label}".rstrip())
    labelled = sum(verdicts.values())
    if labelled and not as_json:
        told = ", ".join(f"{verdicts[name]} {name}" for name in ("exact", "wrong", "abstained", "not found"))
        typer.echo(f"{labelled} labelled: {told}")
    if reasons and not as_json:
        typer.echo("nothing said because: " + ", ".join(f"{why} {count}" for why, count in reasons.most_common()))
