"""`sunqar vision`: detect and track on any video source, make and judge models."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Detect and track on any video source.", no_args_is_help=True)


@app.command()
def run(
    source: Annotated[str, typer.Argument(help="Video file, rtsp://…, rtmp://…, srt://…, udp://…, http://… or /dev/videoN")],
    model: Annotated[Path | None, typer.Option(help="Detector: .onnx, or .xml with its .bin [default: SUNQAR_MODEL]")] = None,
    scene: Annotated[Path | None, typer.Option(help="Scene file: gives places, speeds and headings")] = None,
    classes: Annotated[str | None, typer.Option(help="Classes to follow, by comma [default: vehicles and people]")] = None,
    confidence: Annotated[float | None, typer.Option(min=0.01, max=1.0, help="A track starts at this confidence [default: 0.25]")] = None,
    out: Annotated[Path | None, typer.Option(help="JSON Lines file [default: standard output]")] = None,
    video: Annotated[Path | None, typer.Option(help="Annotated MP4; heads of people are blurred")] = None,
    tracks_csv: Annotated[Path | None, typer.Option("--tracks-csv", help="Boxes of each frame in MOTChallenge columns")] = None,
    every: Annotated[int, typer.Option(min=1, help="Analyse each n-th picture")] = 1,
    fps: Annotated[float | None, typer.Option(min=0.1, help="Analyse at most so many pictures a second of the source")] = None,
    image_size: Annotated[
        int | None, typer.Option(min=64, help="Longer side given to the detector, when its shape is free [default: 640]")
    ] = None,
    overhead: Annotated[bool, typer.Option(help="Read vehicles seen from straight above that the model takes for other things")] = True,
    duration_s: Annotated[float | None, typer.Option("--duration-s", min=0.0, help="Stop after so many seconds of the source")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress")] = False,
) -> None:
    """Analyse a source and print one finished observation a line, as JSON. Needs no server."""
    from ground_station.settings import load_settings
    from ground_station.video_run import RunRequest, run_video

    settings = load_settings()
    request = RunRequest(
        source=source,
        model=model or settings.model or settings.data_dir / "models" / "detector.onnx",
        scene=scene,
        classes=tuple(part.strip() for part in classes.split(",") if part.strip()) if classes else None,
        confidence=settings.watch.minimum_confidence if confidence is None else confidence,
        out=out,
        video=video,
        tracks_csv=tracks_csv,
        every=every,
        frames_per_second=fps,
        image_size_px=image_size or settings.watch.image_size_px,
        overhead=overhead,
        duration_s=duration_s,
        threads=settings.watch.threads,
        progress=not quiet,
    )
    raise typer.Exit(run_video(request))
