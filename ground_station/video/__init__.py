"""Video sources: opening, decoding, times. Knows pictures and instants, nothing of what is seen in them."""

from ground_station.video.address import parse_address, without_password
from ground_station.video.capture_clock import ClockReading
from ground_station.video.decode import DecodedImage, SourceInfo, StreamData, VideoReader
from ground_station.video.failures import cause_of, closed_by_sender
from ground_station.video.live import LiveVideo
from ground_station.video.prefetch import prefetched
from ground_station.video.source import open_source

__all__ = [
    "ClockReading",
    "DecodedImage",
    "LiveVideo",
    "SourceInfo",
    "StreamData",
    "VideoReader",
    "cause_of",
    "closed_by_sender",
    "open_source",
    "parse_address",
    "prefetched",
    "without_password",
]
