"""A calibrated camera that is turned: what it sees loses its place, that is told once, and both end when it looks there again."""

from datetime import UTC, datetime, timedelta

import anyio
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from geo.core import SourceEventRow, VideoSource
from ground_station.messages import SourceEvent
from ground_station.video import DecodedImage
from ground_station.watching.source_drift import SourceDrift
from ground_station.watching.source_events import SourceEvents
from ground_station.watching.source_places import SourcePlaces
from sim import FixedCamera, Stage, read_scene, scene_file
from sim.scenes.view import FixedView
from vision import DRIFT_LOOKS as LOOKS, Frame

Image = NDArray[np.uint8]
MADE_AT = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Letters:
    def __init__(self) -> None:
        self.told: list[tuple[str, str | None]] = []
        self.doubtful_since: list[datetime | None] = []

    def put(self, subject: str, data: bytes, message_id: str) -> None:
        event = SourceEvent.model_validate_json(data)
        self.told.append((event.kind, event.what))
        self.doubtful_since.append(event.doubtful_since)


class Record:
    """A calibration with its still, or without one."""

    def __init__(self, still: Image | None) -> None:
        self.asked, self._still = 0, still

    async def still(self, source_id: str) -> tuple[bytes, datetime] | None:
        self.asked += 1
        return None if self._still is None else (bytes(cv2.imencode(".jpg", self._still)[1]), MADE_AT)

    async def standing(self, source_id: str) -> list[SourceEventRow]:
        return []


@pytest.fixture(scope="module")
def gate() -> tuple[VideoSource, Image]:
    """The street of the demo, with the calibration its scene file has, and the still that was taken then."""
    scene = read_scene("red_light")
    part = next(one for one in scene.cameras if isinstance(one, FixedCamera))
    still = np.asarray(FixedView(Stage(scene), part).picture(0.0, 0), dtype=np.uint8)
    return VideoSource("gate", "camera", "Gate", "Gate", "Gate", calibration=dict(scene_file(scene, part)["calibration"])), still


def test_places_are_suspended_while_it_looks_elsewhere_and_told_once(gate: tuple[VideoSource, Image]) -> None:
    source, still = gate
    turned = np.roll(still, round(0.04 * still.shape[1]), axis=1)
    letters, record = Letters(), Record(still)
    places = SourcePlaces(source, None)
    drift, events = SourceDrift(source.source_id, record, places, period_s=0.0), SourceEvents(source.source_id, letters)
    good: list[datetime] = []

    async def placed(image: Image) -> bool:
        await drift.look(DecodedImage(0, 0.0, image, None, False))
        events.troubles(["moved"] if drift.moved else [], 0.0, doubtful_since=drift.good_at)
        good.append(drift.good_at)
        assert places.ground is not None
        height, width = image.shape[:2]
        middle = (width / 2 - 20.0, 0.7 * height, width / 2 + 20.0, 0.75 * height)
        return places.ground.locate(Frame("gate", 0, 0.0, image), middle) is not None

    async def watch() -> list[bool]:
        looks = [still, still, *[turned] * (LOOKS + 2), *[still] * (LOOKS + 1)]
        return [await placed(image) for image in looks]

    has_place = anyio.run(watch)
    assert has_place == [True] * (2 + LOOKS - 1) + [False] * (3 + LOOKS - 1) + [True] * 2
    assert letters.told == [("trouble", "moved"), ("trouble_over", "moved")]
    assert letters.doubtful_since == [good[1], None]  # the last look before it was turned
    assert good[0] < good[1] == good[2]
    assert record.asked == 1


@pytest.mark.parametrize(("calibrated_since", "suspended"), [(False, True), (True, False)])
def test_a_camera_that_had_moved_by_the_record_has_no_places_until_it_looks_right_or_is_calibrated_again(
    gate: tuple[VideoSource, Image], calibrated_since: bool, suspended: bool
) -> None:
    source, still = gate
    record, places = Record(still), SourcePlaces(source, None)
    drift = SourceDrift(source.source_id, record, places, period_s=0.0)
    drift.restore(MADE_AT + timedelta(hours=-1 if calibrated_since else 1))
    assert places.ground is not None
    assert places.ground.suspended
    anyio.run(drift.look, DecodedImage(0, 0.0, still, None, False))
    assert places.ground.suspended is suspended
    for _ in range(LOOKS):
        anyio.run(drift.look, DecodedImage(0, 0.0, still, None, False))
    assert not drift.moved


def test_a_still_that_cannot_be_had_suspends_nothing(gate: tuple[VideoSource, Image]) -> None:
    source, still = gate
    places = SourcePlaces(source, None)
    drift = SourceDrift(source.source_id, Record(None), places, period_s=0.0)
    drift.restore(MADE_AT)
    anyio.run(drift.look, DecodedImage(0, 0.0, np.roll(still, 90, axis=1), None, False))
    assert places.ground is not None
    assert not places.ground.suspended
    assert not drift.moved
