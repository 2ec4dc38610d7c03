"""Near buried fibre: a machine that stands over it."""

import itertools
from collections.abc import Iterator

import numpy as np

from sim.scenes.deeds.moments import Run, Steps, TrueViolation, Vector, centre, deed, moments_of
from sim.scenes.model import Scene

FIBRE_M = 5.0
WORKS_S = 2.0
MACHINES = frozenset({"excavator", "loader", "roller", "dump_truck"})


def near_fibre(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    routes = [np.array(route) for route in scene.map.fibre]
    for _, track in moments_of(steps, MACHINES):
        run = Run()
        for at_s, one in track:
            away = min((_distance(route, centre(one)) for route in routes), default=np.inf)
            run.hold(away <= FIBRE_M and one.moment.speed_mps < 0.5, at_s, 0.0)
            if run.began_s is not None and run.lasted(at_s, WORKS_S) and not run.told:
                run.told = True
                yield deed("dig_near_fibre", "fibre", run.began_s, at_s, one, away)


def _distance(route: Vector, point: Vector) -> float:
    best = np.inf
    for start, end in itertools.pairwise(route):
        along = end - start
        share = float(np.clip(along @ (point - start) / max(1e-9, float(along @ along)), 0.0, 1.0))
        best = min(best, float(np.linalg.norm(start + along * share - point)))
    return best
