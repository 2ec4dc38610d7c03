"""The way of a tracked thing over HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from geo.core import ObservationRow, ObservationStore, TrajectoryPoint
from geo.primitives import LonLat, derived_id
from ground_station.accounts import Role
from ground_station.settings import Settings
from tests.support.api import running_api
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _car(track_id: int, way: tuple[TrajectoryPoint, ...]) -> ObservationRow:
    return ObservationRow(
        observation_id=derived_id("gate", track_id),
        revision=0,
        source_id="gate",
        kind="track",
        label="car",
        confidence=0.8,
        track_id=track_id,
        started_at=AT,
        ended_at=AT + timedelta(seconds=4),
        bbox_px=(1.0, 2.0, 30.5, 40.5),
        model="sha256:00",
        trajectory=way,
    )


async def test_a_way_is_told_with_the_instant_of_each_corner(api_settings: Settings) -> None:
    way = tuple(TrajectoryPoint(LonLat(51.16 + n / 8, 43.65), AT + timedelta(seconds=n)) for n in range(3))
    async with running_api(api_settings) as api:
        headers = await api.account(Role.OFFICER)
        await ObservationStore(api.services.database).ingest([_car(1, way), _car(2, ())])
        moved = (await api.http.get(f"/api/v1/trajectories/{derived_id('gate', 1)}", headers=headers)).json()
        assert moved["geometry"] == {"type": "LineString", "coordinates": [[51.16, 43.65], [51.285, 43.65], [51.41, 43.65]]}
        assert moved["properties"]["times"] == [f"2026-05-01T12:00:0{n}+00:00" for n in range(3)]
        stood = (await api.http.get(f"/api/v1/trajectories/{derived_id('gate', 2)}", headers=headers)).json()
        assert stood["geometry"] is None
        assert_problem(await api.http.get(f"/api/v1/trajectories/{derived_id('gate', 3)}", headers=headers), 404, "geo.not_found")
