"""What a tilted camera sees of level ground: the exact quadrilateral, and the width of a pixel near, in the middle and far."""

from dataclasses import dataclass
from math import cos, radians, sin

from geo.primitives import MissionError
from missions.planning.camera import CameraModel


@dataclass(frozen=True, slots=True)
class TiltedView:
    """`corners_m` to the right and ahead of the place under the camera: near left, near right, far right, far left. Pixels are measured
    across the view, at the bottom, the middle and the top of the picture."""

    corners_m: tuple[tuple[float, float], ...]
    near_gsd_m: float
    centre_gsd_m: float
    far_gsd_m: float


def near_width_m(camera: CameraModel, height_m: float, pitch_deg: float) -> float:
    """Of the ground along the lower edge of a tilted picture, its narrowest part, whatever the upper edge sees."""
    steepness = sin(radians(-pitch_deg)) + camera.sensor_height_mm / 2.0 / camera.focal_length_mm * cos(radians(-pitch_deg))
    return height_m / steepness * camera.sensor_width_mm / camera.focal_length_mm


def tilted_view(camera: CameraModel, height_m: float, pitch_deg: float) -> TiltedView:
    """`pitch_deg` from the horizon, -90 is straight down. Raises `MissionError` when the top of the picture sees no ground."""
    across, along = (size_mm / 2.0 / camera.focal_length_mm for size_mm in (camera.sensor_width_mm, camera.sensor_height_mm))
    down, ahead = sin(radians(-pitch_deg)), cos(radians(-pitch_deg))
    depths = []
    for row in (along, 0.0, -along):  # tangents below the axis of the lens
        steepness = down + row * ahead
        if steepness <= 1e-6:
            raise MissionError(
                f"Tilted to {pitch_deg:g} degrees {camera.name} sees the horizon.", code="mission.tilt", hint="Tilt it farther down."
            )
        depths.append(height_m / steepness)
    near, _, far = depths
    ahead_m = [depth * (ahead - row * down) for depth, row in zip((near, far), (along, -along), strict=True)]
    corners = (
        (-near * across, ahead_m[0]),
        (near * across, ahead_m[0]),
        (far * across, ahead_m[1]),
        (-far * across, ahead_m[1]),
    )
    pixel = 2.0 * across / camera.image_width_px
    return TiltedView(corners, *(depth * pixel for depth in depths))
