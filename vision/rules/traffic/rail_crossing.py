"""Driving on to a railway crossing while its signal is red.

Its front comes between the barriers while red, later than who could no longer stop, and the vehicle goes on until its middle is there too.
Source: article 594 of the code on administrative offences of Kazakhstan (verify the wording). Red that no yellow announces: who is nearer
than reaction and braking allow drives on lawfully, as at a signal before its yellow has ended (Gazis, Herman and Maradudin, The Problem of
the Amber Signal Light in Traffic Flow, 1960).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RailCrossing, RoadScene
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.runs import inside_m
from vision.rules.subjects import MOTOR_VEHICLES


class RailCrossingClosed:
    card = RuleCard(
        code="rail_crossing",
        edition="1",
        source_tier="T3",
        subjects=MOTOR_VEHICLES,
        parameters={
            "grace_s": Parameter(0.3, "s", "after red began at least"),
            "stops_in_s": Parameter(3.0, "s", "from 60 km/h: a second to react, then 4 m/s2; the yellow before red counts towards it"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        for crossing in scene.rail_crossings:
            yield from self._at(path, crossing)

    def _at(self, path: GroundPath, crossing: RailCrossing) -> Iterator[Verdict]:
        depth = inside_m(crossing.outline, path.front_m)
        sigma_m = path.front_sigma_m(path.ahead)
        grace_s = max(self.card.number("grace_s"), self.card.number("stops_in_s") - crossing.signal.yellow_s)
        for row in (np.flatnonzero((depth[:-1] <= 0.0) & (depth[1:] > 0.0)) + 1).tolist():
            at_s = float(path.times_s[row])
            red_s = crossing.signal.red_for_s(at_s)
            if red_s <= 0.0 or not path.ahead[row].any():
                continue
            inside = inside_m(crossing.outline, path.en_m[row:])
            went_on = np.flatnonzero(inside > 2.0 * path.sigma_m(path.ahead)[row:])
            if not len(went_on):
                continue
            sigma_s = float(sigma_m[row]) / max(1.0, float(path.speed_mps[row]))
            if red_s - 2.0 * sigma_s <= grace_s:
                yield Abstention(self.card.code, path.track_id, crossing.id, at_s, "too soon after red began")
            elif not path.seen[max(0, row - 1) : row + 2].any():
                yield Abstention(self.card.code, path.track_id, crossing.id, at_s, "not seen at the barrier")
            else:
                measure = Measure(red_s, 2.0 * sigma_s, grace_s, "s")
                until_s = float(path.times_s[row + int(went_on[0])])
                yield violation(self, path, crossing, from_s=at_s, at_s=at_s, until_s=until_s, measure=measure)
                return
