"""Turning, or turning round, where a sign forbids it: in over one edge of the junction, out over another.

Both edges are crossed beyond doubt with the heading of their traffic, and it was seen on most of the way between them.
Source: articles 596 and 599 of the code on administrative offences of Kazakhstan (verify the wording).
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from vision.rules.gates import crossings_of, sure
from vision.rules.ground_path import GroundPath
from vision.rules.road_scene import RoadScene
from vision.rules.rule import Abstention, Parameter, RuleCard, Verdict, violation
from vision.rules.subjects import MOTOR_VEHICLES


class TurnForbidden:
    card = RuleCard(
        code="forbidden_turn",
        edition="1",
        source_tier="T2",
        subjects=MOTOR_VEHICLES,
        parameters={
            "seen_share": Parameter(0.5, "of the way", "less between the edges: it may be another vehicle that came out"),
            "longest_s": Parameter(90.0, "s", "between the edges; longer it has stopped there for something"),
        },
    )

    def judge(self, path: GroundPath, scene: RoadScene, others: Sequence[GroundPath]) -> Iterator[Verdict]:
        if not scene.forbidden_turns:
            return
        turns = {(turn.entry, turn.exit): turn for turn in scene.forbidden_turns}
        for entry, out in pairwise(crossings_of(path, scene.edges)):
            turn = turns.get((entry.gate.id, out.gate.id))
            if turn is None or out.at_s - entry.at_s > self.card.number("longest_s"):
                continue
            if not (sure(path, entry) and sure(path, out)):
                yield Abstention(self.card.code, path.track_id, turn.id, out.at_s, "too near an edge to tell")
            elif path.seen[entry.row : out.row + 2].mean() < self.card.number("seen_share"):
                yield Abstention(self.card.code, path.track_id, turn.id, out.at_s, "not seen in the junction")
            else:
                yield violation(
                    self, path, turn, from_s=entry.at_s, at_s=out.at_s, until_s=float(path.times_s[min(out.row + 6, len(path.times_s) - 1)])
                )
