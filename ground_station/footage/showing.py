"""Segments made ready to be shown in a browser: one file each, made when somebody first looks, kept while there is room."""

from pathlib import Path
from uuid import UUID

import anyio
import av
from anyio import CapacityLimiter, to_thread

from geo.core import FootageSegmentRow, FootageStore
from geo.primitives import VisionError
from ground_station.footage.hiding import Hiding, pictures, shown
from ground_station.footage.shelf import Shelf
from ground_station.live_video.h264 import NalReader
from ground_station.video.encode import VideoWriter

USUAL_FRAME_RATE = 25.0


class Showing:
    """One segment is made at a time: the one somebody waits for needs all the cores."""

    def __init__(self, store: FootageStore, shelf: Shelf, hiding: Hiding) -> None:
        self._store, self._shelf, self._hiding, self._limiter = store, shelf, hiding, CapacityLimiter(1)
        self._making: dict[UUID, anyio.Event] = {}

    async def ready(self, segment_id: UUID) -> str:
        """Make the segment's file at `shelf.shown(segment_id)` unless it is there. Returns its MIME type. Raises: `VisionError`."""
        file = self._shelf.shown(segment_id)
        while (making := self._making.get(segment_id)) is not None:
            await making.wait()
        if not await to_thread.run_sync(file.is_file):
            done = self._making[segment_id] = anyio.Event()
            try:
                segment = await self._store.get(segment_id)
                if segment is None or segment.ended_at is None:
                    raise VisionError(
                        f"There is no finished recording {segment_id}.",
                        code="footage.unknown",
                        hint="Ask again for the segments there are.",
                    )
                await to_thread.run_sync(self._make, segment, file, limiter=self._limiter)
            finally:
                del self._making[segment_id]
                done.set()
        return await to_thread.run_sync(mime_of, file)

    def _make(self, segment: FootageSegmentRow, file: Path) -> None:
        redaction = self._hiding.redaction(segment)
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_suffix(".half")
        try:
            with VideoWriter(half, USUAL_FRAME_RATE, fragmented=True) as writer:
                for image in pictures(self._shelf.segment(segment.path)):
                    writer.write(shown(image, redaction).image, image.time_s)
            half.replace(file)
        finally:
            half.unlink(missing_ok=True)


def mime_of(file: Path) -> str:
    """MIME type of an MP4 with its codec, as a browser's media source wants it (RFC 6381)."""
    with av.open(str(file)) as container:
        context = container.streams.video[0].codec_context
        if context.name == "h264":
            parameters = NalReader(context.extradata).parameter_sets
            return f'video/mp4; codecs="{parameters.codec}"' if parameters else "video/mp4"
        return {"hevc": 'video/mp4; codecs="hvc1.1.6.L120.90"', "av1": 'video/mp4; codecs="av01.0.08M.08"'}.get(context.name, "video/mp4")
