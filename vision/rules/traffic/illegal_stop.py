"""Standing where stopping is forbidden.

Not in a queue and not at a red light: another vehicle that stands close ahead, or a red signal ahead, may be what it waits for.
Source: article 597 of the code on administrative offences of Kazakhstan (verify the wording).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.runs import inside_m, lasts_s, runs
from vision.rules.subjects import MOTOR_VEHICLES


class IllegalStop:
    card = RuleCard(
        code="illegal_stop",
        edition="1",
        source_tier="T2",
        subjects=MOTOR_VEHICLES,
        parameters={
            "stands_s": Parameter(5.0, "s", "shorter is giving way"),
            "still_mps": Parameter(0.5, "m/s", "what a standing box is seen to wander"),
            "queue_m": Parameter(10.0, "m", "from middle to middle, to the vehicle waited for"),
            "signal_m": Parameter(30.0, "m", "before a red light"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        still = path.speed_mps < self.card.number("still_mps")
        least_s = self.card.number("stands_s")
        for area in scene.of_kind("no_stopping"):
            inside = inside_m(area.outline, path.en_m)
            for rows in runs(still & (inside > 0.0)):
                if lasts_s(path, rows) < least_s:
                    continue
                begin_s, end_s = float(path.times_s[rows][0]), float(path.times_s[rows][-1])
                depth_m = float(np.median(inside[rows]))
                # Across its own length: that is how near it stands to the edge of a kerbside area.
                outwards = path.across[rows.start] if path.ahead.any() else np.array([1.0, 0.0])
                margin_m = 2.0 * float(np.median(path.sigma_m(outwards)[rows]))
                if depth_m <= margin_m:
                    yield Abstention(self.card.code, path.track_id, area.id, begin_s, "too near the edge of the area to tell")
                elif self._waits(path, rows, scene, others):
                    yield Abstention(self.card.code, path.track_id, area.id, begin_s, "waits for something ahead")
                else:
                    measure = Measure(end_s - begin_s, 0.4, least_s, "s")
                    yield violation(self, path, area, from_s=begin_s, at_s=begin_s + least_s, until_s=end_s, measure=measure)
                    break

    def _waits(self, path: GroundPath, rows: slice, scene: RoadScene, others: Sequence[GroundPath]) -> bool:
        place, ahead = np.median(path.en_m[rows], axis=0), path.ahead[rows.start]
        middle_s = float(path.times_s[rows].mean())
        for other in others:
            if other.label not in MOTOR_VEHICLES or not other.times_s[0] <= middle_s <= other.times_s[-1]:
                continue
            row = other.at(middle_s)
            way = other.en_m[row] - place
            forward_m = float(way @ ahead)
            beside_m = float(np.hypot(*(way - forward_m * ahead)))
            stands = other.speed_mps[row] < self.card.number("still_mps")
            if stands and 0.0 < forward_m < self.card.number("queue_m") and beside_m < 2.0:
                return True
        for stop in scene.stop_lines:
            gap_m = -float(stop.past_m(place[None, :])[0])
            if stop.signal is None or not 0.0 < gap_m < self.card.number("signal_m") or float(ahead @ stop.ahead) < 0.5:
                continue
            if stop.beside(place[None, :])[0] and stop.signal.light(middle_s) == "red":
                return True
        return False
