"""Driving against the heading of a lane, far enough to be no manoeuvre.

Source: article 596 of the code on administrative offences of Kazakhstan (verify the wording); distance and speed as the field takes them.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.runs import inside_m, runs, way_m
from vision.rules.subjects import MOTOR_VEHICLES


class WrongWay:
    card = RuleCard(
        code="wrong_way",
        edition="1",
        source_tier="T2",
        subjects=MOTOR_VEHICLES,
        parameters={
            "travelled_m": Parameter(15.0, "m", "shorter is a manoeuvre"),
            "slow_mps": Parameter(1.4, "m/s", "slower is reversing into a parking space"),
            "turned_deg": Parameter(120.0, "deg", "from the lane's heading"),
            "margin_m": Parameter(0.3, "m", "inside the lane at least; twice the sigma where that is more"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        fast = path.speed_mps > self.card.number("slow_mps")
        across = np.column_stack([-path.ahead[:, 1], path.ahead[:, 0]])
        margin_m = np.maximum(self.card.number("margin_m"), np.minimum(2.0 * path.sigma_m(across), 1.5))
        for lane in scene.lanes:
            against = path.ahead @ lane.ahead < np.cos(np.radians(self.card.number("turned_deg")))
            for rows in runs((inside_m(lane.outline, path.en_m) > margin_m) & against & fast):
                travelled_m = way_m(path, rows)
                if travelled_m < self.card.number("travelled_m") or not path.seen[rows].mean() > 0.5:
                    continue
                ways = np.append(0.0, np.cumsum(np.hypot(*np.diff(path.en_m[rows], axis=0).T)))
                row = rows.start + int(np.searchsorted(ways, self.card.number("travelled_m")))
                measure = Measure(travelled_m, 2.0 * float(path.sigma_m(path.ahead)[row]), self.card.number("travelled_m"), "m")
                yield violation(
                    self,
                    path,
                    lane,
                    from_s=float(path.times_s[rows.start]),
                    at_s=float(path.times_s[row]),
                    until_s=float(path.times_s[rows.stop - 1]),
                    measure=measure,
                )
                break
