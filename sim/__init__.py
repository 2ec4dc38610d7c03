"""Simulated vehicles and cameras that speak real MAVLink, H.264 and RTSP. Imports nothing but the shared words."""

import lazy_loader

# Cameras bring OpenCV and FFmpeg, a fleet the MAVLink dialects: who asks for an address or a dock loads none of it.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
