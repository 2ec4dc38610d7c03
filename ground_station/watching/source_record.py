"""What is on record of a source when it is taken up: alarms that stand, and the calibration it is held against."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from geo.core import CameraCalibrationStore, Database, SourceEventRow, SourceEventStore
from geo.primitives import GeoError

logger = logging.getLogger(__name__)


class SourceRecord(Protocol):
    """Raises: `GeoError` while it cannot be read."""

    async def still(self, source_id: str) -> tuple[bytes, datetime] | None:
        """JPEG of the calibration in force and when that was made."""
        ...

    async def standing(self, source_id: str) -> Sequence[SourceEventRow]:
        """Losses and troubles told and not yet told to be over."""
        ...


class StoredRecord:
    """In the database."""

    def __init__(self, database: Database) -> None:
        self._calibrations, self._events = CameraCalibrationStore(database), SourceEventStore(database)

    async def still(self, source_id: str) -> tuple[bytes, datetime] | None:
        return await self._calibrations.still_in_force(source_id)

    async def standing(self, source_id: str) -> Sequence[SourceEventRow]:
        return await self._events.standing(source_id)


async def standing_of(record: SourceRecord | None, source_id: str) -> Sequence[SourceEventRow]:
    """None where there is no record, or none that can be read: then alarms that stand are told once more."""
    if record is None:
        return ()
    try:
        return await record.standing(source_id)
    except GeoError as error:
        logger.warning("alarms of %s not read: %s", source_id, error.one_line(), extra={"source_id": source_id})
        return ()
