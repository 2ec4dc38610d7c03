"""A fixed camera calibrated by a drone that flew over its view: things both saw move at the same time are the points.

Which thing of one is which of the other nobody says. Two pairs of ways that ran at the same time fix a homography, right or wrong; only a
third pair whose ways it maps onto each other at every instant says that it is right, and a camera above the ground must see them so. Where
two assignments are supported alike, or all ways run along one line, nothing is said.
Sources: Fischler and Bolles, RANSAC, 1981 (hypothesis and support); Stauffer and Tieu, CVPR 2003 (planar views tied by their tracks).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np

from geo.primitives import LocalFrame, LonLat, VisionError
from geo.terrain import Heights
from vision.calibration import ControlPoint
from vision.camera_calibration import NOTHING_KNOWN, CameraFit, calibrate_camera
from vision.georeference import Vector
from vision.pinhole_fit import Known

EVERY_S = 0.5
LEAST_TOGETHER_S = 2.0
LEAST_WAY_M = 6.0  # what stands still can be tied to anything
WITHIN_OF_WIDTH = 0.03  # of the picture: a car's box and its middle on the ground are not one point
WITHIN_SHARE = 0.7  # of the instants of a right pair
LEAST_PAIRS = 3  # two even ways fit any other two
LEAST_SPREAD = 0.08  # second over first extent of the points: below it they lie along one line
MOST_POINTS = 40
MOST_HYPOTHESES = 4000
THING_SIGMA_M = 0.7  # a box's lower edge against the middle of the thing
RIVAL_SHARE = 0.75


@dataclass(frozen=True, slots=True, eq=False)
class PixelWay:
    """What the fixed camera saw of one thing: Unix seconds (n,), where it touches the ground in pixels (n, 2)."""

    at_s: Vector
    px: Vector
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class GroundWay:
    """What the drone saw of one: Unix seconds (n,), longitude and latitude (n, 2)."""

    at_s: Vector
    lonlat_deg: Vector
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class PassCalibration:
    """`pairs`: rows of the ways tied together; `points`: what they gave. `shared_sigma_m` as `Calibration` has it: of the drone itself."""

    pairs: tuple[tuple[int, int], ...]
    points: tuple[ControlPoint, ...]
    survey_sigma_m: float
    shared_sigma_m: float
    fit: CameraFit


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    """Instants both saw: ground (n, 2) metres, pixels (n, 2)."""

    fixed: int
    drone: int
    ground_m: Vector
    px: Vector


def calibrate_by_pass(
    fixed: Sequence[PixelWay],
    drone: Sequence[GroundWay],
    image_size_px: tuple[int, int],
    *,
    drone_sigma_m: float,
    known: Known = NOTHING_KNOWN,
    heights: Heights | None = None,
) -> PassCalibration:
    """`drone_sigma_m`: one sigma of what all places of the drone share. Raises: `VisionError` saying why nothing can be told."""
    if not fixed or not drone:
        raise _untold("one of the two saw nothing move")
    local = LocalFrame(LonLat(*(float(value) for value in np.concatenate([way.lonlat_deg for way in drone]).mean(axis=0))))
    candidates = list(_candidates(fixed, drone, local))
    if len(candidates) < LEAST_PAIRS:
        raise _untold("fewer than three moving things were seen by both at the same time")
    best = _best(candidates, image_size_px[0])
    points = _points(best, local)
    fit = calibrate_camera(
        points, image_size_px, survey_sigma_m=THING_SIGMA_M, shared_sigma_m=drone_sigma_m, known=known, judged=False, heights=heights
    )
    if fit.kind != "pinhole":
        raise _untold("no camera above the ground sees the things so")
    return PassCalibration(tuple((pair.fixed, pair.drone) for pair in best), tuple(points), THING_SIGMA_M, drone_sigma_m, fit)


def _candidates(fixed: Sequence[PixelWay], drone: Sequence[GroundWay], local: LocalFrame) -> Iterator[_Pair]:
    for i, seen in enumerate(fixed):
        for j, flown in enumerate(drone):
            start_s, end_s = max(seen.at_s[0], flown.at_s[0]), min(seen.at_s[-1], flown.at_s[-1])
            if end_s - start_s < LEAST_TOGETHER_S or _is_person(seen.label) != _is_person(flown.label):
                continue
            at_s = np.arange(start_s, end_s + 1e-9, EVERY_S)
            ground = _along(at_s, flown.at_s, local.to_en_m(flown.lonlat_deg))
            if np.hypot(*np.ptp(ground, axis=0)) >= LEAST_WAY_M:
                yield _Pair(i, j, ground, _along(at_s, seen.at_s, seen.px))


def _is_person(label: str) -> bool:
    return label == "person"


def _along(at_s: Vector, known_s: Vector, values: Vector) -> Vector:
    return np.column_stack([np.interp(at_s, known_s, column) for column in values.T])


def _best(candidates: Sequence[_Pair], width_px: int) -> list[_Pair]:
    """The assignment most instants support. Raises: `VisionError` when none is, or another is supported nearly as well."""
    within_px = WITHIN_OF_WIDTH * width_px
    found: list[tuple[float, list[_Pair]]] = []
    hypotheses: list[tuple[_Pair, ...]] = [(pair,) for pair in candidates]
    hypotheses += [(a, b) for a, b in combinations(candidates, 2) if a.fixed != b.fixed and a.drone != b.drone][:MOST_HYPOTHESES]
    for chosen in hypotheses:
        onto = _homography(chosen)
        if onto is None:
            continue
        pairs = _supporters(candidates, onto, within_px)
        again = _homography(pairs) if len(pairs) >= LEAST_PAIRS else None
        if again is not None:
            pairs = _supporters(candidates, again, within_px)
        if len(pairs) >= LEAST_PAIRS and _homography(pairs) is not None:
            found.append((float(sum(len(pair.px) for pair in pairs)), pairs))
    if not found:
        raise _untold("no assignment of the things seen maps one view onto the other, or all of them ran along one line")
    support, best = max(found, key=lambda one: one[0])
    kept = {(pair.fixed, pair.drone) for pair in best}
    for other_support, pairs in found:
        against = [pair for pair in pairs if (pair.fixed, pair.drone) not in kept]
        if len(against) >= 2 and other_support >= RIVAL_SHARE * support:
            raise _untold("two assignments of the things seen fit alike")
    return best


def _homography(pairs: Sequence[_Pair]) -> Vector | None:
    """Ground to pixels; None for points along one line, on either side."""
    ground, px = np.concatenate([pair.ground_m for pair in pairs]), np.concatenate([pair.px for pair in pairs])
    if len(ground) < 6 or _extent(ground) < LEAST_SPREAD or _extent(px) < LEAST_SPREAD / 2:
        return None
    onto, _ = cv2.findHomography(ground, px, 0)
    return None if onto is None or not np.isfinite(onto).all() else np.asarray(onto, dtype=np.float64)


def _extent(points: Vector) -> float:
    singular = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return float(singular[1] / singular[0]) if singular[0] > 0 else 0.0


def _supporters(candidates: Sequence[_Pair], onto: Vector, within_px: float) -> list[_Pair]:
    """Pairs the homography maps onto each other, each thing in one of them at most: the best first."""
    scored = []
    for pair in candidates:
        mapped = np.column_stack([pair.ground_m, np.ones(len(pair.ground_m))]) @ onto.T
        if (mapped[:, 2] * mapped[0, 2] <= 0).any():
            continue
        off = np.hypot(*(mapped[:, :2] / mapped[:, 2:] - pair.px).T)
        if (off <= within_px).mean() >= WITHIN_SHARE:
            scored.append((float(np.median(off)), pair))
    taken_fixed: set[int] = set()
    taken_drone: set[int] = set()
    kept = []
    for _, pair in sorted(scored, key=lambda one: one[0]):
        if pair.fixed not in taken_fixed and pair.drone not in taken_drone:
            taken_fixed.add(pair.fixed)
            taken_drone.add(pair.drone)
            kept.append(pair)
    return kept


def _points(pairs: Sequence[_Pair], local: LocalFrame) -> list[ControlPoint]:
    """Spread over the pairs and along their ways."""
    each = max(3, MOST_POINTS // len(pairs))
    points = []
    for pair in pairs:
        rows = np.unique(np.linspace(0, len(pair.px) - 1, min(each, len(pair.px))).round().astype(np.int64))
        points += [
            ControlPoint((float(pair.px[row, 0]), float(pair.px[row, 1])), local.place(*map(float, pair.ground_m[row]))) for row in rows
        ]
    return points[:MOST_POINTS]


def _untold(why: str) -> VisionError:
    return VisionError(
        f"The pass calibrates nothing: {why}.",
        code="vision.pass_calibration",
        hint="Fly while things move across the view in two directions, and check that both clocks are right.",
    )
