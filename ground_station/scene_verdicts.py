"""Verdicts of the rules held against the truth of a scene: who was found, missed, or wrongly accused."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from geo.primitives import LocalFrame
from sim import FrameTruth, Scene, scene_file, violations_of
from vision import RULES, FrameResult, Judge, Pipeline, SceneFeature, Track, Violation, box_overlap, road_scene

LEAST_VISIBLE = 0.5
AROUND_S = 0.5  # before and after the deed: what no camera sees cannot be judged
SAME_THING_IOU = 0.5
Tell = Callable[[Violation, Track, LocalFrame | None], None]  # a violation, the track it was found in, the frame of both


def nobody(_violation: Violation, _track: Track, _local: LocalFrame | None) -> None:
    return None


@dataclass(frozen=True, slots=True)
class VerdictScore:
    """Texts of rule and actor. `unseen` were hidden or outside the picture when it happened; `abstained` counts rule and reason."""

    found: tuple[str, ...]
    missed: tuple[str, ...]
    false: tuple[str, ...]
    unseen: tuple[str, ...]
    abstained: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        return {
            "found": list(self.found),
            "missed": list(self.missed),
            "false": list(self.false),
            "unseen": list(self.unseen),
            "abstained": self.abstained,
        }


class VerdictTally:
    """Give it each frame with its truth, then the tracks left at the end."""

    def __init__(self, scene: Scene, tell: Tell = nobody) -> None:
        """`tell` hears of each violation."""
        self._tell = tell
        known = {rule.card.code for rule in RULES}
        self._deeds = [deed for deed in violations_of(scene) if deed.rule in known]
        self._features = [SceneFeature.model_validate(one) for one in scene_file(scene, None)["features"]]
        self._judge: Judge | None = None
        self._votes: defaultdict[int, Counter[str]] = defaultdict(Counter)
        self._visible: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
        self._violations: list[Violation] = []

    def add(self, truth: FrameTruth, result: FrameResult, pipeline: Pipeline) -> None:
        for one in truth.objects:
            self._visible[one.actor_id].append((truth.time_s, one.visible))
            for box in result.boxes:
                if box_overlap(box.bbox_px, one.bbox_px) >= SAME_THING_IOU:
                    self._votes[box.track_id][one.actor_id] += 1
        self.judge(result.finished, pipeline)

    def judge(self, tracks: Iterable[Track], pipeline: Pipeline) -> None:
        if self._judge is None and pipeline.local is not None:
            self._judge = Judge(RULES, road_scene(self._features, pipeline.local))
        if self._judge is not None:
            ended = {track.track_id: track for track in tracks}
            found = self._judge.judge(ended.values(), pipeline.confirmed)
            self._violations += found
            for one in found:
                self._tell(one, ended[one.track_id], pipeline.local)

    def score(self) -> VerdictScore:
        true = {(deed.rule, deed.actor_id) for deed in self._deeds}
        told = {(one.rule, self._actor(one)) for one in self._violations}
        unseen = {one for one in true - told if not self._seen(*one)}
        return VerdictScore(
            _texts(true & told),
            _texts(true - told - unseen),
            _texts(told - true),
            _texts(unseen),
            {} if self._judge is None else {f"{rule}: {why}": count for (rule, why), count in sorted(self._judge.abstained.items())},
        )

    def _actor(self, violation: Violation) -> str:
        votes = self._votes[violation.track_id]
        return min(votes, key=lambda actor: (-votes[actor], actor)) if votes else f"track {violation.track_id}"

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
