"""The index of recorded video in the database, kept true: news of the copying threads in order, and after a crash what the files say."""

import logging
from collections import deque
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import anyio
import av
from anyio import to_thread

from geo.core import FootageRetentionStore, FootageSegmentRow, FootageStore, VideoSource
from geo.primitives import GeoError, LonLat, utc_now
from ground_station.footage.segment_writer import SegmentNews, fingerprint
from ground_station.footage.shelf import SUFFIXES, Shelf, segment_id_of, source_and_start
from ground_station.footage.views import SourceViews, polygon_around
from ground_station.watching.drone_camera import PoseFeed

RETRY_S = 2.0

logger = logging.getLogger(__name__)


class FootageIndex:
    """`put` never waits; `run` writes. `poses` gives the feed of a vehicle."""

    def __init__(self, store: FootageStore, poses: dict[str, PoseFeed]) -> None:
        self._store, self._poses = store, poses
        self._waiting: deque[tuple[VideoSource, SegmentNews]] = deque()
        self._views: dict[str, tuple[VideoSource, SourceViews]] = {}
        self._begun: dict[str, tuple[LonLat, ...]] = {}  # path of an open segment -> ground seen at its start
        self._arrived = anyio.Event()
        self.trouble = ""

    def put(self, source: VideoSource, news: SegmentNews) -> None:
        self._waiting.append((source, news))
        self._arrived.set()

    async def run(self) -> None:
        """Write until cancelled; a database that is away is waited for and nothing is lost."""
        while True:
            await self._arrived.wait()
            self._arrived = anyio.Event()
            await self.flush()

    async def flush(self) -> None:
        while self._waiting:
            source, news = self._waiting[0]
            try:
                await self._store.keep_segment(await self._row(source, news))
            except GeoError as error:
                if self.trouble != error.message:
                    logger.warning("index of recordings: %s", error.one_line())
                self.trouble = error.message
                await anyio.sleep(RETRY_S)
                continue
            self.trouble = ""
            self._waiting.popleft()
            if news.ended_at is not None:
                self._begun.pop(news.path, None)

    async def _row(self, source: VideoSource, news: SegmentNews) -> FootageSegmentRow:
        size_px = (news.width_px, news.height_px)
        corners = self._begun.get(news.path, ())
        if news.ended_at is None:
            corners = self._begun[news.path] = await self._seen(source).at(news.started_at, size_px, stamped=news.stamped)
        elif source.vehicle_id is not None:
            middle = news.started_at + (news.ended_at - news.started_at) / 2
            for instant in (middle, news.ended_at):
                corners += await self._seen(source).at(instant, size_px, stamped=news.stamped)
        return FootageSegmentRow(
            segment_id=segment_id_of(news.path),
            source_id=news.source_id,
            vehicle_id=source.vehicle_id,
            started_at=news.started_at,
            ended_at=news.ended_at,
            path=news.path,
            size_bytes=news.size_bytes,
            codec=news.codec,
            width_px=news.width_px,
            height_px=news.height_px,
            clock="stamped" if news.stamped else "arrival",
            sha256=news.sha256,
            view=polygon_around(corners),
        )

    def _seen(self, source: VideoSource) -> SourceViews:
        known = self._views.get(source.source_id)
        if known is None or known[0] != source:
            feed = None if source.vehicle_id is None else self._poses.setdefault(source.vehicle_id, PoseFeed())
            known = self._views[source.source_id] = (source, SourceViews(source, feed))
        return known[1]


async def make_true(store: FootageStore, retention: FootageRetentionStore, shelf: Shelf) -> tuple[int, int]:
    """Before recording begins: segments cut off by a crash get their end, files the index lacks enter it, rows without one get a receipt.

    Returns how many segments were mended or found, and how many were missing.
    """
    mended, missing = 0, []
    for row in await store.open_segments():
        closed = await to_thread.run_sync(_closed, shelf, row)
        if closed is None:
            missing.append(replace(row, ended_at=row.started_at))
        else:
            await store.keep_segment(closed)
            mended += 1
    known = await store.paths()
    on_disk = await to_thread.run_sync(_files, shelf.segments)
    for path in sorted(on_disk - known):
        found = await to_thread.run_sync(_found, shelf, path)
        if found is not None:
            await store.keep_segment(found)
            mended += 1
    for row in await store.of_paths(sorted(known - on_disk)):
        if row.segment_id not in {one.segment_id for one in missing}:
            missing.append(row)
    if missing:
        await retention.delete(missing, "missing", utc_now())
        logger.warning("%d recorded segments are gone from the disk; receipts tell which", len(missing))
    return mended, len(missing)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.glob("*/*/*") if path.suffix in SUFFIXES}


def _closed(shelf: Shelf, row: FootageSegmentRow) -> FootageSegmentRow | None:
    """The row with what its file says; None when there is nothing playable."""
    length_s = played_s(shelf.segment(row.path))
    if length_s is None:
        shelf.segment(row.path).unlink(missing_ok=True)
        return None
    size_bytes, digest = fingerprint(shelf.segment(row.path))
    return replace(row, ended_at=row.started_at + timedelta(seconds=length_s), size_bytes=size_bytes, sha256=digest)


def _found(shelf: Shelf, path: str) -> FootageSegmentRow | None:
    said = source_and_start(path)
    if said is None:
        return None
    try:
        with av.open(str(shelf.segment(path))) as container:
            context = container.streams.video[0].codec_context
            codec, width, height = context.name, context.width, context.height
    except (av.error.FFmpegError, IndexError):
        shelf.segment(path).unlink(missing_ok=True)
        return None
    source_id, started_at = said
    row = FootageSegmentRow(segment_id_of(path), source_id, started_at, path, 0, codec, width or 0, height or 0, "arrival")
    return _closed(shelf, row)


def played_s(path: Path) -> float | None:
    """Seconds of pictures in a file, by its packets; None when it holds none."""
    first: float | None = None
    last, step = 0.0, 0.0
    try:
        with av.open(str(path)) as container:
            for packet in container.demux(video=0):
                if packet.pts is None or packet.time_base is None:
                    continue
                time_s = float(packet.pts * packet.time_base)
                first = time_s if first is None else min(first, time_s)
                step = time_s - last if time_s > last else step
                last = max(last, time_s)
    except (av.error.FFmpegError, IndexError, OSError):
        pass  # cut in the middle of a fragment: what came before it counts
    return None if first is None else max(0.001, last - first + step)
