"""From a camera of a scene file to the pinhole model, in metres of the scene."""

from sim.projection import Camera
from sim.scenes.model import DroneCamera, FixedCamera

LOWEST_EYE_M = 1.0  # a camera under a vehicle that stands on the ground


def fixed_camera(part: FixedCamera) -> Camera:
    width, height = part.size_px
    lens = part.lens
    return Camera(*part.at, part.height_m, part.heading_deg, part.pitch_deg, part.hfov_deg, width, height, part.roll_deg, lens.k1, lens.k2)


def carried_camera(part: DroneCamera, east_m: float, north_m: float, height_m: float, heading_deg: float, pitch_deg: float) -> Camera:
    """Under a vehicle, its gimbal keeping the horizon level."""
    width, height = part.size_px
    lens = part.lens
    return Camera(east_m, north_m, max(LOWEST_EYE_M, height_m), heading_deg, pitch_deg, part.hfov_deg, width, height, 0.0, lens.k1, lens.k2)
