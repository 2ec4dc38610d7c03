"""`sunqar vision calibrate`: a fixed camera from one drone pass over its view."""

from pathlib import Path
from typing import Annotated

import typer


def calibrate(
    fixed: Annotated[str, typer.Argument(help="Film of the fixed camera")],
    drone: Annotated[str, typer.Argument(help="Film of a drone over its view, of the same minutes")],
    out: Annotated[Path, typer.Option(help="Scene file with the calibration")],
    telemetry: Annotated[Path | None, typer.Option(help="Poses of the drone's camera [default: what its film brings along]")] = None,
    mount: Annotated[Path | None, typer.Option(help="How the drone's camera hangs, JSON: calibration.mount of a video source")] = None,
    hfov_deg: Annotated[float | None, typer.Option("--hfov-deg", min=1.0, max=179.0, help="Horizontal angle of the drone's lens")] = None,
    film_start: Annotated[str | None, typer.Option("--film-start", help="When the drone's first picture was taken")] = None,
    fixed_start: Annotated[str | None, typer.Option("--fixed-start", help="When the fixed camera's first picture was taken")] = None,
    fixed_at: Annotated[str | None, typer.Option("--fixed-at", help="Where the fixed camera stands, LAT,LON, when known")] = None,
    dem: Annotated[Path | None, typer.Option("--dem", help="Elevation model, GeoTIFF or .hgt")] = None,
    model: Annotated[Path | None, typer.Option(help="Detector [default: SUNQAR_MODEL, or the one shipped]")] = None,
    fps: Annotated[float, typer.Option(min=0.5, help="Pictures a second that are looked at")] = 5.0,
) -> None:
    """Calibrate a fixed camera by the things that it and a drone saw move at the same time."""
    from geo.primitives import SettingsError, parse_instant
    from ground_station.cli.film_poses import poses_request
    from ground_station.detector_file import detector_file
    from ground_station.drone_pass import PassRequest, calibrate_from_films, scene_of, write_scene
    from ground_station.settings import load_settings
    from vision import Known, open_detector

    settings = load_settings()
    poses = poses_request(telemetry, None, mount, None, film_start, hfov_deg, dem, None, None, nose_first=False)
    known = Known()
    if fixed_at is not None:
        from geo.primitives import LonLat

        try:
            lat, lon = (float(part) for part in fixed_at.split(","))
        except ValueError as error:
            raise SettingsError(f"'{fixed_at}' is no place.", code="settings.place", hint="Write LAT,LON in degrees.") from error
        known = Known(position=LonLat(lon, lat))
    detector = open_detector(model or detector_file(settings), image_size_px=settings.watch.image_size_px, threads=settings.watch.threads)
    start = None if fixed_start is None else parse_instant(fixed_start)
    request = PassRequest(fixed, drone, poses, start, fps, known, poses.heights)
    found, size_px = calibrate_from_films(request, detector)
    write_scene(out, scene_of(found, size_px))
    view = found.fit.view
    assert view is not None, "a pass makes pinholes alone"
    pose = view.pose
    typer.echo(
        f"{len(found.pairs)} things seen by both, {len(found.points)} points, residual {found.fit.residual_px:.1f} px\n"
        f"camera at {pose.position.lat_deg:.6f},{pose.position.lon_deg:.6f} ± {pose.position_sigma_m:.1f} m, {pose.height_m:.1f} m up, "
        f"heading {pose.heading_deg:.1f}° ± {pose.heading_sigma_deg:.1f}, pitch {pose.pitch_deg:.1f}°, "
        f"lens {view.intrinsics.hfov_deg:.1f}°; places share ± {found.shared_sigma_m:.1f} m of the drone"
    )
