"""Cameras a survey can be planned for: what the lens sees, and how fast the shutter follows.

Sizes are those of the manufacturers' data sheets. `min_interval_s` is the shortest steady interval between full-size stills.
"""

from dataclasses import dataclass
from math import radians, tan
from typing import Any

from geo.primitives import MissionError


@dataclass(frozen=True, slots=True)
class CameraModel:
    """A camera looking straight down, the long side of its picture across the line of flight."""

    id: str
    name: str
    sensor_width_mm: float
    sensor_height_mm: float
    focal_length_mm: float
    image_width_px: int
    image_height_px: int
    min_interval_s: float

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "sensor_width_mm": self.sensor_width_mm,
            "sensor_height_mm": self.sensor_height_mm,
            "focal_length_mm": self.focal_length_mm,
            "image_width_px": self.image_width_px,
            "image_height_px": self.image_height_px,
            "min_interval_s": self.min_interval_s,
        }


# The simulator's downward camera is given by its angle of view: any sensor with this focal length sees 60 degrees.
_SIMULATED_SENSOR_MM = 9.6
_SIMULATED_FOCAL_MM = _SIMULATED_SENSOR_MM / 2.0 / tan(radians(60.0) / 2.0)

CAMERA_MODELS: dict[str, CameraModel] = {
    camera.id: camera
    for camera in (
        CameraModel("sunqar-sim-nadir", "Simulated downward camera, 60 deg", _SIMULATED_SENSOR_MM, 5.4, _SIMULATED_FOCAL_MM, 960, 540, 0.1),
        CameraModel("dji-phantom-4-pro", "DJI Phantom 4 Pro", 13.2, 8.8, 8.8, 5472, 3648, 2.0),
        CameraModel("dji-mavic-2-pro", "DJI Mavic 2 Pro (Hasselblad L1D-20c)", 13.2, 8.8, 10.26, 5472, 3648, 2.0),
        CameraModel("dji-air-2s", "DJI Air 2S", 13.2, 8.8, 8.38, 5472, 3648, 2.0),
        CameraModel("dji-mini-4-pro", "DJI Mini 4 Pro, 12 MP", 9.6, 7.2, 6.72, 4032, 3024, 2.0),
        CameraModel("dji-mavic-3e", "DJI Mavic 3 Enterprise, wide", 17.3, 13.0, 12.29, 5280, 3956, 0.7),
        CameraModel("dji-mavic-3t-thermal", "DJI Mavic 3 Thermal, infrared", 7.68, 6.144, 9.1, 640, 512, 2.0),
        CameraModel("dji-zenmuse-p1-24", "DJI Zenmuse P1, 24 mm", 35.9, 24.0, 24.0, 8192, 5460, 0.7),
        CameraModel("dji-zenmuse-p1-35", "DJI Zenmuse P1, 35 mm", 35.9, 24.0, 35.0, 8192, 5460, 0.7),
        CameraModel("dji-zenmuse-p1-50", "DJI Zenmuse P1, 50 mm", 35.9, 24.0, 50.0, 8192, 5460, 0.7),
        CameraModel("sony-a6000-16", "Sony a6000, 16 mm", 23.5, 15.6, 16.0, 6000, 4000, 1.0),
        CameraModel("sony-a6000-35", "Sony a6000, 35 mm", 23.5, 15.6, 35.0, 6000, 4000, 1.0),
        CameraModel("sony-a7r-ii-28", "Sony a7R II, 28 mm", 35.9, 24.0, 28.0, 7952, 5304, 1.0),
        CameraModel("sony-a7r-iv-35", "Sony a7R IV, 35 mm", 35.7, 23.8, 35.0, 9504, 6336, 1.0),
        CameraModel("sony-rx1r-ii", "Sony RX1R II, 35 mm", 35.9, 24.0, 35.0, 7952, 5304, 1.0),
        CameraModel("sentera-65r", "Sentera 65R", 29.9, 22.4, 27.4, 9344, 7000, 0.3),
        CameraModel("sentera-6x", "Sentera 6X, multispectral", 6.57, 4.93, 8.0, 1904, 1428, 0.2),
        CameraModel("micasense-rededge-mx", "MicaSense RedEdge-MX", 4.8, 3.6, 5.4, 1280, 960, 1.0),
        CameraModel("parrot-sequoia-rgb", "Parrot Sequoia, RGB", 6.17, 4.63, 4.9, 4608, 3456, 1.0),
        CameraModel("yuneec-e90", "Yuneec E90", 13.3056, 8.656, 8.29, 5472, 3648, 1.3),
        CameraModel("flir-duo-pro-r-19", "FLIR Duo Pro R 640, 19 mm", 10.88, 8.704, 19.0, 640, 512, 1.0),
    )
}


def camera_model(camera_id: str) -> CameraModel:
    """Raises `MissionError` naming the ids there are."""
    if camera_id not in CAMERA_MODELS:
        raise MissionError(
            f"There is no camera '{camera_id}'.", code="mission.camera", hint=f"Choose one of: {', '.join(sorted(CAMERA_MODELS))}."
        )
    return CAMERA_MODELS[camera_id]
