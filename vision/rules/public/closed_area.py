"""A person or a vehicle inside an area that is closed to them: a building site, a rail yard, a beach under a ban.

Inside by more than the place is in doubt, and for longer than a box at the fence is. Who it is, is nobody's business here.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.runs import inside_m, lasts_s, latched, runs
from vision.rules.subjects import ROAD_USERS
from vision.rules.terms import IN_DOUBT


class InClosedArea:
    card = RuleCard(
        code="closed_area",
        edition="1",
        source_tier="T1",
        subjects=ROAD_USERS,
        parameters={
            "stays_s": Parameter(2.0, "s", "shorter is a box that leans over the fence"),
            "margin_m": Parameter(0.5, "m", "inside at least; twice the sigma where that is more"),
            "least_share": Parameter(0.8, "of votes", "fewer for the classes it is closed to: it may be one that is free"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        least_s = self.card.number("stays_s")
        for area in scene.of_kind("closed_area"):
            if area.applies_to is not None and path.label not in area.applies_to:
                continue
            depth = inside_m(area.outline, path.en_m)
            # Towards the nearest edge nobody knows the direction: the worse of both axes counts.
            sigma_m = np.sqrt(np.linalg.eigvalsh(path.covariance_m2)[:, -1])
            surely = depth > np.maximum(self.card.number("margin_m"), 2.0 * sigma_m)
            for rows in runs(latched(surely, depth > 0.0)):
                if lasts_s(path, rows) < least_s or not path.seen[rows].mean() > 0.5:
                    continue
                begin_s, end_s = float(path.times_s[rows.start]), float(path.times_s[rows.stop - 1])
                if area.applies_to is not None and self._in_doubt(path, area.applies_to):
                    yield Abstention(self.card.code, path.track_id, area.id, begin_s, IN_DOUBT)
                else:
                    measure = Measure(end_s - begin_s, 0.4, least_s, "s")
                    yield violation(self, path, area, from_s=begin_s, at_s=begin_s + least_s, until_s=end_s, measure=measure)
                break

    def _in_doubt(self, path: GroundPath, closed_to: frozenset[str]) -> bool:
        return sum(share for name, share in path.shares.items() if name in closed_to) < self.card.number("least_share")
