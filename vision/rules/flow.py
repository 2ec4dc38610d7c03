"""Counts, turns, crowds and jams: statistics of a place over a time. Of nobody, so that no legal order and no plate belongs to them.

A count is held against a replay: how many of the things people counted on film of this source the chain found, and how many it made up.
From both follows between what the true number lies. Without a replay that is not known, and not said.
Sources: Wilson, Probable Inference, 1927 (interval of a share); Highway Capacity Manual, 6th edition, chapter 16 (level of service F: at
most 30 % of the speed of a free road).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import shapely

from vision.rules.gates import crossings_of, sure
from vision.rules.ground_path import GroundPath, ground_path
from vision.rules.road_scene import RoadScene
from vision.rules.runs import inside_m
from vision.rules.subjects import MOTOR_VEHICLES
from vision.tracks import Track

Z95 = 1.96
STEP_S = 1.0
JAM_SHARE = 0.3  # of the limit
JAM_LASTS_S = 60.0  # a red light is longer than any gap, and shorter than a jam
CROWDED_PER_M2 = 1.0  # denser people hide each other: the count is one of at least so many


@dataclass(frozen=True, slots=True)
class Replay:
    """What a replay of this source against people's own count said."""

    true: int
    found: int
    false: int


@dataclass(frozen=True, slots=True)
class Count:
    """`doubtful` crossings come on top of the sure ones. `low` and `high` hold the true number with 95 %; None without a replay."""

    sure: int
    doubtful: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Of those that came in over one edge, who left over another, with its 95 % interval."""

    count: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Crowd:
    """Most people at one time in an area. `at_least` when they stand so dense that some are hidden."""

    most: int
    at_s: float
    per_m2: float
    at_least: bool


@dataclass(frozen=True, slots=True)
class Jam:
    """A lane in which traffic was slower than a jam's for long: from, until, and the mean speed then."""

    from_s: float
    until_s: float
    mean_mps: float


@dataclass(frozen=True, slots=True)
class Flow:
    """By edge and class, by entry and exit, by area, by lane."""

    counts: dict[tuple[str, str], Count]
    turns: dict[tuple[str, str], Share]
    crowds: dict[str, Crowd]
    jams: dict[str, tuple[Jam, ...]]

    def to_json(self) -> dict[str, Any]:
        """A line of `sunqar vision run --flow`; statistics, tier C by nature."""
        return {
            "kind": "flow",
            "evidence_tier": "C",
            "counts": [{"edge": edge, "label": label, **_rounded(one)} for (edge, label), one in self.counts.items()],
            "turns": [{"entry": entry, "exit": out, **_rounded(one)} for (entry, out), one in self.turns.items()],
            "crowds": [{"area": area, **_rounded(one)} for area, one in self.crowds.items()],
            "jams": [{"lane": lane, **_rounded(one)} for lane, found in self.jams.items() for one in found],
        }


