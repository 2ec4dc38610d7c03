"""A probability map out of a raster: where its squares lie, what they add up to, and what is refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio import Affine

from geo.primitives import LocalFrame, LonLat, MissionError
from missions import LikelyArea, ProbabilityRequest, likely_areas, plan_request, read_drawing_bytes

PLACE = LonLat(51.16, 43.65)
# UTM 39N: the place is about there.
EAST_M, NORTH_M = 512_900.0, 4_833_000.0


def written(path: Path, values: Any, **profile: Any) -> Path:
    values = np.asarray(values, dtype=np.float32)
    wanted = {"crs": "EPSG:32639", "transform": Affine(50.0, 0.0, EAST_M, 0.0, -50.0, NORTH_M), "nodata": -1.0, **profile}
    with rasterio.open(
        path, "w", driver="GTiff", width=values.shape[1], height=values.shape[0], count=1, dtype="float32", **wanted
    ) as dataset:
        dataset.write(values, 1)
    return path


def test_each_pixel_is_an_area_where_it_lies_and_voids_are_none(tmp_path: Path) -> None:
    areas = likely_areas(written(tmp_path / "map.tif", [[0.1, 0.0], [-1.0, 0.6]]))
    assert [area.properties["probability"] for area in areas] == pytest.approx([0.6, 0.1], abs=1e-6)
    frame = LocalFrame(areas[1].outer[0])
    corners = np.array([frame.offset_m(corner) for corner in areas[1].outer])
    assert np.hypot(*np.diff(corners, axis=0).T) == pytest.approx([50.0] * 3, rel=0.002)
    assert frame.offset_m(areas[0].outer[0]) == pytest.approx((50.0, -50.0), abs=1.0)


def test_a_fine_map_of_counts_becomes_squares_that_add_up_to_one_and_is_flown(tmp_path: Path) -> None:
    values = np.zeros((90, 120))
    values[30:40, 50:60] = 7.0
    areas = likely_areas(written(tmp_path / "counts.tif", values, transform=Affine(5.0, 0.0, EAST_M, 0.0, -5.0, NORTH_M)))
    assert len(areas) < 30
    assert sum(area.properties["probability"] for area in areas) == pytest.approx(1.0, abs=1e-6)
    drawn = tuple(LikelyArea(polygon=area.outer, probability=area.properties["probability"]) for area in areas)
    result = plan_request(ProbabilityRequest(areas=drawn, altitude_m=40.0, home=areas[0].outer[0], budget_s=900.0))
    assert result.plan is not None


def test_a_map_that_is_sent_is_read_as_the_file_is(tmp_path: Path) -> None:
    path = written(tmp_path / "map.tif", [[0.2, 0.3]])
    assert read_drawing_bytes(path.read_bytes(), "map.tif").areas == tuple(likely_areas(path))


@pytest.mark.parametrize(
    ("values", "profile", "words"),
    [
        ([[0.0, 0.0]], {}, "no pixel"),
        ([[-0.5, 0.2]], {"nodata": None}, "below zero"),
        ([[0.5, 0.2]], {"crs": None}, "where it is"),
    ],
)
def test_what_is_no_probability_map_is_refused_with_its_name(tmp_path: Path, values: Any, profile: dict[str, Any], words: str) -> None:
    with pytest.raises(MissionError, match=rf"map\.tif: .*{words}"):
        likely_areas(written(tmp_path / "map.tif", values, **profile))


def test_what_is_no_tiff_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissionError, match="its content is not"):
        read_drawing_bytes(b"%PDF-1.7", "map.tif")
    (tmp_path / "map.tif").write_bytes(b"II*\x00 and then nothing")
    with pytest.raises(MissionError, match="cannot be read"):
        likely_areas(tmp_path / "map.tif")
