"""ONVIF cameras: found in the network, asked for their streams. Speaks HTTP and UDP, opens no video."""

from ground_station.onvif.device import OnvifCamera, StreamProfile, ask_camera
from ground_station.onvif.discovery import FoundCamera, discover

__all__ = ["FoundCamera", "OnvifCamera", "StreamProfile", "ask_camera", "discover"]
