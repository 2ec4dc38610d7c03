"""How much later than its poses a film was taken, from its own motion: the pictures shift and turn as the poses say, but at another time.

Pictures are registered one against the next and against nothing else. What the poses predict for the same steps (over level ground) is
moved along time until it fits best; where it fits is the offset, and how steeply the misfit rises beside it is the sigma. Height and lens
scale all of the motion alike, so one gain is fitted too. Motion that is the same all the time (a straight leg at one speed, hovering)
says nothing of time: then nothing is said.
Source: least-squares delay estimation; variance by the linearised model, widened for residuals that hang together (Bartlett's formula).
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from geo.primitives import LocalFrame
from vision.camera_motion import ground_to_picture, picture_shift
from vision.frames import CameraView, Frame
from vision.georeference import Vector
from vision.tracking.camera_shift import CameraShift, moved_points

ViewAt = Callable[[float], CameraView | None]

STEP_S = 0.15  # between the pictures compared: long enough to move, short enough to overlap
LONGEST_STEP_S = 1.0
POSES_EVERY_S = 0.05
FINE_S = 0.01
LEAST_STEPS = 40
LEAST_EXPLAINED = 0.5  # of the variance of what the pictures show
GAINS = (0.6, 1.6)  # beyond them it is not this camera's motion
LARGEST_SIGMA_S = 0.25
LEAST_SIGMA_S = 0.01  # poses between two of a file are guessed
RIVAL_SIGMAS = 4.0  # another place may fit nearly as well only so close to the best one
HUBER_SIGMAS = 2.5
POINTS = np.array([[0.5, 0.5], [0.2, 0.5], [0.8, 0.5]])  # of the picture: shift, turn and zoom show in these


@dataclass(frozen=True, slots=True)
class TimeOffset:
    """`offset_s`: add it to a picture's time to find its pose. `explained`: the share of the motion that the poses then account for."""

    offset_s: float
    sigma_s: float
    explained: float


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """Motion between two pictures, as the flow (3, 2) of `POINTS` in picture widths a second."""

    start_s: float
    end_s: float
    size_px: tuple[int, int]
    flow: Vector


class OffsetSearch:
    """`see` the pictures in order, without their views; then `estimate` as often as liked."""

    def __init__(self) -> None:
        self._last: Frame | None = None
        self._steps: list[_Step] = []

    @property
    def steps(self) -> int:
        return len(self._steps)

    def see(self, frame: Frame) -> None:
        last = self._last
        if last is not None and frame.time_s - last.time_s < STEP_S - 1e-6:
            return
        self._last = frame
        if last is None or frame.time_s - last.time_s > LONGEST_STEP_S or last.size_px != frame.size_px or self._resized(frame):
            return
        shift = picture_shift(last, frame)
        if shift is not None:
            self._steps.append(_Step(last.time_s, frame.time_s, frame.size_px, _flow(shift, frame.size_px, frame.time_s - last.time_s)))

    def _resized(self, frame: Frame) -> bool:
        return bool(self._steps) and self._steps[0].size_px != frame.size_px

    def estimate(self, view_at: ViewAt, *, reach_s: float) -> TimeOffset | None:
        """`view_at` gives the camera's view by the time of its poses. None where the motion does not tell, or not within `reach_s`."""
        if len(self._steps) < LEAST_STEPS:
            return None
        views = _Views(view_at, self._steps, reach_s + 1.0)
        coarse = np.arange(-reach_s, reach_s + 1e-9, 2.0 * POSES_EVERY_S)
        costs = np.array([self._fit(views, float(offset)).cost for offset in coarse])
        if not np.isfinite(costs).any():
            return None
        best = int(np.nanargmin(np.where(np.isfinite(costs), costs, np.nan)))
        if best in (0, len(coarse) - 1):
            return None
        fine = np.arange(coarse[best] - 2.0 * POSES_EVERY_S, coarse[best] + 2.0 * POSES_EVERY_S + 1e-9, FINE_S)
        fine_costs = np.array([self._fit(views, float(offset)).cost for offset in fine])
        offset_s = _lowest(fine, fine_costs)
        found = self._fit(views, offset_s)
        if not GAINS[0] <= found.gain <= GAINS[1] or found.explained < LEAST_EXPLAINED:
            return None
        sigma_s = self._sigma_s(views, offset_s, found)
        if not sigma_s <= LARGEST_SIGMA_S:
            return None
        away = np.abs(coarse - offset_s) > max(RIVAL_SIGMAS * sigma_s, 4.0 * POSES_EVERY_S)
        rivals = costs[away & np.isfinite(costs)]
        # The log-likelihood of a rival, by the residuals' own scatter, must be beyond doubt worse.
        if len(rivals) and (rivals.min() - found.cost) / max(found.variance * found.widened, 1e-18) < RIVAL_SIGMAS**2:
            return None
        return TimeOffset(offset_s, float(np.hypot(sigma_s, LEAST_SIGMA_S)), found.explained)

    def _fit(self, views: "_Views", offset_s: float) -> "_Fit":
        told, seen = self._both(views, offset_s)
        if len(told) < max(LEAST_STEPS, 0.6 * len(self._steps)):
            return _Fit(np.inf, 0.0, 0.0, np.inf, 1.0)
        weights, gain = np.ones(len(told)), 1.0
        residual = seen - told
        for _ in range(4):  # steps where the registration went astray pull less
            power = float((weights[:, None] * told**2).sum())
            gain = float((weights[:, None] * told * seen).sum()) / power if power > 0 else 0.0
            residual = seen - gain * told
            size = np.linalg.norm(residual, axis=1)
            scale = max(1.4826 * float(np.median(size)), 1e-9)
            weights = np.minimum(1.0, HUBER_SIGMAS * scale / np.maximum(size, 1e-12))
        cost = float((weights[:, None] * residual**2).sum())
        around = seen - np.average(seen, axis=0, weights=weights)
        explained = 1.0 - cost / max(float((weights[:, None] * around**2).sum()), 1e-18)
        return _Fit(cost * len(self._steps) / len(told), gain, explained, cost / residual.size, _widening(residual))

    def _sigma_s(self, views: "_Views", offset_s: float, found: "_Fit") -> float:
        told, later, earlier = (views.flows(offset_s + moved_s) for moved_s in (0.0, POSES_EVERY_S, -POSES_EVERY_S))
        known = np.asarray(np.isfinite(told + later + earlier).all(axis=1), dtype=np.bool_)  # poses may begin or end within the film
        told, rate = told[known], found.gain * (later - earlier)[known] / (2.0 * POSES_EVERY_S)
        # What a gain can stand in for tells nothing of time.
        rate = rate - told * float((rate * told).sum()) / max(float((told**2).sum()), 1e-18)
        power = float((rate**2).sum())
        return float(np.sqrt(found.variance * found.widened / power)) if power > 0 else float("inf")

    def _both(self, views: "_Views", offset_s: float) -> tuple[Vector, Vector]:
        """(n, 6) flow told by the poses, and seen, of the steps whose poses are known at this offset."""
        told = views.flows(offset_s)
        known = np.asarray(np.isfinite(told).all(axis=1), dtype=np.bool_)
        return told[known], np.array([step.flow.ravel() for step in self._steps])[known]


