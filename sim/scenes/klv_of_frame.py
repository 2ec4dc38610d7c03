"""The MISB 0601 values of one frame, as the carrier would tell them: its own idea of where it is, not the truth."""

from math import asin, atan, atan2, cos, degrees, radians, sin, tan

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame
from sim.scenes.truth import FrameTruth


def local_set_of(truth: FrameTruth) -> dict[str, float]:
    """By the names of `geo.primitives.klv`. The sensor's angles are relative to the platform, as tags 18 to 20 ask."""
    told = truth.told
    heading, pitch = told.heading_deg, told.pitch_deg
    camera = truth.camera
    platform_pitch = max(-20.0, min(20.0, told.platform_pitch_deg))  # what tags 6 and 7 can say
    platform_roll = max(-50.0, min(50.0, told.platform_roll_deg))
    azimuth_deg, elevation_deg, roll_deg = relative_deg(
        (told.platform_heading_deg, platform_pitch, platform_roll), (heading, pitch, camera.roll_deg)
    )
    vfov_deg = degrees(2.0 * atan(tan(radians(camera.hfov_deg) / 2.0) * camera.height_px / camera.width_px))
    values = {
        "precision_time_us": float(truth.unix_us),
        "platform_heading_deg": told.platform_heading_deg % 360.0,
        "platform_pitch_deg": platform_pitch,
        "platform_roll_deg": platform_roll,
        "sensor_lat_deg": told.place.lat_deg,
        "sensor_lon_deg": told.place.lon_deg,
        "sensor_altitude_amsl_m": told.altitude_amsl_m,
        "sensor_hfov_deg": camera.hfov_deg,
        "sensor_vfov_deg": vfov_deg,
        "sensor_azimuth_deg": azimuth_deg % 360.0,
        "sensor_elevation_deg": elevation_deg,
        "sensor_roll_deg": roll_deg % 360.0,
    }
    if pitch < -2.0:  # flatter rays meet the ground too far away to mean anything
        slant_m = told.height_m / sin(radians(-pitch))
        level_m = slant_m * cos(radians(pitch))
        centre = LocalFrame(told.place).place(level_m * sin(radians(heading)), level_m * cos(radians(heading)))
        values |= {
            "slant_range_m": slant_m,
            "frame_centre_lat_deg": centre.lat_deg,
            "frame_centre_lon_deg": centre.lon_deg,
            "frame_centre_elevation_m": told.altitude_amsl_m - told.height_m,
        }
    return values


def relative_deg(platform_deg: tuple[float, float, float], sensor_deg: tuple[float, float, float]) -> tuple[float, float, float]:
    """Azimuth, elevation and roll that turn the platform's axes into the sensor's; all given as heading, pitch, roll."""
    turn = _axes(*platform_deg).T @ _axes(*sensor_deg)
    elevation = asin(max(-1.0, min(1.0, -float(turn[2, 0]))))
    if abs(cos(elevation)) < 1e-6:  # straight down along the platform's own axis: azimuth and roll are one turn, all of it azimuth
        return degrees(atan2(-float(turn[0, 1]), float(turn[1, 1]))), degrees(elevation), 0.0
    azimuth, roll = atan2(float(turn[1, 0]), float(turn[0, 0])), atan2(float(turn[2, 1]), float(turn[2, 2]))
    return degrees(azimuth), degrees(elevation), degrees(roll)


def _axes(heading_deg: float, pitch_deg: float, roll_deg: float) -> NDArray[np.float64]:
    """(3, 3): columns are ahead, right and down of a body in north, east, down."""
    h, p, r = radians(heading_deg), radians(pitch_deg), radians(roll_deg)
    about_down = np.array([[cos(h), -sin(h), 0.0], [sin(h), cos(h), 0.0], [0.0, 0.0, 1.0]])
    about_right = np.array([[cos(p), 0.0, sin(p)], [0.0, 1.0, 0.0], [-sin(p), 0.0, cos(p)]])
    about_ahead = np.array([[1.0, 0.0, 0.0], [0.0, cos(r), -sin(r)], [0.0, sin(r), cos(r)]])
    return np.asarray(about_down @ about_right @ about_ahead)
