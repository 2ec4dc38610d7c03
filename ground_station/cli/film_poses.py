"""What `sunqar vision run` is told about the poses of a film's camera."""

import json
from pathlib import Path

from geo.primitives import VisionError, parse_instant
from geo.terrain import read_dem
from ground_station.camera_telemetry import PosesRequest
from ground_station.watching.drone_camera import Mount, mount_of


def poses_request(
    telemetry: Path | None,
    vehicle: str | None,
    mount: Path | None,
    offset_s: float | None,
    film_start: str | None,
    hfov_deg: float | None,
    dem: Path | None,
    ground_amsl_m: float | None,
    height_m: float | None,
    nose_first: bool,
) -> PosesRequest:
    """Raises: `VisionError`, `GeoError` for a file or an instant that is not usable."""
    hung = Mount() if mount is None else _mount(mount)
    return PosesRequest(
        file=telemetry,
        vehicle=vehicle,
        mount=hung if offset_s is None else hung.model_copy(update={"time_offset_s": offset_s}),
        hfov_deg=hfov_deg,
        film_start=None if film_start is None else parse_instant(film_start),
        heights=None if dem is None else read_dem(dem),
        ground_amsl_m=ground_amsl_m,
        height_m=height_m,
        nose_first=nose_first,
    )


def _mount(path: Path) -> Mount:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise VisionError(f"The mount file '{path}' cannot be read: {error}.", code="vision.mount", hint="Write a JSON object.") from error
    return mount_of({"mount": content}, name=path.name)
