"""Cameras a survey can be planned for: what the lens sees, and how fast the shutter follows.

Sizes are those of the manufacturers' data sheets (sensor format and pixels; where only a 35 mm equivalent is printed, the focal length
follows from the diagonal). `min_interval_s` is the shortest steady interval between full-size stills. `exposure_s` is the longest of a
sunny day: 1/1000 s for photographs, the thermal time constant of about 10 ms for uncooled infrared.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import radians, tan
from typing import Any

from geo.primitives import MissionError

DAYLIGHT_S = 1.0 / 1000.0
THERMAL_S = 0.010


class Shutter(StrEnum):
    """`MECHANICAL` and `GLOBAL` expose the whole picture at once; `ROLLING` line by line, which bends pictures taken in flight."""

    MECHANICAL = "mechanical"
    GLOBAL = "global"
    ROLLING = "rolling"


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
    shutter: Shutter = Shutter.ROLLING
    exposure_s: float = DAYLIGHT_S

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
            "shutter": self.shutter.value,
            "exposure_s": self.exposure_s,
        }


# The simulator's downward camera is given by its angle of view: any sensor with this focal length sees 60 degrees.
_SIMULATED_SENSOR_MM = 9.6
_SIMULATED_FOCAL_MM = _SIMULATED_SENSOR_MM / 2.0 / tan(radians(60.0) / 2.0)

_MECHANICAL, _GLOBAL, _ROLLING = Shutter.MECHANICAL, Shutter.GLOBAL, Shutter.ROLLING

CAMERA_MODELS: dict[str, CameraModel] = {
    camera.id: camera
    for camera in (
        CameraModel(
            "sunqar-sim-nadir", "Simulated downward camera, 60 deg", _SIMULATED_SENSOR_MM, 5.4, _SIMULATED_FOCAL_MM, 960, 540, 0.1, _GLOBAL
        ),
        CameraModel("dji-phantom-4-pro", "DJI Phantom 4 Pro", 13.2, 8.8, 8.8, 5472, 3648, 2.0, _MECHANICAL),
        CameraModel("dji-mavic-2-pro", "DJI Mavic 2 Pro (Hasselblad L1D-20c)", 13.2, 8.8, 10.26, 5472, 3648, 2.0),
        CameraModel("dji-air-2s", "DJI Air 2S", 13.2, 8.8, 8.38, 5472, 3648, 2.0),
        CameraModel("dji-mini-4-pro", "DJI Mini 4 Pro, 12 MP", 9.6, 7.2, 6.72, 4032, 3024, 2.0),
        CameraModel("dji-mavic-3e", "DJI Mavic 3 Enterprise, wide", 17.3, 13.0, 12.29, 5280, 3956, 0.7, _MECHANICAL),
        CameraModel("dji-mavic-3t-thermal", "DJI Mavic 3 Thermal, infrared", 7.68, 6.144, 9.1, 640, 512, 2.0, _ROLLING, THERMAL_S),
        CameraModel("dji-zenmuse-p1-24", "DJI Zenmuse P1, 24 mm", 35.9, 24.0, 24.0, 8192, 5460, 0.7, _MECHANICAL),
        CameraModel("dji-zenmuse-p1-35", "DJI Zenmuse P1, 35 mm", 35.9, 24.0, 35.0, 8192, 5460, 0.7, _MECHANICAL),
        CameraModel("dji-zenmuse-p1-50", "DJI Zenmuse P1, 50 mm", 35.9, 24.0, 50.0, 8192, 5460, 0.7, _MECHANICAL),
        CameraModel("sony-a6000-16", "Sony a6000, 16 mm", 23.5, 15.6, 16.0, 6000, 4000, 1.0, _MECHANICAL),
        CameraModel("sony-a6000-35", "Sony a6000, 35 mm", 23.5, 15.6, 35.0, 6000, 4000, 1.0, _MECHANICAL),
        CameraModel("sony-a7r-ii-28", "Sony a7R II, 28 mm", 35.9, 24.0, 28.0, 7952, 5304, 1.0, _MECHANICAL),
        CameraModel("sony-a7r-iv-35", "Sony a7R IV, 35 mm", 35.7, 23.8, 35.0, 9504, 6336, 1.0, _MECHANICAL),
        CameraModel("sony-rx1r-ii", "Sony RX1R II, 35 mm", 35.9, 24.0, 35.0, 7952, 5304, 1.0, _MECHANICAL),
        CameraModel("sentera-65r", "Sentera 65R", 29.9, 22.4, 27.4, 9344, 7000, 0.3, _GLOBAL),
        CameraModel("sentera-6x", "Sentera 6X, multispectral", 6.57, 4.93, 8.0, 1904, 1428, 0.2, _GLOBAL),
        CameraModel("micasense-rededge-mx", "MicaSense RedEdge-MX", 4.8, 3.6, 5.4, 1280, 960, 1.0, _GLOBAL),
        CameraModel("parrot-sequoia-rgb", "Parrot Sequoia, RGB", 6.17, 4.63, 4.9, 4608, 3456, 1.0),
        CameraModel("yuneec-e90", "Yuneec E90", 13.3056, 8.656, 8.29, 5472, 3648, 1.3),
        CameraModel("flir-duo-pro-r-19", "FLIR Duo Pro R 640, 19 mm", 10.88, 8.704, 19.0, 640, 512, 1.0, _ROLLING, THERMAL_S),
        CameraModel("dji-phantom-4-rtk", "DJI Phantom 4 RTK", 13.2, 8.8, 8.8, 5472, 3648, 2.5, _MECHANICAL),
        CameraModel("dji-phantom-4-multispectral", "DJI Phantom 4 Multispectral", 4.87, 3.96, 5.74, 1600, 1300, 2.0, _GLOBAL),
        CameraModel("dji-inspire-1-x3", "DJI Zenmuse X3", 6.17, 4.63, 3.61, 4000, 3000, 2.0),
        CameraModel("dji-zenmuse-x5s-15", "DJI Zenmuse X5S, 15 mm", 17.3, 13.0, 15.0, 5280, 3956, 2.0, _MECHANICAL),
        CameraModel("dji-zenmuse-x7-24", "DJI Zenmuse X7, 24 mm", 23.5, 15.7, 24.0, 6016, 4008, 2.0, _MECHANICAL),
        CameraModel("dji-zenmuse-l1-rgb", "DJI Zenmuse L1, colour camera", 13.2, 8.8, 8.8, 5472, 3648, 2.0, _MECHANICAL),
        CameraModel("dji-zenmuse-l2-rgb", "DJI Zenmuse L2, colour camera", 17.3, 13.0, 12.29, 5280, 3956, 0.7, _MECHANICAL),
        CameraModel("dji-zenmuse-h20-wide", "DJI Zenmuse H20 / H20T, wide", 6.17, 4.63, 4.5, 4056, 3040, 2.0),
        CameraModel("dji-zenmuse-h20t-thermal", "DJI Zenmuse H20T, infrared", 7.68, 6.144, 13.5, 640, 512, 2.0, _ROLLING, THERMAL_S),
        CameraModel("dji-zenmuse-h30-wide", "DJI Zenmuse H30 / H30T, wide, 12 MP", 9.6, 7.2, 6.72, 4032, 3024, 2.0),
        CameraModel("dji-zenmuse-h30t-thermal", "DJI Zenmuse H30T, infrared", 15.36, 12.288, 24.0, 1280, 1024, 2.0, _ROLLING, THERMAL_S),
        CameraModel("dji-matrice-30-wide", "DJI Matrice 30 / 30T, wide, 12 MP", 6.4, 4.8, 4.5, 4000, 3000, 2.0),
        CameraModel("dji-matrice-30t-thermal", "DJI Matrice 30T, infrared", 7.68, 6.144, 9.1, 640, 512, 2.0, _ROLLING, THERMAL_S),
        CameraModel("dji-matrice-4e-wide", "DJI Matrice 4E, wide", 17.3, 13.0, 12.29, 5280, 3956, 0.5, _MECHANICAL),
        CameraModel("dji-matrice-4t-wide", "DJI Matrice 4T, wide, 12 MP", 9.6, 7.2, 6.72, 4032, 3024, 2.0),
        CameraModel("dji-mavic-3m-rgb", "DJI Mavic 3 Multispectral, colour", 17.3, 13.0, 12.29, 5280, 3956, 0.7, _MECHANICAL),
        CameraModel("dji-mavic-3m-multispectral", "DJI Mavic 3 Multispectral, bands", 5.184, 3.888, 4.34, 2592, 1944, 2.0),
        CameraModel("dji-mavic-3t-wide", "DJI Mavic 3 Thermal, wide, 12 MP", 6.4, 4.8, 4.4, 4000, 3000, 2.0),
        CameraModel("autel-evo-2-pro", "Autel EVO II Pro 6K", 13.2, 8.8, 10.57, 5472, 3648, 2.0),
        CameraModel("skydio-2-plus", "Skydio 2+ (IMX577)", 6.287, 4.712, 3.7, 4056, 3040, 2.0),
        CameraModel("parrot-anafi", "Parrot ANAFI / ANAFI USA, wide", 5.985, 4.498, 3.98, 5344, 4016, 1.0),
        CameraModel("parrot-anafi-ai", "Parrot ANAFI Ai", 6.4, 4.8, 4.44, 8000, 6000, 1.0),
        CameraModel("sensefly-soda", "senseFly S.O.D.A.", 12.75, 8.5, 10.6, 5472, 3648, 2.0, _GLOBAL),
        CameraModel("sony-a7r-v-35", "Sony A7R V, 35 mm", 35.7, 23.8, 35.0, 9504, 6336, 1.0, _MECHANICAL),
        CameraModel("sony-ilx-lr1-35", "Sony ILX-LR1, 35 mm", 35.7, 23.8, 35.0, 9504, 6336, 0.5, _MECHANICAL),
        CameraModel("phase-one-ixm-50-35", "Phase One iXM-50, 35 mm", 43.9, 32.9, 35.0, 8280, 6208, 0.5, _MECHANICAL),
        CameraModel("phase-one-ixm-100-35", "Phase One iXM-100, 35 mm", 43.9, 32.9, 35.0, 11664, 8750, 0.34, _MECHANICAL),
        CameraModel("micasense-rededge-p", "MicaSense RedEdge-P, bands", 5.02, 3.75, 5.5, 1456, 1088, 0.34, _GLOBAL),
        CameraModel("micasense-altum-pt", "MicaSense Altum-PT, bands", 7.12, 5.33, 8.0, 2064, 1544, 0.5, _GLOBAL),
        CameraModel("flir-vue-pro-640-13", "FLIR Vue Pro 640, 13 mm", 10.88, 8.704, 13.0, 640, 512, 1.0, _ROLLING, THERMAL_S),
    )
}


def camera_model(camera_id: str) -> CameraModel:
    """Raises `MissionError` naming the ids there are."""
    if camera_id not in CAMERA_MODELS:
        raise MissionError(
            f"There is no camera '{camera_id}'.", code="mission.camera", hint=f"Choose one of: {', '.join(sorted(CAMERA_MODELS))}."
        )
    return CAMERA_MODELS[camera_id]
