"""Driving against the heading of a lane, far enough to be no manoeuvre.

Source: article 596 of the code on administrative offences of Kazakhstan (verify the wording); distance and speed as the field takes them.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Parameter, RuleCard, Verdict
from vision.rules.runs import inside_m, runs
from vision.rules.subjects import MOTOR_VEHICLES
from vision.rules.traffic.driven import driven


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
        margin_m = np.maximum(self.card.number("margin_m"), np.minimum(2.0 * path.sigma_m(path.across), 1.5))
        for lane in scene.lanes:
            against = path.ahead @ lane.ahead < np.cos(np.radians(self.card.number("turned_deg")))
            for rows in runs((inside_m(lane.outline, path.en_m) > margin_m) & against & fast):
                found = driven(self, path, lane, rows, self.card.number("travelled_m"))
                if found is not None:
                    yield found
                    break
