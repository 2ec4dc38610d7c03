"""`sunqar sim scenario`: scenes and flight trials by name or file: printed, rendered, flown, scored."""

import json
from pathlib import Path
from typing import Annotated

import typer

from geo.primitives import SettingsError


def register(app: typer.Typer) -> None:
    app.command()(scenario)


def scenario(
    source: Annotated[str, typer.Argument(metavar="NAME|FILE", help="A shipped scene or flight trial, or a file of one")] = "mangystau",
    score: Annotated[bool, typer.Option("--score", help="Look at a scene, fly a trial, and judge it; exit code 1 when it fails")] = False,
    link: Annotated[
        list[str] | None,
        typer.Option(help="Fly a trial on the vehicle at this link instead of our simulator; twice, or with `ours`, compares both"),
    ] = None,
    speedup: Annotated[
        float, typer.Option(min=0.1, max=20, help="Of a trial: simulated seconds per second; a SITL at the link runs at the same")
    ] = 1.0,
    as_json: Annotated[Path | None, typer.Option("--json", help="Write the score here too")] = None,
    camera: Annotated[str | None, typer.Option(help="Camera of a scene [default: its first]")] = None,
    render: Annotated[Path | None, typer.Option(help="Render the camera's video: .mp4, .mkv or .ts")] = None,
    video_out: Annotated[
        str | None, typer.Option("--video-out", help="MPEG-TS with MISB 0601: FILE.ts, or udp://HOST:PORT at the camera's pace")
    ] = None,
    truth: Annotated[Path | None, typer.Option(help="Write the truth of every frame, as JSON Lines")] = None,
    scene_out: Annotated[
        Path | None, typer.Option("--scene-out", help="Write calibration and lanes for `sunqar vision run --scene`")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Detector to score a scene; `perfect`: the truth's boxes [default: SUNQAR_MODEL, if there]"),
    ] = None,
    evidence_dir: Annotated[
        Path | None, typer.Option("--evidence-dir", help="Folder for a signed evidence package of each violation that --score finds")
    ] = None,
) -> None:
    """Check a scene or a trial and print what it holds as JSON; with --score judge it; with --render and its like make its files."""
    from sim import is_scene, read_trial, shipped_scenes, shipped_trials

    if source in shipped_scenes() or is_scene(Path(source)):
        from ground_station.cli.scene import SceneOutputs, run_scene

        outputs = SceneOutputs(camera, render, video_out, truth, scene_out, evidence_dir)
        run_scene(source, outputs, score=score, model=_model(model), as_json=as_json)
        return
    if any(one is not None for one in (camera, render, video_out, truth, scene_out, evidence_dir)):
        raise SettingsError(f"'{source}' is no scene, so it has no cameras.", code="sim.scene", hint=_known())
    if source in shipped_trials() or (source.endswith((".yaml", ".yml")) and Path(source).exists()):
        trial = read_trial(source)
        if not score:
            typer.echo(trial.model_dump_json(indent=1, exclude_none=True))
            return
        from ground_station.cli.trial import score_trial

        flown = score_trial(trial, ["" if one == "ours" else one for one in link or []], speedup)
        if as_json is not None:
            as_json.write_text(json.dumps({"trial": trial.name, "flown": [one.to_json() for one in flown]}, indent=1))
        if not all(one.passed for one in flown):
            raise typer.Exit(1)
        return
    raise SettingsError(f"There is no scene, trial or file '{source}'.", code="sim.scenario", hint=_known())


def _model(asked: str | None) -> Path | None:
    """The detector to score with; None for the perfect one."""
    if asked is not None:
        return None if asked == "perfect" else Path(asked)
    from ground_station.settings import load_settings

    settings = load_settings()
    path = settings.model or settings.data_dir / "models" / "detector.onnx"
    return path if path.exists() else None


def _known() -> str:
    from sim import shipped_scenes, shipped_trials

    return f"Scenes: {', '.join(shipped_scenes())}. Trials: {', '.join(shipped_trials())}."
