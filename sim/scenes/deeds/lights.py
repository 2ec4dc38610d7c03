"""At signals: over the stop line on red, standing past it, and on to closed rails."""

import itertools
from collections.abc import Iterator

import numpy as np

from sim.scenes.actors import Present
from sim.scenes.deeds.moments import (
    STILL_MPS,
    VEHICLES,
    Run,
    Steps,
    TrueViolation,
    centre,
    crosses,
    deed,
    depth_in,
    front,
    moments_of,
    turned,
)
from sim.scenes.model import Scene

CANNOT_STOP_S, SHORTEST_S = 3.0, 0.3  # after red without a yellow before it, and in any case


def at_stop_lines(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    signals = {one.id: one for one in scene.map.signals}
    for stop in scene.map.stop_lines:
        if stop.signal is None:
            continue
        signal, line = signals[stop.signal], np.array(stop.line)
        for _, track in moments_of(steps, VEHICLES):
            crossed: tuple[float, Present] | None = None
            standing = Run()
            for (_, before), (at_s, now) in itertools.pairwise(track):
                with_it = turned(now.moment.heading_deg, stop.heading_deg) < 60.0
                if with_it and crosses(line, front(before), front(now)) and signal.state(at_s) == "red":
                    crossed = (at_s, now)
                if crossed is not None:
                    over = float(np.linalg.norm(centre(now) - centre(crossed[1])))
                    standing.hold(now.moment.speed_mps < STILL_MPS and signal.state(at_s) == "red", at_s, 0.0)
                    if standing.lasted(at_s, 2.0):
                        yield deed("stop_line", stop.id, crossed[0], at_s, now)
                        crossed = None
                    elif over > now.size_m[0] + 2.0:
                        yield deed("red_light", stop.id, crossed[0], crossed[0], crossed[1], signal.red_since_s(crossed[0]))
                        crossed = None


def at_rail_crossings(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    signals = {one.id: one for one in scene.map.signals}
    for rails in scene.map.rail_crossings:
        signal, depth = signals[rails.signal], depth_in(rails.polygon)
        for _, track in moments_of(steps, VEHICLES):
            entered: tuple[float, Present] | None = None
            for (_, before), (at_s, now) in itertools.pairwise(track):
                if depth(front(before)) <= 0.0 < depth(front(now)):
                    late = signal.red_since_s(at_s) > max(SHORTEST_S, CANNOT_STOP_S - signal.yellow_s)
                    entered = (at_s, now) if late else None
                if entered is not None and depth(centre(now)) > 0.0:
                    yield deed("rail_crossing", rails.id, entered[0], entered[0], entered[1], signal.red_since_s(entered[0]))
                    entered = None