@dataclass(frozen=True, slots=True)
class _Fit:
    cost: float
    gain: float
    explained: float
    variance: float
    widened: float


class _Views:
    """Ground to picture on a raster of the poses' time, interpolated between."""

    def __init__(self, view_at: ViewAt, steps: list[_Step], reach_s: float) -> None:
        self._start_s = np.array([step.start_s for step in steps])
        self._end_s = np.array([step.end_s for step in steps])
        self._size_px = steps[0].size_px
        self._low = int(np.floor((self._start_s.min() - reach_s) / POSES_EVERY_S)) - 2
        high = int(np.ceil((self._end_s.max() + reach_s) / POSES_EVERY_S)) + 3
        views = [view_at(index * POSES_EVERY_S) for index in range(self._low, high)]
        local = next((LocalFrame(view.pose.position) for view in views if view is not None), None)
        self._onto = np.full((len(views), 3, 3), np.nan)
        for row, view in enumerate(views):
            onto = None if view is None or local is None else ground_to_picture(view, local, self._size_px[0])
            if onto is not None:
                self._onto[row] = onto

    def flows(self, offset_s: float) -> Vector:
        """(steps, 6) as the poses tell them; NaN where they are not known."""
        before, after = self._between(self._start_s + offset_s), self._between(self._end_s + offset_s)
        known = np.asarray(np.isfinite(before + after).all(axis=(1, 2)), dtype=np.bool_)
        flows = np.full((len(before), POINTS.size), np.nan)
        # Unknown ones are stood in for by any matrix that can be inverted.
        shift = np.where(known[:, None, None], after, np.eye(3)) @ np.linalg.inv(np.where(known[:, None, None], before, np.eye(3)))
        points = POINTS * self._size_px
        mapped = np.einsum("nij,pj->npi", shift / shift[:, 2:3, 2:3], np.column_stack([points, np.ones(len(points))]))
        ahead = np.asarray(known & (mapped[:, :, 2] > 0.0).all(axis=1), dtype=np.bool_)
        moved = mapped[ahead, :, :2] / mapped[ahead, :, 2:] - points
        flows[ahead] = (moved / self._size_px[0] / (self._end_s - self._start_s)[ahead, None, None]).reshape(-1, POINTS.size)
        return flows

    def _between(self, at_s: Vector) -> Vector:
        place = at_s / POSES_EVERY_S - self._low
        row = np.clip(np.floor(place).astype(np.int64), 0, len(self._onto) - 2)
        share = (place - row)[:, None, None]
        between: Vector = (1.0 - share) * self._onto[row] + share * self._onto[row + 1]
        return between


def _flow(shift: CameraShift, size_px: tuple[int, int], over_s: float) -> Vector:
    points = POINTS * size_px
    flow: Vector = (moved_points(shift, points) - points) / size_px[0] / over_s
    return np.nan_to_num(flow, nan=0.0, posinf=0.0, neginf=0.0)


def _lowest(offsets_s: Vector, costs: Vector) -> float:
    """Between the samples, by the parabola through the lowest three."""
    best = int(np.argmin(costs))
    if best in (0, len(costs) - 1):
        return float(offsets_s[best])
    before, at, after = costs[best - 1 : best + 2]
    bend = before - 2.0 * at + after
    return float(offsets_s[best] + (0.5 * (before - after) / bend * FINE_S if bend > 0 else 0.0))


def _widening(residual: Vector) -> float:
    """How many times more doubtful sums are because neighbouring residuals hang together."""
    centred = residual - residual.mean(axis=0)
    power = float((centred**2).sum())
    if power <= 0 or len(centred) < 3:
        return 1.0
    lag = sum(float(a @ b) for a, b in pairwise(centred)) / power
    together = float(np.clip(lag, 0.0, 0.95))
    return (1.0 + together) / (1.0 - together)
