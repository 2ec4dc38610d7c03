"""Time, values and injections: what the layers' contract does not cover."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from geo import LAYERS, FeatureQuery, parse_bbox, parse_interval
from geo.core import Database, FeatureStore, ObservationStore, TrackRow, TrackStore, open_database
from geo.primitives import GeoError, LonLat
from tests.unit.geo.test_stores import AT, observation

pytestmark = pytest.mark.anyio
OBSERVATIONS = LAYERS["observations"]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url, max_connections=2) as opened:
        await ObservationStore(opened).ingest([observation(n, started_at=AT + timedelta(minutes=n)) for n in range(10)])
        yield opened


def tracks_of(features: list[dict[str, dict[str, int]]]) -> list[int]:
    return [feature["properties"]["track_id"] for feature in features]


@pytest.mark.postgis
async def test_observations_come_newest_first_and_by_half_open_interval(database: Database) -> None:
    store = FeatureStore(database)
    assert tracks_of((await store.page(OBSERVATIONS)).features()) == list(range(9, -1, -1))
    query = FeatureQuery(start=AT + timedelta(minutes=2), end=AT + timedelta(minutes=5))
    assert tracks_of((await store.page(OBSERVATIONS, query)).features()) == [4, 3, 2]
    instant = AT + timedelta(minutes=7)
    assert tracks_of((await store.page(OBSERVATIONS, FeatureQuery(start=instant, end=instant))).features()) == [7]


@pytest.mark.postgis
@pytest.mark.parametrize(
    ("filters", "count"),
    [({"label": "car"}, 10), ({"label": "' OR true --"}, 0), ({"track_id": "3"}, 1), ({"confidence": "0.8", "track_id": "4"}, 1)],
    ids=["text", "injection", "integer", "both"],
)
async def test_filters_compare_values_of_the_right_type(database: Database, filters: dict[str, str], count: int) -> None:
    assert len((await FeatureStore(database).page(OBSERVATIONS, FeatureQuery(filters=filters))).features_json) == count


@pytest.mark.postgis
async def test_value_of_the_wrong_type_is_named(database: Database) -> None:
    with pytest.raises(GeoError, match="'many' is not a value of property 'track_id'"):
        await FeatureStore(database).page(OBSERVATIONS, FeatureQuery(filters={"track_id": "many"}))


@pytest.mark.postgis
async def test_tracks_are_lines_per_vehicle_and_hour_within_the_interval(database: Database) -> None:
    start = datetime(2026, 5, 1, 12, 59, 58, tzinfo=UTC)
    points = [TrackRow("mav-1", start + timedelta(seconds=n), LonLat(51.16 + n * 1e-4, 43.65), -20.0) for n in range(4)]
    await TrackStore(database).append(points)
    lines = (await FeatureStore(database).page(LAYERS["tracks"], FeatureQuery(start=start))).features()
    assert [line["id"] for line in lines] == ["mav-1@2026-05-01T13Z", "mav-1@2026-05-01T12Z"]
    assert lines[0]["geometry"]["coordinates"][0] == [51.1602, 43.65, -20]


@pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "nan,0,1,1", "0,0,181,1", "5,0,4,1", "0,5,1,4"])
def test_wrong_bbox_is_refused_with_the_form_it_should_have(text: str) -> None:
    with pytest.raises(GeoError, match="bbox") as refusal:
        parse_bbox(text)
    assert "minlon,minlat,maxlon,maxlat" in refusal.value.hint


def test_interval_sides_may_be_open() -> None:
    noon = datetime(2026, 5, 1, 12, tzinfo=UTC)
    assert parse_interval("2026-05-01T12:00:00Z/..") == (noon, None)
    assert parse_interval("../2026-05-01T17:00:00+05:00") == (None, noon)
    assert parse_interval("2026-05-01T12:00:00Z") == (noon, noon)


@pytest.mark.parametrize("text", ["yesterday", "2026-05-01T12:00:00", "2026-05-02T00:00:00Z/2026-05-01T00:00:00Z", "a/b/c"])
def test_wrong_interval_is_refused(text: str) -> None:
    with pytest.raises(GeoError, match="not an interval"):
        parse_interval(text)


def test_limit_is_bounded() -> None:
    with pytest.raises(GeoError, match=r"outside 1\.\.5000"):
        FeatureQuery(limit=5001)
