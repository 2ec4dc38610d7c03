"""What has to be hidden in a stream as it comes: a picture is shown once a later one has been searched, or nothing has moved since.

    redaction.see(grey, time_s)            # each picture: cheap
    if redaction.needs_look(time_s): ...   # wait until it pays, then `look` at the newest picture
    boxes = redaction.boxes_at(time_s)     # for each picture up to that one

So both sides of a gap are known here as in recorded video, at the price of the time between two looks.
"""

import numpy as np

from vision.detections import Box
from vision.frames import Frame
from vision.redaction import HiddenTrack, RedactionSearch
from vision.scheduling.grey import Grey
from vision.scheduling.motion_gate import MotionGate

HOLD_S = 1.0  # around the sightings; longer than in recorded video, where the next sighting is known
IDLE_S = 2.0  # a view in which nothing moves is searched so often
REMEMBERED_S = 10.0


class LiveRedaction:
    """One stream. `fixed`: the camera stands still, so that a picture without motion shows what the last one searched showed."""

    def __init__(self, search: RedactionSearch, *, fixed: bool) -> None:
        self._search = search
        self._gate = MotionGate() if fixed else None
        self._moved = True
        self._looked_s: float | None = None
        self._gap_s = 0.0
        self._tracks: tuple[HiddenTrack, ...] = ()

    def see(self, grey: Grey, time_s: float) -> None:
        """Each picture in order, of the size of those searched: has something moved in it?"""
        if self._gate is not None:
            known = np.array(self.boxes_at(time_s), np.float32).reshape(-1, 4)
            self._moved = self._gate.look(grey, time_s, known).any or self._moved

    def needs_look(self, time_s: float) -> bool:
        """Whether the picture of `time_s` may not be shown before a look at it or at a later one."""
        if self._looked_s is None:
            return True
        if time_s <= self._looked_s:
            return False
        return self._gate is None or self._moved or time_s - self._looked_s >= IDLE_S

    def look(self, frame: Frame) -> None:
        """Search a picture, the newest so far."""
        self._search.look(frame)
        self._gap_s = 0.0 if self._looked_s is None else frame.time_s - self._looked_s
        self._looked_s, self._moved = frame.time_s, False
        self._search.forget(frame.time_s - REMEMBERED_S)
        self._tracks = self._search.tracks()

    def boxes_at(self, time_s: float) -> list[Box]:
        """What is hidden in a picture that needs no look any more."""
        if self._looked_s is None:
            return []
        hold_s = max(HOLD_S, self._gap_s)
        at_s = min(time_s, self._looked_s)  # nothing has moved since
        return [box for track in self._tracks if (box := track.box_at(at_s, hold_s)) is not None]
