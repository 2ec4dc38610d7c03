"""Words shared by every room: places, altitudes, the local metric frame, cameras, time, ids, errors. Pure; imports no room."""

from geo.primitives.altitude import Altitude, AltitudeReference
from geo.primitives.camera import CameraIntrinsics, CameraPose, camera_to_enu
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
from geo.primitives.local_frame import LocalFrame, bearing_deg, distance_m
from geo.primitives.place import LonLat, Place
from geo.primitives.time import from_unix_s, parse_instant, utc_now

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
