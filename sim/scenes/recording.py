"""A scene from one of its cameras, frame by frame, as fast as the machine can: pictures and their truth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.projection import Camera
from sim.scenes.airborne import shots
from sim.scenes.instants import unix_us_at
from sim.scenes.model import DroneCamera, FixedCamera
from sim.scenes.painting import Eye
from sim.scenes.poses import fixed_camera
from sim.scenes.stage import Stage
from sim.scenes.truth import FrameTruth, frame_truth
from sim.scenes.view import FixedView, MovingView, still_depth
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
        """Raises: `SettingsError` when the vehicle under the camera cannot fly its legs."""
        part = self.part
        if isinstance(part, FixedCamera):
            fixed = FixedView(self.stage, part)
            for truth in self._seen_from(fixed.camera, fixed.depth):
                yield SceneFrame(fixed.picture(truth.time_s, truth.frame), truth)
        else:
            moving = MovingView(self.stage, part.lens, part.size_px)
            for shot in shots(self.stage, part):
                yield SceneFrame(moving.picture(shot.truth.camera, shot.seen_s, shot.seen_frame, shot.shift_px), shot.truth)

    def truths(self) -> Iterator[FrameTruth]:
        """The truth of every frame, without painting any."""
        part = self.part
        if isinstance(part, FixedCamera):
            camera = fixed_camera(part)
            yield from self._seen_from(camera, still_depth(self.stage, camera))
        else:
            for shot in shots(self.stage, part):
                yield shot.truth

    def _seen_from(self, camera: Camera, depth: NDArray[np.float32]) -> Iterator[FrameTruth]:
        eye = Eye(camera, self.stage.light, self.stage.scene.weather.haze_m)
        for index in range(self.frame_count):
            at_s = index / self.part.fps
            yield frame_truth(self.stage, eye, index, at_s, unix_us_at(at_s), depth)
