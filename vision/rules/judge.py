"""Tracks in, verdicts out: the rules of one source, and the gates all of them share.

A track is judged once, when it has ended, among all that were there with it. The same tracks, scene and editions give the same verdicts
and the same hash on any machine.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from vision.rules.ground_path import GroundPath, ground_path
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Rule, Verdict, Violation
from vision.tracks import Track

LEAST_OBSERVATIONS = 8
LEAST_S = 0.6
REMEMBERED_S = 30.0  # who was there with a thing that ends now


class Judge:
    """`judge` the tracks that have ended, in order of time; those still alive are company of theirs. `abstained` counts rule and reason."""

    def __init__(self, rules: Sequence[Rule], scene: RoadScene) -> None:
        self._rules, self._scene = tuple(rules), scene
        self._past: list[GroundPath] = []
        self.abstained: Counter[tuple[str, str]] = Counter()

    def judge(self, ended: Iterable[Track], alive: Iterable[Track] = ()) -> list[Violation]:
        paths = [path for track in ended if (path := _gated(track)) is not None]
        if not paths:
            return []
        company = [*self._past, *paths, *(path for track in alive if (path := ground_path(track)) is not None)]
        found = []
        for path in paths:
            others = [other for other in company if other is not path and _together(path, other)]
            for rule in self._rules:
                if path.label in rule.card.subjects:
                    found += [verdict for verdict in rule.judge(path, self._scene, others) if self._counted(verdict)]
        newest_s = max(path.times_s[-1] for path in paths)
        self._past = [path for path in (*self._past, *paths) if path.times_s[-1] > newest_s - REMEMBERED_S]
        return sorted((one for one in found if isinstance(one, Violation)), key=lambda one: (one.at_s, one.rule, one.track_id))

    def _counted(self, verdict: Verdict) -> bool:
        if isinstance(verdict, Abstention):
            self.abstained[verdict.rule, verdict.why] += 1
            return False
        return True


def verdicts_hash(violations: Sequence[Violation]) -> str:
    """sha256 over the verdicts in order, numbers to the millimetre and millisecond."""
    rows = json.dumps([_rounded(asdict(one)) for one in violations], sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(rows.encode()).hexdigest()


def _gated(track: Track) -> GroundPath | None:
    if track.measured < LEAST_OBSERVATIONS or track.last.time_s - track.first.time_s < LEAST_S:
        return None
    return ground_path(track)


def _together(a: GroundPath, b: GroundPath) -> bool:
    return bool(a.times_s[0] <= b.times_s[-1] and b.times_s[0] <= a.times_s[-1])


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(one) for one in value]
    return value
