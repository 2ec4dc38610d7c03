"""Four tiers of service: how closely a source is looked at. One is chosen for each source; what is seen promotes it for a while.

health        T0   a keyframe a minute: does the camera see at all?
patrol        T1   keyframes only: what changes slowly, dumps, works, parked cars
watch         T2   the smaller stream a few times a second, gated by packets and motion: counts, tracks, places
enforcement   T3   the main stream at its full rate, never gated
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from vision.boxes import overlap
from vision.detections import Box, Detections

Tier = Literal["health", "patrol", "watch", "enforcement"]
TIERS: tuple[Tier, ...] = ("health", "patrol", "watch", "enforcement")

PROMOTED_S = 120.0
SAME_PLACE = 0.5  # intersection over union of two looks at a thing that stands
REMEMBERED_LOOKS = 3
# The longest that a tier may look away without being blind: keyframes of cameras come up to ten seconds apart.
PROMISED_S: dict[Tier, float] = {"health": 150.0, "patrol": 15.0, "watch": 1.5, "enforcement": 0.5}

# Processor seconds a second of one core, decoding and detecting: a road with some traffic, 720p at 25 pictures a second, its smaller stream
# 360p. Enforcement is reckoned from the 10 pictures a second that two busy cores left for it.
TIER_CORES: dict[Tier, float] = {"health": 0.02, "patrol": 0.08, "watch": 0.11, "enforcement": 0.3}


def lower(first: Tier, second: Tier) -> Tier:
    return min(first, second, key=TIERS.index)


def higher(first: Tier, second: Tier) -> Tier:
    return max(first, second, key=TIERS.index)


class TierChoice:
    """The tier of one source now: `chosen` by people or rules, `at_most` by the load, raised to `watch` by a hit in patrol."""

    def __init__(self, chosen: Tier) -> None:
        self.chosen = chosen
        self.at_most: Tier = "enforcement"
        self._promoted_until_s = float("-inf")
        self._looks: list[list[Box]] = []

    def now(self, time_s: float) -> Tier:
        tier = lower(self.chosen, self.at_most)
        return higher(tier, "watch") if time_s < self._promoted_until_s else tier

    @property
    def held_down(self) -> bool:
        return lower(self.chosen, self.at_most) != self.chosen

    def promoted(self, time_s: float) -> bool:
        return time_s < self._promoted_until_s

    def found(self, detections: Detections, sure: float, time_s: float) -> bool:
        """Note what a look in patrol found. True: something that was not there in the looks before; the source is promoted."""
        boxes = [detections.box(int(row)) for row in np.flatnonzero(detections.confidence >= sure)]
        known = [box for look in self._looks for box in look]
        new = bool(self._looks) and any(all(overlap(box, other) < SAME_PLACE for other in known) for box in boxes)
        self._looks = [*self._looks, boxes][-REMEMBERED_LOOKS:]
        if new:
            self._promoted_until_s = time_s + PROMOTED_S
        return new


@dataclass(slots=True)
class Blindness:
    """Seconds of one source in which it was looked at less often than its tier promises. Times are monotonic; feed it often."""

    since_s: float
    blind_s: float = 0.0
    _looked_s: float | None = None
    _counted_s: float = 0.0

    def looked(self, time_s: float) -> None:
        self._looked_s = time_s

    def count(self, time_s: float, tier: Tier) -> float:
        """The sum until now."""
        began_s = max(self._counted_s, (self.since_s if self._looked_s is None else self._looked_s) + PROMISED_S[tier])
        self.blind_s += max(0.0, time_s - began_s)
        self._counted_s = time_s
        return self.blind_s
