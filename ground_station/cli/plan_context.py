"""What `sunqar plan` knows beside the request: ground, airspace, cameras, and vehicles whose flights were measured."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from missions import Finding, PlanContext

DemOption = Annotated[Path | None, typer.Option("--dem", help="Elevation model, GeoTIFF or .hgt, a file or a folder: altitudes follow it")]
LevelOption = Annotated[bool, typer.Option("--level", help="With --dem: stay at one altitude, the model only checks it")]
CamerasOption = Annotated[
    Path | None,
    typer.Option("--cameras", help="Cameras of your own, TOML: one table each with the members of a camera [default: the data folder's]"),
]
ZonesOption = Annotated[
    list[Path] | None, typer.Option("--zones", help="Airspace to keep out of: OpenAir, ED-269, ED-318, KML; may be given several times")
]


def plan_context(dem: Path | None, cameras: Path | None, zones: list[Path] | None) -> "tuple[PlanContext, tuple[Finding, ...]]":
    """And what was repaired, assumed or left out of the airspace. Raises: `MissionError` for a file that cannot be read."""
    from geo.terrain import read_dem
    from ground_station.settings import load_settings
    from missions import CAMERA_FILE, ENERGY_FILE, PlanContext, known_cameras, known_energies, known_wings, read_airspace

    folder = load_settings().data_dir
    files = [read_airspace(path) for path in zones or ()]
    context = PlanContext(
        heights=None if dem is None else read_dem(dem),
        cameras=known_cameras(cameras or folder / CAMERA_FILE),
        energies=known_energies(folder / ENERGY_FILE),
        wings=known_wings(folder / ENERGY_FILE),
        zones=tuple(zone for file in files for zone in file.zones),
    )
    return context, tuple(remark for file in files for remark in file.remarks)
