"""A scene with one bright square at a known place, and where a picture of it should show it."""

from pathlib import Path

import cv2
import numpy as np

from geo.primitives import CameraIntrinsics, LocalFrame, LonLat, camera_to_enu
from sim import Detail, Scene

ORIGIN = LonLat(51.16, 43.6505)

SIZE = (960, 540)
COARSE = Detail(80.0, 0.4, 200.0, 2.0)
CLEAR = {"noise": 0, "exposure_s": 0}


def magenta_scene(folder: Path, place: LonLat, width_m: float = 6.0) -> Scene:
    """A scene with one bright square on the ground and nothing else that moves or stands, seen by a copter that waits and from a pole."""
    cv2.imwrite(str(folder / "square.png"), np.full((64, 64, 3), (255, 0, 255), np.uint8))
    east, north = LocalFrame(ORIGIN).offset_m(place)
    picture = {"kind": "picture", "id": "square", "file": folder / "square.png", "at": (east, north), "width_m": width_m}
    pole = {"kind": "fixed", "name": "pole", "at": (0, 0), "height_m": 12, "heading_deg": 5, "pitch_deg": -20, "hfov_deg": 55}
    drone = {"kind": "drone", "name": "nadir", "vehicle": "copter", "hfov_deg": 60}
    return Scene.model_validate(
        {
            "summary": "One bright square on the steppe.",
            "origin": ORIGIN.as_tuple(),
            "duration_s": 60,
            "actors": [picture],
            "vehicles": [{"name": "copter", "home": (0, 0)}],
            "cameras": [{**camera, "size_px": SIZE, "fps": 10, "lens": CLEAR} for camera in (drone, pole)],
        }
    )


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
