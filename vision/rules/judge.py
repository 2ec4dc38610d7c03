"""Tracks in, verdicts out: the rules of one source, and what all of them share.

A track is judged once, when it has ended, among all that were there with it. Whatever a rule finds passes the same gates: it was in force
for this thing at that time, the thing stayed one thing meanwhile, and nobody told it before. The same tracks, scene, terms and editions
give the same verdicts and the same hash on any machine.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import overload

from vision.rules.ground_path import GroundPath, ground_path
from vision.rules.identity import jumps_s
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Rule, Verdict, Violation, held_back
from vision.rules.same_thing import same_thing
from vision.rules.terms import EVERYBODY_ALWAYS, Terms
from vision.tracks import Track

LEAST_OBSERVATIONS = 8
LEAST_S = 0.6
REMEMBERED_S = 30.0  # who was there with a thing that ends now
TOLD_S = 120.0  # a thing that stands for long is lost and found again
TWO_THINGS = "may be two things under one number"
NO_TERMS: Mapping[str, Terms] = MappingProxyType({})
NO_PLATES: Mapping[int, str] = MappingProxyType({})


class Judge:
    """`judge` the tracks that have ended, in order of time; those still alive are company of theirs.

    `terms` are the source's own, by rule; those of features are in the scene. `abstained` counts rule and reason, `repeated` by rule what
    the same thing was told for before under another number.
    """

    def __init__(self, rules: Sequence[Rule], scene: RoadScene, terms: Mapping[str, Terms] = NO_TERMS) -> None:
        self._rules, self._scene, self._terms = tuple(rules), scene, terms
        self._past: list[GroundPath] = []
        self._told: list[tuple[Violation, GroundPath]] = []
        self.abstained: Counter[tuple[str, str]] = Counter()
        self.repeated: Counter[str] = Counter()

    def judge(self, ended: Iterable[Track], alive: Iterable[Track] = (), plates: Mapping[int, str] = NO_PLATES) -> list[Violation]:
        """`plates` are those read, by track."""
        judged = [(track, path) for track in ended if (path := _gated(track)) is not None]
        if not judged:
            return []
        paths = [path for _, path in judged]
        company = _Company([*self._past, *paths], alive)
        found: list[tuple[Violation, GroundPath]] = []
        for track, path in judged:
            others = _Others(path, company)
            verdicts = [one for rule in self._rules if path.label in rule.card.subjects for one in rule.judge(path, self._scene, others)]
            jumps = jumps_s(track) if verdicts else ()
            for verdict in verdicts:
                kept = self._in_force(verdict, track, plates.get(track.track_id))
                if isinstance(kept, Violation) and any(kept.proof_s[0] <= jump_s <= kept.proof_s[-1] for jump_s in jumps):
                    kept = held_back(kept, TWO_THINGS)
                if isinstance(kept, Abstention):
                    self.abstained[kept.rule, kept.why] += 1
                elif kept is not None:
                    found.append((kept, path))
        newest_s = max(float(path.times_s[-1]) for path in paths)
        self._past = [path for path in (*self._past, *paths) if path.times_s[-1] > newest_s - REMEMBERED_S]
        return self._new(sorted(found, key=lambda one: (one[0].at_s, one[0].rule, one[0].track_id)), newest_s)

    def _in_force(self, verdict: Verdict, track: Track, plate: str | None) -> Verdict | None:
        """None where the rule or the feature does not concern this thing at that time."""
        for terms in (self._terms.get(verdict.rule, EVERYBODY_ALWAYS), self._scene.terms.get(verdict.feature, EVERYBODY_ALWAYS)):
            concerned = terms.concern(track.label, track.shares, _clock(track, verdict.at_s), plate)
            if concerned is False:
                return None
            if isinstance(concerned, str):
                verdict = held_back(verdict, concerned)
        return verdict

    def _new(self, found: Sequence[tuple[Violation, GroundPath]], newest_s: float) -> list[Violation]:
        """Those that the same thing was not told for before."""
        new = []
        for one, path in found:
            if any((one.rule, one.feature) == (old.rule, old.feature) and same_thing(before, path) for old, before in self._told):
                self.repeated[one.rule] += 1
            else:
                new.append(one)
            self._told.append((one, path))
        self._told = [told for told in self._told if told[1].times_s[-1] > newest_s - TOLD_S]
        return new


class _Company:
    """All that were there when tracks ended. The ways of those still alive are worked out when a rule first asks: few do."""

    def __init__(self, ended: Sequence[GroundPath], alive: Iterable[Track]) -> None:
        self._ended, self._alive = ended, alive
        self._paths: list[GroundPath] | None = None

    @property
    def paths(self) -> list[GroundPath]:
        if self._paths is None:
            self._paths = [*self._ended, *(path for track in self._alive if (path := ground_path(track)) is not None)]
        return self._paths


class _Others(Sequence[GroundPath]):
    """Of the company, who was there with one thing."""

    def __init__(self, path: GroundPath, company: _Company) -> None:
        self._path, self._company = path, company
        self._others: list[GroundPath] | None = None

    def _all(self) -> list[GroundPath]:
        if self._others is None:
            self._others = [other for other in self._company.paths if other is not self._path and _together(self._path, other)]
        return self._others

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> GroundPath: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[GroundPath]: ...
    def __getitem__(self, index: int | slice) -> GroundPath | Sequence[GroundPath]:
        return self._all()[index]


def verdicts_hash(violations: Sequence[Violation]) -> str:
    """sha256 over the verdicts in order, numbers to the millimetre and millisecond."""
    rows = json.dumps([_rounded(asdict(one)) for one in violations], sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(rows.encode()).hexdigest()


def _gated(track: Track) -> GroundPath | None:
    if track.measured < LEAST_OBSERVATIONS or track.last.time_s - track.first.time_s < LEAST_S:
        return None
    return ground_path(track)


def _clock(track: Track, at_s: float) -> datetime | None:
    """The instant by the clock of the source, where it has one."""
    near = min(track.points, key=lambda point: abs(point.time_s - at_s))
    return None if near.captured_at is None else near.captured_at + timedelta(seconds=at_s - near.time_s)


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
