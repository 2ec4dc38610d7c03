"""Whether a source that sends pictures still sees, looked at once a second, over reconnections too."""

import logging
from datetime import datetime
from time import monotonic

from anyio import to_thread

from geo.primitives import utc_now
from ground_station.video import DecodedImage
from vision import PictureHealth, Trouble

logger = logging.getLogger(__name__)

HEALTH_PERIOD_S = 1.0


class SourceHealth:
    """`troubles` are those that stand; at `good_at` there was no sign of any.

    It outlives a run: a camera may have been turned while it was away.
    """

    def __init__(self, source_id: str, *, fixed: bool) -> None:
        self._source_id = source_id
        self._health = PictureHealth(fixed=fixed)
        self._looked_s = float("-inf")
        self.troubles: tuple[Trouble, ...] = ()
        self.good_at: datetime | None = None

    async def look(self, image: DecodedImage) -> None:
        now_s = monotonic()
        if now_s - self._looked_s < HEALTH_PERIOD_S:
            return
        self._looked_s = now_s
        troubles = await to_thread.run_sync(self._health.look, image.image, now_s)
        for trouble in troubles:
            if trouble not in self.troubles:
                logger.warning("source %s: %s", self._source_id, trouble, extra={"source_id": self._source_id})
        self.troubles = troubles
        if not self._health.suspects:
            self.good_at = utc_now()
