"""Driving over a solid line.

The middle of the vehicle is surely on one side for a while, and then surely on the other; by the line's own stretch, not past its ends.
Source: articles 596 and 601 of the code on administrative offences of Kazakhstan (verify the wording).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import shapely

from vision.rules.ground_path import GroundPath, Vector
from vision.rules.road_scene import RoadScene, SolidLine
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, Violation, violation
from vision.rules.runs import lasts_s, runs
from vision.rules.subjects import MOTOR_VEHICLES


class SolidLineCrossed:
    card = RuleCard(
        code="solid_line",
        edition="1",
        source_tier="T3",
        subjects=MOTOR_VEHICLES,
        parameters={
            "held_s": Parameter(0.4, "s", "on each side: shorter is a box that jumped"),
            "least_margin_m": Parameter(0.4, "m", "beside the line at least, however sure the place"),
            "soon_s": Parameter(6.0, "s", "from one side to the other; slower it may have gone around"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        for line in scene.solid_lines:
            yield from self._over(path, line)

    def _over(self, path: GroundPath, line: SolidLine) -> Iterator[Verdict]:
        left_m, normal, beside = offsets(line.way, path.en_m)
        least_m = np.full(len(left_m), self.card.number("least_margin_m"))
        surely_m = np.maximum(least_m, 2.0 * path.sigma_m(normal))
        found = list(self._changes(path, line, left_m, normal, beside, surely_m))
        yield from found
        if not found:
            for doubtful in self._changes(path, line, left_m, normal, beside, least_m):
                yield Abstention(self.card.code, path.track_id, line.id, doubtful.at_s, "not beside the line by two sigmas")

    def _changes(
        self, path: GroundPath, line: SolidLine, left_m: Vector, normal: Vector, beside: Vector, margin_m: Vector
    ) -> Iterator[Violation]:
        """From one side, held by more than the margin, to the other."""
        side = np.where(np.abs(left_m) >= margin_m, np.sign(left_m), 0.0) * beside
        held: list[tuple[slice, float]] = []
        for sign in (-1.0, 1.0):
            held += [(rows, sign) for rows in runs(side == sign) if lasts_s(path, rows) >= self.card.number("held_s")]
        held.sort(key=lambda one: one[0].start)
        for (before, was), (after, now) in pairwise(held):
            if was == now:
                continue
            from_s, until_s = float(path.times_s[before.stop - 1]), float(path.times_s[after.start])
            if until_s - from_s > self.card.number("soon_s"):
                continue
            between = slice(before.stop - 1, after.start + 1)
            row = between.start + int(np.argmin(np.abs(left_m[between])))
            if not path.seen[between].any():
                continue
            over_m = float(np.abs(left_m[after]).max())
            measure = Measure(over_m, 2.0 * float(path.sigma_m(normal)[row]), 0.0, "m")
            yield violation(self, path, line, from_s=from_s, at_s=float(path.times_s[row]), until_s=until_s, measure=measure)


def offsets(way: shapely.LineString, points: Vector) -> tuple[Vector, Vector, Vector]:
    """(n,) metres to the left of a line, (n, 2) unit vectors across it, (n,) 1.0 where the point is beside it and not past an end."""
    places = shapely.points(points)
    chainage = shapely.line_locate_point(way, places)
    reach = min(0.5, way.length / 4.0)
    begin = shapely.get_coordinates(shapely.line_interpolate_point(way, np.maximum(chainage - reach, 0.0)))
    end = shapely.get_coordinates(shapely.line_interpolate_point(way, np.minimum(chainage + reach, way.length)))
    along = (end - begin) / np.maximum(np.hypot(*(end - begin).T), 1e-9)[:, None]
    normal: Vector = np.column_stack([-along[:, 1], along[:, 0]])
    foot = shapely.get_coordinates(shapely.line_interpolate_point(way, chainage))
    beside = (chainage > 1e-6) & (chainage < way.length - 1e-6)
    left_m: Vector = ((points - foot) * normal).sum(axis=1)
    return left_m, normal, np.asarray(beside, dtype=np.float64)
