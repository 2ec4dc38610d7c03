"""The two sources with live video: the first drone's downward camera, and a camera on a pole over a street of Aktau."""

from datetime import date
from typing import Any

import numpy as np

from geo.core import VideoSource
from geo.primitives import CameraIntrinsics, LocalFrame, LonLat, camera_to_enu

DRONE_SOURCE_ID = "mav-1-camera"
GATE_SOURCE_ID = "gate"

# True pose of the simulator's built-in pole camera; a scenario of its own brings its own calibration.
_GATE_PLACE = LonLat(51.1614308, 43.6497136)
_GATE_HEIGHT_M, _GATE_HEADING_DEG, _GATE_PITCH_DEG, _GATE_HFOV_DEG = 7.0, 338.0, -15.0, 58.0
_GATE_SIZE_PX = (960, 540)
_SURVEYED = date(2025, 11, 3)
# Road markings a surveyor would measure: metres ahead of the pole, metres to the right.
_SURVEYED_M = ((13.0, -5.0), (13.0, 5.0), (22.0, -9.0), (22.0, 9.0), (38.0, -10.0), (38.0, 10.0), (70.0, -12.0), (70.0, 12.0))


def gate_calibration() -> dict[str, Any]:
    """Calibration of the pole camera: where points of the street are seen in the picture."""
    intrinsics = CameraIntrinsics.from_horizontal_fov(*_GATE_SIZE_PX, _GATE_HFOV_DEG)
    heading = np.radians(_GATE_HEADING_DEG)
    measured = np.array(_SURVEYED_M)
    east = measured[:, 0] * np.sin(heading) + measured[:, 1] * np.cos(heading)
    north = measured[:, 0] * np.cos(heading) - measured[:, 1] * np.sin(heading)
    world = np.column_stack([east, north, np.full(len(measured), -_GATE_HEIGHT_M)])
    pixels = intrinsics.project(world @ camera_to_enu(_GATE_HEADING_DEG, _GATE_PITCH_DEG))
    places = LocalFrame(_GATE_PLACE).to_lonlat_deg(world[:, :2])
    seen = np.all((pixels >= 0) & (pixels <= _GATE_SIZE_PX), axis=1)
    return {
        "image_size_px": list(_GATE_SIZE_PX),
        "points": [
            {"px": [round(float(u), 2), round(float(v), 2)], "lonlat": [round(float(lon), 8), round(float(lat), 8)]}
            for (u, v), (lon, lat) in zip(pixels[seen], places[seen], strict=True)
        ],
        "date": _SURVEYED.isoformat(),
    }


def live_sources(rtsp_base_url: str, calibration: dict[str, Any] | None = None) -> list[VideoSource]:
    """Both rows. A `calibration` given (a scene file's, with `pose` if known) replaces the pole camera's own; an empty one, none."""
    base = rtsp_base_url.rstrip("/")
    pose = (calibration or {}).get("pose", {})
    return [
        VideoSource(
            DRONE_SOURCE_ID,
            "drone",
            "1-ші дрон камерасы",
            "Камера дрона 1",
            "Drone 1 camera",
            url=f"{base}/mav-1",
            hfov_deg=60.0,
            vehicle_id="mav-1",
        ),
        VideoSource(
            GATE_SOURCE_ID,
            "fixed",
            "Ақтау, көше камерасы",
            "Актау, камера над улицей",
            "Aktau, street camera",
            url=f"{base}/gate",
            position=LonLat(*pose["lonlat"]) if "lonlat" in pose else _GATE_PLACE,
            heading_deg=pose.get("heading_deg", _GATE_HEADING_DEG),
            hfov_deg=pose.get("hfov_deg", _GATE_HFOV_DEG),
            calibration=gate_calibration() if calibration is None else calibration or None,
        ),
    ]
