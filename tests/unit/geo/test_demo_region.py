"""The demo region is right in place: on land what stands on land, at sea what lies at sea, each town where it is."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely import LineString, Point, Polygon, prepare, union_all
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geo.demo import fibre
from geo.demo.cameras import AKTAU_BUILT_UP, ENFORCEMENT_CAMERAS, ENFORCEMENT_COMPLEXES, PUBLIC_CAMERAS, demo_cameras
from geo.demo.geometry import chainages_m, point_at_m, ring_area_m2, smooth_line
from geo.demo.land import CLEANUP_SITES, CONSTRUCTION_SITES, FIELDS, PERMITS, ZONES
from geo.demo.roads import ROADS
from geo.demo.settlements import FEATURES, SETTLEMENTS
from geo.primitives import LonLat, distance_m

MANGYSTAU_DISTRICTS = {"Aqtau", "Beyneuskiy", "Karakiyanskiy", "Manghystauskiy", "Tupkaraganskiy"}


@pytest.fixture(scope="module")
def caspian(repository: Path) -> BaseGeometry:
    """The sea exactly as the basemap draws it."""
    sea = shape(json.loads((repository / "web/data/caspian.json").read_text())["geometry"])
    prepare(sea)
    return sea


@pytest.fixture(scope="module")
def region(shared_data: Path) -> BaseGeometry:
    """Mangystau's districts, widened by 3 km because their outline is coarse at the shore."""
    districts = json.loads((shared_data / "geo/kaz_adm2_geoboundaries.geojson").read_text())["features"]
    area = union_all([shape(d["geometry"]) for d in districts if d["properties"]["shapeName"] in MANGYSTAU_DISTRICTS]).buffer(0.03)
    prepare(area)
    return area


@pytest.fixture(scope="module")
def osm_places(shared_data: Path) -> dict[str, list[LonLat]]:
    found: dict[str, list[LonLat]] = {}
    for feature in json.loads((shared_data / "geo/kaz_west_populated_places_osm.geojson").read_text())["features"]:
        for key in ("name", "name:kk", "name:ru"):
            if name := feature["properties"].get(key):
                found.setdefault(name, []).append(LonLat(*feature["geometry"]["coordinates"]))
    return found


def test_settlements_are_where_openstreetmap_has_them(osm_places: dict[str, list[LonLat]]) -> None:
    for place in SETTLEMENTS:
        known = osm_places.get(place.name_kk) or osm_places.get(place.name_ru)
        assert known, place.id
        assert min(distance_m(place.position, there) for there in known) < 1000, place.id


def test_settlements_and_inland_features_are_dry_and_in_the_region(caspian: BaseGeometry, region: BaseGeometry) -> None:
    for place in (*SETTLEMENTS, *FEATURES):
        point = Point(place.position.as_tuple())
        assert caspian.contains(point) == (place.kind == "bay"), place.id
        assert place.kind == "bay" or region.contains(point), place.id
        if place.kind in ("cape", "port"):
            assert caspian.boundary.distance(point) < 0.03, place.id


def test_estate_has_the_published_numbers_and_stands_on_land(caspian: BaseGeometry, region: BaseGeometry) -> None:
    cameras = demo_cameras()
    complexes = [camera for camera in cameras if camera.category == "enforcement_complex"]
    assert len(cameras) - len(complexes) == PUBLIC_CAMERAS == 402
    assert len(complexes) == ENFORCEMENT_COMPLEXES == 148
    assert sum(camera.camera_count for camera in complexes) == ENFORCEMENT_CAMERAS
    assert len({camera.id for camera in cameras}) == len({camera.position for camera in cameras}) == len(cameras)
    for camera in cameras:
        point = Point(camera.position.as_tuple())
        assert not caspian.contains(point), camera.id
        assert region.contains(point), camera.id
    assert sum("aktau-" in camera.id for camera in cameras) > len(cameras) / 2
    assert demo_cameras() == cameras


def test_built_up_aktau_keeps_off_the_shore(caspian: BaseGeometry, shared_data: Path) -> None:
    districts = json.loads((shared_data / "geo/kaz_adm2_geoboundaries.geojson").read_text())["features"]
    aktau = next(shape(d["geometry"]) for d in districts if d["properties"]["shapeName"] == "Aqtau")
    city = Polygon(AKTAU_BUILT_UP)
    assert not city.intersects(caspian)
    assert aktau.contains(city)
    assert city.contains(Point(51.16, 43.65))


