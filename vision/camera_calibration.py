"""The calibration of a fixed camera judged: a pinhole where one sees the points so, else a homography, and what each point says of it.

A point left out and predicted by the others is the one error that four or five points cannot hide. Where an elevation model says that the
points do not lie on one level, and a camera over its relief sees them no worse than one over level ground, places are on the relief.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat, VisionError
from geo.terrain import Heights
from vision.calibration import CLICK_SIGMA_PX, SURVEY_SIGMA_M, CalibratedPlane, ControlPoint
from vision.frames import CameraView
from vision.georeference import GroundModel, Vector
from vision.pinhole_fit import Known, PinholeFit, PinholeProblem, used_of
from vision.posed_ground import EAST, NORTH, PosedCamera, PosedGround, Relief

NO_PINHOLE_CHI2 = 9.0  # three sigmas all over: the picture was cropped or bent, or the ground is not level
MOST = 0.8  # of the points: with fewer it has explained the others away
LEAVE_OUT_FROM = 5
NOT_LEVEL_SIGMAS = 3.0  # heights of the points that differ by less say nothing of relief
RELIEF_SHARE_OF_PIXEL = 0.05  # of an elevation model's pixel: how far ground between its heights is off them, over a street or a yard
MOST_OFF_PX = 50.0
LEAST_RELIEF_SIGMA_M, MOST_RELIEF_SIGMA_M = 0.1, 2.0
NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class PointError:
    """`off_px`: where the model sees the place, less the click. `left_out_m`, `left_out_px`: how far the other points alone put it; None
    with four points, and where they see nothing. `used` is False for a point taken for wrong."""

    off_px: tuple[float, float]
    left_out_px: float | None
    left_out_m: float | None
    used: bool


@dataclass(frozen=True, slots=True, eq=False)
class CameraFit:
    """`residual_px` is the root mean square of the points used; `view` is known for a pinhole."""

    kind: Literal["pinhole", "homography"]
    ground: GroundModel
    residual_px: float
    points: tuple[PointError, ...]
    view: CameraView | None

    @property
    def left_out_m(self) -> float | None:
        """Median over the points."""
        known = [one.left_out_m for one in self.points if one.left_out_m is not None]
        return float(np.median(known)) if known else None


def calibrate_camera(
    points: Sequence[ControlPoint],
    image_size_px: tuple[int, int],
    *,
    survey_sigma_m: float = SURVEY_SIGMA_M,
    shared_sigma_m: float = 0.0,
    known: Known = NOTHING_KNOWN,
    judged: bool = True,
    heights: Heights | None = None,
) -> CameraFit:
    """From four points on. `judged` False leaves the errors of left-out points away, which take a fit each. `heights`: the ground's own.
    `survey_sigma_m` is of each place by itself, `shared_sigma_m` of all of them at once, east and north each: it never averages away.

    Raises: `VisionError` for fewer points, and for points on a line.
    """
    plane = CalibratedPlane(points, image_size_px, survey_sigma_m=float(np.hypot(survey_sigma_m, shared_sigma_m)))
    local = plane.local
    ground = local.to_en_m([point.lonlat.as_tuple() for point in points])
    pixels = np.array([point.px for point in points], dtype=np.float64)

    def pinhole(rows: NDArray[np.int64], up_m: Vector) -> PinholeFit | None:
        places = np.column_stack([ground, up_m])[rows]
        problem = PinholeProblem(local, places, pixels[rows], image_size_px, CLICK_SIGMA_PX, survey_sigma_m, known)
        found = problem.solve()
        return None if found is None else found[1]

    everyone, level = np.arange(len(points), dtype=np.int64), np.zeros(len(points))
    fit, up_m = pinhole(everyone, level), level
    relief = None if heights is None else relief_of(heights)
    base_m, risen_m = (0.0, level) if heights is None else _risen_m(heights, points)
    if relief is not None and risen_m.max() > NOT_LEVEL_SIGMAS * relief.sigma_m:
        over_relief = pinhole(everyone, risen_m)
        if over_relief is not None and (fit is None or _cost(over_relief) <= _cost(fit)):
            fit, up_m = over_relief, risen_m
    on_relief = up_m is risen_m
    if fit is not None and _sees_so(fit, plane, len(points)):
        others = [pinhole(np.delete(everyone, row), up_m) for row in everyone] if judged and len(points) >= LEAVE_OUT_FROM else []
        kept = relief if on_relief else None
        cameras = [None if other is None else PosedCamera(local, _above_sea(other.view, kept, base_m), kept) for other in others]
        used = used_of(fit.weight)
        off = -fit.residual_px
        view = _above_sea(fit.view, kept, base_m)
        model: GroundModel = PosedGround(view, kept, spread=_shared(fit.spread, shared_sigma_m))
        errors = _errors(local, points, cameras, off, used, up_m)
        return CameraFit("pinhole", model, _rms(off[used]), errors, view)
    used = np.array([row not in plane.outliers for row in everyone])
    planes = [_plane_without(points, row, image_size_px) for row in range(len(points))] if judged and len(points) >= LEAVE_OUT_FROM else []
    off = plane.pixels(ground) - pixels
    return CameraFit("homography", plane, _rms(off[used]), _errors(local, points, planes, off, used), None)


def _sees_so(fit: PinholeFit, plane: CalibratedPlane, count: int) -> bool:
    """Whether a pinhole explains the points: most of them, or as many as a homography does, and those well."""
    used = used_of(fit.weight)
    if used.sum() < min(MOST * count, count - len(plane.outliers)):
        return False
    return fit.chi2 <= NO_PINHOLE_CHI2 or (count > 4 and plane.residual_px > 0.5 * _rms(fit.residual_px[used]))


def _plane_without(points: Sequence[ControlPoint], row: int, size_px: tuple[int, int]) -> CalibratedPlane | None:
    try:
        return CalibratedPlane([point for index, point in enumerate(points) if index != row], size_px)
    except VisionError:
        return None


def _errors(
    local: LocalFrame,
    points: Sequence[ControlPoint],
    others: "Sequence[PosedCamera | CalibratedPlane | None]",
    off: Vector,
    used: NDArray[np.bool_],
    up_m: Vector | None = None,
) -> tuple[PointError, ...]:
    found = []
    for row, point in enumerate(points):
        other = others[row] if others else None
        px, metres = (None, None) if other is None else _left_out(local, other, point, 0.0 if up_m is None else float(up_m[row]))
        found.append(PointError((float(off[row, 0]), float(off[row, 1])), px, metres, bool(used[row])))
    return tuple(found)


def relief_of(heights: Heights) -> Relief:
    """The ground before a fixed camera: its own points settle how high it stands over the model, so only the model's detail is doubtful."""
    return Relief(heights, float(np.clip(RELIEF_SHARE_OF_PIXEL * heights.resolution_m, LEAST_RELIEF_SIGMA_M, MOST_RELIEF_SIGMA_M)))


