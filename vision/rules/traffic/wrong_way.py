"""Driving against the heading of a lane, far enough to be no manoeuvre.

Who leaves the own lane to go by something is overtaking, which is another rule's, or goes around what stands in the way.
Source: article 596 of the code on administrative offences of Kazakhstan (verify the wording); distance and speed as the field takes them.
"""

from collections.abc import Iterator, Sequence

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Parameter, RuleCard, Verdict
from vision.rules.subjects import MOTOR_VEHICLES
from vision.rules.traffic.against import against, came_from_own_lane
from vision.rules.traffic.driven import NOT_SURELY_INSIDE, driven
from vision.rules.traffic.passing import passed


class WrongWay:
    card = RuleCard(
        code="wrong_way",
        edition="2",
        source_tier="T2",
        subjects=MOTOR_VEHICLES,
        parameters={
            "travelled_m": Parameter(15.0, "m", "shorter is a manoeuvre"),
            "slow_mps": Parameter(1.4, "m/s", "slower is reversing into a parking space"),
            "turned_deg": Parameter(120.0, "deg", "from the lane's heading"),
            "margin_m": Parameter(0.3, "m", "inside the lane at every instant; by two sigmas on the whole stretch"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        number = self.card.number
        told: set[str] = set()
        for one in against(path, scene, turned_deg=number("turned_deg"), slow_mps=number("slow_mps"), margin_m=number("margin_m")):
            lane, rows = one.lane, one.rows
            found = None if lane.id in told else driven(self, path, lane, rows, number("travelled_m"))
            if found is None:
                continue
            told.add(lane.id)
            if came_from_own_lane(path, rows.start, scene) and passed(path, rows, others):
                yield Abstention(self.card.code, path.track_id, lane.id, found.from_s, "left its lane to go by somebody")
            elif not one.sure:
                yield Abstention(self.card.code, path.track_id, lane.id, found.from_s, NOT_SURELY_INSIDE)
            else:
                yield found
