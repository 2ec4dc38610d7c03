"""Faster than the lane's limit, on the lower bound of what was measured.

Speed is the way between two virtual lines of the lane over the time it took, by a robust straight line through all places between them; it
is held against the limit less twice its sigma. A second, independent check takes two single stills from the ends of the stretch; where the
two disagree beyond their errors the rule holds back.
Sources: article 592 of the code on administrative offences of Kazakhstan (verify the wording); OIML R 91 (independent second measurement).
"""

from collections.abc import Iterator, Sequence

import numpy as np

from vision.rules.ground_path import GroundPath, Vector
from vision.rules.road_scene import Lane, RoadScene
from vision.rules.rule import Abstention, Measure, Parameter, RuleCard, Verdict, violation
from vision.rules.runs import inside_m, runs, ways_m
from vision.rules.subjects import MOTOR_VEHICLES

LEAST_FIXES = 8


class Speeding:
    card = RuleCard(
        code="speeding",
        edition="1",
        source_tier="T3",
        subjects=MOTOR_VEHICLES,
        parameters={
            "stretch_m": Parameter(15.0, "m", "least distance of the two virtual lines"),
            "longest_s": Parameter(2.5, "s", "over a longer time the speed is not one number"),
            "tolerance_mps": Parameter(10.0 / 3.6, "m/s", "not fined below it: 10 km/h"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        for lane in scene.lanes:
            if lane.limit_mps is not None:
                yield from self._in(path, lane, lane.limit_mps)

    def _in(self, path: GroundPath, lane: Lane, limit_mps: float) -> Iterator[Verdict]:
        allowed_mps = limit_mps + self.card.number("tolerance_mps")
        for rows in runs((inside_m(lane.outline, path.en_m) > 0.0) & path.seen):
            if ways_m(path, rows)[-1] < self.card.number("stretch_m") or path.speed_mps[rows].max() <= allowed_mps:
                continue
            stretch = self._stretch(path, rows)
            if stretch is None:
                continue
            begin_s, end_s = stretch
            at_s = (begin_s + end_s) / 2.0
            measured = measured_speed(path, begin_s, end_s)
            if measured is None or measured[0] - 2.0 * measured[1] <= allowed_mps:
                if measured is not None and measured[0] > allowed_mps:
                    yield Abstention(self.card.code, path.track_id, lane.id, at_s, "not surely faster than the limit")
                continue
            speed_mps, sigma_mps = measured
            if not _stills_agree(path, begin_s, end_s, speed_mps, sigma_mps):
                yield Abstention(self.card.code, path.track_id, lane.id, at_s, "two stills say another speed")
                continue
            measure = Measure(3.6 * speed_mps, 3.6 * 2.0 * sigma_mps, 3.6 * limit_mps, "km/h")
            yield violation(self, path, lane, from_s=begin_s, at_s=at_s, until_s=end_s, measure=measure)
            return

    def _stretch(self, path: GroundPath, rows: slice) -> tuple[float, float] | None:
        """Begin and end of the stretch whose speed will be known best, by the errors of its places alone."""
        times, way = path.times_s[rows], ways_m(path, rows)
        variance = np.einsum("ni,nij,nj->n", path.ahead[rows], path.covariance_m2[rows], path.ahead[rows])
        best, least = None, np.inf
        for begin in range(len(times) - 1):
            for end in range(int(np.searchsorted(way, way[begin] + self.card.number("stretch_m"))), len(times)):
                took_s = float(times[end] - times[begin])
                if took_s > self.card.number("longest_s"):
                    break
                expected = float(variance[begin : end + 1].mean()) / (took_s**2 * (end + 1 - begin))
                if expected < least:
                    best, least = (float(times[begin]), float(times[end])), expected
        return best


def measured_speed(path: GroundPath, begin_s: float, end_s: float) -> tuple[float, float] | None:
    """Speed and its sigma, m/s, by a straight even motion through the single places of a stretch; None when too few lie in it."""
    rows = np.flatnonzero((path.fixes_s >= begin_s) & (path.fixes_s <= end_s))
    if len(rows) < LEAST_FIXES:
        return None
    offset = path.fixes_s[rows] - path.fixes_s[rows].mean()
    places = path.fixes_m[rows]
    weights = np.ones(len(rows))
    velocity, residual = _line(offset, places, weights)
    scale = float(np.median(np.hypot(*residual.T)))
    if scale > 0.0:
        weights = np.minimum(1.0, 2.0 * scale / np.maximum(np.hypot(*residual.T), 1e-9))
        velocity, residual = _line(offset, places, weights)
    along = velocity / max(float(np.hypot(*velocity)), 1e-9)
    variances = np.einsum("i,nij,j->n", along, path.random_m2[rows], along)
    # Neighbouring boxes err alike: of a stretch not more than a few are independent.
    spread = float((weights * offset**2 * variances).sum()) / float((weights * offset**2).sum()) ** 2 * max(1.0, len(rows) / LEAST_FIXES)
    apart = path.shared_m[rows[-1]] - path.shared_m[rows[0]]
    shared_mps = float(np.linalg.norm(along @ apart)) / float(path.fixes_s[rows[-1]] - path.fixes_s[rows[0]])
    return float(np.hypot(*velocity)), float(np.hypot(np.sqrt(spread), shared_mps))


def _line(offset: Vector, places: Vector, weights: Vector) -> tuple[Vector, Vector]:
    middle = (weights[:, None] * places).sum(axis=0) / weights.sum()
    centred = offset - float((weights * offset).sum() / weights.sum())
    velocity: Vector = (weights[:, None] * centred[:, None] * (places - middle)).sum(axis=0) / float((weights * centred**2).sum())
    return velocity, places - middle - centred[:, None] * velocity


def _stills_agree(path: GroundPath, begin_s: float, end_s: float, speed_mps: float, sigma_mps: float) -> bool:
    first, last = int(np.argmin(np.abs(path.fixes_s - begin_s))), int(np.argmin(np.abs(path.fixes_s - end_s)))
    took_s = float(path.fixes_s[last] - path.fixes_s[first])
    way = path.fixes_m[last] - path.fixes_m[first]
    along = way / max(float(np.hypot(*way)), 1e-9)
    sigma_m = float(np.sqrt(along @ (path.random_m2[first] + path.random_m2[last]) @ along))
    return abs(float(np.hypot(*way)) / took_s - speed_mps) <= 3.0 * float(np.hypot(sigma_mps, sigma_m / took_s))
