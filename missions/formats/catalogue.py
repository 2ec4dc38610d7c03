"""The formats a plan may come in and go out as. To add one: a module with a FORMAT, one line here, one row in the contract test."""

import os
import tempfile
from pathlib import Path

from geo.primitives import MissionError
from missions.file_bytes import file_bytes
from missions.findings import Finding
from missions.formats import geojson, kml, litchi, qgc_plan, waypoints, wpml
from missions.formats.losses import plan_losses
from missions.formats.plan_format import PlanFormat
from missions.plan import MissionPlan

FORMATS: tuple[PlanFormat, ...] = (
    qgc_plan.FORMAT,
    waypoints.FORMAT,
    kml.FORMAT,
    geojson.FORMAT,
    wpml.FORMAT,
    wpml.BARE_FORMAT,
    litchi.FORMAT,
)

# A plan of 10,000 items is below 5 MB in the widest of the formats.
MAX_FILE_BYTES = 64 * 1024 * 1024


def format_of(suffix: str) -> PlanFormat:
    """Raises `MissionError` naming the suffixes there are."""
    for plan_format in FORMATS:
        if suffix.lower() in plan_format.suffixes:
            return plan_format
    known = " ".join(suffix for plan_format in FORMATS for suffix in plan_format.suffixes)
    raise MissionError(f"'{suffix}' is not the suffix of a plan format.", code="mission.format", hint=f"Name the file with one of {known}.")


def read_plan(path: Path | str) -> MissionPlan:
    """The plan in a file, by its suffix. Raises `MissionError` naming the file, the place in it and what was expected."""
    return read_plan_noting(path)[0]


def read_plan_noting(path: Path | str) -> tuple[MissionPlan, tuple[Finding, ...]]:
    """The plan in a file, and what of the file a plan has no place for."""
    path = Path(path)
    plan_format = format_of(path.suffix)
    data = file_bytes(path, MAX_FILE_BYTES, "Is it a plan?")
    return _read(plan_format, data, path.name)


def read_plan_bytes(data: bytes, file_name: str) -> MissionPlan:
    """The plan in an uploaded file; `file_name` gives the format and stands in messages."""
    return read_plan_bytes_noting(data, file_name)[0]


def read_plan_bytes_noting(data: bytes, file_name: str) -> tuple[MissionPlan, tuple[Finding, ...]]:
    return _read(format_of(Path(file_name).suffix), data, Path(file_name).name)


def _read(plan_format: PlanFormat, data: bytes, source: str) -> tuple[MissionPlan, tuple[Finding, ...]]:
    notes: list[Finding] = []
    plan = plan_format.read(data, source, notes)
    return plan, tuple(notes)


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
    """What of `plan` is not in a file of that format, with item numbers. Raises `MissionError` when the plan cannot be written so."""
    return tuple(plan_losses(plan, plan_format.carried(plan), plan_format.name))


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
