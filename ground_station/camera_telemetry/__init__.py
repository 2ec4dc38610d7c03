"""Where a camera was and how it looked, from files: beside a film, inside it, or in the pictures themselves."""

from ground_station.camera_telemetry.alignment import aligned
from ground_station.camera_telemetry.catalogue import SUFFIXES, own_telemetry, read_telemetry
from ground_station.camera_telemetry.misb_klv import ASYNCHRONOUS_SIGMA_S, SYNCHRONOUS_SIGMA_S, klv_readings
from ground_station.camera_telemetry.orthophoto import OrthophotoFile, OrthophotoRefiner
from ground_station.camera_telemetry.poses import CameraPoses, PosesRequest, open_poses, placeable, view_of
from ground_station.camera_telemetry.readings import CameraReading, Telemetry
from ground_station.camera_telemetry.track import ReadingTrack

__all__ = [
    "ASYNCHRONOUS_SIGMA_S",
    "SUFFIXES",
    "SYNCHRONOUS_SIGMA_S",
    "CameraPoses",
    "CameraReading",
    "OrthophotoFile",
    "OrthophotoRefiner",
    "PosesRequest",
    "ReadingTrack",
    "Telemetry",
    "aligned",
    "klv_readings",
    "open_poses",
    "own_telemetry",
    "placeable",
    "read_telemetry",
    "view_of",
]
