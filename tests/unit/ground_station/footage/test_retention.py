"""Video goes when its time is over, stays where there is a reason, and never goes without a receipt."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from geo.core import (
    AuditLog,
    Database,
    FootagePolicyRow,
    FootageQuestion,
    FootageRetentionStore,
    FootageSearch,
    FootageSegmentRow,
    FootageStore,
    ObservationRow,
    ObservationStore,
    ensure_partitions,
    open_database,
    receipt_digest,
)
from geo.primitives import LonLat, derived_id
from ground_station.footage.retention import Retention
from ground_station.footage.shelf import Shelf, segment_id_of, segment_path
from ground_station.settings import FootageSettings

pytestmark = [pytest.mark.postgis, pytest.mark.anyio]

NOW = datetime.now(UTC).replace(microsecond=0)
AKTAU = LonLat(51.16, 43.65)
SQUARE = {"type": "Polygon", "coordinates": [[[51.159, 43.649], [51.161, 43.649], [51.161, 43.651], [51.159, 43.651], [51.159, 43.649]]]}
ELSEWHERE = {"type": "Polygon", "coordinates": [[[52.0, 44.0], [52.1, 44.0], [52.1, 44.1], [52.0, 44.0]]]}
SIZE = 1000


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        for days in range(40):
            await ensure_partitions(opened, (NOW - timedelta(days=days)).date())
        yield opened


async def segment(database: Database, shelf: Shelf, ago: timedelta, source_id: str = "gate") -> FootageSegmentRow:
    start = NOW - ago
    path = segment_path(source_id, start, ".mp4")
    row = FootageSegmentRow(
        segment_id_of(path),
        source_id,
        start,
        path,
        SIZE,
        "h264",
        640,
        360,
        "arrival",
        start + timedelta(seconds=10),
        sha256="ab",
        view=SQUARE,
    )
    shelf.segment(path).parent.mkdir(parents=True, exist_ok=True)
    shelf.segment(path).write_bytes(bytes(SIZE))
    await FootageStore(database).keep_segment(row)
    return row


async def seen(database: Database, at: datetime, *, kind: str = "track", label: str = "car", source_id: str = "gate") -> None:
    row = ObservationRow(
        *(
            derived_id(source_id, at, label),
            0,
            source_id,
            kind,
            label,
            0.9,
            1,
            at,
            at + timedelta(seconds=2),
            (1.0, 1.0, 9.0, 9.0),
            "sha256:x",
        ),
        position=AKTAU,
    )
    await ObservationStore(database).ingest([row])


def retention(database: Database, shelf: Shelf, **settings: float) -> Retention:
    return Retention(database, shelf, FootageSettings(least_free_gb=0, **settings))


async def test_each_tier_goes_in_its_time_and_the_receipts_prove_it(database: Database, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    fresh = await segment(database, shelf, timedelta(days=2))
    empty = await segment(database, shelf, timedelta(days=4))
    with_car = await segment(database, shelf, timedelta(days=5))
    await seen(database, with_car.started_at + timedelta(seconds=15))  # after it has ended, within the seconds kept before
    old_car = await segment(database, shelf, timedelta(days=8))
    await seen(database, old_car.started_at)
    dump = await segment(database, shelf, timedelta(days=20))
    await seen(database, dump.started_at, kind="dump", label="dump")
    receipts = await retention(database, shelf).look()
    store = FootageStore(database)
    assert [await store.get(row.segment_id) is not None for row in (fresh, empty, with_car, old_car, dump)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    assert not shelf.segment(empty.path).exists()
    assert shelf.segment(dump.path).exists()
    (receipt,) = receipts
    assert (receipt.source_id, receipt.segments, receipt.size_bytes, receipt.reason) == ("gate", 2, 2 * SIZE, "age")
    assert receipt.digest == receipt_digest(receipt.detail["segments"])
    assert await FootageRetentionStore(database).receipts() == receipts
    (entry,) = await AuditLog(database).latest()
    assert (entry.action, entry.detail["receipts"][0]["digest"]) == ("footage.deleted", receipt.digest)
    (keep,) = await store.keeps([dump.segment_id])
    assert (keep.reason, keep.subject, keep.detail["count"]) == ("finding", "dump", 1)
    assert await retention(database, shelf).look() == []


async def test_what_a_person_holds_stays_until_released(database: Database, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    row = await segment(database, shelf, timedelta(days=6))
    store = FootageStore(database)
    until = NOW + timedelta(days=100)
    assert await store.hold("gate", row.started_at, row.started_at + timedelta(seconds=1), subject="case 17", until=until, by="dana") == 1
    assert await retention(database, shelf).look() == []
    assert await store.release("gate", "case 17") == 1
    assert len(await retention(database, shelf).look()) == 1


async def test_a_source_may_have_days_of_its_own(database: Database, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    await segment(database, shelf, timedelta(days=1), "school")
    gate = await segment(database, shelf, timedelta(days=1))
    await FootageRetentionStore(database).set_policy(FootagePolicyRow("school", None, 0.5, "dana"))
    (receipt,) = await retention(database, shelf).look()
    assert receipt.source_id == "school"
    assert await FootageStore(database).get(gate.segment_id) is not None


async def test_room_is_made_of_the_oldest_that_nothing_keeps_and_never_of_what_is_kept(database: Database, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    kept = await segment(database, shelf, timedelta(hours=9))
    await seen(database, kept.started_at)
    oldest, newest = await segment(database, shelf, timedelta(hours=8)), await segment(database, shelf, timedelta(hours=7))
    store = FootageStore(database)
    job = retention(database, shelf, budget_gb=2 * SIZE / 1e9)
    (receipt,) = await job.look()
    assert (receipt.reason, receipt.segments) == ("budget", 1)
    assert [await store.get(row.segment_id) is not None for row in (kept, oldest, newest)] == [True, False, True]
    assert job.room()
    tight = retention(database, shelf, budget_gb=0.5 * SIZE / 1e9)
    await tight.look()
    assert await store.get(kept.segment_id) is not None
    assert not tight.room()


async def test_video_is_found_by_time_place_and_what_was_seen(database: Database, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = await segment(database, shelf, timedelta(seconds=100))
    second = await segment(database, shelf, timedelta(seconds=90))
    later = await segment(database, shelf, timedelta(seconds=40))
    await seen(database, later.started_at + timedelta(seconds=3), label="truck")
    search, day = FootageSearch(database), timedelta(days=1)
    both = await search.spans(FootageQuestion(NOW - day, NOW))
    assert [(span.started_at, span.segments) for span in both] == [(later.started_at, 1), (first.started_at, 2)]
    assert both[1].ended_at == second.ended_at
    assert both[0].labels == {"truck": 1}
    assert len(await search.spans(FootageQuestion(NOW - day, NOW), before=later.started_at)) == 1
    assert len(await search.spans(FootageQuestion(NOW - day, NOW, area=SQUARE))) == 2
    assert await search.spans(FootageQuestion(NOW - day, NOW, area=ELSEWHERE)) == []
    (truck,) = await search.spans(FootageQuestion(NOW - day, NOW, label="truck", area=SQUARE))
    assert truck.started_at == later.started_at
    (event,) = await search.events("gate", later.started_at, NOW)
    assert (event.label, event.position) == ("truck", (51.16, 43.65))
