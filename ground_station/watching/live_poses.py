"""Where the camera of a drone was: told by its vehicle over MAVLink, or by its stream in MISB 0601. Both are asked alike."""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Literal, Protocol

import anyio

from geo.terrain import Heights
from ground_station.camera_telemetry import (
    ASYNCHRONOUS_SIGMA_S,
    SYNCHRONOUS_SIGMA_S,
    CameraReading,
    PosesRequest,
    ReadingTrack,
    klv_readings,
    placeable,
    view_of,
)
from ground_station.video import DecodedImage, StreamData
from ground_station.watching.drone_camera import POSE_LOST_S, POSE_WAIT_S, STAMPED_SIGMA_S, DroneCamera, Mount, PoseFeed
from vision import CameraView, TimeOffset

PoseTeller = Literal["mavlink", "misb_0601"]
ViewAt = Callable[[float], CameraView | None]
KEPT = 900  # half a minute at thirty a second, some minutes at the usual few
SHIFTS = 50  # of the stream's clock against that of its poses: their median is taken
SAME_CLOCK_S = 1e-3


class LivePoses(Protocol):
    teller: PoseTeller

    async def view(self, image: DecodedImage, offset: TimeOffset | None) -> CameraView | None:
        """Of a dated picture, `offset` added to its instant; None where nothing is told of that."""
        ...

    def looked_up(self, size_px: tuple[int, int]) -> ViewAt:
        """Views by Unix time out of what is known now, for a thread."""
        ...


class VehiclePoses:
    """What the vehicle tells."""

    teller: PoseTeller = "mavlink"

    def __init__(self, camera: DroneCamera, feed: PoseFeed) -> None:
        self._camera, self._feed = camera, feed

    async def view(self, image: DecodedImage, offset: TimeOffset | None) -> CameraView | None:
        assert image.captured_at is not None, "asked of dated pictures"
        instant = self._camera.instant_of(image.captured_at) + timedelta(seconds=0.0 if offset is None else offset.offset_s)
        pose = await self._feed.pose_at(instant)
        if pose is None:
            return None
        look = self._camera.look(instant, pose, self._feed.gimbals)
        sigma_s = None if offset is None else offset.sigma_s
        return self._camera.view(pose, look, image.picture.size_px, stamped=image.stamped, time_sigma_s=sigma_s)

    def looked_up(self, size_px: tuple[int, int]) -> ViewAt:
        feed, camera = self._feed.copy(), self._camera

        def view_at(at_s: float) -> CameraView | None:
            instant = camera.instant_of(datetime.fromtimestamp(at_s, UTC))
            pose = feed.buffer.pose_at(instant)
            return None if pose is None else camera.view(pose, camera.look(instant, pose, feed.gimbals), size_px, stamped=False)

        return view_at


class StreamPoses:
    """What the stream itself tells, in the packets beside its pictures. `put` them from the loop, in their order."""

    teller: PoseTeller = "misb_0601"

    def __init__(self, mount: Mount, hfov_deg: float | None, heights: Heights | None) -> None:
        self._mount, self._hfov_deg, self._heights = mount, hfov_deg, heights
        self._readings: deque[CameraReading] = deque(maxlen=KEPT)
        self._shifts_s: deque[float] = deque(maxlen=SHIFTS)
        self._sigma_s = SYNCHRONOUS_SIGMA_S
        self._arrived = anyio.Event()

    def put(self, data: StreamData) -> None:
        for reading in klv_readings(data.content):
            if self._readings and reading.at_s <= self._readings[-1].at_s:
                if self._readings[-1].at_s - reading.at_s < POSE_LOST_S:
                    continue
                self._readings.clear()  # the clock was set back, or a recording began anew
                self._shifts_s.clear()
            # A picture that carries an instant has it from the clock that also dates the sets.
            same_clock = data.stamped or data.captured_at is None
            self._shifts_s.append(0.0 if same_clock or data.captured_at is None else data.captured_at.timestamp() - reading.at_s)
            self._sigma_s = STAMPED_SIGMA_S if same_clock else SYNCHRONOUS_SIGMA_S if data.synchronous else ASYNCHRONOUS_SIGMA_S
            self._readings.extend(placeable([reading], self._request(reading)))
        self._arrived.set()
        self._arrived = anyio.Event()

    async def view(self, image: DecodedImage, offset: TimeOffset | None) -> CameraView | None:
        assert image.captured_at is not None, "asked of dated pictures"
        at_s = image.captured_at.timestamp() - self._shift_s + self._mount.time_offset_s + (0.0 if offset is None else offset.offset_s)
        with anyio.move_on_after(POSE_WAIT_S):
            while self._readings and 0 < at_s - self._readings[-1].at_s < POSE_LOST_S:
                await self._arrived.wait()
        return self._view(ReadingTrack(tuple(self._readings), None), at_s, image.picture.size_px, offset)

    def looked_up(self, size_px: tuple[int, int]) -> ViewAt:
        track, shift_s = ReadingTrack(tuple(self._readings), None), self._shift_s - self._mount.time_offset_s
        return lambda at_s: self._view(track, at_s - shift_s, size_px, None)

    @property
    def _shift_s(self) -> float:
        shift_s = median(self._shifts_s) if self._shifts_s else 0.0
        return 0.0 if abs(shift_s) < SAME_CLOCK_S else shift_s

    def _view(self, track: ReadingTrack, at_s: float, size_px: tuple[int, int], offset: TimeOffset | None) -> CameraView | None:
        held = track.at(at_s) if track.span_s is not None else None
        if held is None:
            return None
        sigma_s = offset.sigma_s if offset is not None else self._mount.sigma.time_s or self._sigma_s
        return view_of(held, size_px, self._request(held.nearest), sigma_s)

    def _request(self, reading: CameraReading) -> PosesRequest:
        """The lens is zoomed in flight: what the set says of it counts before what is known of the source."""
        return PosesRequest(mount=self._mount, hfov_deg=self._hfov_deg if reading.hfov_deg is None else None, heights=self._heights)
