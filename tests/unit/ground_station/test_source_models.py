"""Models besides the default one: findings of their own kind, each at its own rhythm, chosen while the source is watched."""

from collections.abc import Sequence
from pathlib import Path

import anyio
import numpy as np
import pytest
from anyio import CapacityLimiter, to_thread
from anyio.abc import TaskGroup
from anyio.lowlevel import checkpoint

from geo.core import VideoSource
from geo.primitives import VisionError
from ground_station.bus.outbox import Outbox
from ground_station.messages import ObservationMessage
from ground_station.settings import WatchSettings
from ground_station.watching.model_desks import ModelDesks
from ground_station.watching.service import SourceService
from ground_station.watching.source_models import SourceModels
from ground_station.watching.source_places import SourcePlaces
from vision import Detections, Detector, Frame

pytestmark = pytest.mark.anyio
DEADLINE_S = 20.0
PICTURE_HZ = 4.0
SURFACE = np.random.default_rng(7).integers(60, 180, (180, 320, 3), dtype=np.uint8)
CORNERS = [((0, 0), (51.1600, 43.65018)), ((320, 0), (51.16040, 43.65018)), ((320, 180), (51.16032, 43.65)), ((0, 180), (51.16008, 43.65))]
CALIBRATION = {"image_size_px": [320, 180], "points": [{"px": px, "lonlat": lonlat} for px, lonlat in CORNERS], "date": "2026-05-01"}


class _Drawn:
    """Finds one thing of its class in every picture, always at one place."""

    def __init__(self, label: str) -> None:
        self.names = (label,)
        self.model = f"sha256:{label}"
        self.looked_s: list[float] = []

    def detect(self, frame: Frame) -> Detections:
        return self.detect_many([frame])[0]

    def detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        self.looked_s += [frame.time_s for frame in frames]
        box = np.array([[100.0, 60.0, 160.0, 110.0]], np.float32)
        return [Detections(box, np.full(1, 0.8, np.float32), np.zeros(1, np.int64), self.names) for _ in frames]


class _Letters(Outbox):
    def __init__(self) -> None:
        self.messages: list[ObservationMessage] = []

    def put(self, subject: str, payload: bytes, *, message_id: str) -> None:
        self.messages.append(ObservationMessage.model_validate_json(payload))


class _Watched:
    """A source whose models are looked at as in `watch`, its pictures given by hand."""

    def __init__(self, desks: ModelDesks, thread: CapacityLimiter, *, models: tuple[str, ...], moves: bool) -> None:
        calibration = None if moves else CALIBRATION
        self.source = VideoSource("cam", "drone" if moves else "fixed", "a", "a", "a", "x", calibration=calibration, models=models)
        settings = WatchSettings()
        self.service, self.letters = SourceService(self.source, settings), _Letters()
        places = SourcePlaces(self.source, None)
        self.models = SourceModels(self.source, settings, desks, places, self.letters, self.service)
        self.thread, self.index = thread, 0

    async def show(self, seconds: float) -> None:
        for _ in range(round(seconds * PICTURE_HZ)):
            self.models.offer(Frame("cam", self.index, self.index / PICTURE_HZ, SURFACE))
            self.index += 1
            await self._looked_at()

    async def _looked_at(self) -> None:
        """No thread is at work and nothing is handed on."""
        quiet = 0
        while quiet < 30:
            await checkpoint()
            at_work = to_thread.current_default_thread_limiter().borrowed_tokens + self.thread.borrowed_tokens
            quiet = 0 if at_work else quiet + 1


async def _desks(tasks: TaskGroup, thread: CapacityLimiter, detectors: dict[str, Detector]) -> ModelDesks:
    def opened(path: Path) -> Detector:
        if path.name not in detectors:
            raise VisionError("No network is in it.", code="vision.model", hint="Take another.")
        return detectors[path.name]

    desks = ModelDesks(lambda: {name: Path(name) for name in (*detectors, "broken")}, opened, tasks, thread)
    await desks.keep([*detectors, "broken", "gone"])
    return desks


async def test_what_each_model_finds_has_its_own_kind_model_and_place() -> None:
    detectors = {"road_damage": _Drawn("pothole"), "waste": _Drawn("waste")}
    chosen = [*detectors, "broken", "gone"]
    thread = CapacityLimiter(1)
    with anyio.fail_after(DEADLINE_S):
        async with anyio.create_task_group() as tasks:
            watched = _Watched(await _desks(tasks, thread, dict(detectors)), thread, models=tuple(chosen), moves=False)
            await watched.show(45.0)
            status = {one.name: one for one in watched.models.status()}
            watched.models.finish()
            tasks.cancel_scope.cancel()
    told = {(one.kind, one.label, one.model) for one in watched.letters.messages}
    assert told == {("road_damage", "pothole", "sha256:pothole"), ("dump", "waste", "sha256:waste")}
    assert len({one.observation_id for one in watched.letters.messages}) == 2  # each thing is one, however often it was looked at
    last = watched.letters.messages[-1]
    assert last.lon_deg == pytest.approx(51.1602, abs=0.0001)
    assert last.accuracy_m is not None
    for detector in detectors.values():
        assert detector.looked_s == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert status["waste"].looks_per_second
    assert (status["broken"].trouble, status["gone"].trouble) == (
        "No network is in it. Take another.",
        "There is no model 'gone'.",
    )


async def test_a_choice_is_taken_up_while_a_drone_is_watched_which_is_looked_at_every_second() -> None:
    damage = _Drawn("pothole")
    thread = CapacityLimiter(1)
    with anyio.fail_after(DEADLINE_S):
        async with anyio.create_task_group() as tasks:
            watched = _Watched(await _desks(tasks, thread, {"road_damage": damage}), thread, models=(), moves=True)
            await watched.show(2.0)
            assert not damage.looked_s
            watched.service.models = ("road_damage",)
            await watched.show(4.0)
            assert damage.looked_s == [2.0, 3.0, 4.0, 5.0]
            watched.service.models = ()
            await watched.show(2.0)
            tasks.cancel_scope.cancel()
    assert len(damage.looked_s) == 4
    assert [one.kind for one in watched.letters.messages][-1:] == ["road_damage"]  # told when it was switched off