class FlowMeter:
    """Give it the tracks that have ended, in any order; `flow` may be asked at any time."""

    def __init__(self, scene: RoadScene, replay: Replay | None = None) -> None:
        self._scene, self._replay = scene, replay
        self._sure: Counter[tuple[str, str]] = Counter()
        self._doubtful: Counter[tuple[str, str]] = Counter()
        self._turns: Counter[tuple[str, str]] = Counter()
        self._people: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._speeds: defaultdict[str, defaultdict[int, list[float]]] = defaultdict(lambda: defaultdict(list))

    def add(self, ended: Iterable[Track]) -> None:
        for track in ended:
            path = ground_path(track)
            if path is not None:
                self._cross(path)
                self._crowd(path)
                self._slow(path)

    def flow(self) -> Flow:
        counts = {key: self._count(self._sure[key], self._doubtful[key]) for key in sorted({*self._sure, *self._doubtful})}
        came: Counter[str] = Counter()
        for (entry, _), count in self._turns.items():
            came[entry] += count
        turns = {key: Share(count, count / came[key[0]], *wilson(count, came[key[0]])) for key, count in sorted(self._turns.items())}
        outlines = {area.id: area.outline for area in self._scene.of_kind("crowd_area")}
        crowds = {name: _crowd(people, outlines[name]) for name, people in sorted(self._people.items()) if people}
        jams = {lane.id: _jams(self._speeds[lane.id], lane.limit_mps) for lane in self._scene.lanes if lane.limit_mps is not None}
        return Flow(counts, turns, crowds, {name: found for name, found in jams.items() if found})

    def _cross(self, path: GroundPath) -> None:
        passed = crossings_of(path, self._scene.edges)
        for one in passed:
            (self._sure if sure(path, one) else self._doubtful)[one.gate.id, path.label] += 1
        for entry, out in pairwise(passed):
            self._turns[entry.gate.id, out.gate.id] += 1

    def _crowd(self, path: GroundPath) -> None:
        if path.label != "person":
            return
        for area in self._scene.of_kind("crowd_area"):
            inside = inside_m(area.outline, path.en_m) > 0.0
            self._people[area.id].update({int(at_s / STEP_S) for at_s in path.times_s[inside].tolist()})

    def _slow(self, path: GroundPath) -> None:
        if path.label not in MOTOR_VEHICLES:
            return
        for lane in self._scene.lanes:
            inside = inside_m(lane.outline, path.en_m) > 0.0
            along_mps = path.velocity_mps @ lane.ahead
            for step in {int(at_s / STEP_S) for at_s in path.times_s[inside].tolist()}:
                here = inside & ((path.times_s / STEP_S).astype(int) == step)
                self._speeds[lane.id][step].append(float(np.mean(along_mps[here])))

    def _count(self, surely: int, doubtful: int) -> Count:
        if self._replay is None:
            return Count(surely, doubtful)
        return Count(surely, doubtful, *count_interval(surely, doubtful, self._replay))


def wilson(count: int, of: int) -> tuple[float, float]:
    """95 % interval of a share."""
    if of == 0:
        return 0.0, 1.0
    share, spread = count / of, Z95**2 / of
    middle = (share + spread / 2.0) / (1.0 + spread)
    half = Z95 * sqrt(share * (1.0 - share) / of + spread / (4.0 * of)) / (1.0 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def count_interval(surely: int, doubtful: int, replay: Replay) -> tuple[float, float]:
    """95 % interval of the true number behind a count: what is made up taken off, what is not found put on.

    Shares of the replay with two successes and two failures added (Agresti and Coull, 1998), so that a short one is not taken for perfect.
    """
    recall = (replay.found + 2.0) / (replay.true + 4.0)
    told = replay.found + replay.false
    precision = (replay.found + 2.0) / (told + 4.0)

    def spread(count: int) -> tuple[float, float]:
        expected = count * precision / recall
        by_replay = (1.0 - recall) / (recall * (replay.true + 4.0)) + (1.0 - precision) / (precision * (told + 4.0))
        by_chance = count * (precision * (1.0 - precision) + precision * (1.0 - recall)) / recall**2
        return expected, Z95 * sqrt(expected**2 * by_replay + by_chance)

    low, low_half = spread(surely)
    high, high_half = spread(surely + doubtful)
    return max(0.0, low - low_half), high + high_half


def _rounded(one: Count | Share | Crowd | Jam) -> dict[str, Any]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(one).items()}


def _crowd(people: Counter[int], outline: shapely.Polygon) -> Crowd:
    step, most = min(people.items(), key=lambda one: (-one[1], one[0]))
    per_m2 = most / float(outline.area)
    return Crowd(most, step * STEP_S, per_m2, per_m2 > CROWDED_PER_M2)


def _jams(speeds: dict[int, list[float]], limit_mps: float | None) -> tuple[Jam, ...]:
    """Steps in which somebody was there, and their mean speed was a jam's, without a break."""
    found: list[Jam] = []
    steps: list[int] = []
    for step in [*sorted(speeds), -1]:
        slow = step in speeds and limit_mps is not None and float(np.mean(speeds[step])) < JAM_SHARE * limit_mps
        if slow and (not steps or step == steps[-1] + 1):
            steps.append(step)
            continue
        if steps and (steps[-1] - steps[0] + 1) * STEP_S >= JAM_LASTS_S:
            mean_mps = float(np.mean([speed for one in steps for speed in speeds[one]]))
            found.append(Jam(steps[0] * STEP_S, (steps[-1] + 1) * STEP_S, mean_mps))
        steps = [step] if slow else []
    return tuple(found)
