"""Places: how the boxes of one source become points on the ground, by its calibration or by the pose of its vehicle."""

import logging

from anyio import to_thread

from geo.core import VideoSource
from geo.primitives import GeoError, LocalFrame, VisionError
from geo.terrain import Heights
from ground_station.camera_telemetry import OrthophotoFile, OrthophotoRefiner
from ground_station.settings import WatchSettings
from ground_station.video import DecodedImage, StreamData
from ground_station.watching.drone_camera import DroneCamera, PoseFeed, mount_of
from ground_station.watching.live_offset import LiveOffset
from ground_station.watching.live_poses import LivePoses, PoseTeller, StreamPoses, VehiclePoses
from vision import Box, CameraView, Frame, GroundFix, GroundModel, PosedGround, Relief, TimeOffset, ground_of

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
    """`ground` is None for a source without places. A source whose calibration is wrong is watched all the same, without places.

    `teller` says who told the pose of the newest picture that has one, `offset` how its clock was brought together with that of the poses.
    """

    def __init__(
        self, source: VideoSource, poses: PoseFeed | None, heights: Heights | None = None, settings: WatchSettings | None = None
    ) -> None:
        self._settings = settings or WatchSettings()
        self._refiner: OrthophotoRefiner | None = None
        self._tellers: list[LivePoses] = []
        self._stream: StreamPoses | None = None
        self._source_id = source.source_id
        self._offset = LiveOffset(source.source_id)
        self.teller: PoseTeller | None = None
        model = self._moving(source, poses, heights) if source.moves else _fixed(source, heights)
        self.ground = None if model is None else SuspendableGround(model)

    @property
    def offset(self) -> TimeOffset | None:
        return self._offset.found

    def suspend(self, suspended: bool) -> None:
        """While the camera does not look where it was calibrated, nothing it sees has a place."""
        if self.ground is not None:
            self.ground.suspended = suspended

    def put(self, data: StreamData) -> None:
        """What came beside the pictures."""
        if self._stream is not None:
            self._stream.put(data)

    async def view(self, image: DecodedImage) -> CameraView | None:
        """Where the camera of a vehicle was when it took the picture."""
        if image.captured_at is None:
            return None
        for poses in self._tellers:
            view = await poses.view(image, self.offset if poses.teller == self.teller else None)
            if view is not None:
                if poses.teller != self.teller:  # another clock
                    self.teller, self._offset = poses.teller, LiveOffset(self._source_id)
                await self._offset.look(image, poses, view.time_sigma_s)
                return await self._refined(image, view)
        return None

    async def _refined(self, image: DecodedImage, view: CameraView) -> CameraView:
        """Corrected by the orthophoto, where one is set and shows the same ground."""
        refiner = self._refiner
        if refiner is None:
            return view
        frame = Frame(self._source_id, image.index, image.time_s, image.picture)
        return await to_thread.run_sync(refiner.refined, frame, view)

    def _moving(self, source: VideoSource, poses: PoseFeed | None, heights: Heights | None) -> GroundModel | None:
        try:
            mount = mount_of(source.calibration, name=source.source_id)
        except VisionError as error:
            _without_places(source, error)
            return None
        if poses is not None and source.hfov_deg is not None:
            self._tellers.append(VehiclePoses(DroneCamera(source.hfov_deg, mount, heights), poses))
        self._stream = StreamPoses(mount, source.hfov_deg, heights)
        self._tellers.append(self._stream)
        relief = None if heights is None else Relief(heights)
        if self._settings.orthophoto is not None:
            try:
                file = OrthophotoFile(self._settings.orthophoto, self._settings.orthophoto_sigma_m)
            except GeoError as error:
                logger.warning("places of %s are not refined: %s", source.source_id, error.one_line())
            else:
                self._refiner = OrthophotoRefiner(file, relief)
        return PosedGround(relief=relief)


def _fixed(source: VideoSource, heights: Heights | None) -> GroundModel | None:
    if not source.calibration:
        return None
    try:
        return ground_of(source.calibration, name=source.source_id, heights=heights)
    except VisionError as error:
        _without_places(source, error)
        return None


def _without_places(source: VideoSource, error: VisionError) -> None:
    logger.warning("source %s has no places: %s", source.source_id, error.one_line(), extra={"source_id": source.source_id})
