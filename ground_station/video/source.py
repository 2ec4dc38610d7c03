"""Any source by its address: a video through FFmpeg, or a folder of pictures."""

from collections.abc import Callable
from pathlib import Path

from ground_station.video.address import parse_address
from ground_station.video.decode import OPEN_TIMEOUT_S, READ_TIMEOUT_S, StreamData, VideoReader
from ground_station.video.folder import FolderReader
from ground_station.video.withheld import Gate

SourceReader = VideoReader | FolderReader


def open_source(
    source: str,
    *,
    every: int = 1,
    frames_per_second: float | None = None,
    open_timeout_s: float = OPEN_TIMEOUT_S,
    read_timeout_s: float = READ_TIMEOUT_S,
    gate: Gate | None = None,
    on_withheld: Callable[[], None] = lambda: None,
    on_data: Callable[[StreamData], None] | None = None,
) -> SourceReader:
    """A context manager with `info` and `images()`. Raises: `VisionError` naming the source and the cause when it cannot be opened."""
    if parse_address(source).kind == "folder":
        return FolderReader(Path(source), every=every, frames_per_second=frames_per_second)
    return VideoReader(
        source,
        every=every,
        frames_per_second=frames_per_second,
        open_timeout_s=open_timeout_s,
        read_timeout_s=read_timeout_s,
        gate=gate,
        on_withheld=on_withheld,
        on_data=on_data,
    )
