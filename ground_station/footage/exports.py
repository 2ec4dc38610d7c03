"""Clips asked for, made one after another; how far each is stands in the database, and there it is called off too."""

import logging
from time import monotonic

import anyio
from anyio import from_thread, to_thread

from geo.core import FootageExportRow, FootageExportStore, FootageStore
from geo.primitives import GeoError, SunqarError
from ground_station.footage.clips import Clip, ClipAbandoned, make_clip
from ground_station.footage.hiding import Hiding
from ground_station.footage.shelf import Shelf

POLL_S = 1.0
TOLD_EVERY_S = 0.5
RETRY_S = 5.0

logger = logging.getLogger(__name__)


class ExportDesk:
    """`run` makes clips until cancelled, one at a time."""

    def __init__(self, exports: FootageExportStore, footage: FootageStore, shelf: Shelf, hiding: Hiding) -> None:
        self._exports, self._footage, self._shelf, self._hiding = exports, footage, shelf, hiding
        self._stopped = False

    async def run(self) -> None:
        try:
            await self._exports.put_back()
            while True:
                try:
                    export = await self._exports.take()
                    if export is None:
                        await anyio.sleep(POLL_S)
                    else:
                        await self.make(export)
                except GeoError as error:
                    logger.warning("clips: %s", error.one_line())
                    await anyio.sleep(RETRY_S)
        finally:
            self._stopped = True

    async def make(self, export: FootageExportRow) -> None:
        """Make one clip and say so, or why not."""
        segments = await self._footage.between(export.source_id, export.started_at, export.ended_at)
        told_s = float("-inf")

        def going(share: float) -> bool:
            nonlocal told_s
            if self._stopped:
                return False
            if monotonic() - told_s < TOLD_EVERY_S:
                return True
            told_s = monotonic()
            return bool(from_thread.run(self._exports.progress, export.export_id, share))

        def work() -> Clip:
            return make_clip(export, segments, self._shelf, self._hiding, going)

        try:
            clip = await to_thread.run_sync(work, abandon_on_cancel=True)
        except ClipAbandoned:
            return
        except SunqarError as error:
            await self._exports.failed(export.export_id, error.one_line())
            return
        except Exception as error:  # one clip must not end the others
            logger.exception("clip %s failed", export.export_id)
            await self._exports.failed(export.export_id, f"{type(error).__name__}: {error}")
            return
        kept = await self._exports.done(
            export.export_id, path=clip.path, size_bytes=clip.size_bytes, sha256=clip.sha256, detail=clip.detail
        )
        if not kept:
            for file in (self._shelf.clip(clip.path), self._shelf.clip(clip.path).with_suffix(".json")):
                file.unlink(missing_ok=True)
