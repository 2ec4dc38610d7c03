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
from vision.rules.traffic.waiting import GOES_MPS, QUEUE_M, SIGNAL_M, STILL_MPS, standing, stands_ahead, waits_at_red


class IllegalStop:
    card = RuleCard(
        code="illegal_stop",
        edition="2",
        source_tier="T2",
        subjects=MOTOR_VEHICLES,
        parameters={
            "stands_s": Parameter(5.0, "s", "shorter is giving way"),
            "still_mps": Parameter(STILL_MPS, "m/s", "what a standing box is seen to wander"),
            "goes_mps": Parameter(GOES_MPS, "m/s", "until so fast it has not gone on"),
            "queue_m": Parameter(QUEUE_M, "m", "from middle to middle, to the vehicle waited for"),
            "signal_m": Parameter(SIGNAL_M, "m", "before a red light"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        still = standing(path)
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
                middle_s = float(path.times_s[rows].mean())
                if depth_m <= margin_m:
                    yield Abstention(self.card.code, path.track_id, area.id, begin_s, "too near the edge of the area to tell")
                elif stands_ahead(path, rows, others, middle_s) is not None or waits_at_red(path, rows, scene, middle_s):
                    yield Abstention(self.card.code, path.track_id, area.id, begin_s, "waits for something ahead")
                else:
                    measure = Measure(end_s - begin_s, 0.4, least_s, "s")
                    yield violation(self, path, area, from_s=begin_s, at_s=begin_s + least_s, until_s=end_s, measure=measure)
                    break