def _risen_m(heights: Heights, points: Sequence[ControlPoint]) -> tuple[float, Vector]:
    """The lowest point's height above the sea, and how far each rises above it; level where the model does not know them all."""
    amsl_m = heights.heights_amsl_m([point.lonlat.as_tuple() for point in points])
    if np.isnan(amsl_m).any():
        return 0.0, np.zeros(len(points))
    return float(amsl_m.min()), np.asarray(amsl_m - amsl_m.min())


def _cost(fit: PinholeFit) -> float:
    """Root mean square of all points, wrong ones too: a camera that calls more of them wrong is not better."""
    return float(np.sqrt(np.minimum((fit.residual_px**2).sum(axis=1), MOST_OFF_PX**2).mean()))


def _shared(spread: Vector, sigma_m: float) -> Vector:
    together = np.zeros((9, 2))
    together[EAST, 0] = together[NORTH, 1] = sigma_m
    return np.column_stack([spread, together])


def _above_sea(view: CameraView, relief: Relief | None, base_m: float) -> CameraView:
    return view if relief is None else replace(view, pose=replace(view.pose, amsl_m=base_m + view.pose.height_m))


def _left_out(
    local: LocalFrame, other: "PosedCamera | CalibratedPlane", point: ControlPoint, up_m: float
) -> tuple[float | None, float | None]:
    """Pixels and metres between a point and where a model that does not know it puts it."""
    place = np.array([local.offset_m(point.lonlat)])
    seen = (
        other.project(place, up_m)[0] if isinstance(other, PosedCamera) else other.pixels(other.local.to_en_m([point.lonlat.as_tuple()]))[0]
    )
    ray = other.ray(point.px)
    off_px = float(np.hypot(*(seen - point.px)))
    off_m = None if ray is None else _distance_m(other, ray.en_m, point.lonlat)
    return (off_px if np.isfinite(off_px) else None), off_m


def _distance_m(model: "PosedCamera | CalibratedPlane", en_m: Vector, place: LonLat) -> float:
    return float(np.hypot(*(en_m - np.array(model.local.offset_m(place)))))


def _rms(off: Vector) -> float:
    return float(np.sqrt((off**2).sum(axis=1).mean())) if len(off) else 0.0
