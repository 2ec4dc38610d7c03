"""Standing in a box junction because its way out was taken.

It drove in while the vehicle ahead of it already stood or crawled beyond, and stood inside. Who waits there to turn has nobody standing
close ahead, and is not accused.
Source: article 596 of the code on administrative offences of Kazakhstan (verify the wording); five seconds as the field takes it.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.runs import inside_m, lasts_s, runs
from vision.rules.subjects import MOTOR_VEHICLES
from vision.rules.traffic.waiting import standing, stands_ahead


class BoxJunctionBlocked:
    card = RuleCard(
        code="box_junction",
        edition="1",
        source_tier="T2",
        subjects=MOTOR_VEHICLES,
        parameters={
            "stands_s": Parameter(5.0, "s", "shorter is giving way"),
            "crawls_mps": Parameter(2.0, "m/s", "who is slower when it drives in has no way out to leave free"),
            "ahead_m": Parameter(15.0, "m", "from middle to middle, to the vehicle that takes the way out"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        still, least_s = standing(path), self.card.number("stands_s")
        if not still.any() or not path.ahead.any():
            return
        for area in scene.of_kind("box_junction"):
            inside = inside_m(area.outline, path.en_m)
            for rows in runs(still & (inside > 0.0)):
                if lasts_s(path, rows) < least_s:
                    continue
                begin_s, end_s = float(path.times_s[rows][0]), float(path.times_s[rows][-1])
                margin_m = 2.0 * float(np.median(path.sigma_m(path.ahead[rows.start])[rows]))
                blocker = stands_ahead(path, rows, others, begin_s + least_s / 2.0, self.card.number("ahead_m"))
                came = np.flatnonzero((inside[: rows.start] <= 0.0) & (inside[1 : rows.start + 1] > 0.0))
                if float(np.median(inside[rows])) <= margin_m:
                    yield Abstention(self.card.code, path.track_id, area.id, begin_s, "too near the edge of the box to tell")
                elif blocker is None:
                    yield Abstention(self.card.code, path.track_id, area.id, begin_s, "waits for something else than its way out")
                elif not len(came) or blocker.times_s[0] > path.times_s[came[-1]]:
                    yield Abstention(self.card.code, path.track_id, area.id, begin_s, "not seen driving in")
                elif blocker.speed_mps[blocker.at(float(path.times_s[came[-1]]))] > self.card.number("crawls_mps"):
                    yield Abstention(self.card.code, path.track_id, area.id, begin_s, "its way out was free when it drove in")
                else:
                    measure = Measure(end_s - begin_s, 0.4, least_s, "s")
                    from_s = float(path.times_s[came[-1]])
                    yield violation(self, path, area, from_s=from_s, at_s=begin_s + least_s, until_s=end_s, measure=measure)
                    return
