"""What a vehicle carries, as it was told last: cameras with their photographs, gimbals. Messages in, state out; no clocks, no sockets."""

from ground_station.payload.board import PayloadBoard
from ground_station.payload.cameras import Camera, Photo
from ground_station.payload.gimbals import Gimbal
from ground_station.payload.messages import CameraState, GimbalState, PayloadState, VideoStream

__all__ = ["Camera", "CameraState", "Gimbal", "GimbalState", "PayloadBoard", "PayloadState", "Photo", "VideoStream"]
