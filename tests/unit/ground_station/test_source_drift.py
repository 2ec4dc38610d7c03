"""A calibrated camera that is turned: what it sees loses its place, that is told once, and both end when it looks there again."""

import json

import anyio
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from geo.core import VideoSource
from ground_station.video import DecodedImage
from ground_station.watching.source_drift import SourceDrift
from ground_station.watching.source_events import SourceEvents
from ground_station.watching.source_places import SourcePlaces
from sim import FixedCamera, Stage, read_scene, scene_file
from sim.scenes.view import FixedView
from vision import Frame
from vision.landmarks import LOOKS

Image = NDArray[np.uint8]


class Letters:
    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def put(self, subject: str, data: bytes, message_id: str) -> None:
        event = json.loads(data)
        self.told.append((event["kind"], event["what"]))


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
    letters, asked = Letters(), []

    async def still_of(source_id: str) -> bytes | None:
        asked.append(source_id)
        return bytes(cv2.imencode(".jpg", still)[1])

    places = SourcePlaces(source, None)
    drift, events = SourceDrift(source.source_id, still_of, places, period_s=0.0), SourceEvents(source.source_id, letters)

    async def placed(image: Image) -> bool:
        await drift.look(DecodedImage(0, 0.0, image, None, False))
        events.troubles(["moved"] if drift.moved else [], 0.0)
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
    assert asked == ["gate"]


def test_a_still_that_cannot_be_had_suspends_nothing(gate: tuple[VideoSource, Image]) -> None:
    source, still = gate

    async def nothing(source_id: str) -> bytes | None:
        return None

    places = SourcePlaces(source, None)
    drift = SourceDrift(source.source_id, nothing, places, period_s=0.0)
    anyio.run(drift.look, DecodedImage(0, 0.0, np.roll(still, 90, axis=1), None, False))
    assert places.ground is not None
    assert not places.ground.suspended
    assert not drift.moved
