"""Video sources: opening, decoding, times. Knows pictures and instants, nothing of what is seen in them."""

from ground_station.video.decode import DecodedImage, SourceInfo, VideoReader
from ground_station.video.live import LiveVideo
from ground_station.video.prefetch import prefetched

__all__ = ["DecodedImage", "LiveVideo", "SourceInfo", "VideoReader", "prefetched"]
