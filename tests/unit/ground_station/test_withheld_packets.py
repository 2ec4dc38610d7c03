"""A gate before the decoder on a real clip, and the desk where all sources ask one detector."""

from collections.abc import Sequence
from pathlib import Path
from threading import Event

import anyio
import numpy as np
import pytest

from ground_station.video import VideoReader
from ground_station.watching.inference_desk import BATCH_AT_MOST, InferenceDesk
from vision import Detections, Frame, PacketGate

IMAGE = np.zeros((8, 8, 3), np.uint8)
DEADLINE_S = 60.0


class _FromSecond:
    """Keyframes, and everything from a time on."""

    def __init__(self, from_s: float) -> None:
        self._from_s = from_s

    def wants(self, size_bytes: int, *, keyframe: bool, time_s: float) -> bool:
        return keyframe or time_s >= self._from_s


def test_in_patrol_only_keyframes_are_decoded(shared_data: Path) -> None:
    clip = shared_data / "traffic-video" / "intel_car_detection.mp4"
    withheld = []
    with VideoReader(str(clip), gate=PacketGate("keyframes"), on_withheld=lambda: withheld.append(1)) as reader:
        times_s = [image.time_s for image in reader.images()]
    assert len(times_s) == 7
    assert len(withheld) == 370
    assert times_s == sorted(times_s)


def test_what_was_withheld_is_decoded_after_all_so_that_pictures_are_whole(shared_data: Path) -> None:
    clip = str(shared_data / "traffic-video" / "intel_car_detection.mp4")
    with VideoReader(clip) as reader:
        plain = {round(image.time_s, 3): image.image for image in reader.images()}
    with VideoReader(clip, gate=_FromSecond(20.0)) as reader:
        late = {round(image.time_s, 3): image.image for image in reader.images() if image.time_s >= 20.0}
    assert set(late) == {time_s for time_s in plain if time_s >= 20.0}
    assert all(np.array_equal(image, plain[time_s]) for time_s, image in late.items())


class _Slow:
    """`Detector` that waits to be let go, and notes how many pictures came together."""

    model, names = "sha256:slow", ("car",)

    def __init__(self) -> None:
        self.go, self.began, self.batches = Event(), Event(), list[int]()

    def detect(self, frame: Frame) -> Detections:
        return self.detect_many([frame])[0]

    def detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        self.batches.append(len(frames))
        self.began.set()
        self.go.wait(DEADLINE_S)
        if any(frame.source == "bad" for frame in frames):
            raise RuntimeError("no picture")
        indices = np.array([[frame.index, 0, frame.index + 1, 1] for frame in frames], np.float32)
        return [Detections(row[None], np.ones(1, np.float32), np.zeros(1, np.int64), self.names) for row in indices]


@pytest.mark.anyio
async def test_pictures_that_wait_for_the_detector_go_together_and_each_source_gets_its_own_answer() -> None:
    detector, answers = _Slow(), dict[int, float]()
    desk = InferenceDesk(detector, budget_s=10.0)

    async def ask(index: int) -> None:
        found = await desk.detect(Frame(f"cam{index}", index, 0.0, IMAGE))
        answers[index] = float(found.xyxy_px[0, 0])

    with anyio.fail_after(DEADLINE_S):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(desk.run)
            async with anyio.create_task_group() as asking:
                asking.start_soon(ask, 0)
                await anyio.to_thread.run_sync(detector.began.wait, DEADLINE_S)
                for index in range(1, 6):
                    asking.start_soon(ask, index)
                await anyio.wait_all_tasks_blocked()
                detector.go.set()
            tasks.cancel_scope.cancel()
    assert answers == {index: float(index) for index in range(6)}
    assert detector.batches == [1, 5]


@pytest.mark.anyio
async def test_a_failing_picture_is_told_to_who_asked_and_the_desk_goes_on() -> None:
    detector = _Slow()
    detector.go.set()
    desk = InferenceDesk(detector)
    with anyio.fail_after(DEADLINE_S):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(desk.run)
            with pytest.raises(RuntimeError, match="no picture"):
                await desk.detect(Frame("bad", 0, 0.0, IMAGE))
            assert len(await desk.detect(Frame("good", 1, 0.0, IMAGE))) == 1
            tasks.cancel_scope.cancel()


def test_batches_are_as_large_as_the_latency_budget_allows() -> None:
    assert InferenceDesk(_Slow(), budget_s=0.01).batch_size == 1
    assert InferenceDesk(_Slow(), budget_s=100.0).batch_size == BATCH_AT_MOST
