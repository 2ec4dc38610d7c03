"""Drawings somebody sends: what is taken, and what is refused before anything opens it."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from geo.primitives import MissionError
from missions import read_drawing_bytes

FIELD = shapely.Polygon(
    [(51.16, 43.65), (51.17, 43.65), (51.17, 43.66), (51.16, 43.66)], [[(51.163, 43.653), (51.166, 43.653), (51.166, 43.656)]]
)


def written(folder: Path, name: str, driver: str) -> bytes:
    wkb = np.array([shapely.to_wkb(FIELD)], dtype=object)
    pyogrio.raw.write(folder / name, wkb, [], [], geometry_type="Polygon", crs="EPSG:4326", driver=driver)
    return (folder / name).read_bytes()


def zipped(folder: Path, *others: str) -> bytes:
    written(folder, "field.shp", "ESRI Shapefile")
    for other in others:
        (folder / other).write_text("<OGRVRTDataSource/>")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    return out.getvalue()


@pytest.mark.parametrize(("name", "driver"), [("field.geojson", "GeoJSON"), ("field.kml", "KML"), ("field.gpkg", "GPKG")])
def test_an_area_with_its_hole_is_read_from_each_kind_of_file(name: str, driver: str, tmp_path: Path) -> None:
    drawing = read_drawing_bytes(written(tmp_path, name, driver), name)
    assert [len(area.outer) for area in drawing.areas] == [4]
    assert [len(hole) for hole in drawing.areas[0].holes] == [3]


def test_an_area_is_read_from_a_zipped_shapefile(tmp_path: Path) -> None:
    assert len(read_drawing_bytes(zipped(tmp_path), "Дала.zip").areas) == 1


def test_lines_and_points_are_a_drawing_too() -> None:
    parts = [{"type": "LineString", "coordinates": [[51.0, 43.0], [51.1, 43.1]]}, {"type": "Point", "coordinates": [51.2, 43.2]}]
    features = [{"type": "Feature", "properties": {}, "geometry": part} for part in parts]
    drawing = read_drawing_bytes(json.dumps({"type": "FeatureCollection", "features": features}).encode(), "fibre.geojson")
    assert (len(drawing.areas), len(drawing.lines), len(drawing.points)) == (0, 1, 1)


@pytest.mark.parametrize("name", ["field.kml", "field.geojson", "field.gpkg", "field.zip"])
def test_a_file_that_names_others_to_read_is_refused_whatever_it_is_called(name: str) -> None:
    with pytest.raises(MissionError, match="not what its name says"):
        read_drawing_bytes(
            b'<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>', name
        )


def test_a_zip_with_anything_beside_a_shapefile_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissionError, match="not what its name says"):
        read_drawing_bytes(zipped(tmp_path, "more.vrt"), "field.zip")


def test_another_kind_of_file_is_refused_with_those_that_are_read() -> None:
    with pytest.raises(MissionError, match="is no drawing") as refused:
        read_drawing_bytes(b"0 0", "field.dwg")
    assert ".gpkg" in str(refused.value.hint)
