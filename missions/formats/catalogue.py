"""The formats a plan may come in and go out as. To add one: a module with a FORMAT, one line here, one row in the contract test."""

import os
import tempfile
from dataclasses import fields
from pathlib import Path

from geo.primitives import MissionError
from missions.findings import Finding, Severity
from missions.formats import geojson, kml, qgc_plan, waypoints
from missions.formats.plan_format import PlanFormat
from missions.plan import MissionPlan

FORMATS: tuple[PlanFormat, ...] = (qgc_plan.FORMAT, waypoints.FORMAT, kml.FORMAT, geojson.FORMAT)

# A plan of 10,000 items is below 5 MB in the widest of the formats.
MAX_FILE_BYTES = 64 * 1024 * 1024

_LOSSES = {
    "vehicle_type": "have no place for the vehicle type",
    "autopilot": "have no place for the autopilot",
    "home": "cannot leave home open: the first waypoint stands in its place",
    "home_altitude_amsl_m": "have no place for the altitude of home",
    "cruise_speed_mps": "have no place for the cruise speed",
    "hover_speed_mps": "have no place for the hover speed",
    "items": "hold either items or a fence: the items are left out",
    "geofence": "have no place for the geofence: it is left out",
    "rally_points": "have no place for the rally points: they are left out",
    "request": "have no place for the drawing behind the plan: it is left out",
    "complex_items": "have no place for patterns: their waypoints are kept",
}


def format_of(suffix: str) -> PlanFormat:
    """Raises `MissionError` naming the suffixes there are."""
    for plan_format in FORMATS:
        if suffix.lower() in plan_format.suffixes:
            return plan_format
    known = " ".join(suffix for plan_format in FORMATS for suffix in plan_format.suffixes)
    raise MissionError(f"'{suffix}' is not the suffix of a plan format.", code="mission.format", hint=f"Name the file with one of {known}.")


def read_plan(path: Path | str) -> MissionPlan:
    """The plan in a file, by its suffix. Raises `MissionError` naming the file, the place in it and what was expected."""
    path = Path(path)
    plan_format = format_of(path.suffix)
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise MissionError(f"{path.name} is larger than {MAX_FILE_BYTES >> 20} MiB.", code="mission.file", hint="Is it a plan?")
        data = path.read_bytes()
    except OSError as error:
        raise MissionError(
            f"{path} cannot be read: {error.strerror}.", code="mission.file", hint="Check the path and its rights."
        ) from error
    return plan_format.read(data, path.name)


def read_plan_bytes(data: bytes, file_name: str) -> MissionPlan:
    """The plan in an uploaded file; `file_name` gives the format and stands in messages."""
    return format_of(Path(file_name).suffix).read(data, Path(file_name).name)


def write_plan(plan: MissionPlan, path: Path | str) -> tuple[Finding, ...]:
    """Writes the whole file or none of it. Returns what the format cannot hold, one finding a part left out."""
    path = Path(path)
    plan_format = format_of(path.suffix)
    data = plan_format.write(plan)
    write_atomically(path, data)
    return losses(plan, plan_format)


def plan_bytes(plan: MissionPlan, suffix: str) -> bytes:
    return format_of(suffix).write(plan)


def losses(plan: MissionPlan, plan_format: PlanFormat) -> tuple[Finding, ...]:
    """What of `plan` is not in a file of that format."""
    kept = plan_format.carried(plan)
    lost = [f.name for f in fields(MissionPlan) if f.name != "name" and getattr(plan, f.name) != getattr(kept, f.name)]
    return tuple(
        Finding(
            Severity.WARNING if name in ("items", "geofence", "rally_points") else Severity.INFO,
            "format_loss",
            None,
            f"{plan_format.name} files {_LOSSES[name]}.",
        )
        for name in lost
    )


def write_atomically(path: Path, data: bytes) -> None:
    """Readers see the old file or the whole new one. Raises `MissionError` when the place cannot be written."""
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes the file private; a plan gets the rights any new file would.
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise MissionError(
            f"{path} cannot be written: {error.strerror}.", code="mission.file", hint="Choose a folder that exists and is writable."
        ) from error
