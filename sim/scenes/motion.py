"""How an actor moves along its path: rounded corners, steady speed, gentle stops. A function of time alone."""

from dataclasses import dataclass
from math import atan2, degrees, sqrt, tan

import numpy as np
from numpy.typing import NDArray

from sim.scenes.model import Actor

ACCELERATION_MPS2 = 2.0
ARC_STEP_M = 0.5


@dataclass(frozen=True, slots=True)
class Moment:
    """Where an actor's centre is at an instant."""

    east_m: float
    north_m: float
    heading_deg: float
    speed_mps: float


@dataclass(frozen=True, slots=True)
class _Span:
    """From `begins_s` on: distance s0 + v0 t + a t²/2."""

    begins_s: float
    s0_m: float
    v0_mps: float
    a_mps2: float


class Motion:
    """`at(t)` is None while the actor is not in the scene."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._standing = None if actor.at is None else Moment(actor.at[0], actor.at[1], actor.heading_deg, 0.0)
        if actor.path is not None:
            self._points = _rounded(np.array(actor.path, dtype=np.float64), actor.turn_radius_m)
            lengths = np.linalg.norm(np.diff(self._points, axis=0), axis=1)
            self._reached_m = np.concatenate([[0.0], np.cumsum(lengths)])
            self._spans, self._ends_s = self._plan()

    @property
    def ends_s(self) -> float | None:
        """When the end of the path is reached; None for one that stands."""
        return None if self._standing is not None else self._ends_s

    def at(self, at_s: float) -> Moment | None:
        actor = self._actor
        if at_s < actor.appears_s or (actor.gone_s is not None and at_s >= actor.gone_s):
            return None
        if self._standing is not None:
            return self._standing
        if actor.every_s is not None:
            at_s = actor.start_s + (at_s - actor.start_s) % actor.every_s
        if at_s > self._ends_s and not actor.stays:
            return None
        return self._along(*self._progress(at_s))

    def _progress(self, at_s: float) -> tuple[float, float]:
        """Metres along the path and speed."""
        if at_s <= self._spans[0].begins_s:
            return 0.0, 0.0
        if at_s >= self._ends_s:
            return float(self._reached_m[-1]), 0.0
        span = next(one for one in reversed(self._spans) if one.begins_s <= at_s)
        t = at_s - span.begins_s
        return span.s0_m + span.v0_mps * t + span.a_mps2 * t * t / 2.0, span.v0_mps + span.a_mps2 * t

    def _along(self, distance_m: float, speed_mps: float) -> Moment:
        index = int(np.searchsorted(self._reached_m, distance_m, side="right")) - 1
        index = min(max(index, 0), len(self._points) - 2)
        start, end = self._points[index], self._points[index + 1]
        share = (distance_m - self._reached_m[index]) / max(1e-9, self._reached_m[index + 1] - self._reached_m[index])
        place = start + (end - start) * share
        heading = degrees(atan2(end[0] - start[0], end[1] - start[1])) % 360.0
        return Moment(float(place[0]), float(place[1]), heading, speed_mps)

    def _plan(self) -> tuple[list[_Span], float]:
        actor, length_m = self._actor, float(self._reached_m[-1])
        at_s, at_m = actor.start_s, 0.0
        moving = actor.rolling
        spans: list[_Span] = []
        legs = [(min(stop.at_m, length_m), stop) for stop in sorted(actor.stops, key=lambda one: one.at_m)] + [(length_m, None)]
        for goal_m, stop in legs:
            halts = stop is not None or actor.stays
            gather_m = 0.0 if moving else 1.0
            distance_m = goal_m - at_m
            # Reach cruise speed, hold it, brake to stand at the goal; a short leg is driven more slowly.
            braking = (1.0 if halts else 0.0) + gather_m
            cruise = actor.speed_mps
            if braking:
                cruise = min(cruise, sqrt(2.0 * ACCELERATION_MPS2 * distance_m / braking))
            v0 = cruise if moving else 0.0
            up_s = (cruise - v0) / ACCELERATION_MPS2
            up_m = (v0 + cruise) / 2.0 * up_s
            down_m = cruise * cruise / (2.0 * ACCELERATION_MPS2) if halts else 0.0
            if up_s > 0:
                spans.append(_Span(at_s, at_m, v0, ACCELERATION_MPS2))
            at_s, at_m = at_s + up_s, at_m + up_m
            level_m = max(0.0, goal_m - at_m - down_m)
            spans.append(_Span(at_s, at_m, cruise, 0.0))
            at_s, at_m = at_s + level_m / max(cruise, 1e-9), at_m + level_m
            if halts:
                spans.append(_Span(at_s, at_m, cruise, -ACCELERATION_MPS2))
                at_s, at_m = at_s + cruise / ACCELERATION_MPS2, goal_m
                moving = False
            if stop is not None:
                spans.append(_Span(at_s, at_m, 0.0, 0.0))
                at_s = at_s + stop.for_s if stop.for_s is not None else max(at_s, stop.until_s or at_s)
        return spans, at_s


def _rounded(points: NDArray[np.float64], radius_m: float) -> NDArray[np.float64]:
    """The polyline with its corners replaced by arcs that touch both legs, smaller where a leg is short."""
    out = [points[0]]
    for before, corner, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        back, ahead = before - corner, after - corner
        la, lb = float(np.linalg.norm(back)), float(np.linalg.norm(ahead))
        back, ahead = back / la, ahead / lb
        angle = float(np.arccos(np.clip(back @ ahead, -1.0, 1.0)))  # pi is straight on
        if angle > np.pi - 0.01 or angle < 0.05:
            out.append(corner)
            continue
        cut_m = min(radius_m / tan(angle / 2.0), la * 0.49, lb * 0.49)
        count = max(3, int(cut_m * 2.0 / ARC_STEP_M))
        a, b = corner + back * cut_m, corner + ahead * cut_m
        # A quadratic curve with the legs as tangents: as good as an arc for a car, and never overshoots.
        t = np.linspace(0.0, 1.0, count)[:, None]
        out.extend((1 - t) ** 2 * a + 2 * t * (1 - t) * corner + t**2 * b)
    out.append(points[-1])
    return np.array(out)
