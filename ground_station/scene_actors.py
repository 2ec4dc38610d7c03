"""Which actor of a scene a track stands for: the one whose boxes it shared most often."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from sim import FrameTruth, SeenObject
from vision import Box, TrackedBox, box_overlap

SAME_THING_IOU = 0.3


class ActorsOfTracks:
    """Give it the pairs of each frame."""

    def __init__(self) -> None:
        self._votes: defaultdict[int, Counter[str]] = defaultdict(Counter)

    def pairs(self, truth: FrameTruth, boxes: Iterable[TrackedBox]) -> list[tuple[SeenObject, TrackedBox]]:
        """Each actor with the free box it shares most with, those in open view first; they are remembered."""
        free = list(boxes)
        found = []
        for one in sorted(truth.objects, key=lambda thing: -thing.visible):
            best = _best(one.bbox_px, free)
            if best is not None:
                free.remove(best)
                self._votes[best.track_id][one.actor_id] += 1
                found.append((one, best))
        return found

    def actor(self, track_id: int) -> str | None:
        """None for a track that stood for nobody."""
        votes = self._votes.get(track_id)
        return None if not votes else min(votes, key=lambda actor: (-votes[actor], actor))


def _best(box: Box, free: Sequence[TrackedBox]) -> TrackedBox | None:
    best = max(free, key=lambda other: box_overlap(other.bbox_px, box), default=None)
    return best if best is not None and box_overlap(best.bbox_px, box) >= SAME_THING_IOU else None
