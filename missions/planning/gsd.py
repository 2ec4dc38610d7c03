"""Scale of a vertical photograph: from height to ground sample distance, footprint and spacing, and back.

All lengths in metres unless the name says otherwise; heights are above the ground seen. s = f / H (any photogrammetry text).
"""

from dataclasses import dataclass

from geo.primitives import MissionError
from missions.planning.camera import CameraModel

# Smeared by more than a pixel, a photo has not the resolution that was asked for.
MOST_BLUR_PX = 1.0


@dataclass(frozen=True, slots=True)
class Footprint:
    """Ground seen by one picture: `across_m` the line of flight, `along_m` it."""

    across_m: float
    along_m: float


def ground_sample_distance_m(camera: CameraModel, height_m: float) -> float:
    """Ground width of one pixel, straight down. Raises `MissionError` when `height_m` is not positive.

    >>> from missions.planning.camera_catalogue import CAMERA_MODELS
    >>> round(ground_sample_distance_m(CAMERA_MODELS["dji-phantom-4-pro"], 100.0), 4)
    0.0274
    """
    return camera_footprint(camera, height_m).across_m / camera.image_width_px


def height_for_gsd_m(camera: CameraModel, gsd_m: float) -> float:
    """Height at which one pixel is `gsd_m` wide on the ground: inverse of `ground_sample_distance_m`."""
    _positive("Ground sample distance", gsd_m)
    return gsd_m * camera.image_width_px * camera.focal_length_mm / camera.sensor_width_mm


def camera_footprint(camera: CameraModel, height_m: float) -> Footprint:
    _positive("Height", height_m)
    return Footprint(
        height_m * camera.sensor_width_mm / camera.focal_length_mm,
        height_m * camera.sensor_height_mm / camera.focal_length_mm,
    )


def motion_blur_px(camera: CameraModel, gsd_m: float, speed_mps: float) -> float:
    """How many pixels the ground moves while the shutter is open, looking straight down."""
    return speed_mps * camera.exposure_s / gsd_m


def sharp_speed_mps(camera: CameraModel, gsd_m: float) -> float:
    """The fastest flight whose photos are smeared by at most `MOST_BLUR_PX`."""
    return MOST_BLUR_PX * gsd_m / camera.exposure_s


def spacing_m(footprint_m: float, overlap: float) -> float:
    """Distance between neighbouring pictures or lines; `overlap` is a fraction, 0 <= overlap < 1."""
    if not 0.0 <= overlap < 1.0:
        raise MissionError(
            f"Overlap {overlap:g} is not between 0 and 1.", code="mission.overlap", hint="Give a fraction such as 0.75 for 75 %."
        )
    return footprint_m * (1.0 - overlap)


def _positive(what: str, value_m: float) -> None:
    if not value_m > 0.0:
        raise MissionError(f"{what} {value_m:g} m is not above zero.", code="mission.height", hint="Give a positive number of metres.")
