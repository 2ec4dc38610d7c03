"""Passing a stop line on red and driving on past the conflict area.

The front is before the line when red begins (or comes later), passes it while red by more than the grace period, and the vehicle goes on
until it is past the conflict area. Who had passed before red is no offender, and who stops behind the line is another rule's.
Source: article 599 of the code on administrative offences of Kazakhstan (verify the wording); three stills as the field keeps them.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.subjects import MOTOR_VEHICLES
from vision.rules.traffic.red_crossing import RedCrossing, red_crossings


class RedLight:
    card = RuleCard(
        code="red_light",
        edition="1",
        source_tier="T3",
        subjects=MOTOR_VEHICLES,
        parameters={
            "grace_s": Parameter(0.3, "s", "after red began: shortest grace in use"),
            "turned_deg": Parameter(60.0, "deg", "further from the line's heading it comes from another arm"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        for crossed in red_crossings(path, scene, self.card.number("turned_deg")):
            yield from self._at(path, crossed)

    def _at(self, path: GroundPath, crossed: RedCrossing) -> Iterator[Verdict]:
        stop, at_s, row = crossed.stop, crossed.at_s, crossed.row
        past_m = stop.past_m(path.front_m)
        passed = np.flatnonzero((past_m > stop.clear_m) & (path.times_s > at_s))
        if not len(passed):
            return
        red_s = crossed.signal.red_for_s(at_s)
        sigma_s = float(path.front_sigma_m(stop.ahead)[row]) / max(1.0, float(path.velocity_mps[row] @ stop.ahead))
        if red_s - 2.0 * sigma_s <= self.card.number("grace_s"):
            yield Abstention(self.card.code, path.track_id, stop.id, at_s, "too soon after red began")
            return
        if not path.seen[max(0, row - 1) : row + 2].any():
            yield Abstention(self.card.code, path.track_id, stop.id, at_s, "not seen at the line")
            return
        measure = Measure(red_s, 2.0 * sigma_s, self.card.number("grace_s"), "s")
        yield violation(self, path, stop, from_s=at_s, at_s=at_s, until_s=float(path.times_s[passed[0]]), measure=measure)
