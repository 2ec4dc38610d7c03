"""Track repair: a thing that was hidden for a while and came back keeps its number.

A tracker forgets within a second; a bus hides a car for three. When a new track is sure enough to be spoken of, it is held against those
that were lost before it began. The two are one thing when one even acceleration leads from the end of the old to the start of the new, at
a rate the thing can do, when they look alike, and when no other lost track fits about as well.
Ground metres are used where both have places; else pixels, brought into the picture of now when the camera moves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vision.appearance import likeness
from vision.inference.detector import CONFUSABLE
from vision.tracking.camera_path import CameraPath
from vision.tracking.camera_shift import Vector, moved_box
from vision.tracks import Track, TrackPoint

LONGEST_GAP_S = 4.0
ENDS_S = 1.2  # how much of the old end and of the new start tells their motion
LEAST_POINTS = 3
GATE_SIGMAS = 3.0
# What moves may gather or lose so much speed: a car braking hard 7 m/s2, any other hurry less.
ACCELERATION_SIGMA_MPS2 = 2.5
ACCELERATION_SIGMA_SIZES_PS2 = 0.7  # without places: of its own size a second and second; 2 m for a car, 0.7 m for a person
JERK_SHARE = 0.1  # how uneven the acceleration may be over the gap, as a share of itself
LARGEST_SIZE_RATIO = 1.8
LEAST_LIKENESS = 0.6
AMBIGUOUS = 1.5  # the second best must be worse by this many sigmas together
EDGE_PX, EDGE_OF_BOX = 1.0, 0.04  # how far a box is off


@dataclass(frozen=True, slots=True)
class _End:
    """Place and velocity where a track ends or begins, each with one sigma, in metres or pixels."""

    at_s: float
    place: Vector
    velocity: Vector
    place_sigma: float
    velocity_sigma: float


def continued_by(young: Track, lost: Iterable[Track], path: CameraPath) -> Track | None:
    """The lost track that `young` goes on with; None when none fits or two fit alike."""
    scores = sorted(
        ((misfit, old.track_id, old) for old in lost if (misfit := _misfit(old, young, path)) is not None), key=lambda found: found[:2]
    )
    if not scores or (len(scores) > 1 and scores[1][0] - scores[0][0] < AMBIGUOUS):
        return None
    return scores[0][2]


def _misfit(old: Track, young: Track, path: CameraPath) -> float | None:
    """How badly the two fit, in sigmas; None when they cannot be one thing."""
    gap_s = young.first.time_s - old.last.time_s
    if not 0.0 < gap_s <= LONGEST_GAP_S or not _same_kind(old.label, young.label):
        return None
    if not (old.last.whole and young.first.whole):  # one left the picture, or another entered it
        return None
    unlike = 0.0
    if old.look is not None and young.look is not None:
        alike = likeness(old.look, young.look)
        if alike < LEAST_LIKENESS:
            return None
        unlike = GATE_SIGMAS * (1.0 - alike) / (1.0 - LEAST_LIKENESS)
    ends = [point for point in old.points if old.last.time_s - point.time_s <= ENDS_S]
    starts = [point for point in young.points if point.time_s - young.first.time_s <= ENDS_S]
    if min(len(ends), len(starts)) < LEAST_POINTS:
        return None
    here, there = _boxes(ends, path), _boxes(starts, path)
    if here is None or there is None:
        return None
    sizes = np.median(here[:, 2:] - here[:, :2], axis=0), np.median(there[:, 2:] - there[:, :2], axis=0)
    if (np.abs(np.log(sizes[0] / sizes[1])) > np.log(LARGEST_SIZE_RATIO)).any():
        return None
    if all(point.fix is not None for point in (*ends, *starts)):
        last, first = _placed(ends, -1), _placed(starts, 0)
        hurry = ACCELERATION_SIGMA_MPS2
    else:
        last, first = _pictured(ends, here, -1), _pictured(starts, there, 0)
        hurry = ACCELERATION_SIGMA_SIZES_PS2 * float(np.sqrt(np.prod(sizes[1])))
    moved = _motion_misfit(last, first, gap_s, hurry)
    return None if moved is None else float(np.hypot(moved, unlike))


def _motion_misfit(last: _End, first: _End, gap_s: float, hurry: float) -> float | None:
    turned = float(np.hypot(*(first.velocity - last.velocity))) / gap_s
    if turned > GATE_SIGMAS * np.hypot(hurry, np.hypot(last.velocity_sigma, first.velocity_sigma) / gap_s):
        return None
    # With one even acceleration the way is the mean of both velocities times the time.
    off = float(np.hypot(*(first.place - last.place - gap_s * (last.velocity + first.velocity) / 2.0)))
    sigma = np.sqrt(
        last.place_sigma**2
        + first.place_sigma**2
        + (gap_s / 2.0) ** 2 * (last.velocity_sigma**2 + first.velocity_sigma**2)
        + (JERK_SHARE * hurry * gap_s**2) ** 2
    )
    return None if off > GATE_SIGMAS * sigma else float(off / sigma)


def _boxes(points: Sequence[TrackPoint], path: CameraPath) -> Vector | None:
    """(n, 4) boxes in the picture of now."""
    moved = [moved_box(path.since(point.time_s), np.array(point.bbox_px)) for point in points]
    return None if any(box is None for box in moved) else np.array(moved, dtype=np.float64)


def _pictured(points: Sequence[TrackPoint], boxes: Vector, end: int) -> _End:
    centres = (boxes[:, :2] + boxes[:, 2:]) / 2.0
    size = float(np.sqrt(np.median(np.prod(boxes[:, 2:] - boxes[:, :2], axis=1))))
    return _line(points, centres, EDGE_PX + EDGE_OF_BOX * size, end)


def _placed(points: Sequence[TrackPoint], end: int) -> _End:
    fixes = [point.fix for point in points if point.fix is not None]
    sigma = float(np.sqrt(np.mean([np.trace(fix.random_m @ fix.random_m.T) / 2.0 for fix in fixes])))
    return _line(points, np.array([fix.en_m for fix in fixes]), sigma, end)


def _line(points: Sequence[TrackPoint], places: Vector, least_sigma: float, end: int) -> _End:
    """A straight, even motion through `places` (n, 2), told at its first (0) or last (-1) point."""
    at_s = points[end].time_s
    offset_s = np.array([point.time_s for point in points]) - at_s
    design = np.column_stack([np.ones(len(points)), offset_s])
    line, *_ = np.linalg.lstsq(design, places, rcond=None)
    scatter = float(((places - design @ line) ** 2).sum()) / max(1, 2 * (len(points) - 2))
    noise = max(least_sigma**2, scatter)
    spread_s2 = float(((offset_s - offset_s.mean()) ** 2).sum())
    place_sigma = np.sqrt(noise * (1.0 / len(points) + float(offset_s.mean()) ** 2 / spread_s2))
    return _End(at_s, line[0], line[1], float(place_sigma), float(np.sqrt(noise / spread_s2)))


def _same_kind(one: str, other: str) -> bool:
    return one == other or any(one in group and other in group for group in CONFUSABLE)
