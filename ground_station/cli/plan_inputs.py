"""What commands that plan read and say alike."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from geo.primitives import GeoError, LonLat, MissionError

if TYPE_CHECKING:
    from missions import DrawnArea, Finding


def chosen(areas: "list[DrawnArea]", feature: int | None, path: Path) -> "DrawnArea":
    if feature is not None:
        areas = [area for area in areas if area.feature == feature]
    if len(areas) == 1:
        return areas[0]
    found = f"{len(areas)} polygons" if areas else f"no polygon in feature {feature}"
    raise MissionError(
        f"{path.name}: {found}, one is planned at a time.",
        code="mission.area_file",
        hint="Choose it with --feature N or keep one in the file.",
    )


def home_place(text: str, option: str = "--home") -> LonLat:
    try:
        lat, lon = (float(part) for part in text.split(","))
        return LonLat(lon, lat)
    except ValueError as error:
        raise MissionError(f"{option} '{text}' is not LAT,LON.", code="mission.home", hint=f"Write it as {option} 43.65,51.17.") from error
    except GeoError as error:
        raise MissionError(
            f"{option} '{text}': {error.message}", code="mission.home", hint="Latitude comes first here: 43.65,51.17."
        ) from error


def print_findings(findings: "Iterable[Finding]") -> None:
    for finding in findings:
        typer.echo(f"{finding.severity.value}: {finding.message}")
