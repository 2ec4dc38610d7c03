"""What a camera is doing: its mode and lens, what it has taken, what it records, how full its storage is."""

from dataclasses import dataclass, field
from math import atan, degrees
from typing import Any

FOCAL_MM, SENSOR_MM, SIZE_PX = 8.8, (13.2, 8.8), (5472, 3648)
CAPACITY_MIB, PHOTO_MIB = 65536.0, 8.0
MODE_IMAGE, MODE_VIDEO, MODE_SURVEY = 0, 1, 2


@dataclass(slots=True)
class Series:
    """Photographs still to take: every `interval_s`, `left` of them or without end."""

    interval_s: float
    left: int | None
    due_s: float


@dataclass(slots=True)
class CameraState:
    """`taken` holds CAMERA_IMAGE_CAPTURED by index; `count` is the newest index. Zoom and focus are 0..100."""

    now_s: float = 0.0
    mode: int = MODE_IMAGE
    zoom: float = 0.0
    zoom_rate: float = 0.0
    focus: float = 50.0
    series: Series | None = None
    busy_until_s: float = 0.0
    taken: dict[int, Any] = field(default_factory=dict)
    count: int = 0
    used_mib: float = 0.0
    recording_since_s: float | None = None
    streaming: bool = True

    def lens_deg(self) -> tuple[float, float]:
        """How wide the picture is now, across and down, degrees."""
        shrink = 1.0 + 3.0 * self.zoom / 100.0  # the lens goes from 1x to 4x
        across, down = (2.0 * degrees(atan(side / 2.0 / FOCAL_MM / shrink)) for side in SENSOR_MM)
        return across, down

    @property
    def has_room(self) -> bool:
        """For one more photograph."""
        return self.used_mib + PHOTO_MIB <= CAPACITY_MIB
