"""Plates of live sources: a track that is over tells a legible plate to the store, with its place, and an illegible one to nobody."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ground_station.bus.outbox import Outbox
from ground_station.messages import PlateMessage
from ground_station.store.records import found_plate
from ground_station.watching.plate_desk import PlateDesk, SourcePlates
from ground_station.watching.telling import Telling
from sim.plates import PlateText, Sighting, seen_plate
from vision import Frame, Track, TrackedBox, TrackPoint, open_plate_reader
from vision.observations import observe_track

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


class _Letters(Outbox):
    def __init__(self) -> None:
        self.sent: list[tuple[str, PlateMessage, str]] = []

    def put(self, subject: str, data: bytes, message_id: str) -> None:
        self.sent.append((subject, PlateMessage.model_validate_json(data), message_id))


@pytest.mark.anyio
@pytest.mark.parametrize(("height_px", "texts"), [(24.0, ["508OBO12"]), (6.0, [])], ids=["legible", "too small"])
async def test_a_track_that_is_over_tells_its_plate_only_when_it_was_legible(height_px: float, texts: list[str]) -> None:
    plate, _ = seen_plate(PlateText(("508", "OBO", "12")), Sighting(height_px), np.random.default_rng(3))
    picture = np.full((240, 640, 3), 90, np.uint8)
    picture[60 : 60 + plate.shape[0], 120 : 120 + plate.shape[1]] = plate
    outbox, track = _Letters(), Track(7)
    plates = SourcePlates(PlateDesk(open_plate_reader(threads=1)), outbox)
    for number in range(4):
        box = (60.0, 0.0, 620.0, 240.0)
        track.add(TrackPoint(number, number / 2.0, box, 0.9, "car", whole=True, captured_at=START + timedelta(seconds=number / 2.0)))
        await plates.look(Frame("gate", number, number / 2.0, picture), [TrackedBox(7, "car", 0.9, box, True)])
    observation = observe_track(track, model="sha256:x", source="gate", local=None)
    message = Telling("gate", "sha256:x", START, None).message(track, observation, final=True)

    plates.tell(observation, message)
    plates.tell(observation, message)

    assert [one.text for _, one, _ in outbox.sent] == texts, "told once, then forgotten"
    for subject, told, message_id in outbox.sent:
        row = found_plate(told)
        assert (subject, message_id) == ("plate.gate", str(row.read_id))
        assert (row.observation_id, row.label, row.grammar, len(row.posterior)) == (message.observation_id, "car", "kz_2012", 8)
        assert START <= row.at <= START + timedelta(seconds=2)
