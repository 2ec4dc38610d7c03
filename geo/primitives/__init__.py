"""Words shared by every room: places, altitudes, the local metric frame, cameras, time, ids, errors. Pure; imports no room."""

from typing import TYPE_CHECKING, Any

from geo.primitives.altitude import Altitude, AltitudeReference
from geo.primitives.errors import (
    AccessError,
    GeoError,
    LinkError,
    MissionError,
    SettingsError,
    SunqarError,
    VehicleError,
    VisionError,
)
from geo.primitives.ids import derived_id, new_id
from geo.primitives.place import LonLat, Place
from geo.primitives.time import from_unix_s, parse_instant, utc_now

if TYPE_CHECKING:
    from geo.primitives.camera import CameraIntrinsics, CameraPose, camera_to_enu
    from geo.primitives.local_frame import LocalFrame, bearing_deg, distance_m

__all__ = [
    "AccessError",
    "Altitude",
    "AltitudeReference",
    "CameraIntrinsics",
    "CameraPose",
    "GeoError",
    "LinkError",
    "LocalFrame",
    "LonLat",
    "MissionError",
    "Place",
    "SettingsError",
    "SunqarError",
    "VehicleError",
    "VisionError",
    "bearing_deg",
    "camera_to_enu",
    "derived_id",
    "distance_m",
    "from_unix_s",
    "new_id",
    "parse_instant",
    "utc_now",
]

# These bring NumPy; an error, an instant or a place needs none.
_LAZY = {
    "CameraIntrinsics": "camera",
    "CameraPose": "camera",
    "camera_to_enu": "camera",
    "LocalFrame": "local_frame",
    "bearing_deg": "local_frame",
    "distance_m": "local_frame",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'geo.primitives' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"geo.primitives.{_LAZY[name]}"), name)
