"""A drone's stabilised camera: from the vehicle's pose and the lens to the view of a frame."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import hypot, isnan
from typing import Any, Literal

import anyio
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.primitives import CameraIntrinsics, CameraPose, LocalFrame, VisionError, camera_to_enu, carried_deg
from geo.terrain import Heights
from ground_station.messages import VehiclePose
from ground_station.watching.gimbal_track import GimbalTrack, LookAt
from ground_station.watching.pose_buffer import PoseAt, PoseBuffer
from vision import CameraView, ViewMotion

STAMPED_SIGMA_S = 0.02  # time carried with the picture
ARRIVAL_SIGMA_S = 0.5  # time of arrival: encoder, link and decoder have kept the picture for an unknown while
LOWEST_M = 2.0  # on the ground the picture shows nothing to place
SILENT_GIMBAL_SIGMA_DEG = 20.0  # one that told where it looks, and tells no more, is only hoped to be where the mount says
POSE_WAIT_S = 0.5  # a picture may come before the pose of its instant
POSE_LOST_S = 2.0


class Sigmas(BaseModel):
    """One-sigma errors of what the vehicle tells of its camera: `calibration.mount.sigma`. Measured ones make honest places."""

    model_config = ConfigDict(extra="forbid")

    position_m: float = Field(1.5, ge=0, description="East and north each: satellite positioning without corrections")
    height_m: float = Field(1.5, ge=0, description="Above home, with level ground taken at home's height where no elevation model is")
    heading_deg: float = Field(1.5, ge=0, description="Compass, and yaw of the gimbal")
    tilt_deg: float = Field(0.7, ge=0, description="Horizon of the gimbal, about each of two level axes")
    focal: float = Field(0.01, ge=0, le=0.5, description="Share of the focal length")
    time_s: float | None = Field(
        None, ge=0, description="Picture against pose; without it 0.02 s when the picture carries its instant, else 0.5 s"
    )


class Mount(BaseModel):
    """How the camera hangs: `calibration.mount` of a drone's video source."""

    model_config = ConfigDict(extra="forbid")

    pitch_deg: float = Field(-90.0, ge=-90, le=0, description="While no gimbal tells: kept by it; -90 looks straight down")
    heading_offset_deg: float = Field(0.0, description="While no gimbal tells: camera heading minus vehicle heading")
    gimbal: int | Literal["any", "none"] = Field(
        "any", description="Device id of the gimbal it hangs on; none: fixed, whatever gimbals tell"
    )
    stabilised: bool = Field(True, description="While no gimbal tells: false for a camera bolted on, which pitches and rolls as it flies")
    lever_arm_m: tuple[float, float, float] = Field(
        (0.0, 0.0, 0.0), description="From the place the vehicle tells to the lens: ahead, right and down of the level vehicle"
    )
    time_offset_s: float = Field(0.0, ge=-10, le=10, description="How much later than told a picture was taken, by the vehicle's clock")
    k1: float = Field(0.0, description="Radial distortion of the lens (Brown)")
    k2: float = Field(0.0, description="Likewise, fourth power")
    sigma: Sigmas = Field(default_factory=Sigmas)


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

    def copy(self) -> "PoseFeed":
        """As it is now, for a thread."""
        other = PoseFeed()
        other.buffer, other.gimbals = self.buffer.copy(), self.gimbals.copy()
        return other

    async def pose_at(self, instant: datetime) -> PoseAt | None:
        """The pose of `instant`, waiting a little for it when poses are coming; None when there is none."""
        with anyio.move_on_after(POSE_WAIT_S):
            while (newest := self.buffer.newest_at) is not None and 0 < (instant - newest).total_seconds() < POSE_LOST_S:
                await self._arrived.wait()
        return self.buffer.pose_at(instant)