def test_roads_stay_on_land_and_pass_their_towns(caspian: BaseGeometry, region: BaseGeometry) -> None:
    towns = {place.id: place.position for place in SETTLEMENTS}
    lines = {road.id: LineString(road.path) for road in ROADS}
    for identity, line in lines.items():
        assert not line.intersects(caspian), identity
        assert region.contains(line), identity
    passes = {
        "aktau-zhanaozen": ("zhetybay", "zhanaozen", "batyr"),
        "aktau-shetpe": ("mangystau", "shetpe"),
        "shetpe-beineu": ("shetpe", "zharmysh", "say-otes", "tolep", "beineu"),
        "aktau-fort-shevchenko": ("akshukyr", "sain-shapagatov", "fort-shevchenko", "bautino"),
        "aktau-kuryk": ("omirzak", "kuryk"),
        "beineu-borankul": ("sarga", "yeset", "borankul"),
    }
    for identity, through in passes.items():
        for town in through:
            assert lines[identity].distance(Point(towns[town].as_tuple())) < 0.03, (identity, town)
    lengths = {road.id: road.length_km for road in ROADS}
    assert 135 < lengths["aktau-zhanaozen"] < 155
    assert 60 < lengths["aktau-kuryk"] < 75
    assert 115 < lengths["aktau-fort-shevchenko"] < 140


def test_fibre_route_crosses_the_sea_from_aktau_to_sumgait(caspian: BaseGeometry) -> None:
    line = fibre.route_line()
    assert distance_m(LonLat(*line[0]), LonLat(51.16, 43.64)) < 1500
    assert distance_m(LonLat(*line[-1]), LonLat(49.669, 40.59)) < 500
    assert 350 < fibre.route_length_km() < 400
    parts = fibre.segments()
    for part in parts:
        drawn = LineString([point[:2] for point in part.measured])
        dry_share = drawn.difference(caspian).length / drawn.length
        assert (dry_share < 0.02) if part.environment == "sea" else (dry_share > 0.8), part.sequence


def test_fibre_segments_join_without_gaps_and_their_measure_is_the_distance() -> None:
    parts = fibre.segments()
    assert parts[0].measured[0][2] == 0.0
    assert parts[-1].measured[-1][2] == pytest.approx(fibre.route_length_km() * 1000, abs=100)
    for before, after in pairwise(parts):
        assert before.measured[-1] == after.measured[0]
    for part in parts:
        measures = np.array([point[2] for point in part.measured])
        assert np.all(np.diff(measures) > 0)
        along = chainages_m([point[:2] for point in part.measured])
        assert np.allclose(measures - measures[0], along, atol=0.3)


def test_land_uses_are_valid_areas_on_land(caspian: BaseGeometry, region: BaseGeometry) -> None:
    used: list[tuple[str, Any]] = [(thing.id, thing.area) for thing in (*CLEANUP_SITES, *PERMITS, *CONSTRUCTION_SITES, *FIELDS)]
    assert len({identity for identity, _ in used}) == len(used)
    for identity, ring in used:
        area = Polygon(ring)
        assert area.is_valid, identity
        assert area.exterior.is_ccw, identity
        assert not area.intersects(caspian), identity
        assert region.contains(area), identity
        assert 500 < ring_area_m2(ring) < 1e6, identity
    assert len(CLEANUP_SITES) >= 12
    assert {site.state for site in CLEANUP_SITES} == {
        "reported",
        "confirmed",
        "scheduled",
        "in_progress",
        "cleaned",
        "verified",
        "recurred",
    }


def test_each_permitted_site_lies_inside_its_permit() -> None:
    permits = {permit.id: Polygon(permit.area) for permit in PERMITS}
    for site in CONSTRUCTION_SITES:
        assert site.permit_id is None or permits[site.permit_id].contains(Polygon(site.area)), site.id
    assert any(site.permit_id is None for site in CONSTRUCTION_SITES)


def test_airport_zone_surrounds_the_airport_and_leaves_the_city_free() -> None:
    airport = Polygon(next(zone.area for zone in ZONES if zone.id == "zone-airport"))
    assert airport.contains(Point(51.09, 43.86))
    assert not any(Polygon(zone.area).contains(Point(51.16, 43.6505)) for zone in ZONES)


def test_smooth_line_passes_every_point_given() -> None:
    knots = [(51.0, 43.0), (51.2, 43.1), (51.3, 43.4), (51.7, 43.4)]
    assert set(knots) <= set(smooth_line(knots))


def test_point_at_chainage_is_that_far_along() -> None:
    line = ROADS[0].path
    halfway = chainages_m(line)[-1] / 2
    place, heading_deg = point_at_m(line, halfway)
    assert 90 < heading_deg < 130
    assert LineString(line).distance(Point(place.as_tuple())) < 1e-4
