"""How much later than its poses a live picture was taken, found while it is watched, by the motion of the picture itself."""

import logging
from datetime import datetime

from anyio import to_thread

from ground_station.video import DecodedImage
from ground_station.watching.drone_camera import STAMPED_SIGMA_S
from ground_station.watching.live_poses import LivePoses
from vision import Frame, OffsetSearch, TimeOffset

logger = logging.getLogger(__name__)

WINDOW_S = 40.0  # of pictures for one search: the poses kept reach a little further back
REST_S = 300.0  # a link's delay changes slowly; the search costs a registration a picture
REACH_S = 4.0
KNOWN_WELL_S = 2.0 * STAMPED_SIGMA_S  # a clock this good is not bettered by the motion


class LiveOffset:
    """Of one run of one source. `found` is the newest offset that the motion told; what does not move tells none."""

    def __init__(self, source_id: str) -> None:
        self._source_id = source_id
        self._search = OffsetSearch()
        self._began: datetime | None = None
        self._rests_until_s = 0.0
        self.found: TimeOffset | None = None

    async def look(self, image: DecodedImage, poses: LivePoses, time_sigma_s: float) -> None:
        """A dated picture whose pose was told by `poses`, its instant known to `time_sigma_s` without this."""
        assert image.captured_at is not None, "asked of dated pictures"
        at_s = image.captured_at.timestamp()
        if at_s < self._rests_until_s or (self.found is None and time_sigma_s < KNOWN_WELL_S):
            return
        if self._began is None or not 0.0 <= (image.captured_at - self._began).total_seconds() < 2.0 * WINDOW_S:
            self._search, self._began = OffsetSearch(), image.captured_at
        frame = Frame(self._source_id, image.index, at_s, image.picture)
        await to_thread.run_sync(self._search.see, frame)
        if (image.captured_at - self._began).total_seconds() < WINDOW_S:
            return
        search, self._began = self._search, None
        view_at = poses.looked_up(image.picture.size_px)
        found = await to_thread.run_sync(lambda: search.estimate(view_at, reach_s=REACH_S))
        if found is not None:
            self.found, self._rests_until_s = found, at_s + REST_S
            logger.info("pictures of %s are %.2f ± %.2f s later than told", self._source_id, found.offset_s, found.sigma_s)
