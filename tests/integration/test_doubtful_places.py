"""A camera that has moved is noticed some looks later: the places it gave in between are doubtful, whichever was stored first."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from nats.aio.client import Client

from geo.core import ObservationStore, SourceEventStore, open_database
from geo.primitives import derived_id
from ground_station.messages import ObservationMessage, SourceEvent
from ground_station.store.intake import Delivered
from ground_station.store.records import Records

pytestmark = [pytest.mark.anyio, pytest.mark.postgis]

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
MOVED = SourceEvent(
    event_id=derived_id("moved"),
    source_id="gate",
    at=NOON + timedelta(seconds=60),
    kind="trouble",
    severity="warning",
    what="moved",
    text="The camera has moved.",
    doubtful_since=NOON,
)


class Told:
    def __init__(self) -> None:
        self.observations: list[ObservationMessage] = []

    async def publish(self, subject: str, data: bytes) -> None:
        if subject == "stored.observation":
            self.observations.append(ObservationMessage.model_validate_json(data))


def _seen(name: str, start_s: float, end_s: float, *, source_id: str = "gate", placed: bool = True) -> Delivered[ObservationMessage]:
    place: dict[str, Any] = {"lon_deg": 51.16, "lat_deg": 43.65, "accuracy_m": 2.0} if placed else {}
    message = ObservationMessage(
        observation_id=derived_id(name),
        revision=0,
        source_id=source_id,
        kind="track",
        label="car",
        confidence=0.5,
        track_id=1,
        started_at=NOON + timedelta(seconds=start_s),
        ended_at=NOON + timedelta(seconds=end_s),
        bbox_px=(1, 2, 3, 4),
        model="sha256:test",
        **place,
    )
    return Delivered(message, again=False)


WITHIN = [_seen("within", 10, 20), _seen("began before", -10, 5), _seen("ends after", 55, 70)]
OTHERS = [
    _seen("over before", -20, -5),
    _seen("begins after", 61, 70),
    _seen("elsewhere", 10, 20, source_id="yard"),
    _seen("without a place", 10, 20, placed=False),
]


@pytest.mark.parametrize("alarm_first", [False, True])
async def test_what_was_placed_between_the_last_good_look_and_the_alarm_is_doubtful(database_url: str, alarm_first: bool) -> None:
    told = Told()
    async with open_database(database_url) as database:
        records = Records(database, cast(Client, told))
        alarm = records.source_events([Delivered(MOVED, again=False)])
        if alarm_first:
            await alarm
        await records.observations(WITHIN + OTHERS)
        if not alarm_first:
            await alarm
            assert {message.observation_id for message in told.observations if message.doubtful_why == "moved"} == {
                delivered.message.observation_id for delivered in WITHIN
            }
        store = ObservationStore(database)
        why = [await store.get(delivered.message.observation_id) for delivered in WITHIN + OTHERS]
        assert [row.doubtful_why for row in why if row is not None] == ["moved"] * 3 + [None] * 4
        later = WITHIN[0].message.model_copy(update={"revision": 1})
        await records.observations([Delivered(later, again=False)])
        revised = await store.get(later.observation_id)
        assert revised is not None
        assert (revised.revision, revised.doubtful_why) == (1, "moved")
        assert [event.what for event in await SourceEventStore(database).standing("gate")] == ["moved"]
