"""A scene with one bright square at a known place, and where a picture of it should show it."""

from pathlib import Path

import cv2
import numpy as np

from geo.primitives import CameraIntrinsics, LocalFrame, LonLat, camera_to_enu
from sim.scenario import Scenario, built_in_scenario

ORIGIN = LonLat(51.16, 43.6505)

SIZE = (960, 540)


def magenta_scene(folder: Path, place: LonLat, width_m: float = 6.0) -> Scenario:
    """A scene with one bright square on the ground and nothing else that moves or stands."""
    cv2.imwrite(str(folder / "square.png"), np.full((64, 64, 3), (255, 0, 255), np.uint8))
    picture = {"kind": "picture", "file": folder / "square.png", "lonlat": place.as_tuple(), "width_m": width_m}
    base = built_in_scenario().model_dump()
    return Scenario.model_validate({**base, "objects": [picture], "buildings": [], "roads": []})


def magenta_centre(image: np.ndarray) -> tuple[float, float]:
    """Centre of the magenta pixels, counted from the outer corner of the picture."""
    blue, green, red = (image[..., channel].astype(int) for channel in range(3))
    rows, columns = np.nonzero((blue > 150) & (red > 150) & (green < 110))
    return float(columns.mean() + 0.5), float(rows.mean() + 0.5)


def predicted_pixel(
    place: LonLat, east_m: float, north_m: float, height_m: float, heading_deg: float, pitch_deg: float, hfov_deg: float
) -> tuple[float, float]:
    """Where the shared camera geometry puts a ground point seen by a camera at this place in the frame around Aktau."""
    lens = CameraIntrinsics.from_horizontal_fov(*SIZE, hfov_deg)
    east, north = LocalFrame(ORIGIN).offset_m(place)
    pixel = lens.project((camera_to_enu(heading_deg, pitch_deg).T @ np.array([east - east_m, north - north_m, -height_m]))[None])[0]
    return float(pixel[0]), float(pixel[1])
