"""`sunqar vision` for who makes models: train, export, and the cards of what is there."""

from pathlib import Path
from typing import Annotated

import typer


def models(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text")] = False,
) -> None:
    """List the detectors that are there with what their cards say: classes, terms, and how often they are wrong."""
    import json

    from ground_station.detector_file import detector_file, known_models
    from ground_station.settings import load_settings
    from vision import read_card

    settings = load_settings()
    used = detector_file(settings)
    cards = [(path, read_card(path)) for path in known_models(settings)]
    if as_json:
        rows = [{"file": str(path), "used": path == used, "card": card and card.model_dump(mode="json")} for path, card in cards]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for path, card in cards:
        typer.echo(f"{path}{'  (in use)' if path == used else ''}")
        if card is None:
            typer.echo("  no card: nothing is known of its origin, its terms or its errors\n")
            continue
        typer.echo(f"  {card.name}: {card.purpose}{'  EXPERIMENTAL' if card.experimental else ''}")
        typer.echo(f"  made {card.made}, {card.licence}, sha256 {card.sha256[:16]}…")
        words = list(dict.fromkeys(word for word in card.classes.values() if word is not None))
        typer.echo(f"  classes ({len(words)}): {', '.join(words[:12])}{', …' if len(words) > 12 else ''}")
        if card.experimental_classes:
            typer.echo(f"  experimental: {', '.join(card.experimental_classes)}")
        for one in card.measured:
            share = "" if one.precision is None or one.recall is None else f", precision {one.precision:.2f}, recall {one.recall:.2f}"
            average = "by picture" if one.map50 is None else f"mAP50 {one.map50:.3f}"
            typer.echo(f"  {average}{share} on {one.on} ({one.pictures} pictures, {one.boxes} boxes). {one.note}".rstrip())
        for line in card.limits:
            typer.echo(f"  limit: {line}")
        for source in card.data:
            typer.echo(f"  data: {source.attribution} ({source.licence}; {source.role})")
        typer.echo("")


def train(
    recipe: Annotated[Path, typer.Argument(help="Recipe, .toml; see vision/training/recipes")],
    weights: Annotated[Path, typer.Option(help="Start weights: a state dict of the recipe's network")],
    data: Annotated[Path, typer.Option(help="Folder that holds the folders the recipe names")],
    out: Annotated[Path, typer.Option(help="Folder for weights.pt and log.jsonl")],
    threads: Annotated[int, typer.Option(min=0, help="0 lets torch choose")] = 0,
) -> None:
    """Train a detector by a recipe. Needs the `train` extra; may be stopped at any time, the weights so far stay."""
    from vision import train_model

    made = train_model(recipe, weights=weights, data=data, out=out, threads=threads, report=typer.echo)
    typer.echo(f"{made} is written; `sunqar vision export {made} --recipe {recipe} --out model.onnx` makes a detector of it.")


def export(
    name: Annotated[str, typer.Argument(help="A name such as yolo11n (downloaded by ultralytics), a .pt file, or .onnx with --int8")],
    out: Annotated[Path, typer.Option(help="The file to write: .onnx, or .xml with --int8")],
    image_size: Annotated[int, typer.Option(min=64, help="Side of the picture the export is traced with")] = 640,
    fixed_shape: Annotated[bool, typer.Option("--fixed-shape", help="Accept pictures of that size only")] = False,
    recipe: Annotated[Path | None, typer.Option(help="Recipe the weights were trained by: for weights of `sunqar vision train`")] = None,
    int8: Annotated[bool, typer.Option("--int8", help="Eight-bit weights for processors; kept only when it sees as well")] = False,
    dataset: Annotated[Path | None, typer.Option(help="With --int8: labelled pictures that give the ranges and the judgement")] = None,
    most_lost: Annotated[float, typer.Option(min=0, max=1, help="With --int8: mAP50 that may be lost")] = 0.01,
) -> None:
    """Write a model in a form the program runs. Needs the `train` extra; ultralytics' own models are under AGPL-3.0."""
    from geo.primitives import SettingsError

    if int8:
        from vision import quantise_model

        if dataset is None:
            raise SettingsError("--int8 needs labelled pictures.", code="settings.pictures_needed", hint="Add --dataset FOLDER.")
        result = quantise_model(Path(name), out, dataset, image_size_px=image_size, most_lost=most_lost, report=typer.echo)
        typer.echo(f"mAP50 {result.before_map50:.3f} before, {result.after_map50:.3f} in eight bits.")
    elif recipe is not None:
        from vision import export_trained

        export_trained(Path(name), recipe, out)
    else:
        from vision import export_model

        export_model(name, out, image_size_px=image_size, fixed_shape=fixed_shape)
    typer.echo(f"{out} is written; `sunqar vision run VIDEO --model {out}` uses it.")
