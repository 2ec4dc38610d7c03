"""A folder of photographs as poses of the camera: each picture tells its own, by EXIF and, where a drone wrote it, XMP."""

from math import atan, degrees
from pathlib import Path

from ground_station.camera_telemetry.readings import CameraReading
from ground_station.flight_data.photo_folder import read_photo


def reading_of_photograph(path: Path, width_px: int) -> CameraReading | None:
    """`at_s` is 0: the picture is its own instant. None for a picture without a place."""
    photo = read_photo(path)
    if photo is None:
        return None
    heading, pitch, roll = photo.heading_deg, photo.pitch_deg, photo.roll_deg
    return CameraReading(
        0.0,
        photo.position,
        height_m=photo.height_m,
        amsl_m=photo.altitude_amsl_m,
        camera_deg=None if heading is None or pitch is None else (heading, pitch, _upright(roll)),
        vehicle_deg=None if heading is None else (heading, 0.0, 0.0),
        hfov_deg=degrees(2.0 * atan(width_px / 2.0 / photo.focal_px)) if photo.focal_px else None,
        focal_35mm=photo.focal_35mm,
        position_sigma_m=photo.position_sigma_m,
    )


def _upright(roll_deg: float | None) -> float:
    """Gimbals that passed the vertical tell a roll of half a turn, of a picture that is upright all the same."""
    roll = 0.0 if roll_deg is None else (roll_deg + 180.0) % 360.0 - 180.0
    return 0.0 if abs(roll) > 90.0 else roll
