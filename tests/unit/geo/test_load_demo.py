"""Loading the demo region: everything arrives, loading again doubles nothing."""

import pytest

from geo import LAYERS, FeatureQuery
from geo.core import FeatureStore, VideoSourceStore, open_database
from geo.demo import load_demo
from tests.support.postgres import run_sql

pytestmark = [pytest.mark.postgis, pytest.mark.anyio]

EXPECTED = {
    "video-sources": 552,
    "observations": 0,
    "fibre-routes": 1,
    "fibre-segments": 11,
    "cleanup-sites": 13,
    "construction-sites": 9,
    "permits": 8,
    "roads": 12,
    "fields": 11,
    "zones": 4,
    "settlements": 75,
    "tracks": 0,
}


async def test_demo_region_loads_twice_into_the_same_rows(database_url: str) -> None:
    for _ in range(2):
        await load_demo(database_url, rtsp_base_url="rtsp://127.0.0.1:8554")
    async with open_database(database_url) as database:
        store = FeatureStore(database)
        counts = {name: len((await store.page(layer)).features_json) for name, layer in LAYERS.items()}
        assert counts == EXPECTED
        live = await store.page(LAYERS["video-sources"], FeatureQuery(filters={"live": "true"}))
        assert [feature["id"] for feature in live.features()] == ["gate", "mav-1-camera"]
        assert [source.source_id for source in await VideoSourceStore(database).live()] == ["gate", "mav-1-camera"]
    assert run_sql(database_url, "SELECT count(*) FROM fibre_segment WHERE ST_M(ST_EndPoint(path)) <> to_m") == "0"


async def test_calibration_of_another_picture_replaces_the_gates_own(database_url: str) -> None:
    other = {
        "image_size_px": [768, 432],
        "points": [{"px": [1, 2], "lonlat": [51.17, 43.66]}] * 4,
        "pose": {"lonlat": [51.17, 43.66], "heading_deg": 12.0, "hfov_deg": 50.0},
    }
    await load_demo(database_url, rtsp_base_url="rtsp://127.0.0.1:8554", gate_calibration=other)
    async with open_database(database_url) as database:
        gate = await VideoSourceStore(database).get("gate")
        assert gate is not None
        assert gate.position is not None
        assert (gate.calibration, gate.position.as_tuple(), gate.heading_deg) == (other, (51.17, 43.66), 12.0)
    await load_demo(database_url, rtsp_base_url="rtsp://127.0.0.1:8554", gate_calibration={})
    async with open_database(database_url) as database:
        unknown = await VideoSourceStore(database).get("gate")
        assert unknown is not None
        assert unknown.calibration is None
