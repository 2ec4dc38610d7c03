"""Where a camera was and how it looked, from files: beside a film, inside it, or in the pictures themselves."""

from ground_station.camera_telemetry.alignment import aligned
from ground_station.camera_telemetry.catalogue import SUFFIXES, own_telemetry, read_telemetry
from ground_station.camera_telemetry.orthophoto import OrthophotoFile, OrthophotoRefiner
from ground_station.camera_telemetry.poses import CameraPoses, PosesRequest, open_poses
from ground_station.camera_telemetry.readings import CameraReading, Telemetry

__all__ = [
    "SUFFIXES",
    "CameraPoses",
    "CameraReading",
    "OrthophotoFile",
    "OrthophotoRefiner",
    "PosesRequest",
    "Telemetry",
    "aligned",
    "open_poses",
    "own_telemetry",
    "read_telemetry",
]
