"""`sunqar plan survey` and `sunqar mission`, through the command itself."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from ground_station.__main__ import main
from missions import PointsRequest, ProbabilityRequest, read_plan

FIELD = [[51.16, 43.65], [51.165, 43.65], [51.165, 43.653], [51.16, 43.653], [51.16, 43.65]]
SHORE = [[51.16 + 0.004 * math.cos(a / 1e5 * math.tau), 43.65 + 0.003 * math.sin(a / 1e5 * math.tau)] for a in (*range(100_000), 0)]
ZONE = [[51.162, 43.651], [51.163, 43.651], [51.163, 43.652], [51.162, 43.652], [51.162, 43.651]]


def collection(*geometries: dict[str, Any] | None) -> str:
    return json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": g} for g in geometries]})


def polygon(*rings: list[list[Any]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    def command(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["sunqar", *map(str, arguments)])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code
        shown = capsys.readouterr()
        return int(str(code or 0)), shown.out, shown.err

    return command


def test_a_survey_is_planned_checked_converted_and_shown(run: Any, tmp_path: Path) -> None:
    field, zone, out = tmp_path / "field.geojson", tmp_path / "zone.geojson", tmp_path / "field.plan"
    field.write_text(collection(polygon(FIELD)))
    zone.write_text(collection(polygon(ZONE)))
    fence = tmp_path / "fence.geojson"
    fence.write_text(collection(polygon([[51.15, 43.64], [51.175, 43.64], [51.175, 43.66], [51.15, 43.66], [51.15, 43.64]])))
    code, shown, _ = run("plan", "survey", field, "--avoid", zone, "--fence", fence, "--home", "43.6495,51.1595", "--out", out)
    assert code == 0
    for word in ("distance:", "time:", "photos:", "energy:", "covered share:", "in avoid zones: 0 m", "content hash:"):
        assert word in shown
    plan = read_plan(out)
    assert len(plan.geofence.polygons) == 2
    assert run("mission", "check", out)[0] == 0
    for suffix in (".waypoints", ".kml", ".geojson"):
        other = tmp_path / f"field{suffix}"
        assert run("mission", "convert", out, other)[0] == 0
        assert read_plan(other).items == plan.items
    code, shown, _ = run("mission", "show", out)
    assert (code, shown.count("\n") > len(plan.items)) == (0, True)


@pytest.mark.parametrize(("suffix", "driver"), [(".gpkg", "GPKG"), (".shp", "ESRI Shapefile"), (".kml", "KML")])
def test_areas_come_from_other_formats_and_coordinate_systems(run: Any, tmp_path: Path, suffix: str, driver: str) -> None:
    import numpy as np
    import pyogrio
    import shapely
    from pyproj import Transformer

    crs = "EPSG:4326" if suffix == ".kml" else "EPSG:32639"
    to_file = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    outline = shapely.Polygon([to_file.transform(lon, lat) for lon, lat in FIELD])
    path = tmp_path / f"field{suffix}"
    pyogrio.raw.write(path, np.array([shapely.to_wkb(outline)]), [], [], crs=crs, geometry_type="Polygon", driver=driver)
    code, shown, problem = run("plan", "survey", path, "--out", tmp_path / "field.plan")
    assert (code, problem) == (0, "")
    # 0.005 x 0.003 degrees at this latitude.
    assert "area:           13.4" in shown


def test_several_flights_are_one_file_and_one_sentence_each(run: Any, tmp_path: Path) -> None:
    field, out = tmp_path / "field.geojson", tmp_path / "field.plan"
    field.write_text(collection(polygon(FIELD)))
    homes = ("--vehicle-home", "43.6495,51.1595", "--vehicle-home", "43.6535,51.1655")
    code, shown, problem = run("plan", "survey", field, "--wind", "5,270", "--reserve", "0.3", "--sorties", *homes, "--out", out)
    assert (code, problem) == (0, "")
    assert not out.exists()
    plans = [read_plan(tmp_path / f"field-{number}.plan") for number in (1, 2)]
    assert {plan.home.lat_deg for plan in plans if plan.home} == {43.6495, 43.6535}
    for number in (1, 2):
        assert f"field-{number}.plan: field, vehicle " in shown
    assert shown.count(" Wh, begins at ") == 2
    for option, wrong in (("--wind", "strong"), ("--vehicle-home", "here")):
        code, _, problem = run("plan", "survey", field, option, wrong, "--out", out)
        assert code == 1
        assert f"{option} '{wrong}' is not" in problem


def test_a_corridor_comes_from_a_named_layer_and_is_shared(run: Any, tmp_path: Path) -> None:
    import numpy as np
    import pyogrio
    import shapely

    path = tmp_path / "net.gpkg"
    for layer, line in (("road", [(51.16, 43.65), (51.175, 43.652)]), ("fibre", [(51.16, 43.66), (51.17, 43.66)])):
        wkb = np.array([shapely.to_wkb(shapely.LineString(line))])
        pyogrio.raw.write(path, wkb, [], [], crs="EPSG:4326", geometry_type="LineString", driver="GPKG", layer=layer, append=path.exists())
    homes = ("--vehicle-home", "43.6495,51.1595", "--vehicle-home", "43.6535,51.1755")
    corridor = ("plan", "corridor", path, "--altitude-m", "60", "--width-m", "150", *homes, "--out", tmp_path / "road.plan")
    assert "2 lines" in run(*corridor)[2]
    assert "'road', 'fibre'" in run(*corridor, "--layer", "rails")[2]
    code, shown, problem = run(*corridor, "--layer", "road")
    assert (code, problem) == (0, "")
    assert "road-1.plan: net, vehicle " in shown
    assert read_plan(tmp_path / "road-2.plan").items


SWAPPED = [[lat, lon] for lon, lat in FIELD]
BAD_AREAS = {
    "cut off": ('{"type": "FeatureCollection", "features": [{"type": "Fea', "line 1 column"),
    "empty": ("", "the file is empty"),
    "not GeoJSON": ('{"a": 1}', "expected a member 'type'"),
    "no features": (collection(), "no polygon among its 0 features"),
    "a point": (collection({"type": "Point", "coordinates": [51, 43]}), "only Point"),
    "no geometry": (collection(None), "no polygon"),
    "crossing": (collection(polygon([FIELD[0], FIELD[2], FIELD[1], FIELD[3], FIELD[0]])), "feature 1: its outline crosses itself at 51.16"),
    "second crossing": (
        collection(polygon(FIELD), polygon([FIELD[0], FIELD[2], FIELD[1], FIELD[3], FIELD[0]])),
        "feature 2: its outline crosses itself",
    ),
    "swapped": (collection(polygon(SWAPPED)), "exchanged. Write longitude first"),
    "no latitude": (collection(polygon([[51, 143], [52, 143], [52, 144], [51, 143]])), "longitude, latitude"),
    "text": (collection(polygon([[51, "43"], [52, 43], [52, 44], [51, 43]])), "features[0].geometry.coordinates[0][0][1]"),
    "tiny": (collection(polygon([[51.16, 43.65], [51.160001, 43.65], [51.16, 43.650001], [51.16, 43.65]])), "at least 1 m2"),
    "huge": (collection(polygon([[51, 43], [53, 43], [53, 45], [51, 43]])), "at most 40 km"),
    "two": (collection(polygon(FIELD), polygon(ZONE)), "2 polygons"),
    "on a line": (collection(polygon([[51.16, 43.65], [51.162, 43.65], [51.164, 43.65], [51.16, 43.65]])), "encloses nothing"),
    "two points": (collection(polygon([FIELD[0], FIELD[1], FIELD[0], FIELD[0]])), "has 2 different points"),
    "over 180": (
        collection(polygon([[179.99, 43], [-179.99, 43], [-179.99, 43.01], [179.99, 43]])),
        "crosses longitude 180 at latitude 43",
    ),
    "a hundred thousand points": (collection(polygon(SHORE)), "5,000 can be planned with. Simplify it"),
    "not a number": (collection(polygon([[float("nan"), 43.65], *FIELD[1:]])), "NaN"),
}


@pytest.mark.parametrize(("text", "words"), BAD_AREAS.values(), ids=BAD_AREAS)
def test_a_bad_area_ends_in_one_line_with_the_way_out_and_no_file(run: Any, tmp_path: Path, text: str, words: str) -> None:
    field, out = tmp_path / "field.geojson", tmp_path / "out.plan"
    field.write_text(text)
    code, shown, problem = run("plan", "survey", field, "--out", out)
    assert (code, shown) == (1, "")
    assert problem.count("\n") == 1
    assert problem.startswith("sunqar: field.geojson")
    assert words in problem
    assert not out.exists()


AROUND = [[51.15, 43.64], [51.17, 43.64], [51.17, 43.66], [51.15, 43.66], [51.15, 43.64]]
ASIDE = [[51.17, 43.64], [51.18, 43.64], [51.18, 43.65], [51.17, 43.65], [51.17, 43.64]]


@pytest.mark.parametrize(
    ("pattern", "drawn"),
    [
        ("survey", polygon(FIELD)),
        ("perimeter", polygon(FIELD)),
        ("corridor", {"type": "LineString", "coordinates": FIELD[:3]}),
        ("orbit", {"type": "Point", "coordinates": FIELD[0]}),
        ("points", {"type": "Point", "coordinates": FIELD[0]}),
    ],
)
@pytest.mark.parametrize(
    ("option", "other", "home", "words"),
    [
        ("--fence", ASIDE, "43.6495,51.1595", "Home at 43.649500, 51.159500 lies inside an avoid zone or outside the fence"),
        ("--fence", ASIDE, "43.645,51.175", "leave nothing of the"),
        ("--avoid", AROUND, "43.63,51.14", "leave nothing of the"),
        ("--avoid", AROUND, "51.1,71.4", "km from the"),
    ],
)
def test_surroundings_that_leave_nothing_end_in_one_line(
    run: Any, tmp_path: Path, pattern: str, drawn: dict[str, Any], option: str, other: list[list[float]], home: str, words: str
) -> None:
    field, around, out = tmp_path / "field.geojson", tmp_path / "around.geojson", tmp_path / "out.plan"
    field.write_text(collection(drawn))
    around.write_text(collection(polygon(other)))
    height = () if pattern in ("survey", "points") else ("--altitude-m", "60")
    code, shown, problem = run("plan", pattern, field, option, around, "--home", home, *height, "--out", out)
    assert (code, shown, problem.count("\n")) == (1, "", 1)
    assert words in problem
    assert not out.exists()


def test_an_elevation_model_of_another_country_is_refused(run: Any, tmp_path: Path) -> None:
    import numpy as np
    import rasterio

    field, dem = tmp_path / "field.geojson", tmp_path / "elsewhere.tif"
    field.write_text(collection(polygon(FIELD)))
    profile = {"driver": "GTiff", "width": 20, "height": 20, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(dem, "w", **profile, transform=rasterio.Affine(0.01, 0.0, 20.0, 0.0, -0.01, 50.0)) as file:
        file.write(np.full((20, 20), 100.0, np.float32), 1)
    code, shown, problem = run("plan", "survey", field, "--home", "43.6495,51.1595", "--dem", dem, "--out", tmp_path / "out.plan")
    assert (code, shown, problem.count("\n")) == (1, "", 1)
    assert "elsewhere.tif" in problem


def test_a_swapped_area_is_taken_as_it_is_when_home_is_there(run: Any, tmp_path: Path) -> None:
    field = tmp_path / "field.geojson"
    field.write_text(collection(polygon(SWAPPED)))
    assert run("plan", "survey", field, "--home", "51.16,43.65", "--out", tmp_path / "out.plan")[0] == 0


def test_one_of_several_polygons_is_chosen_by_its_number(run: Any, tmp_path: Path) -> None:
    field = tmp_path / "field.geojson"
    field.write_text(collection(polygon(FIELD), polygon(ZONE)))
    code, shown, _ = run("plan", "survey", field, "--feature", "2", "--out", tmp_path / "out.plan")
    assert code == 0
    assert "area:           0.9" in shown


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--home", "here"), "--home 'here' is not LAT,LON"),
        (("--home", "143,51"), "Latitude 143"),
        (("--angle-deg", "north"), "neither a number nor 'auto'"),
        (("--camera", "box"), "There is no camera 'box'"),
        (("--speed-mps", "24"), "m/s or slower"),
        (("--out", "/nowhere/out.plan"), "cannot be written"),
        (("--out", "out.txt2"), "not the suffix of a plan format"),
        (("--avoid", "missing.geojson"), "there is no such file"),
        (("--gsd-cm", "0.001"), "Choose a GSD between"),
        (("--gsd-cm", "nan"), "gsd_cm nan is not above 0"),
        (("--speed-mps", "inf"), "speed_mps inf is not above 0"),
        (("--orientation", "upright"), "none of landscape, portrait"),
    ],
)
def test_a_bad_option_ends_in_one_line(run: Any, tmp_path: Path, options: tuple[str, str], words: str) -> None:
    field = tmp_path / "field.geojson"
    field.write_text(collection(polygon(FIELD)))
    code, _, problem = run("plan", "survey", field, "--gsd-cm", "1", "--out", tmp_path / "out.plan", *options)
    assert (code, problem.count("\n")) == (1, 1)
    assert words in problem
    assert [file.name for file in tmp_path.iterdir()] == ["field.geojson"]


def test_check_fails_on_a_plan_that_must_not_be_flown(run: Any, tmp_path: Path) -> None:
    empty = tmp_path / "empty.plan"
    empty.write_text('{"fileType": "Plan", "version": 1, "groundStation": "QGroundControl"}')
    code, shown, _ = run("mission", "check", empty)
    assert code == 1
    assert "error: The plan has no mission items" in shown


def test_a_named_vehicle_is_counted_with_the_energy_its_flights_showed(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNQAR_DATA_DIR", str(tmp_path))
    (tmp_path / "energy.toml").write_text("[heron]\nhover_w = 1440\n")  # three times the assumed vehicle's
    field = tmp_path / "field.geojson"
    field.write_text(collection(polygon(FIELD)))

    def energy_wh(home: str) -> float:
        code, shown, _ = run("plan", "survey", field, "--vehicle-home", home, "--gsd-cm", 5, "--out", tmp_path / "field.plan")
        assert code == 0
        return float(shown.split("energy:")[1].split()[0])

    assert energy_wh("heron=43.6495,51.1595") > 1.5 * energy_wh("43.6495,51.1595")


@pytest.mark.parametrize("pattern", ["survey", "perimeter"])
def test_airspace_is_kept_out_of_by_every_pattern(run: Any, tmp_path: Path, pattern: str) -> None:
    field, zone = tmp_path / "field.geojson", tmp_path / "zone.txt"
    field.write_text(collection(polygon(FIELD)))
    zone.write_text("AC P\nAN Port\nAL SFC\nAH 500m AGL\nV X=43:39:05 N 051:09:45 E\nDC 0.03\n")
    options = ("--home", "43.6495,51.1595", "--gsd-cm", 5, "--zones", zone, "--out", tmp_path / "field.plan")
    code, _, said = run("plan", pattern, field, *options)
    assert code == 0, said
    code, shown, _ = run("mission", "check", tmp_path / "field.plan", "--zones", zone)
    assert "path inside forbidden area: 0 m" in shown


def test_what_a_file_says_of_its_features_goes_into_the_plan(run: Any, tmp_path: Path) -> None:
    towers, dumps, out = tmp_path / "towers.geojson", tmp_path / "dumps.geojson", tmp_path / "out.plan"
    places = [
        ((51.161, 43.651), {"name": "T1", "altitude_m": 55, "heading_deg": None}),
        ((51.163, 43.652), {"name": "T2", "altitude_m": 25}),
    ]
    features = [{"type": "Feature", "properties": said, "geometry": {"type": "Point", "coordinates": at}} for at, said in places]
    towers.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    assert run("plan", "points", towers, "--home", "43.6495,51.1595", "--altitude-m", 40, "--out", out)[0] == 0
    request = read_plan(out).request
    assert isinstance(request, PointsRequest)
    assert [(point.name, point.altitude_m, point.heading_deg) for point in request.points] == [("T1", 55.0, None), ("T2", 25.0, None)]

    areas = [
        {"type": "Feature", "properties": {"probability": share}, "geometry": polygon(ring)} for share, ring in ((0.7, ZONE), (0.2, FIELD))
    ]
    dumps.write_text(json.dumps({"type": "FeatureCollection", "features": areas}))
    assert run("plan", "probability", dumps, "--home", "43.6495,51.1595", "--gsd-cm", 5, "--out", out)[0] == 0
    request = read_plan(out).request
    assert isinstance(request, ProbabilityRequest)
    assert [area.probability for area in request.areas] == [0.7, 0.2]
    features[0]["properties"] = {"altitude_m": -5}
    towers.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    code, _, said = run("plan", "points", towers, "--home", "43.6495,51.1595", "--altitude-m", 40, "--out", out)
    assert code == 1
    assert "points[0].altitude_m -5 is not above 0" in said
