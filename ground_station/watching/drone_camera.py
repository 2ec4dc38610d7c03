"""A drone's stabilised camera: from the vehicle's pose and the lens to the view of a frame."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from math import hypot
from typing import Any, Literal

import anyio
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.primitives import CameraIntrinsics, CameraPose, VisionError
from ground_station.messages import VehiclePose
from ground_station.watching.gimbal_track import GimbalTrack, LookAt
from ground_station.watching.pose_buffer import PoseAt, PoseBuffer
from vision import CameraView

POSITION_SIGMA_M = 1.5  # satellite positioning without corrections
HEIGHT_SIGMA_M = 1.5  # barometer above home, flat ground taken at home's height
ATTITUDE_SIGMA_DEG = 1.0  # gimbal and compass
STAMPED_SIGMA_S = 0.02  # time carried with the picture
ARRIVAL_SIGMA_S = 0.5  # time of arrival: encoder, link and decoder have kept the picture for an unknown while
LOWEST_M = 2.0  # on the ground the picture shows nothing to place
SILENT_GIMBAL_SIGMA_DEG = 20.0  # one that told where it looks, and tells no more, is only hoped to be where the mount says
POSE_WAIT_S = 0.5  # a picture may come before the pose of its instant
POSE_LOST_S = 2.0


class Mount(BaseModel):
    """How the camera hangs: `calibration.mount` of a drone's video source."""

    model_config = ConfigDict(extra="forbid")

    pitch_deg: float = Field(-90.0, ge=-90, le=0, description="While no gimbal tells: kept by it; -90 looks straight down")
    heading_offset_deg: float = Field(0.0, description="While no gimbal tells: camera heading minus vehicle heading")
    gimbal: int | Literal["any", "none"] = Field(
        "any", description="Device id of the gimbal it hangs on; none: fixed, whatever gimbals tell"
    )


def mount_of(calibration: Mapping[str, Any] | None, *, name: str) -> Mount:
    """Raises: `VisionError` naming the source and what is wrong."""
    try:
        return Mount.model_validate((calibration or {}).get("mount", {}))
    except ValidationError as error:
        first = error.errors()[0]
        raise VisionError(
            f"The camera mount of '{name}' is not usable: {'.'.join(map(str, first['loc']))}: {first['msg']}.",
            code="vision.mount",
            hint='Write calibration {"mount": {"pitch_deg": -90, "heading_offset_deg": 0}} for the source.',
        ) from error


class PoseFeed:
    """Poses of one vehicle and looks of its gimbals as they arrive, with a way to wait for one."""

    def __init__(self) -> None:
        self.buffer = PoseBuffer()
        self.gimbals = GimbalTrack()
        self._arrived = anyio.Event()

    def put(self, pose: VehiclePose) -> None:
        if self.buffer.newest_at is not None and pose.at < self.buffer.newest_at:
            self.gimbals.clear()
        self.buffer.add(pose)
        for look in pose.gimbals:
            self.gimbals.add(look)
        self._arrived.set()
        self._arrived = anyio.Event()

    async def pose_at(self, instant: datetime) -> PoseAt | None:
        """The pose of `instant`, waiting a little for it when poses are coming; None when there is none."""
        with anyio.move_on_after(POSE_WAIT_S):
            while (newest := self.buffer.newest_at) is not None and 0 < (instant - newest).total_seconds() < POSE_LOST_S:
                await self._arrived.wait()
        return self.buffer.pose_at(instant)


@dataclass(frozen=True, slots=True)
class DroneCamera:
    """Full horizontal field of view of the lens, and its mount."""

    hfov_deg: float
    mount: Mount

    def look(self, instant: datetime, pose: PoseAt, gimbals: GimbalTrack) -> LookAt:
        """Where it looked at `instant`: where its gimbal says, else as it is mounted."""
        gimbal = None if self.mount.gimbal == "any" else self.mount.gimbal
        heading_deg = (pose.heading_deg + self.mount.heading_offset_deg) % 360.0
        mounted = LookAt(0.0, self.mount.pitch_deg, heading_deg, pose.turn_rate_dps)
        if gimbal == "none" or gimbal not in gimbals:
            return mounted
        return gimbals.look_at(instant, gimbal, pose) or replace(mounted, doubt_deg=SILENT_GIMBAL_SIGMA_DEG)

    def view(self, pose: PoseAt, look: LookAt, size_px: tuple[int, int], *, stamped: bool) -> CameraView | None:
        """The view of a picture of `size_px` taken at `pose`; None near the ground. An uncertain instant widens the pose's sigmas."""
        if pose.altitude_above_home_m < LOWEST_M:
            return None
        time_sigma_s = STAMPED_SIGMA_S if stamped else ARRIVAL_SIGMA_S
        camera = CameraPose(
            position=pose.position,
            height_m=pose.altitude_above_home_m,
            heading_deg=look.heading_deg,
            pitch_deg=look.pitch_deg,
            roll_deg=look.roll_deg,
            position_sigma_m=hypot(POSITION_SIGMA_M, pose.ground_speed_mps * time_sigma_s),
            height_sigma_m=HEIGHT_SIGMA_M,
            attitude_sigma_deg=hypot(ATTITUDE_SIGMA_DEG, look.turn_rate_dps * time_sigma_s, look.doubt_deg),
        )
        return CameraView(camera, CameraIntrinsics.from_horizontal_fov(*size_px, self.hfov_deg))
