"""Scenes on the command line: printed with their truth, rendered to files or a stream, scored."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import typer

from geo.primitives import LocalFrame, LonLat, SettingsError

if TYPE_CHECKING:
    from sim import DroneCamera, FixedCamera, FrameTruth, Scene, SceneFilm, SceneFrame


@dataclass(frozen=True, slots=True)
class SceneOutputs:
    """What to make of a scene; None for what is not wanted. `video_out` is a transport stream, to `udp://` at the camera's pace.

    `evidence_dir` takes a package of each violation that a score finds.
    """

    camera: str | None = None
    render: Path | None = None
    video_out: str | None = None
    truth: Path | None = None
    scene_out: Path | None = None
    evidence_dir: Path | None = None

    @property
    def any(self) -> bool:
        return any(one is not None for one in (self.render, self.video_out, self.truth, self.scene_out))


def run_scene(source: str, outputs: SceneOutputs, *, score: bool, model: Path | None, as_json: Path | None) -> None:
    """Print, make files of, or score a scene. `model` None scores with a perfect detector. Raises: `SunqarError` on bad input."""
    from sim import read_scene

    scene = read_scene(source)
    if outputs.any:
        make_outputs(scene, outputs)
    if score:
        _score(scene, outputs, model, as_json)
    elif outputs.evidence_dir is not None:
        raise SettingsError("--evidence-dir keeps what a score finds.", code="sim.evidence", hint="Add --score.")
    elif not outputs.any:
        typer.echo(describe_scene(scene))


def _score(scene: "Scene", outputs: SceneOutputs, model: Path | None, as_json: Path | None) -> None:
    """Prints the score; exit code 1 when a threshold of the file is not kept."""
    from ground_station.scene_score import PERFECT, score_of

    part = _camera(scene, outputs.camera)
    if outputs.evidence_dir is None:
        score = score_of(scene, part.name, model)
    else:
        from ground_station.scene_evidence import score_with_evidence

        score, packages = score_with_evidence(scene, part, model, outputs.evidence_dir)
        for path in packages:
            typer.echo(f"evidence: {path}", err=True)
    typer.echo(f"{scene.name}/{part.name}: {scene.summary}")
    typer.echo(f"  detector: {score.detector}")
    if score.detector == PERFECT:
        typer.echo("  no detector model was used: only tracking, places and rules are scored; give --model FILE to score detection")
    if score.median_m is not None and score.p95_m is not None:
        typer.echo(
            f"  position error: median {score.median_m:.2f} m, 95 % {score.p95_m:.2f} m to the centre; "
            f"median {score.outline_median_m:.2f} m to the outline"
        )
    else:
        typer.echo("  position error: nothing was placed")
    if (speeds := score.speed_errors()) is not None:
        typer.echo(
            f"  speed error: median {speeds['median']:.2f} m/s, 95 % {speeds['p95']:.2f} m/s; "
            f"{speeds['within_two_sigmas']} of {speeds['tracks']} within two of their sigmas"
        )
    for what, names in (("found", score.found), ("missed", score.missed), ("false", score.false), ("not asked", score.not_asked)):
        typer.echo(f"  {what}: {len(names)}" + (f" ({', '.join(names)})" if names else ""))
    verdicts = score.verdicts
    if (middle := verdicts.middle_error_m()) is not None:
        typer.echo(f"  middle of things, as rules judge it: median {middle['median']:.2f} m, 95 % {middle['p95']:.2f} m off")
    for rule, one in verdicts.by_rule.items():
        typer.echo(f"  {rule}: precision {_share(one.precision)}, recall {_share(one.recall)}")
    for what, names in (
        ("violations found", verdicts.found),
        ("violations missed", verdicts.missed),
        ("violations false", verdicts.false),
        ("violations out of sight", verdicts.unseen),
        ("abstentions", tuple(f"{what} x{count}" for what, count in verdicts.abstained.items())),
    ):
        typer.echo(f"  {what}: {len(names)}" + (f" ({', '.join(names)})" if names else ""))
    for failure in score.failures:
        typer.echo(f"  FAILED  {failure}")
    if as_json is not None:
        _write(as_json, json.dumps(score.to_json(), indent=1))
    if not score.passed:
        raise typer.Exit(1)


def _share(value: float | None) -> str:
    return "none told" if value is None else f"{value:.2f}"


def _camera(scene: "Scene", name: str | None) -> "FixedCamera | DroneCamera":
    part = scene.camera(name)
    if part is None:
        known = ", ".join(one.name for one in scene.cameras)
        raise SettingsError(f"Scene '{scene.name}' has no camera '{name}'.", code="sim.scene_camera", hint=f"Cameras: {known}.")
    return part


def describe_scene(scene: "Scene") -> str:
    """The scene with its true violations, as JSON."""
    from sim import violations_of

    frame = LocalFrame(LonLat(*scene.origin))
    shown = scene.model_dump(mode="json", exclude_none=True)
    shown["true_violations"] = [one.to_json(frame) for one in violations_of(scene)]
    return json.dumps(shown, indent=1, ensure_ascii=False)


def make_outputs(scene: "Scene", outputs: SceneOutputs) -> None:
    """Raises: `SunqarError` for a camera that is not there or a file that cannot be written."""
    from sim import FixedCamera, SceneFilm, SceneRecording, Stage, scene_file

    part = _camera(scene, outputs.camera)
    if outputs.scene_out is not None:
        _write(outputs.scene_out, json.dumps(scene_file(scene, part if isinstance(part, FixedCamera) else None), indent=1))
    if outputs.render is None and outputs.video_out is None and outputs.truth is None:
        return
    import cv2

    cv2.setNumThreads(1)  # one camera is one core: a measure that holds on every machine, and leaves the others free
    recording = SceneRecording(Stage(scene), part)
    began_cpu_s, count = time.process_time(), 0
    with ExitStack() as stack:
        films = [stack.enter_context(SceneFilm(str(target), part)) for target in (outputs.render, outputs.video_out) if target is not None]
        lines = None if outputs.truth is None else stack.enter_context(_open(outputs.truth))
        if films:
            live = outputs.video_out is not None and outputs.video_out.startswith("udp://")
            frames = _paced(recording.frames(), part.fps) if live else recording.frames()
            truths = _filmed(frames, films)
        else:
            truths = recording.truths()
        for count, truth in enumerate(truths, 1):  # noqa: B007  # counted for the summary
            if lines is not None:
                lines.write(json.dumps(truth.to_json(), separators=(",", ":")) + "\n")
    spent_ms = (time.process_time() - began_cpu_s) * 1000.0 / max(1, count)
    typer.echo(f"{scene.name}/{part.name}: {count} frames of {part.size_px[0]}x{part.size_px[1]}, {spent_ms:.1f} ms CPU a frame", err=True)


def _filmed(frames: "Iterator[SceneFrame]", films: "list[SceneFilm]") -> "Iterator[FrameTruth]":
    for frame in frames:
        for film in films:
            film.add(frame)
        yield frame.truth


def _paced(frames: "Iterator[SceneFrame]", fps: float) -> "Iterator[SceneFrame]":
    """Each frame when its instant has come; a slow machine falls behind and never leaves a frame out."""
    began_s = time.monotonic()
    for index, frame in enumerate(frames):
        time.sleep(max(0.0, began_s + index / fps - time.monotonic()))
        yield frame


def _write(path: Path, text: str) -> None:
    with _open(path) as file:
        file.write(text + "\n")


def _open(path: Path) -> TextIO:
    try:
        return path.open("w", encoding="utf-8", buffering=1)  # whole lines, for whoever reads along
    except OSError as error:
        raise SettingsError(f"'{path}' cannot be written ({error.strerror}).", code="settings.file", hint="Check the path.") from error
