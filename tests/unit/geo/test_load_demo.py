"""Loading the demo region: everything arrives, loading again doubles nothing."""

import pytest

from geo import LAYERS
from geo.core import FeatureStore, open_database
from geo.demo import load_demo
from tests.support.postgres import run_sql

pytestmark = [pytest.mark.postgis, pytest.mark.anyio]

EXPECTED = {
    "video-sources": 550,
    "observations": 0,
    "violations": 0,
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
        await load_demo(database_url)
    async with open_database(database_url) as database:
        store = FeatureStore(database)
        counts = {name: len((await store.page(layer)).features_json) for name, layer in LAYERS.items()}
        assert counts == EXPECTED
    assert run_sql(database_url, "SELECT count(*) FROM fibre_segment WHERE ST_M(ST_EndPoint(path)) <> to_m") == "0"
