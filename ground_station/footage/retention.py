"""The one place where recorded video is deleted: what nothing keeps, when its time is over or room is needed, always with a receipt."""

import logging
import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import anyio
from anyio import to_thread

from geo.core import (
    AuditLog,
    Database,
    FootageExportStore,
    FootageReceiptRow,
    FootageRetentionStore,
    FootageSegmentRow,
    FootageStore,
    KeepTimes,
)
from geo.primitives import GeoError, utc_now
from ground_station.footage.shelf import CACHE_FOLDER, Shelf
from ground_station.settings import FootageSettings

PERIOD_S = 60.0
LATE_NEWS = timedelta(hours=1)  # what was seen becomes known while the segment is written, or soon after
GIGABYTE = 1_000_000_000

logger = logging.getLogger(__name__)


class Retention:
    """Looks once a minute. `room` is what the recorder asks before it begins a segment."""

    def __init__(self, database: Database, shelf: Shelf, settings: FootageSettings) -> None:
        self._footage, self._store, self._audit = FootageStore(database), FootageRetentionStore(database), AuditLog(database)
        self._exports = FootageExportStore(database)
        self._shelf, self._settings = shelf, settings
        self._times = KeepTimes(
            settings.days, settings.observation_days, settings.finding_days, before_s=settings.before_s, after_s=settings.after_s
        )
        self._full = False
        self.trouble = ""

    def room(self) -> bool:
        """Whether a segment may begin: there is room in the budget and on the disk."""
        return not self._full and self._free_bytes() > self._settings.least_free_gb * GIGABYTE

    async def run(self) -> None:
        while True:
            try:
                await self.look()
                self.trouble = "" if self.room() else "There is no room for recordings that nothing keeps."
            except GeoError as error:
                self.trouble = error.message
                logger.warning("retention: %s", error.one_line())
            await anyio.sleep(PERIOD_S)

    async def look(self) -> list[FootageReceiptRow]:
        """Judge what came lately, delete what is due, make room. Returns the receipts."""
        now = utc_now()
        recent = await self._store.recent(now - LATE_NEWS)
        if recent:
            await self._store.judge(recent, self._times)
        receipts = await self._delete_due() + await self._make_room()
        if receipts:
            await self._audit.append(
                actor="retention",
                action="footage.deleted",
                subject="footage",
                detail={
                    "receipts": [
                        {"id": r.receipt_id, "source": r.source_id, "segments": r.segments, "reason": r.reason, "digest": r.digest}
                        for r in receipts
                    ]
                },
            )
        await self._forget_clips()
        await to_thread.run_sync(self._trim_shown)
        return receipts

    async def _delete_due(self) -> list[FootageReceiptRow]:
        due = await self._store.due(utc_now(), self._settings.days)
        if not due:
            return []
        # The last word is spoken over what is known now: observations may have come late, from a drone out of reach.
        await self._store.judge([segment.segment_id for segment in due], self._times)
        return await self._delete(
            await self._store.due(utc_now(), self._settings.days, among=[segment.segment_id for segment in due]), "age"
        )

    async def _make_room(self) -> list[FootageReceiptRow]:
        used = await self._footage.used_bytes()
        short = self._settings.least_free_gb * GIGABYTE - self._free_bytes()
        excess = max(used - self._settings.budget_gb * GIGABYTE, short)
        if excess <= 0:
            self._full = False
            return []
        victims = await self._unkept_for_sure(int(excess))
        receipts = await self._delete(victims, "budget")
        # What is kept for a reason is never given up for what is not: then nothing more is recorded, and that is said.
        self._full = sum(segment.size_bytes for segment in victims) < excess
        return receipts

    async def _unkept_for_sure(self, wanted_bytes: int) -> list[FootageSegmentRow]:
        """The oldest segments that nothing keeps by what is known now; what proves to be kept makes way for the next ones."""
        while True:
            chosen = await self._store.oldest_unkept(utc_now(), wanted_bytes)
            ids = [segment.segment_id for segment in chosen]
            await self._store.judge(ids, self._times)
            if not await self._footage.keeps(ids):
                return chosen

    async def _delete(self, segments: Sequence[FootageSegmentRow], reason: str) -> list[FootageReceiptRow]:
        """Files first: rows of a run that died in between are due again, and get their receipt then."""
        if not segments:
            return []
        await to_thread.run_sync(self._unlink, segments)
        return await self._store.delete(segments, reason, utc_now())

    def _unlink(self, segments: Sequence[FootageSegmentRow]) -> None:
        for segment in segments:
            path = self._shelf.segment(segment.path)
            for file in (path, self._shelf.hidden(segment.path), self._shelf.shown(segment.segment_id)):
                file.unlink(missing_ok=True)
            if path.parent.is_dir() and not any(path.parent.iterdir()):
                path.parent.rmdir()

    async def _forget_clips(self) -> None:
        for export in await self._exports.expired(utc_now() - timedelta(days=self._settings.export_days)):
            if export.path is not None:
                file = self._shelf.clip(export.path)
                await to_thread.run_sync(_unlink_clip, file)
            await self._exports.deleted(export.export_id)

    def _trim_shown(self) -> None:
        """Segments made ready to be shown can be made again: those not looked at for longest go."""
        folder = self._shelf.data_dir / CACHE_FOLDER
        files = sorted(folder.glob("*.mp4"), key=lambda file: file.stat().st_atime) if folder.is_dir() else []
        size = sum(file.stat().st_size for file in files)
        for file in files:
            if size <= self._settings.shown_gb * GIGABYTE:
                return
            size -= file.stat().st_size
            file.unlink(missing_ok=True)

    def _free_bytes(self) -> int:
        folder = self._shelf.segments
        return shutil.disk_usage(folder if folder.is_dir() else _first_existing(folder)).free


def _unlink_clip(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.with_suffix(".json").unlink(missing_ok=True)


def _first_existing(folder: Path) -> Path:
    return next((parent for parent in folder.absolute().parents if parent.is_dir()), Path("/"))
