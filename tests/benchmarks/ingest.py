"""Observations a second into PostGIS, all indexes on: `ObservationStore.ingest` against the ORM's insert of the same rows."""

import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median

from anyio.to_thread import run_sync
from geoalchemy2 import WKTElement
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from geo.core import ObservationRow, ObservationStore, PrivateCluster, open_database, upgrade
from geo.core.tables.video import Observation
from geo.primitives import LonLat, derived_id, utc_now
from tests.benchmarks.measurement import Measurement

ROWS = 5000
BATCH = 500
ROUNDS = 5


async def measure() -> Measurement:
    with tempfile.TemporaryDirectory(prefix="sunqar-bench-") as folder:
        Path(folder).chmod(0o755)
        with PrivateCluster(Path(folder)) as cluster:
            await run_sync(upgrade, cluster.url)
            ours, peer = [], []
            async with open_database(cluster.url) as database:
                store = ObservationStore(database)
                for number in range(ROUNDS):  # taking turns, so that both meet the same machine and the same table size
                    ours.append(await _rows_per_s(_rows(f"ours {number}"), store.ingest))
                    peer.append(await _rows_per_s(_rows(f"peer {number}"), _OrmInsert(cluster.url)))
    detail = f"{ROWS} rows in batches of {BATCH}, median of {ROUNDS} rounds, PostgreSQL on this machine, durable"
    return Measurement(median(ours), median(peer), "SQLAlchemy ORM insert (asyncpg)", "observations/s", detail)


async def _rows_per_s(rows: list[ObservationRow], write: Callable[[list[ObservationRow]], Awaitable[object]]) -> float:
    started = time.perf_counter()
    for first in range(0, len(rows), BATCH):
        await write(rows[first : first + BATCH])
    return len(rows) / (time.perf_counter() - started)


def _rows(series: str) -> list[ObservationRow]:
    now = utc_now()
    first = ObservationRow(
        observation_id=derived_id(series),
        revision=0,
        source_id="gate",
        kind="track",
        label="car",
        confidence=0.8,
        track_id=0,
        started_at=now,
        ended_at=now,
        bbox_px=(10.0, 20.0, 110.0, 80.0),
        model="sha256:benchmark",
        accuracy_m=1.5,
    )
    return [
        replace(
            first,
            observation_id=derived_id(series, number),
            track_id=number,
            position=LonLat(51.16 + number * 1e-5, 43.65 + number % 100 * 1e-5),
            ended_at=now + timedelta(seconds=number % 60),
        )
        for number in range(ROWS)
    ]


class _OrmInsert:
    """What one writes first with the same models: objects, `add_all`, `commit`."""

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine("postgresql+asyncpg://" + url.split("://", 1)[1])

    async def __call__(self, rows: list[ObservationRow]) -> None:
        async with AsyncSession(self._engine) as session:
            session.add_all([_as_object(row) for row in rows])
            await session.commit()


def _as_object(row: ObservationRow) -> Observation:
    position = row.position
    return Observation(
        id=row.observation_id,
        revision=row.revision,
        source_id=row.source_id,
        kind=row.kind,
        label=row.label,
        confidence=row.confidence,
        track_id=row.track_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        bbox_px=list(row.bbox_px),
        model=row.model,
        accuracy_m=row.accuracy_m,
        position=None if position is None else WKTElement(f"POINT({position.lon_deg} {position.lat_deg})", srid=4326),
    )
