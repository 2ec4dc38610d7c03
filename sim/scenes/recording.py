"""A scene from one of its cameras, frame by frame, as fast as the machine can: pictures and their truth."""

from collections.abc import Iterator
from dataclasses import dataclass

from sim.fleet import REPEATABLE_START_UNIX_MS
from sim.scenes.model import DroneCamera, FixedCamera
from sim.scenes.painting import Eye
from sim.scenes.stage import Stage
from sim.scenes.truth import FrameTruth, frame_truth
from sim.scenes.view import FixedView
from sim.scenes.weather import Image


@dataclass(frozen=True, slots=True, eq=False)
class SceneFrame:
    image: Image
    truth: FrameTruth


class SceneRecording:
    """The frames of one camera. The same scene, camera and machine kind give the same bytes."""

    def __init__(self, stage: Stage, part: FixedCamera | DroneCamera) -> None:
        self.stage, self.part = stage, part

    @property
    def frame_count(self) -> int:
        return int(self.stage.scene.duration_s * self.part.fps)

    def frames(self) -> Iterator[SceneFrame]:
        part = self.part
        if isinstance(part, FixedCamera):
            yield from self._fixed(part)
        else:
            from sim.scenes.airborne import airborne_frames

            yield from airborne_frames(self.stage, part)

    def _fixed(self, part: FixedCamera) -> Iterator[SceneFrame]:
        view = FixedView(self.stage, part)
        eye = Eye(view.camera, self.stage.light, self.stage.scene.weather.haze_m)
        for index in range(self.frame_count):
            at_s = index / part.fps
            truth = frame_truth(self.stage, eye, index, at_s, unix_us_at(at_s), view.depth)
            yield SceneFrame(view.picture(at_s, index), truth)


def unix_us_at(at_s: float) -> int:
    """Scenes begin at the instant seeded fleets begin."""
    return REPEATABLE_START_UNIX_MS * 1000 + round(at_s * 1e6)
