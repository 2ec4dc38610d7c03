"""Overtaking through the oncoming lane where that is forbidden.

The vehicle is in a lane of the other direction, inside the zone of the sign or line, for long and far enough to be no swerve, and goes by
another that moves the same way. Going around what stands is no overtaking.
Source: article 596, part 3, of the code on administrative offences of Kazakhstan (verify the wording); least time and way as the field
takes them.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.runs import inside_m, lasts_s, ways_m
from vision.rules.subjects import MOTOR_VEHICLES
from vision.rules.traffic.against import against
from vision.rules.traffic.driven import NOT_SURELY_INSIDE
from vision.rules.traffic.passing import passed


class Overtaking:
    card = RuleCard(
        code="overtaking",
        edition="1",
        source_tier="T3",
        subjects=MOTOR_VEHICLES,
        parameters={
            "travelled_m": Parameter(10.0, "m", "in the oncoming lane; shorter is a swerve"),
            "lasts_s": Parameter(1.0, "s", "in the oncoming lane; shorter is a swerve"),
            "moves_mps": Parameter(1.4, "m/s", "who is slower stands in the way: 5 km/h"),
            "turned_deg": Parameter(120.0, "deg", "from the heading of the oncoming lane"),
            "margin_m": Parameter(0.3, "m", "inside the lane at every instant; by two sigmas on the whole stretch"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        number = self.card.number
        zones = scene.of_kind("no_overtaking")
        if not zones:
            return
        stretches = against(path, scene, turned_deg=number("turned_deg"), slow_mps=number("moves_mps"), margin_m=number("margin_m"))
        for stretch in stretches:
            rows = stretch.rows
            way_m = float(ways_m(path, rows)[-1])
            if way_m < number("travelled_m") or lasts_s(path, rows) < number("lasts_s"):
                continue
            for one in passed(path, rows, others):
                if one.speed_mps < number("moves_mps"):
                    continue
                row = path.at(one.at_s)
                margin_m = 2.0 * float(path.sigma_m(path.ahead)[row])
                depths = [(float(inside_m(zone.outline, path.en_m[row : row + 1])[0]), zone) for zone in zones]
                depth_m, zone = max(depths, key=lambda found: found[0])
                if depth_m <= 0.0:
                    continue
                if not stretch.sure:
                    yield Abstention(self.card.code, path.track_id, zone.id, one.at_s, NOT_SURELY_INSIDE)
                    return
                if depth_m <= margin_m or not path.seen[max(0, row - 2) : row + 3].any():
                    yield Abstention(self.card.code, path.track_id, zone.id, one.at_s, "too near the edge of the zone to tell")
                    continue
                measure = Measure(way_m, 2.0 * float(np.median(path.sigma_m(path.ahead)[rows])), number("travelled_m"), "m")
                from_s, until_s = float(path.times_s[rows.start]), float(path.times_s[rows.stop - 1])
                at_s = min(max(one.at_s, from_s), until_s)
                yield violation(self, path, zone, from_s=from_s, at_s=at_s, until_s=until_s, measure=measure)
                return
