"""`sunqar vision`: detect and track on any video source, make and judge models."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ground_station.cli.vision_calibrate import calibrate
from ground_station.cli.vision_dry_run import dry_run
from ground_station.cli.vision_models import export, models, train
from ground_station.cli.vision_plates import plates as read_plates

app = typer.Typer(help="Detect and track on any video source.", no_args_is_help=True)


@app.command()
def run(
    source: Annotated[str, typer.Argument(help="Video file, rtsp://…, rtmp://…, srt://…, udp://…, http://… or /dev/videoN")],
    model: Annotated[
        Path | None, typer.Option(help="Detector: .onnx, or .xml with its .bin [default: SUNQAR_MODEL, or the one shipped]")
    ] = None,
    scene: Annotated[Path | None, typer.Option(help="Scene file: gives places, speeds and headings")] = None,
    classes: Annotated[str | None, typer.Option(help="Classes to follow, by comma [default: vehicles and people]")] = None,
    confidence: Annotated[float | None, typer.Option(min=0.01, max=1.0, help="A track starts at this confidence [default: 0.25]")] = None,
    out: Annotated[Path | None, typer.Option(help="JSON Lines file [default: standard output]")] = None,
    video: Annotated[Path | None, typer.Option(help="Annotated MP4; heads of people are blurred")] = None,
    tracks_csv: Annotated[Path | None, typer.Option("--tracks-csv", help="Boxes of each frame in MOTChallenge columns")] = None,
    every: Annotated[int, typer.Option(min=1, help="Analyse each n-th picture")] = 1,
    fps: Annotated[float | None, typer.Option(min=0.1, help="Analyse at most so many pictures a second of the source")] = None,
    detect_hz: Annotated[
        float | None,
        typer.Option("--detect-hz", min=0.1, help="Detect at most so often a second, between carry boxes by motion [default: always]"),
    ] = None,
    image_size: Annotated[
        int | None, typer.Option(min=64, help="Longer side given to the detector, when its shape is free [default: 640]")
    ] = None,
    overhead: Annotated[bool, typer.Option(help="Read vehicles seen from straight above that the model takes for other things")] = True,
    tracker: Annotated[Literal["byte_track", "oc_sort"] | None, typer.Option(help="How boxes become things [default: byte_track]")] = None,
    rules: Annotated[
        str | None, typer.Option(help="Judge by these rules, by comma, or `all`; needs --scene. `sunqar vision rules` lists them")
    ] = None,
    plates: Annotated[bool, typer.Option("--plates", help="Read number plates of vehicles that are large enough")] = False,
    flow: Annotated[bool, typer.Option("--flow", help="End with a line of counts, turns, crowds and jams; needs --scene")] = False,
    moving_camera: Annotated[bool, typer.Option("--moving-camera", help="The camera itself moves: a drone, a car")] = False,
    telemetry: Annotated[
        Path | None,
        typer.Option(help="Poses of the camera: .srt, .klv, .ts, .tlog, .bin, .ulg [default: what the film or the pictures bring along]"),
    ] = None,
    telemetry_vehicle: Annotated[str | None, typer.Option("--telemetry-vehicle", help="Whose poses, in a log of several: mav-1")] = None,
    telemetry_offset_s: Annotated[
        float | None, typer.Option("--telemetry-offset-s", help="How much later than told a picture was taken, by the clock of the poses")
    ] = None,
    align: Annotated[bool, typer.Option(help="Let the film's motion tell how far its clock is off that of its poses")] = True,
    film_start: Annotated[str | None, typer.Option("--film-start", help="When the first picture was taken: 2026-05-01T09:00:00Z")] = None,
    mount: Annotated[Path | None, typer.Option(help="How the camera hangs, JSON: calibration.mount of a video source")] = None,
    hfov_deg: Annotated[
        float | None, typer.Option("--hfov-deg", min=1.0, max=179.0, help="Full horizontal angle of the lens [default: as told]")
    ] = None,
    dem: Annotated[Path | None, typer.Option("--dem", help="Elevation model, GeoTIFF or .hgt: places are on its ground")] = None,
    ground_amsl_m: Annotated[
        float | None, typer.Option("--ground-amsl-m", help="Level of flat ground above the sea, where the poses do not tell it")
    ] = None,
    height_m: Annotated[float | None, typer.Option("--height-m", help="Of the camera above the ground, where the poses tell none")] = None,
    orthophoto: Annotated[Path | None, typer.Option(help="GeoTIFF under the film: poses are corrected by laying pictures on it")] = None,
    orthophoto_sigma_m: Annotated[
        float | None, typer.Option("--orthophoto-sigma-m", min=0.0, help="Error of its own places, one sigma [default: its pixel]")
    ] = None,
    nose_first: Annotated[bool, typer.Option("--nose-first", help="Where no heading is told, take the direction of flight")] = False,
    duration_s: Annotated[float | None, typer.Option("--duration-s", min=0.0, help="Stop after so many seconds of the source")] = None,
    evidence_dir: Annotated[
        Path | None, typer.Option("--evidence-dir", help="Folder for a signed evidence package of each violation; needs --rules")
    ] = None,
    evidence_original: Annotated[
        str | None,
        typer.Option("--evidence-original", metavar="REASON", help="Clips as recorded, people and plates not hidden, for this reason"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress")] = False,
) -> None:
    """Analyse a source and print one finished observation a line, as JSON. Needs no server."""
    from ground_station.cli.film_poses import poses_request
    from ground_station.detector_file import detector_file
    from ground_station.film_evidence import film_evidence
    from ground_station.settings import load_settings
    from ground_station.video_run import RunRequest, run_video

    settings = load_settings()
    request = RunRequest(
        source=source,
        model=model or detector_file(settings),
        scene=scene,
        classes=tuple(part.strip() for part in classes.split(",") if part.strip()) if classes else None,
        confidence=settings.watch.minimum_confidence if confidence is None else confidence,
        out=out,
        video=video,
        tracks_csv=tracks_csv,
        every=every,
        frames_per_second=fps,
        detections_per_second=detect_hz,
        image_size_px=image_size or settings.watch.image_size_px,
        overhead=overhead,
        tracker=tracker or settings.watch.tracker,
        moving_camera=moving_camera,
        poses=poses_request(
            *(telemetry, telemetry_vehicle, mount, telemetry_offset_s, film_start, hfov_deg, dem, ground_amsl_m, height_m, nose_first)
        ),
        align=align,
        rules=tuple(part.strip() for part in rules.split(",") if part.strip()) if rules else (),
        plates=plates,
        flow=flow,
        orthophoto=orthophoto,
        orthophoto_sigma_m=orthophoto_sigma_m,
        duration_s=duration_s,
        threads=settings.watch.threads,
        progress=not quiet,
        evidence=film_evidence(settings, evidence_dir, evidence_original, judged=bool(rules)),
    )
    raise typer.Exit(run_video(request))


@app.command()
def rules(as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of text")] = False) -> None:
    """List the rules with their editions, how closely a source must be looked at for them, and their numbers."""
    import json
    from dataclasses import asdict

    from vision import RULES

    cards = [rule.card for rule in RULES]
    if as_json:
        rows = [
            {
                "code": card.code,
                "edition": card.edition,
                "source_tier": card.source_tier,
                "subjects": sorted(card.subjects),
                "parameters": {name: asdict(one) for name, one in card.parameters.items()},
            }
            for card in cards
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for card in cards:
        typer.echo(f"{card.code}  edition {card.edition}, tier {card.source_tier}, of {', '.join(sorted(card.subjects))}")
        for name, one in card.parameters.items():
            typer.echo(f"  {name} {one.value:g} {one.unit}: {one.why}")


@app.command()
def evaluate(
    dataset: Annotated[
        Path, typer.Option(help="Folder in YOLO format: pictures with .txt beside them, or images/ and labels/. With --tracks: true tracks")
    ],
    tracks: Annotated[Path | None, typer.Option(help="Judge these tracks, as --tracks-csv writes them, instead of a model")] = None,
    model: Annotated[
        Path | None, typer.Option(help="Detector: .onnx, or .xml with its .bin [default: SUNQAR_MODEL, or the one shipped]")
    ] = None,
    classes: Annotated[str | None, typer.Option(help="Model class = data set class, by comma: car=vehicle,truck=vehicle")] = None,
    image_size: Annotated[int, typer.Option(min=64, help="Longer side given to the detector, when its shape is free")] = 640,
    overhead: Annotated[bool, typer.Option(help="Read vehicles seen from straight above that the model takes for other things")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table")] = False,
) -> None:
    """Print mAP50, mAP50-95, precision and recall of a model on labelled pictures; of tracks HOTA, IDF1 and MOTA."""
    if tracks is not None:
        _judge_tracks(dataset, tracks, as_json=as_json)
        return
    import json
    from dataclasses import asdict

    from geo.primitives import SettingsError
    from ground_station.detector_file import detector_file
    from ground_station.settings import load_settings
    from vision import evaluate as evaluate_detector, open_detector

    pairs = [part.split("=") for part in classes.split(",")] if classes else []
    if any(len(pair) != 2 for pair in pairs):
        raise SettingsError(f"'{classes}' is no list of classes.", code="settings.classes", hint="Write car=vehicle,truck=vehicle.")
    settings = load_settings()
    path = model or detector_file(settings)
    detector = open_detector(path, confidence=0.01, image_size_px=image_size, threads=settings.watch.threads, overhead=overhead)

    def show(done: int, total: int) -> None:
        if done == total or done % 50 == 0:
            typer.echo(f"{done} of {total} pictures", err=True)

    scores = evaluate_detector(detector, dataset, meaning={theirs.strip(): ours.strip() for theirs, ours in pairs}, progress=show)
    mean = {key: sum(getattr(one, key) for one in scores) / max(1, len(scores)) for key in ("map50", "map50_95", "precision", "recall")}
    if as_json:
        typer.echo(json.dumps({"model": detector.model, "all": mean, "classes": [asdict(one) for one in scores]}))
        return
    typer.echo(f"{'class':<20}{'boxes':>8}{'mAP50':>9}{'mAP50-95':>10}{'precision':>11}{'recall':>9}")
    for one in scores:
        typer.echo(f"{one.name:<20}{one.truths:>8}{one.map50:>9.3f}{one.map50_95:>10.3f}{one.precision:>11.3f}{one.recall:>9.3f}")
    boxes = sum(one.truths for one in scores)
    typer.echo(f"{'all':<20}{boxes:>8}{mean['map50']:>9.3f}{mean['map50_95']:>10.3f}{mean['precision']:>11.3f}{mean['recall']:>9.3f}")


def _judge_tracks(truth: Path, tracks: Path, *, as_json: bool) -> None:
    import json
    from dataclasses import asdict

    from vision import score_tracks

    score = asdict(score_tracks(truth, tracks))
    if as_json:
        typer.echo(json.dumps(score))
        return
    typer.echo("".join(f"{name:>13}" for name in score))
    typer.echo("".join(f"{value:>13.3f}" if isinstance(value, float) else f"{value:>13}" for value in score.values()))


app.command()(calibrate)
app.command(name="dry-run")(dry_run)
app.command()(models)
app.command()(train)
app.command()(export)
app.command(name="plates")(read_plates)
