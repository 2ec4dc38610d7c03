"""`sunqar mission check --dem`: the clearance of each leg as a table, and exit code 1 for a leg into the ground."""

from pathlib import Path

import numpy as np
import rasterio
from rasterio import Affine
from typer.testing import CliRunner

from geo.primitives import LonLat
from ground_station.cli.mission import app
from missions import Command, Frame, MissionItem, MissionPlan, write_plan


def test_a_plan_is_proven_over_an_elevation_model(tmp_path: Path) -> None:
    heights = np.full((200, 200), 100.0, dtype=np.float32)
    heights[95:105, 95:105] = 160.0
    place = Affine(0.0001, 0, 51.0, 0, -0.0001, 43.02)
    profile = {"driver": "GTiff", "width": 200, "height": 200, "count": 1, "dtype": "float32", "crs": "EPSG:4326", "transform": place}
    with rasterio.open(tmp_path / "tower.tif", "w", **profile) as file:
        file.write(heights, 1)
    for altitude_m, code, said in ((80.0, 0, "least above ground 20.00 m"), (50.0, 1, "below the ground at 43.0")):
        items = [MissionItem(Command.TAKEOFF, altitude_m=altitude_m)]
        items += [MissionItem(Command.WAYPOINT, position=LonLat(51.01, lat), altitude_m=altitude_m) for lat in (43.004, 43.016)]
        plan = MissionPlan(home=LonLat(51.004, 43.004), items=(*items, MissionItem(Command.RETURN_TO_LAUNCH, Frame.MISSION)))
        write_plan(plan, tmp_path / "over.plan")
        result = CliRunner().invoke(app, ["check", str(tmp_path / "over.plan"), "--dem", str(tmp_path / "tower.tif")])
        assert result.exit_code == code, result.output
        assert said in result.output
        assert "least above ground" in result.output
