"""Standing past a stop line on red.

The front passed the line while red, and the vehicle stands past it for longer than a moment; who goes on instead is `red_light`'s.
Source: article 599, part 2, of the code on administrative offences of Kazakhstan (verify the wording).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.runs import lasts_s, runs
from vision.rules.subjects import MOTOR_VEHICLES
from vision.rules.traffic.red_crossing import RedCrossing, red_crossings


class PastStopLine:
    card = RuleCard(
        code="stop_line",
        edition="1",
        source_tier="T3",
        subjects=MOTOR_VEHICLES,
        parameters={
            "stands_s": Parameter(2.0, "s", "shorter is braking"),
            "still_mps": Parameter(0.5, "m/s", "what a standing box is seen to wander"),
            "turned_deg": Parameter(60.0, "deg", "further from the line's heading it comes from another arm"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        for crossed in red_crossings(path, scene, self.card.number("turned_deg")):
            yield from self._at(path, crossed)

    def _at(self, path: GroundPath, crossed: RedCrossing) -> Iterator[Verdict]:
        stop = crossed.stop
        past_m, sigma_m = stop.past_m(path.front_m), path.front_sigma_m(stop.ahead)
        red = np.array([crossed.signal.light(at_s) == "red" for at_s in path.times_s.tolist()])
        within = (past_m > 0.0) & (past_m <= stop.clear_m) & (path.times_s > crossed.at_s)
        for rows in runs(within & red & (path.speed_mps < self.card.number("still_mps"))):
            if lasts_s(path, rows) < self.card.number("stands_s"):
                continue
            over_m, margin_m = float(np.median(past_m[rows])), 2.0 * float(np.median(sigma_m[rows]))
            begin_s, end_s = float(path.times_s[rows][0]), float(path.times_s[rows][-1])
            if over_m <= margin_m:
                yield Abstention(self.card.code, path.track_id, stop.id, begin_s, "too near the line to tell")
                return
            at_s, measure = begin_s + self.card.number("stands_s"), Measure(over_m, margin_m, 0.0, "m")
            yield violation(self, path, stop, from_s=crossed.at_s, at_s=at_s, until_s=end_s, measure=measure)
            return
