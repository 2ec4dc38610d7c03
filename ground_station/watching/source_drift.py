"""Whether a calibrated camera still looks where it was calibrated: a look now and then, against the still kept with the calibration."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from time import monotonic

import cv2
import numpy as np
from anyio import to_thread

from geo.core import CameraCalibrationStore, Database
from geo.primitives import GeoError, utc_now
from ground_station.video import DecodedImage
from ground_station.watching.source_places import SourcePlaces
from vision import DriftAlarm, Landmarks

logger = logging.getLogger(__name__)

LOOK_PERIOD_S = 20.0

StillOf = Callable[[str], Awaitable[bytes | None]]


def stills_of(database: Database) -> StillOf:
    """The still of the calibration in force by source."""
    return CameraCalibrationStore(database).still_in_force


class SourceDrift:
    """While `moved`, `places` are suspended; at `good_at` it was found where it was calibrated.

    It outlives a run: a camera may have been turned while it was away.
    """

    def __init__(self, source_id: str, still_of: StillOf | None, places: SourcePlaces, *, period_s: float = LOOK_PERIOD_S) -> None:
        self._source_id, self._still_of, self._places, self._period_s = source_id, still_of, places, period_s
        self._alarm: DriftAlarm | None = None
        self._looked_s = float("-inf")
        self.good_at: datetime | None = None

    @property
    def asks(self) -> bool:
        """False for a source without a still to be held against."""
        return self._still_of is not None

    @property
    def moved(self) -> bool:
        return self._alarm is not None and self._alarm.moved

    async def look(self, image: DecodedImage) -> None:
        now_s = monotonic()
        if self._still_of is None or now_s - self._looked_s < self._period_s:
            return
        self._looked_s = now_s
        if self._alarm is None and not await self._learn(self._still_of):
            return
        assert self._alarm is not None, "learnt just now or before"
        before = self._alarm.moved
        if await to_thread.run_sync(self._alarm.look, image.image) and not before:
            logger.warning("source %s has moved since it was calibrated", self._source_id, extra={"source_id": self._source_id})
        self._places.suspend(self._alarm.moved)
        if self._alarm.agrees and not self._alarm.moved:
            self.good_at = utc_now()

    async def _learn(self, still_of: StillOf) -> bool:
        try:
            still = await still_of(self._source_id)
        except GeoError as error:  # asked again at the next look
            logger.warning("still of %s not read: %s", self._source_id, error.one_line())
            return False
        if still is None:
            self._still_of = None
            return False
        self._alarm = await to_thread.run_sync(_alarm, still)
        if self._alarm is None:
            logger.warning("the still of %s is no picture", self._source_id, extra={"source_id": self._source_id})
            self._still_of = None
        return self._alarm is not None


def _alarm(still: bytes) -> DriftAlarm | None:
    image = cv2.imdecode(np.frombuffer(still, np.uint8), cv2.IMREAD_COLOR)
    return None if image is None else DriftAlarm(Landmarks(np.asarray(image, dtype=np.uint8)))
