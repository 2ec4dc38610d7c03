"""In areas: standing where one may not, driving where one may not, being where one may not, not giving way."""

from collections.abc import Callable, Iterator

import numpy as np

from sim.scenes.actors import Present
from sim.scenes.deeds.moments import (
    STEP_S,
    STILL_MPS,
    VEHICLES,
    Run,
    Steps,
    TrueViolation,
    Vector,
    centre,
    deed,
    depth_in,
    front,
    in_front_of,
    moments_of,
)
from sim.scenes.model import Area, Scene

STANDS_S = 5.0
INSIDE_M, SHOULDER_M, SHOULDER_MPS = 10.0, 30.0, 20.0 / 3.6
STAYS_S = 2.0
BLOCKED_WITHIN_M, ASIDE_M, CRAWLS_MPS = 15.0, 2.0, 2.0
PEOPLE_TOO = VEHICLES | {"person"}


def in_areas(scene: Scene, steps: Steps) -> Iterator[TrueViolation]:
    for area in scene.map.areas:
        depth = depth_in(area.polygon)
        match area.kind:
            case "crossing":
                yield from _crossing(area, depth, steps)
            case "box_junction":
                yield from _box(area, depth, steps)
            case "no_stopping" | "no_entry" | "bus_lane" | "restricted_zone" | "shoulder" | "closed_area":
                yield from _held(area, depth, steps)


def _held(area: Area, depth: Callable[[Vector], float], steps: Steps) -> Iterator[TrueViolation]:
    """One condition, held long or far enough."""
    labels = PEOPLE_TOO if area.kind == "closed_area" else VEHICLES
    for _, track in moments_of(steps, labels if area.applies_to is None else labels & set(area.applies_to)):
        run = Run()
        for at_s, one in track:
            here, moment = depth(centre(one)) > 0.0, one.moment
            step_m = moment.speed_mps * STEP_S
            match area.kind:
                case "no_stopping":
                    run.hold(here and moment.speed_mps < STILL_MPS, at_s, 0.0)
                    broken, rule = run.lasted(at_s, STANDS_S), "illegal_stop"
                case "closed_area":
                    run.hold(here, at_s, step_m)
                    broken, rule = run.lasted(at_s, STAYS_S), "closed_area"
                case "shoulder":
                    run.hold(here and moment.speed_mps > SHOULDER_MPS, at_s, step_m)
                    broken, rule = run.travelled_m >= SHOULDER_M, "shoulder"
                case _:
                    run.hold(here and not (area.kind == "bus_lane" and one.label == "bus"), at_s, step_m)
                    broken, rule = run.travelled_m >= INSIDE_M, area.kind
            if broken and not run.told and run.began_s is not None:
                run.told = True
                yield deed(rule, area.id, run.began_s, at_s, one)


def _crossing(area: Area, depth: Callable[[Vector], float], steps: Steps) -> Iterator[TrueViolation]:
    told: set[str] = set()
    before: dict[str, float] = {}
    for at_s, present in steps:
        people = [one for one in present if one.label == "person" and depth(centre(one)) > -1.0]
        for one in present:
            if one.label not in VEHICLES:
                continue
            inside_m = depth(front(one))
            entered = inside_m > 0.0 >= before.get(one.actor_id, -1.0)
            before[one.actor_id] = inside_m
            near = [who for who in people if float(np.linalg.norm(centre(who) - front(one))) < 6.0]
            if entered and near and one.moment.speed_mps > 1.0 and one.actor_id not in told:
                told.add(one.actor_id)
                yield deed("no_priority", area.id, at_s, at_s, one)


def _box(area: Area, depth: Callable[[Vector], float], steps: Steps) -> Iterator[TrueViolation]:
    """It stands inside behind one that already stood or crawled when it drove in."""
    present_at = dict(steps)
    for _, track in moments_of(steps, VEHICLES):
        run, came_s, was_m = Run(), None, 1.0
        for at_s, one in track:
            inside_m = depth(centre(one))
            if was_m <= 0.0 < inside_m:
                came_s = at_s
            was_m = inside_m
            run.hold(inside_m > 0.0 and one.moment.speed_mps < STILL_MPS, at_s, 0.0)
            if came_s is None or run.told or not run.lasted(at_s, STANDS_S):
                continue
            run.told = True
            blocker = next((who for who in present_at[at_s] if who.actor_id != one.actor_id and _blocks(one, who)), None)
            earlier = next((who for who in present_at[came_s] if blocker is not None and who.actor_id == blocker.actor_id), None)
            if earlier is not None and earlier.moment.speed_mps <= CRAWLS_MPS:
                yield deed("box_junction", area.id, came_s, at_s, one)


def _blocks(one: Present, other: Present) -> bool:
    forward_m, aside_m = in_front_of(one, other)
    stands = other.label in VEHICLES and other.moment.speed_mps < STILL_MPS
    return stands and 0.0 < forward_m < BLOCKED_WITHIN_M and aside_m < ASIDE_M
