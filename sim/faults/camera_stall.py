"""The camera gives no new pictures."""

from dataclasses import dataclass
from typing import ClassVar

from sim.faults.fault import Fault


@dataclass(slots=True)
class CameraStall(Fault):
    name: ClassVar[str] = "camera_stall"
    summary: ClassVar[str] = "the camera gives no new pictures"

    def at_camera(self) -> bool:
        return False
