"""Through a junction: in over one edge, out over another."""

import itertools
from collections.abc import Iterator

import numpy as np

from sim.scenes.deeds.moments import VEHICLES, Steps, TrueViolation, centre, crosses, deed, moments_of, turned
from sim.scenes.model import Scene


def forbidden_turns(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    forbidden = {(turn.entry, turn.exit): turn.id for turn in scene.map.forbidden_turns}
    if not forbidden:
        return
    edges = [(edge, np.array(edge.line)) for edge in scene.map.turn_edges]
    for _, track in moments_of(steps, VEHICLES):
        came: tuple[str, float] | None = None
        for (_, before), (at_s, now) in itertools.pairwise(track):
            for edge, line in edges:
                if not crosses(line, centre(before), centre(now)) or turned(now.moment.heading_deg, edge.heading_deg) > 60.0:
                    continue
                if came is not None and (came[0], edge.id) in forbidden:
                    yield deed("forbidden_turn", forbidden[came[0], edge.id], came[1], at_s, now)
                came = (edge.id, at_s)
