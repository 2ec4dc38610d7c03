"""Every layer keeps the same promises. A new layer adds one row to `ROWS`: three features, the second alone inside `BOX`."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from geo import LAYERS, FeatureQuery, Layer
from geo.api import features_router
from geo.core import Database, FeatureStore, open_database
from geo.primitives import GeoError
from tests.support.postgres import run_sql

pytestmark = [pytest.mark.postgis, pytest.mark.anyio]

BOX = (51.9, 43.9, 52.1, 44.1)
PLACES = "(VALUES (1, 51.0, 43.0), (2, 52.0, 44.0), (3, 53.0, 45.0)) AS p (n, lon, lat)"
POINT = "ST_SetSRID(ST_MakePoint(lon, lat), 4326)"
AREA = f"ST_Expand({POINT}, 0.01)"
LINE = "ST_SetSRID(ST_MakeLine(ST_MakePoint(lon, lat), ST_MakePoint(lon + 0.01, lat)), 4326)"
NAMED = "'id-' || n, 'атау', 'имя', 'name'"

ROWS = {
    "video-sources": (
        f"INSERT INTO video_source (id, name_kk, name_ru, name_en, category, position) SELECT {NAMED}, 'fixed', {POINT} FROM {PLACES}"
    ),
    "observations": (
        "INSERT INTO observation (id, started_at, ended_at, revision, source_id, kind, label, confidence, track_id,"
        " bbox_px, model, position) SELECT md5(n::text)::uuid, timestamptz '2026-05-01Z' + n * interval '1 s', '2026-05-02Z',"
        " 0, 'gate', 'track', 'car', 0.5, n,"
        f" '{{1,2,3,4}}', 'sha256:0', {POINT} FROM {PLACES}"
    ),
    "violations": (
        "INSERT INTO violation (id, rule, rule_edition, source_id, track_id, model, evidence_tier, from_at, at, until_at, proof_at, label,"
        " confidence, bbox_px, feature, verdict_hash, position) SELECT md5(n::text)::uuid, 'red_light', '1', 'gate', n, 'sha256:0', 'C',"
        " at, at, at, ARRAY[at], 'car', 0.5, '{1,2,3,4}', 'stop-1', 'sha256:1', place FROM"
        f" (SELECT n, timestamptz '2026-05-01Z' + n * interval '1 s' AS at, {POINT} AS place FROM {PLACES}) AS seen"
    ),
    "fibre-routes": (
        "INSERT INTO fibre_route (id, name_kk, name_ru, name_en, operator, state, length_km, path)"
        f" SELECT {NAMED}, 'operator', 'active', 1, {LINE} FROM {PLACES}"
    ),
    "fibre-segments": (
        "INSERT INTO fibre_route SELECT 'r', 'operator', 'active', 1, 'LINESTRING(51 43, 53 45)'::geometry, 'а', 'а', 'a';"
        "INSERT INTO fibre_segment (id, route_id, sequence, environment, from_m, to_m, path)"
        f" SELECT 'id-' || n, 'r', n, 'sea', 0, 800, ST_AddMeasure({LINE}, 0, 800) FROM {PLACES}"
    ),
    "cleanup-sites": (
        "INSERT INTO cleanup_site (id, name_kk, name_ru, name_en, kind, state, reported_by, reported_at, area_m2, area)"
        f" SELECT {NAMED}, 'dump', 'reported', 'resident', now(), 1, {AREA} FROM {PLACES}"
    ),
    "construction-sites": (
        "INSERT INTO construction_site (id, name_kk, name_ru, name_en, kind, state, area)"
        f" SELECT {NAMED}, 'housing', 'active', {AREA} FROM {PLACES}"
    ),
    "permits": (
        "INSERT INTO construction_permit (id, number, issued_to, purpose, valid_from, valid_to, area)"
        f" SELECT 'id-' || n, 'KZ-' || n, 'LLP', 'housing', '2026-01-01', '2027-01-01', {AREA} FROM {PLACES}"
    ),
    "roads": (
        "INSERT INTO road (id, name_kk, name_ru, name_en, road_class, surface, length_km, path)"
        f" SELECT {NAMED}, 'primary', 'asphalt', 1, {LINE} FROM {PLACES}"
    ),
    "fields": (
        "INSERT INTO agricultural_field (id, name_kk, name_ru, name_en, farm, crop, season, area_ha, area)"
        f" SELECT {NAMED}, 'farm', 'alfalfa', 2026, 1, {AREA} FROM {PLACES}"
    ),
    "zones": (
        "INSERT INTO airspace_zone (id, name_kk, name_ru, name_en, kind, authority, floor_m, valid_from, area)"
        f" SELECT {NAMED}, 'no_fly', 'AAK', 0, '2026-01-01Z', {AREA} FROM {PLACES}"
    ),
    "settlements": (
        f"INSERT INTO settlement (id, name_kk, name_ru, name_en, kind, position) SELECT {NAMED}, 'village', {POINT} FROM {PLACES}"
    ),
    "tracks": (
        "INSERT INTO track (vehicle_id, at, position) SELECT 'mav-' || n,"
        " date_trunc('hour', now()) - interval '10 min' + s * interval '1 s',"
        f" ST_SetSRID(ST_MakePoint(lon + s * 1e-4, lat, 30), 4326) FROM {PLACES}, generate_series(0, 1) AS s"
    ),
}


@pytest.fixture(params=list(LAYERS.values()), ids=list(LAYERS))
def layer(request: pytest.FixtureRequest) -> Layer:
    found: Layer = request.param
    return found


@pytest.fixture
async def database(database_url: str, layer: Layer) -> AsyncIterator[Database]:
    run_sql(database_url, ROWS[layer.id])
    async with open_database(database_url, max_connections=2) as opened:
        yield opened


def test_every_layer_has_its_row_here() -> None:
    assert set(ROWS) == set(LAYERS)


async def test_pages_follow_each_other_without_gap_or_repeat(layer: Layer, database: Database) -> None:
    store = FeatureStore(database)
    whole = await store.page(layer)
    assert whole.next_cursor is None
    assert len(whole.features_json) == 3
    pieces: list[str] = []
    cursor: str | None = None
    for _ in range(3):
        page = await store.page(layer, FeatureQuery(limit=1, cursor=cursor))
        pieces += page.features_json
        cursor = page.next_cursor
    assert cursor is None
    assert tuple(pieces) == whole.features_json


async def test_features_are_geojson_with_every_declared_property(layer: Layer, database: Database) -> None:
    for feature in (await FeatureStore(database).page(layer)).features():
        assert feature["type"] == "Feature"
        assert feature["geometry"]["coordinates"]
        assert list(feature["properties"]) == [known.name for known in layer.properties]
        assert feature["id"] == feature["properties"]["id"]
        assert json.loads(await FeatureStore(database).get(layer, feature["id"])) == feature


async def test_box_and_attributes_narrow_the_page(layer: Layer, database: Database) -> None:
    store = FeatureStore(database)
    boxed = (await store.page(layer, FeatureQuery(bbox=BOX))).features()
    assert len(boxed) == 1
    identity = boxed[0]["id"]
    assert (await store.page(layer, FeatureQuery(filters={"id": identity}))).features() == boxed
    assert (await store.page(layer, FeatureQuery(filters={"id": identity}, bbox=(0, 0, 1, 1)))).features() == []


async def test_unknown_properties_and_foreign_cursors_are_refused(layer: Layer, database: Database) -> None:
    store = FeatureStore(database)
    with pytest.raises(GeoError, match="no property 'password_hash'") as refusal:
        await store.page(layer, FeatureQuery(filters={"password_hash": "x"}))
    assert refusal.value.code == "geo.filter"
    other = await store.page(LAYERS["roads" if layer.id != "roads" else "zones"], FeatureQuery(limit=1))
    for cursor in ("nonsense!", other.next_cursor or "e30", "WyJyb2FkcyIsIG51bGxd"):
        with pytest.raises(GeoError) as refusal:
            await store.page(layer, FeatureQuery(cursor=cursor))
        assert refusal.value.code == "geo.cursor"
    with pytest.raises(GeoError) as refusal:
        await store.get(layer, "no such feature")
    assert refusal.value.code == "geo.not_found"


async def test_route_answers_with_the_same_collection(layer: Layer, database: Database) -> None:
    async with client(database) as http:
        answer = await http.get(f"/{layer.id}", params={"limit": 2})
        assert answer.headers["content-type"] == "application/geo+json"
        first: dict[str, Any] = answer.json()
        assert first["type"] == "FeatureCollection"
        assert len(first["features"]) == 2
        rest = (await http.get(f"/{layer.id}", params={"cursor": first["next_cursor"]})).json()
        assert len(rest["features"]) == 1
        assert rest["next_cursor"] is None
        assert len((await http.get(f"/{layer.id}", params={"bbox": "51.9,43.9,52.1,44.1"})).json()["features"]) == 1
        assert (await http.get(f"/{layer.id}/{first['features'][0]['id']}")).json() == first["features"][0]
        assert (await http.get(f"/{layer.id}", params={"bbox": "1,2,3"})).json()["code"] == "geo.bbox"
        assert (await http.get(f"/{layer.id}", params={"datetime": "yesterday"})).json()["code"] == "geo.datetime"
        assert (await http.get(f"/{layer.id}", params={"no_such": "1"})).json()["code"] == "geo.filter"


def client(database: Database) -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(features_router(lambda: database, LAYERS))

    @app.exception_handler(GeoError)
    async def problem(_request: Request, error: GeoError) -> JSONResponse:
        return JSONResponse({"code": error.code, "hint": error.hint}, status_code=400)

    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test")
