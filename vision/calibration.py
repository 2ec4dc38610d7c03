"""A fixed camera over flat ground as a homography, by points whose pixel and place are both known: where no pinhole sees them so.

The homography is fitted in pixels, where the error of a click is the same near and far. Its covariance comes from the same normal
equations, so accuracy falls off by itself away from the points.
Source: Hartley and Zisserman, Multiple View Geometry, 2nd ed., 4.1 (algebraic start) and 5.2 (covariance of an estimate).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat, VisionError
from vision.detections import Box
from vision.frames import Frame
from vision.georeference import GroundFix, GroundRay, Vector, locate_box

CLICK_SIGMA_PX = 1.5  # a person marking a corner, at best; four points fit exactly and prove nothing
SURVEY_SIGMA_M = 0.3  # places read from an orthophoto
OUTLIER_PX = 8.0
ROBUST_FROM = 6  # with fewer points there is no telling which one is wrong
GAUSS_NEWTON_STEPS = 10


@dataclass(frozen=True, slots=True)
class ControlPoint:
    """A pixel and the place it shows."""

    px: tuple[float, float]
    lonlat: LonLat


def _project(h: Vector, ground: Vector) -> tuple[Vector, Vector, Vector]:
    """Ground (n, 2) -> pixels (n, 2), d(pixel)/d(h) (n, 2, 8), d(pixel)/d(ground) (n, 2, 2); h is row-wise with h33 = 1."""
    matrix = np.append(h, 1.0).reshape(3, 3)
    homogeneous = np.column_stack([ground, np.ones(len(ground))])
    mapped = homogeneous @ matrix.T
    depth = mapped[:, 2:3]
    pixels = mapped[:, :2] / depth
    per_h = np.zeros((len(ground), 2, 8))
    per_h[:, 0, 0:3] = per_h[:, 1, 3:6] = homogeneous / depth
    per_h[:, :, 6:8] = -pixels[:, :, None] * (homogeneous[:, None, :2] / depth[:, :, None])
    per_ground = (matrix[None, :2, :2] - pixels[:, :, None] * matrix[None, 2:3, :2]) / depth[:, :, None]
    return pixels, per_h, per_ground


class CalibratedPlane:
    """`GroundModel` of a fixed camera by at least four control points, no three in a line among four."""

    def __init__(self, points: Sequence[ControlPoint], image_size_px: tuple[int, int], *, survey_sigma_m: float = SURVEY_SIGMA_M) -> None:
        if len(points) < 4:
            raise VisionError(
                f"The calibration has {len(points)} points; a homography needs at least 4.",
                code="vision.calibration_points",
                hint="Add points spread over the road, their pixel and their longitude and latitude.",
            )
        lonlat = np.array([point.lonlat.as_tuple() for point in points])
        self._local = LocalFrame(LonLat(*(float(value) for value in lonlat.mean(axis=0))))
        self._size_px = image_size_px
        self._survey_sigma_m = survey_sigma_m
        ground_m = self._local.to_en_m(lonlat)
        pixels = np.array([point.px for point in points], dtype=np.float64)
        # Fitted in units near one: raw metres and pixels make the normal equations ill-conditioned.
        self._scale_m = float(np.abs(ground_m).max()) or 1.0
        self._centre_px, self._scale_px = pixels.mean(axis=0), float(np.abs(pixels - pixels.mean(axis=0)).max()) or 1.0
        ground, image = ground_m / self._scale_m, (pixels - self._centre_px) / self._scale_px
        inlier = self._agreeing(ground, image)
        self._h = self._fit(ground[inlier], image[inlier])
        self.outliers: tuple[int, ...] = tuple(int(i) for i in np.flatnonzero(~inlier))
        projected, per_h, _ = _project(self._h, ground[inlier])
        residual = (projected - image[inlier]) * self._scale_px
        spare = 2 * int(inlier.sum()) - 8
        self.residual_px = float(np.sqrt((residual**2).sum() / spare)) if spare > 0 else 0.0
        sigma = max(self.residual_px, CLICK_SIGMA_PX) / self._scale_px
        normal = per_h.reshape(-1, 8).T @ per_h.reshape(-1, 8)
        self._h_sigma: Vector = sigma * np.linalg.cholesky(np.linalg.inv(normal))
        matrix = np.append(self._h, 1.0).reshape(3, 3)
        self._inverse = np.linalg.inv(matrix)
        self._front = np.sign((np.column_stack([image[inlier], np.ones(int(inlier.sum()))]) @ self._inverse.T)[:, 2].mean())

    def _agreeing(self, ground: Vector, image: Vector) -> NDArray[np.bool_]:
        if len(ground) < ROBUST_FROM:
            return np.ones(len(ground), dtype=np.bool_)
        _, mask = cv2.findHomography(ground, image, cv2.RANSAC, OUTLIER_PX / self._scale_px, maxIters=2000, confidence=0.999)
        inlier = np.asarray(mask, dtype=np.bool_).ravel() if mask is not None else np.ones(len(ground), dtype=np.bool_)
        return inlier if inlier.sum() >= 4 else np.ones(len(ground), dtype=np.bool_)

    @staticmethod
    def _fit(ground: Vector, image: Vector) -> Vector:
        start, _ = cv2.findHomography(ground, image, 0)
        if start is None or not np.isfinite(start).all() or abs(start[2, 2]) < 1e-9:
            raise _degenerate()
        h = (start / start[2, 2]).ravel()[:8]
        for _ in range(GAUSS_NEWTON_STEPS):
            projected, per_h, _unused = _project(h, ground)
            flat = per_h.reshape(-1, 8)
            if np.linalg.cond(flat) > 1e6:
                raise _degenerate()
            step = np.linalg.lstsq(flat, (image - projected).ravel(), rcond=None)[0]
            h = h + step
            if np.abs(step).max() < 1e-12:
                break
        return np.asarray(h, dtype=np.float64)

    @property
    def local(self) -> LocalFrame:
        return self._local

    def pixels(self, en_m: Vector) -> Vector:
        """(n, 2) east, north in `local` -> (n, 2) pixels."""
        projected, _, _ = _project(self._h, np.atleast_2d(np.asarray(en_m, dtype=np.float64)) / self._scale_m)
        seen: Vector = projected * self._scale_px + self._centre_px
        return seen

    def ray(self, pixel: tuple[float, float]) -> GroundRay | None:
        """None at and above the horizon."""
        u, v = (np.asarray(pixel) - self._centre_px) / self._scale_px
        east, north, depth = self._inverse @ (u, v, 1.0)
        if depth * self._front <= 1e-6:
            return None
        ground = np.array([[east / depth, north / depth]])
        _, per_h, per_ground = _project(self._h, ground)
        back = np.linalg.inv(per_ground[0])
        by_calibration = back @ per_h[0] @ self._h_sigma * self._scale_m
        systematic = np.column_stack([by_calibration, np.eye(2) * self._survey_sigma_m])
        return GroundRay(ground[0] * self._scale_m, back * self._scale_m / self._scale_px, systematic)

    def locate(self, frame: Frame, box: Box) -> GroundFix | None:
        width, height = frame.size_px
        sx, sy = self._size_px[0] / width, self._size_px[1] / height
        return locate_box(self, (box[0] * sx, box[1] * sy, box[2] * sx, box[3] * sy))


def _degenerate() -> VisionError:
    return VisionError(
        "The calibration points lie on a line or on top of each other, so they fix no plane.",
        code="vision.calibration_degenerate",
        hint="Choose points spread over the picture, no three of four in a line.",
    )
