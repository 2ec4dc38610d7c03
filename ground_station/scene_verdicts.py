"""Verdicts of the rules held against the truth of a scene: who was found, missed, or wrongly accused, and how well what they judge by is
known: where the middle of each thing was."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geo.primitives import LocalFrame
from ground_station.scene_actors import ActorsOfTracks
from sim import FrameTruth, Scene, SeenObject, scene_file, violations_of
from vision import RULES, Judge, Pipeline, SceneFeature, Track, TrackedBox, Violation, ground_path, road_scene

LEAST_VISIBLE = 0.5
OPEN_VIEW = 0.85
AROUND_S = 0.5  # before and after the deed: what no camera sees cannot be judged
STAND_APART_S = 0.11  # from the nearest instant of the path
Tell = Callable[[Violation, Track, LocalFrame | None], None]  # a violation, the track it was found in, the frame of both


def nobody(_violation: Violation, _track: Track, _local: LocalFrame | None) -> None:
    return None


@dataclass(frozen=True, slots=True)
class RuleScore:
    """Deeds of one rule, each an actor. What the rule held back on is missed."""

    found: int = 0
    missed: int = 0
    false: int = 0

    @property
    def precision(self) -> float | None:
        return self.found / (self.found + self.false) if self.found + self.false else None

    @property
    def recall(self) -> float | None:
        return self.found / (self.found + self.missed) if self.found + self.missed else None

    def __add__(self, other: "RuleScore") -> "RuleScore":
        return RuleScore(self.found + other.found, self.missed + other.missed, self.false + other.false)


@dataclass(frozen=True, slots=True)
class VerdictScore:
    """Texts of rule and actor. `unseen` were hidden or outside the picture when it happened; `abstained` counts rule and reason.

    `middle_m` are the errors of the places that rules judge by, of things in open view.
    """

    found: tuple[str, ...]
    missed: tuple[str, ...]
    false: tuple[str, ...]
    unseen: tuple[str, ...]
    abstained: dict[str, int]
    middle_m: tuple[float, ...] = field(default=(), repr=False)

    @property
    def by_rule(self) -> dict[str, RuleScore]:
        """Of each rule that anybody broke or was accused by."""
        scores: defaultdict[str, RuleScore] = defaultdict(RuleScore)
        for texts, one in ((self.found, RuleScore(found=1)), (self.missed, RuleScore(missed=1)), (self.false, RuleScore(false=1))):
            for text in texts:
                scores[text.split()[0]] += one
        return dict(sorted(scores.items()))

    def middle_error_m(self) -> dict[str, float] | None:
        if not self.middle_m:
            return None
        median, p95 = np.percentile(self.middle_m, [50, 95]).tolist()
        return {"median": round(median, 2), "p95": round(p95, 2)}

    def to_json(self) -> dict[str, Any]:
        return {
            "found": list(self.found),
            "missed": list(self.missed),
            "false": list(self.false),
            "unseen": list(self.unseen),
            "abstained": self.abstained,
            "by_rule": {rule: {"precision": one.precision, "recall": one.recall} for rule, one in self.by_rule.items()},
            "middle_error_m": self.middle_error_m(),
        }


class VerdictTally:
    """Give it each frame with its truth, then the tracks left at the end."""

    def __init__(self, scene: Scene, actors: ActorsOfTracks, tell: Tell = nobody) -> None:
        """`tell` hears of each violation."""
        self._tell = tell
        known = {rule.card.code for rule in RULES}
        self._deeds = [deed for deed in violations_of(scene) if deed.rule in known]
        self._features = [SceneFeature.model_validate(one) for one in scene_file(scene, None)["features"]]
        self._actors = actors
        self._judge: Judge | None = None
        self._visible: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        self._open: defaultdict[str, list[tuple[float, SeenObject]]] = defaultdict(list)
        self._violations: list[Violation] = []
        self._middle_m: list[float] = []

    def add(self, truth: FrameTruth, pairs: Sequence[tuple[SeenObject, TrackedBox]]) -> None:
        for one in truth.objects:
            self._visible[one.actor_id].append((truth.time_s, one.visible))
        for one, _ in pairs:
            if one.visible > OPEN_VIEW:
                self._open[one.actor_id].append((truth.time_s, one))

    def judge(self, tracks: Iterable[Track], pipeline: Pipeline) -> None:
        ended = {track.track_id: track for track in tracks}
        if self._judge is None and pipeline.local is not None:
            self._judge = Judge(RULES, road_scene(self._features, pipeline.local))
        if self._judge is not None and pipeline.local is not None:
            found = self._judge.judge(ended.values(), pipeline.confirmed)
            self._violations += found
            for one in found:
                self._tell(one, ended[one.track_id], pipeline.local)
            for track in ended.values():
                self._measure(track, pipeline.local)

    def _measure(self, track: Track, local: LocalFrame) -> None:
        path, actor = ground_path(track), self._actors.actor(track.track_id)
        if path is None or actor is None:
            return
        for at_s, one in self._open[actor]:
            row = path.at(at_s)
            if path.seen[row] and abs(float(path.times_s[row]) - at_s) < STAND_APART_S:
                here = path.en_m[row] + path.velocity_mps[row] * (at_s - path.times_s[row])
                self._middle_m.append(float(np.hypot(*(here - np.array(local.offset_m(one.place))))))

    def score(self) -> VerdictScore:
        true = {(deed.rule, deed.actor_id) for deed in self._deeds}
        told = {(one.rule, self._actors.actor(one.track_id) or f"track {one.track_id}") for one in self._violations}
        unseen = {one for one in true - told if not self._seen(*one)}
        return VerdictScore(
            _texts(true & told),
            _texts(true - told - unseen),
            _texts(told - true),
            _texts(unseen),
            {} if self._judge is None else {f"{rule}: {why}": count for (rule, why), count in sorted(self._judge.abstained.items())},
            tuple(self._middle_m),
        )

    def _seen(self, rule: str, actor: str) -> bool:
        """Whether the actor was open to view during one of its deeds of this rule."""
        for deed in self._deeds:
            if (deed.rule, deed.actor_id) == (rule, actor):
                shares = [share for at_s, share in self._visible[actor] if deed.from_s - AROUND_S <= at_s <= deed.at_s + AROUND_S]
                if shares and sum(shares) / len(shares) >= LEAST_VISIBLE:
                    return True
        return False


def _texts(pairs: set[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{rule} {actor}" for rule, actor in pairs))
