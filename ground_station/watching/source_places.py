"""Places: how the boxes of one source become points on the ground, by its calibration or by the pose of its vehicle."""

import logging

from geo.core import VideoSource
from geo.primitives import LocalFrame, VisionError
from geo.terrain import Heights
from ground_station.video import DecodedImage
from ground_station.watching.drone_camera import DroneCamera, PoseFeed, mount_of
from vision import Box, CameraView, Frame, GroundFix, GroundModel, PosedGround, Relief, ground_of

logger = logging.getLogger(__name__)


class SuspendableGround:
    """A ground model that can be told to place nothing: no place is better than a wrong one."""

    def __init__(self, model: GroundModel) -> None:
        self._model = model
        self.suspended = False

    @property
    def local(self) -> LocalFrame | None:
        return self._model.local

    def locate(self, frame: Frame, box: Box) -> GroundFix | None:
        return None if self.suspended else self._model.locate(frame, box)


class SourcePlaces:
    """`ground` is None for a source without places. A source whose calibration is wrong is watched all the same, without places."""

    def __init__(self, source: VideoSource, poses: PoseFeed | None, heights: Heights | None = None) -> None:
        self._poses = poses
        self._camera, model = _geometry(source, heights)
        self.ground = None if model is None else SuspendableGround(model)

    def suspend(self, suspended: bool) -> None:
        """While the camera does not look where it was calibrated, nothing it sees has a place."""
        if self.ground is not None:
            self.ground.suspended = suspended

    async def view(self, image: DecodedImage) -> CameraView | None:
        """Where the camera of a vehicle was when it took the picture."""
        if self._camera is None or self._poses is None or image.captured_at is None:
            return None
        instant = self._camera.instant_of(image.captured_at)
        pose = await self._poses.pose_at(instant)
        if pose is None:
            return None
        width, height = image.picture.size_px
        look = self._camera.look(instant, pose, self._poses.gimbals)
        return self._camera.view(pose, look, (width, height), stamped=image.stamped)


def _geometry(source: VideoSource, heights: Heights | None) -> tuple[DroneCamera | None, GroundModel | None]:
    try:
        if source.vehicle_id is not None:
            if source.hfov_deg is None:
                return None, None
            mount = mount_of(source.calibration, name=source.source_id)
            return DroneCamera(source.hfov_deg, mount, heights), PosedGround(relief=None if heights is None else Relief(heights))
        if source.calibration:
            return None, ground_of(source.calibration, name=source.source_id, heights=heights)
    except VisionError as error:
        logger.warning("source %s has no places: %s", source.source_id, error.one_line(), extra={"source_id": source.source_id})
    return None, None
