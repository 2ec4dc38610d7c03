"""Whether a calibrated camera still looks where it was calibrated: a look now and then, against the still kept with the calibration."""

import logging
from datetime import datetime, timedelta
from time import monotonic

import cv2
import numpy as np
from anyio import to_thread

from geo.primitives import GeoError, utc_now
from ground_station.video import DecodedImage
from ground_station.watching.source_places import SourcePlaces
from ground_station.watching.source_record import SourceRecord
from vision import DRIFT_LOOKS as LOOKS, DriftAlarm, Landmarks

logger = logging.getLogger(__name__)

LOOK_PERIOD_S = 20.0


class SourceDrift:
    """While `moved`, `places` are suspended. It outlives a run: a camera may have been turned while it was away.

    `good_at` is the last instant at which it looked where it was calibrated; what has a place since then may be placed wrongly.
    """

    def __init__(self, source_id: str, record: SourceRecord | None, places: SourcePlaces, *, period_s: float = LOOK_PERIOD_S) -> None:
        self._source_id, self._record, self._places, self._period_s = source_id, record, places, period_s
        self._alarm: DriftAlarm | None = None
        self._moved_at: datetime | None = None
        self._looked_s = float("-inf")
        # Who watched before looked till shortly before now, and may have been about to raise the alarm.
        self.good_at = utc_now() - timedelta(seconds=LOOKS * period_s)

    @property
    def moved(self) -> bool:
        return self._moved_at is not None if self._alarm is None else self._alarm.moved

    @property
    def asked(self) -> bool:
        """Whether the newest look found it where it was calibrated, or there is nothing to hold it against."""
        return self._record is None or (self._alarm is not None and self._alarm.agreed)

    def restore(self, moved_at: datetime) -> None:
        """By the record it had moved: nothing has a place until a look tells otherwise, or it has been calibrated since."""
        if self._record is not None:
            self._moved_at = moved_at
            self._places.suspend(True)

    async def look(self, image: DecodedImage) -> None:
        now_s = monotonic()
        if self._record is None or now_s - self._looked_s < self._period_s:
            return
        self._looked_s = now_s
        if self._alarm is None and not await self._learn(self._record):
            return
        assert self._alarm is not None, "learnt just now or before"
        before = self._alarm.moved
        if await to_thread.run_sync(self._alarm.look, image.image) and not before:
            logger.warning("source %s has moved since it was calibrated", self._source_id, extra={"source_id": self._source_id})
        if self._alarm.agreed:
            self.good_at = utc_now()
        self._places.suspend(self._alarm.moved)

    async def _learn(self, record: SourceRecord) -> bool:
        try:
            still = await record.still(self._source_id)
        except GeoError as error:  # asked again at the next look
            logger.warning("still of %s not read: %s", self._source_id, error.one_line())
            return False
        if still is None:
            return self._without_still()
        content, made_at = still
        moved = self._moved_at is not None and self._moved_at > made_at
        self._alarm = await to_thread.run_sync(_alarm, content, moved)
        if self._alarm is None:
            logger.warning("the still of %s is no picture", self._source_id, extra={"source_id": self._source_id})
            return self._without_still()
        return True

    def _without_still(self) -> bool:
        """Nothing to hold it against: it is taken to be where it was calibrated."""
        self._record = self._moved_at = None
        self._places.suspend(False)
        return False


def _alarm(still: bytes, moved: bool) -> DriftAlarm | None:
    image = cv2.imdecode(np.frombuffer(still, np.uint8), cv2.IMREAD_COLOR)
    return None if image is None else DriftAlarm(Landmarks(np.asarray(image, dtype=np.uint8)), moved)
