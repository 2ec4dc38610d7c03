"""Passing a stop line on red and driving on past the conflict area.

The front is before the line when red begins (or comes later), passes it while red by more than the grace period, and the vehicle goes on
until it is past the conflict area. Who had passed before red is no offender, and who stops behind the line is another rule's.
Source: article 599 of the code on administrative offences of Kazakhstan (verify the wording); three stills as the field keeps them.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene, StopLine
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.subjects import MOTOR_VEHICLES


class RedLight:
    card = RuleCard(
        code="red_light",
        edition="1",
        source_tier="T3",
        subjects=MOTOR_VEHICLES,
        parameters={
            "grace_s": Parameter(0.3, "s", "after red began: shortest grace in use"),
            "turned_deg": Parameter(60.0, "deg", "further from the line's heading it comes from another arm"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        for stop in scene.stop_lines:
            if stop.signal is not None:
                yield from self._at(path, stop)

    def _at(self, path: GroundPath, stop: StopLine) -> Iterator[Verdict]:
        assert stop.signal is not None, "asked for with a signal alone"
        crossed = crossing(path, stop, self.card.number("turned_deg"))
        if crossed is None:
            return
        at_s, row = crossed
        if stop.signal.light(at_s) != "red":
            return
        past_m = stop.past_m(path.front_m)
        passed = np.flatnonzero((past_m > stop.clear_m) & (path.times_s > at_s))
        if not len(passed):
            return
        red_s = stop.signal.red_for_s(at_s)
        sigma_s = float(path.front_sigma_m(stop.ahead)[row]) / max(1.0, float(path.velocity_mps[row] @ stop.ahead))
        if red_s - 2.0 * sigma_s <= self.card.number("grace_s"):
            yield Abstention(self.card.code, path.track_id, stop.id, at_s, "too soon after red began")
            return
        if not path.seen[max(0, row - 1) : row + 2].any():
            yield Abstention(self.card.code, path.track_id, stop.id, at_s, "not seen at the line")
            return
        measure = Measure(red_s, 2.0 * sigma_s, self.card.number("grace_s"), "s")
        yield violation(self, path, stop, from_s=at_s, at_s=at_s, until_s=float(path.times_s[passed[0]]), measure=measure)


def crossing(path: GroundPath, stop: StopLine, turned_deg: float) -> tuple[float, int] | None:
    """When the front of a thing that drives with the line's traffic passed it, and the row before; None when it did not."""
    past_m, front = stop.past_m(path.front_m), path.front_m
    passes = np.flatnonzero((past_m[:-1] < 0.0) & (past_m[1:] >= 0.0))
    for row in passes.tolist():
        with_it = float(path.ahead[row] @ stop.ahead) > np.cos(np.radians(turned_deg))
        if with_it and stop.beside(front[row : row + 2]).all():
            share = -past_m[row] / (past_m[row + 1] - past_m[row])
            return float(path.times_s[row] + share * (path.times_s[row + 1] - path.times_s[row])), row
    return None
