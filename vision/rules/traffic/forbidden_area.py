"""Driving where a sign forbids it: the bus lane, a street with no entry, a zone closed to some classes.

Far enough inside the area to be no crossing of it and no way around something. A bus may use its lane; what may be a bus is not accused,
nor is what may be of a class that the zone is open to.
Source: articles 596 and 597 of the code on administrative offences of Kazakhstan (verify the wording).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Parameter, RuleCard, Verdict
from vision.rules.runs import inside_m
from vision.rules.subjects import MOTOR_VEHICLES
from vision.rules.terms import IN_DOUBT
from vision.rules.traffic.driven import driven_inside


class ForbiddenArea:
    """The code of the rule is the kind of its areas as well."""

    def __init__(self, code: str, subjects: frozenset[str], travelled_m: float, why: str) -> None:
        self.card = RuleCard(
            code=code,
            edition="2",
            source_tier="T2",
            subjects=subjects,
            parameters={
                "travelled_m": Parameter(travelled_m, "m", why),
                "margin_m": Parameter(0.3, "m", "inside the area at every instant; by two sigmas on the whole stretch"),
                "least_share": Parameter(0.8, "of votes", "fewer for the classes it is closed to: it may be one that is exempt"),
            },
        )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        everywhere = np.ones(len(path.times_s), dtype=np.bool_)
        for area in scene.of_kind(self.card.code):
            closed_to = area.applies_to or self.card.subjects
            if path.label not in closed_to:
                continue
            doubtful = closed_to != MOTOR_VEHICLES and _most(path, closed_to) < self.card.number("least_share")
            depth_m = inside_m(area.outline, path.en_m)
            for found in driven_inside(
                self, path, area, depth_m, everywhere, self.card.number("travelled_m"), self.card.number("margin_m")
            ):
                yield Abstention(found.rule, path.track_id, area.id, found.at_s, IN_DOUBT) if doubtful else found


def _most(path: GroundPath, closed_to: frozenset[str]) -> float:
    """The likeliest single class it is closed to: votes spread over several are those of something that is none of them."""
    return max(share for name, share in path.shares.items() if name in closed_to)


BUS_LANE = ForbiddenArea("bus_lane", MOTOR_VEHICLES - {"bus"}, 10.0, "shorter is crossing it to turn or going around something")
NO_ENTRY = ForbiddenArea("no_entry", MOTOR_VEHICLES, 10.0, "shorter is turning round at its mouth")
RESTRICTED_ZONE = ForbiddenArea("restricted_zone", MOTOR_VEHICLES, 10.0, "shorter is turning round at its edge")
