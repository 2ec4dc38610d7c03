"""A vehicle that stands in a lane though nothing ahead holds it: broken down, or left there.

Known by itself, without an area drawn for it: in a lane, in no queue, at no red light, longer than anybody gives way.
Source: article 597 of the code on administrative offences of Kazakhstan, forced stop (verify the wording).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.runs import inside_m, lasts_s, runs
from vision.rules.subjects import MOTOR_VEHICLES
from vision.rules.traffic.waiting import standing, stands_ahead, waits_at_red


class Stalled:
    card = RuleCard(
        code="stalled",
        edition="1",
        source_tier="T2",
        subjects=MOTOR_VEHICLES,
        parameters={
            "stands_s": Parameter(20.0, "s", "a person needs 15 s for four lanes; shorter may be giving way"),
            "margin_m": Parameter(0.3, "m", "inside the lane at least; twice the sigma where that is more"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        least_s = self.card.number("stands_s")
        still = standing(path)
        if not still.any():
            return
        for lane in scene.lanes:
            inside = inside_m(lane.outline, path.en_m)
            for rows in runs(still & (inside > 0.0)):
                if lasts_s(path, rows) < least_s:
                    continue
                begin_s, end_s = float(path.times_s[rows][0]), float(path.times_s[rows][-1])
                across = np.array([-lane.ahead[1], lane.ahead[0]])
                margin_m = max(self.card.number("margin_m"), 2.0 * float(np.median(path.sigma_m(across)[rows])))
                instants = np.linspace(begin_s, end_s, 5).tolist()
                if float(np.median(inside[rows])) <= margin_m:
                    yield Abstention(self.card.code, path.track_id, lane.id, begin_s, "too near the edge of the lane to tell")
                elif any(stands_ahead(path, rows, others, at_s) is not None or waits_at_red(path, rows, scene, at_s) for at_s in instants):
                    yield Abstention(self.card.code, path.track_id, lane.id, begin_s, "waits for something ahead")
                else:
                    measure = Measure(end_s - begin_s, 0.4, least_s, "s")
                    yield violation(self, path, lane, from_s=begin_s, at_s=begin_s + least_s, until_s=end_s, measure=measure)
                    return