@dataclass(frozen=True, slots=True)
class DroneCamera:
    """Full horizontal field of view of the lens, its mount, and the ground's heights where they are known."""

    hfov_deg: float
    mount: Mount
    heights: Heights | None = None

    def instant_of(self, told: datetime) -> datetime:
        """By the vehicle's clock, of a picture that tells this instant."""
        return told + timedelta(seconds=self.mount.time_offset_s)

    def look(self, instant: datetime, pose: PoseAt, gimbals: GimbalTrack) -> LookAt:
        """Where it looked at `instant`: where its gimbal says, else as it is mounted."""
        gimbal = None if self.mount.gimbal == "any" else self.mount.gimbal
        heading_deg = (pose.heading_deg + self.mount.heading_offset_deg) % 360.0
        mounted = LookAt(0.0, self.mount.pitch_deg, heading_deg, pose.turn_rate_dps)
        if not self.mount.stabilised:
            vehicle = (pose.heading_deg, pose.pitch_deg, pose.roll_deg)
            heading_deg, pitch_deg, roll_deg = carried_deg(vehicle, (self.mount.heading_offset_deg, self.mount.pitch_deg, 0.0))
            mounted = LookAt(roll_deg, pitch_deg, heading_deg, pose.turn_rate_dps)
        if gimbal == "none" or gimbal not in gimbals:
            return mounted
        return gimbals.look_at(instant, gimbal, pose) or replace(mounted, doubt_deg=SILENT_GIMBAL_SIGMA_DEG)

    def view(
        self, pose: PoseAt, look: LookAt, size_px: tuple[int, int], *, stamped: bool, time_sigma_s: float | None = None
    ) -> CameraView | None:
        """The view of a picture of `size_px` taken at `pose`; None near the ground. An uncertain instant widens its sigmas.

        `time_sigma_s` where that of the instant is known.
        """
        if pose.altitude_above_home_m < LOWEST_M:
            return None
        sigma = self.mount.sigma
        if time_sigma_s is None:
            time_sigma_s = sigma.time_s if sigma.time_s is not None else STAMPED_SIGMA_S if stamped else ARRIVAL_SIGMA_S
        east_m, north_m, up_m = self._lever_arm_m(pose)
        height_m = pose.altitude_above_home_m + up_m
        camera = CameraPose(
            position=LocalFrame(pose.position).place(east_m, north_m),
            height_m=height_m,
            heading_deg=look.heading_deg,
            pitch_deg=look.pitch_deg,
            roll_deg=look.roll_deg,
            position_sigma_m=sigma.position_m,
            height_sigma_m=sigma.height_m,
            tilt_sigma_deg=hypot(sigma.tilt_deg, look.nod_dps * time_sigma_s, look.doubt_deg),
            heading_sigma_deg=hypot(sigma.heading_deg, look.doubt_deg),
            amsl_m=self._amsl_m(pose, height_m),
        )
        lens = CameraIntrinsics.from_horizontal_fov(*size_px, self.hfov_deg)
        return CameraView(
            camera,
            replace(lens, k1=self.mount.k1, k2=self.mount.k2),
            focal_sigma=sigma.focal,
            time_sigma_s=time_sigma_s,
            motion=ViewMotion(*pose.speed_mps, look.turn_dps),
        )

    def _lever_arm_m(self, pose: PoseAt) -> tuple[float, float, float]:
        """East, north and up of the vehicle's own place: the arm turns with the vehicle, not with the gimbal."""
        if not any(self.mount.lever_arm_m):
            return 0.0, 0.0, 0.0
        right, down, ahead = camera_to_enu(pose.heading_deg, pose.pitch_deg, pose.roll_deg).T
        along, across, below = self.mount.lever_arm_m
        east, north, up = along * ahead + across * right + below * down
        return float(east), float(north), float(up)

    def _amsl_m(self, pose: PoseAt, height_m: float) -> float | None:
        """By the model's own ground at home: what the model is off by there is off everywhere near."""
        if self.heights is None:
            return None
        if pose.home is None:
            return None if pose.amsl_m is None else pose.amsl_m + height_m - pose.altitude_above_home_m
        home_m = float(self.heights.heights_amsl_m([pose.home.as_tuple()])[0])
        return None if isnan(home_m) else home_m + height_m
