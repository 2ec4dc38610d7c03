"""Tracks: one thing followed through time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vision.appearance import Look, blended
from vision.detections import Box
from vision.georeference import GroundFix

# A parked car may stay for hours: beyond this many points the older ones are thinned, the newest stay whole.
MAXIMUM_POINTS = 600
CONFIRM_OBSERVATIONS = 5
CONFIRM_MEASURED = 3  # of them by the detector itself: a quarter of a second apart they say more than five in a row
CONFIRM_SECONDS = 0.5
LOOK_PERIOD_S = 0.4  # twice before a track is confirmed
MAXIMUM_LOOKS = 150  # the newest minute; what it looked like before that is blended in `look`


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """The thing in one frame; `fix` is its contact with the ground when the camera is calibrated."""

    frame_index: int
    time_s: float
    bbox_px: Box
    confidence: float
    label: str
    whole: bool  # the box does not touch the edge of the picture
    captured_at: datetime | None = None
    fix: GroundFix | None = None
    measured: bool = True  # found by the detector in this frame, not carried to it by the motion of the picture


class Track:
    """History of one thing. The label is a vote of all frames, weighted by confidence: single frames confuse car and truck."""

    def __init__(self, track_id: int) -> None:
        self.track_id = track_id
        self.observations = 0
        self.measured = 0
        self._points: list[TrackPoint] = []
        self._votes: defaultdict[str, float] = defaultdict(float)
        self._counts: defaultdict[str, int] = defaultdict(int)
        self._first: TrackPoint | None = None
        self.look: Look | None = None
        self.looks: list[tuple[float, Look]] = []
        self._looked_s = float("-inf")

    def add(self, point: TrackPoint) -> None:
        if self._first is None:
            self._first = point
        self.observations += 1
        self._points.append(point)
        if point.measured or not self.measured:
            self._votes[point.label] += point.confidence
            self._counts[point.label] += 1
        self.measured += point.measured
        self._thin()

    def join(self, later: "Track") -> None:
        """`later` was this very thing, seen again."""
        self.observations += later.observations
        self.measured += later.measured
        self._points.extend(later.points)
        for label, votes in later._votes.items():
            self._votes[label] += votes
            self._counts[label] += later._counts[label]
        for at_s, look in later.looks:
            self.remember(look, at_s)
        self._thin()

    def wants_look(self, time_s: float) -> bool:
        """Whether it is time to see again what the thing looks like."""
        return time_s - self._looked_s >= LOOK_PERIOD_S

    def remember(self, look: Look, time_s: float) -> None:
        self.look, self._looked_s = blended(self.look, look), time_s
        self.looks.append((time_s, look))
        del self.looks[:-MAXIMUM_LOOKS]

    def _thin(self) -> None:
        if len(self._points) > MAXIMUM_POINTS:
            older = 2 * MAXIMUM_POINTS // 3
            self._points = self._points[:older:2] + self._points[older:]

    @property
    def points(self) -> Sequence[TrackPoint]:
        return self._points

    @property
    def first(self) -> TrackPoint:
        assert self._first is not None, "a track is born with its first point"
        return self._first

    @property
    def last(self) -> TrackPoint:
        return self._points[-1]

    @property
    def label(self) -> str:
        """The label with the most votes; ties go to the alphabet so that runs repeat."""
        return min(self._votes, key=lambda label: (-self._votes[label], label))

    @property
    def shares(self) -> dict[str, float]:
        """Of each label the share of all votes, the likeliest first."""
        total = sum(self._votes.values()) or 1.0
        return {label: votes / total for label, votes in sorted(self._votes.items(), key=lambda one: (-one[1], one[0]))}

    @property
    def confidence(self) -> float:
        """Mean confidence of the frames that agree with the label."""
        label = self.label
        return min(1.0, self._votes[label] / self._counts[label])

    @property
    def confirmed(self) -> bool:
        """Seen often and long enough to be spoken of."""
        return (
            self.measured >= CONFIRM_MEASURED
            and self.observations >= CONFIRM_OBSERVATIONS
            and self.last.time_s - self.first.time_s >= CONFIRM_SECONDS
        )

    def best_point(self) -> TrackPoint:
        """The frame that shows the thing best: whole in the picture, seen by the detector, placed, then confident and large."""

        def merit(point: TrackPoint) -> tuple[bool, bool, bool, float, float]:
            x1, y1, x2, y2 = point.bbox_px
            area = max(0.0, x2 - x1) * max(0.0, y2 - y1)
            return (point.whole, point.measured, point.fix is not None, point.confidence * area**0.25, -point.time_s)

        return max(self._points, key=merit)
