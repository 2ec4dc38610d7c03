"""In lanes: over a solid line, against the traffic, past somebody through the oncoming lane, too fast, left standing."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.scenes.actors import Present
from sim.scenes.deeds.moments import (
    STEP_S,
    STILL_MPS,
    VEHICLES,
    Moments,
    Run,
    Steps,
    TrueViolation,
    centre,
    crosses,
    deed,
    depth_in,
    in_front_of,
    moments_of,
    turned,
)
from sim.scenes.model import Lane, Scene, Signal

WRONG_WAY_M, FAST_M = 15.0, 10.0
OVERTAKING_M, OVERTAKING_S = 10.0, 1.0
MOVES_MPS = 1.4
ABREAST_M = 6.0
STALLED_S = 20.0
QUEUE_M, QUEUE_ASIDE_M, RED_WITHIN_M = 10.0, 2.0, 30.0


def over_solid_lines(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    for solid in scene.map.solid_lines:
        for _, track in moments_of(steps, VEHICLES):
            for (_, before), (at_s, now) in itertools.pairwise(track):
                for start, end in itertools.pairwise(np.array(solid.path)):
                    if crosses(np.array([start, end]), centre(before), centre(now), 0.0):
                        yield deed("solid_line", solid.id, at_s, at_s, now)


def too_fast(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    for lane in scene.map.lanes:
        if lane.speed_limit_kmh is None:
            continue
        depth, limit_mps = depth_in(lane.polygon), lane.speed_limit_kmh / 3.6
        for _, track in moments_of(steps, VEHICLES):
            fast = Run()
            for at_s, one in track:
                speed_mps = one.moment.speed_mps
                fast.hold(depth(centre(one)) > 0.0 and speed_mps > limit_mps + 0.01, at_s, speed_mps * STEP_S, speed_mps * 3.6)
                if fast.began_s is not None and fast.travelled_m >= FAST_M and not fast.told:
                    fast.told = True
                    yield deed("speeding", lane.id, fast.began_s, at_s, one, fast.peak)


@dataclass(slots=True)
class _Stretch:
    """Moments against the heading of a lane without a break; `own` tells whether it came from a lane of its own direction."""

    moments: Moments
    own: bool
    travelled_m: float = 0.0


def against_the_traffic(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    """Wrong way, or overtaking where it is forbidden: who leaves the own lane to go by somebody drives no wrong way."""
    tracks = dict(moments_of(steps, VEHICLES))
    zones = [(area.id, depth_in(area.polygon)) for area in scene.map.areas if area.kind == "no_overtaking"]
    for lane in scene.map.lanes:
        for actor, track in tracks.items():
            for stretch in _stretches(scene, lane, track):
                passed = [
                    (when, who) for name, other in tracks.items() if name != actor for when, who in _passed(stretch.moments, dict(other))
                ]
                if stretch.travelled_m >= WRONG_WAY_M and not (stretch.own and passed):
                    yield _wrong_way(lane, stretch)
                took_s = stretch.moments[-1][0] - stretch.moments[0][0]
                if stretch.travelled_m < OVERTAKING_M or took_s < OVERTAKING_S:
                    continue
                for when, who in passed:
                    at_s, here = next(one for one in stretch.moments if one[0] == when)
                    zone = next((name for name, depth in zones if depth(centre(here)) > 0.0), None)
                    if zone is not None and who.moment.speed_mps > MOVES_MPS:
                        yield deed("overtaking", zone, stretch.moments[0][0], at_s, here)
                        break


def _stretches(scene: Scene, lane: Lane, track: Moments) -> Iterator[_Stretch]:
    depth = depth_in(lane.polygon)
    others = [(depth_in(one.polygon), one.heading_deg) for one in scene.map.lanes]
    own, stretch = False, None
    for at_s, one in track:
        place, moment = centre(one), one.moment
        if depth(place) > 0.0 and turned(moment.heading_deg, lane.heading_deg) > 120.0 and moment.speed_mps > MOVES_MPS:
            stretch = stretch or _Stretch([], own)
            stretch.moments.append((at_s, one))
            stretch.travelled_m += moment.speed_mps * STEP_S
            continue
        if stretch is not None:
            yield stretch
            stretch = None
        own = own or any(inside(place) > 0.0 and turned(moment.heading_deg, heading_deg) < 60.0 for inside, heading_deg in others)
    if stretch is not None:
        yield stretch


def _passed(moments: Moments, other: dict[float, Present]) -> Iterator[tuple[float, Present]]:
    """When the middle of another that heads the same way, or stands, was left behind."""
    before_m: float | None = None
    for at_s, one in moments:
        who = other.get(at_s)
        if who is None:
            before_m = None
            continue
        forward_m, aside_m = in_front_of(one, who)
        same = who.moment.speed_mps < STILL_MPS or turned(one.moment.heading_deg, who.moment.heading_deg) < 60.0
        if before_m is not None and before_m > 0.0 >= forward_m and aside_m < ABREAST_M and same:
            yield at_s, who
        before_m = forward_m


def _wrong_way(lane: Lane, stretch: _Stretch) -> TrueViolation:
    travelled_m = np.cumsum([one.moment.speed_mps * STEP_S for _, one in stretch.moments])
    at_s, one = stretch.moments[int(np.argmax(travelled_m >= WRONG_WAY_M))]
    return deed("wrong_way", lane.id, stretch.moments[0][0], at_s, one)


def left_standing(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    present_at = dict(steps)
    signals = {one.id: one for one in scene.map.signals}
    for lane in scene.map.lanes:
        depth = depth_in(lane.polygon)
        for _, track in moments_of(steps, VEHICLES):
            run = Run()
            for at_s, one in track:
                still = depth(centre(one)) > 0.0 and one.moment.speed_mps < STILL_MPS
                held = still and (_queues(one, present_at[at_s]) or _red_ahead(scene, signals, one, at_s))
                run.hold(still and not held, at_s, 0.0)
                if run.lasted(at_s, STALLED_S) and not run.told and run.began_s is not None:
                    run.told = True
                    yield deed("stalled", lane.id, run.began_s, at_s, one)


def _queues(one: Present, present: list[Present]) -> bool:
    for other in present:
        if other.actor_id == one.actor_id or other.label not in VEHICLES or other.moment.speed_mps > STILL_MPS:
            continue
        forward_m, aside_m = in_front_of(one, other)
        if 0.0 < forward_m < QUEUE_M and aside_m < QUEUE_ASIDE_M:
            return True
    return False


def _red_ahead(scene: Scene, signals: dict[str, Signal], one: Present, at_s: float) -> bool:
    for stop in scene.map.stop_lines:
        if stop.signal is None or signals[stop.signal].state(at_s) != "red" or turned(one.moment.heading_deg, stop.heading_deg) > 60.0:
            continue
        away_m = float(np.linalg.norm(np.mean(np.array(stop.line), axis=0) - centre(one)))
        if away_m < RED_WITHIN_M:
            return True
    return False
