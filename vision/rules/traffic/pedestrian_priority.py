"""Driving over a crossing in front of a person who is on it, or is stepping onto it.

Both being on the crossing at once proves nothing: what counts is the time between the one and the other at the same place
(post-encroachment time), that the person was there first or was coming, and that the vehicle went on over the crossing.
Sources: article 600 of the code on administrative offences of Kazakhstan (verify the wording); Allen, Shin and Cooper, Analysis of Traffic
Conflicts and Collisions, 1978.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadArea, RoadScene
from vision.rules.rule import Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.runs import inside_m
from vision.rules.subjects import MOTOR_VEHICLES


class PedestrianPriority:
    card = RuleCard(
        code="no_priority",
        edition="1",
        source_tier="T3",
        subjects=MOTOR_VEHICLES,
        parameters={
            "encroachment_s": Parameter(2.0, "s", "more between the two is no conflict"),
            "stepping_on_m": Parameter(1.0, "m", "from the crossing, moving on to it"),
            "rolls_mps": Parameter(1.0, "m/s", "slower it is giving way"),
            "goes_on_s": Parameter(4.0, "s", "its middle is past the edge by then, or it gave way there"),
            "beside_m": Parameter(0.6, "m", "added to half of the vehicle's width on each side"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        for area in scene.of_kind("crossing"):
            inside = inside_m(area.outline, path.front_m)
            entered = np.flatnonzero((inside[:-1] <= 0.0) & (inside[1:] > 0.0)) + 1
            for row in entered.tolist():
                if path.speed_mps[row] < self.card.number("rolls_mps") or not path.seen[max(0, row - 2) : row + 3].any():
                    continue
                if not self._goes_on(path, row):
                    continue
                people = [other for other in others if other.label == "person"]
                found = [gap for person in people if (gap := self._between_s(path, row, area, person)) is not None]
                if not found:
                    continue
                at_s, limit_s = float(path.times_s[row]), self.card.number("encroachment_s")
                left = path.at(at_s + (path.size.length_m + 4.0) / max(1.0, float(path.speed_mps[row])))
                measure = Measure(min(found), 0.2, limit_s, "s")
                yield violation(self, path, area, from_s=at_s, at_s=at_s, until_s=float(path.times_s[left]), measure=measure)
                break

    def _goes_on(self, path: GroundPath, row: int) -> bool:
        """Whether its middle is soon surely past the place its front came to the crossing at."""
        soon = slice(row, path.at(float(path.times_s[row]) + self.card.number("goes_on_s")) + 1)
        past_m = (path.en_m[soon] - path.front_m[row]) @ path.ahead[row]
        return bool((past_m > 2.0 * path.front_sigma_m(path.ahead)[soon]).any())

    def _between_s(self, path: GroundPath, row: int, area: RoadArea, person: GroundPath) -> float | None:
        """Seconds between vehicle and person at one place of the crossing; None when they are in no conflict."""
        at_s = float(path.times_s[row])
        if not person.times_s[0] <= at_s <= person.times_s[-1]:
            return None
        here = person.at(at_s)
        depth = inside_m(area.outline, person.en_m)
        coming = depth[here] < depth[min(here + 5, len(depth) - 1)] - 0.2
        if not (depth[here] > 0.0 or (depth[here] > -self.card.number("stepping_on_m") and coming)):
            return None
        way, front = path.ahead[row], path.front_m[row]
        offset_m = (person.en_m - front) @ path.across[row]
        reach_m = path.size.width_m / 2.0 + self.card.number("beside_m")
        near = self.card.number("encroachment_s")
        within = (np.abs(offset_m) < reach_m) & (depth > -self.card.number("stepping_on_m"))
        ahead_m = (person.en_m - front) @ way
        reaches_s = at_s + np.maximum(ahead_m, 0.0) / float(path.speed_mps[row])
        between_s = np.abs(person.times_s - reaches_s)[within]
        return float(between_s.min()) if len(between_s) and between_s.min() < near else None
