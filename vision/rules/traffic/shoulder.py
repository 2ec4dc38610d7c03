"""Driving along the shoulder.

Far and fast enough to be no vehicle that breaks down or comes back from a stop.
Source: article 596 of the code on administrative offences of Kazakhstan (verify the wording); way and speed as the field takes them.
"""

from collections.abc import Iterator, Sequence

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Parameter, RuleCard, Verdict
from vision.rules.runs import inside_m
from vision.rules.subjects import MOTOR_VEHICLES
from vision.rules.traffic.driven import driven_inside


class ShoulderDriven:
    card = RuleCard(
        code="shoulder",
        edition="1",
        source_tier="T2",
        subjects=MOTOR_VEHICLES,
        parameters={
            "travelled_m": Parameter(30.0, "m", "shorter is pulling over or coming back"),
            "slow_mps": Parameter(20.0 / 3.6, "m/s", "slower it looks for a place to stop: 20 km/h"),
            "margin_m": Parameter(0.3, "m", "inside the shoulder at every instant; by two sigmas on the whole stretch"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        fast = path.speed_mps > self.card.number("slow_mps")
        for area in scene.of_kind("shoulder"):
            depth_m = inside_m(area.outline, path.en_m)
            yield from driven_inside(self, path, area, depth_m, fast, self.card.number("travelled_m"), self.card.number("margin_m"))
