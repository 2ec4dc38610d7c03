"""Frames: one decoded picture with its time and, when known, the camera that took it."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from geo.primitives import CameraIntrinsics, CameraPose

BgrImage = NDArray[np.uint8]  # (height, width, 3), blue green red as OpenCV keeps them


@dataclass(frozen=True, slots=True)
class ViewMotion:
    """How the camera moved when it took the picture: what an error in time costs. `turn_dps` is about the vertical, clockwise."""

    east_mps: float
    north_mps: float
    up_mps: float
    turn_dps: float


@dataclass(frozen=True, slots=True)
class CameraView:
    """Where the camera was and how it projects.

    One-sigma uncertainties beside the pose's own: `focal_sigma` as a share of the focal length, `time_sigma_s` of the instant of the pose
    against that of the picture, which shifts and turns the camera along `motion`. `spread` (9, 10), in the order of
    `vision.posed_ground.spread_of`, stands for all of these where more is known than they can say.
    """

    pose: CameraPose
    intrinsics: CameraIntrinsics
    focal_sigma: float = 0.0
    time_sigma_s: float = 0.0
    motion: ViewMotion | None = None
    spread: NDArray[np.float64] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a source.

    `index` counts the pictures of the source from 0, skipped ones included. `time_s` is the source's own timeline and grows
    strictly. `captured_at` is aware UTC, None when the source says nothing about it.
    """

    source: str
    index: int
    time_s: float
    image: BgrImage
    captured_at: datetime | None = None
    view: CameraView | None = None

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return int(self.image.shape[1]), int(self.image.shape[0])
