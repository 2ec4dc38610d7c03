"""A fixed camera from points whose pixel and place are both known: where it stands, where it looks, its focal length and distortion.

Least squares in pixels, each point weighted by its click and by what the survey error of its place makes in the picture. What the points
do not tell is held by weak expectations (a lens of 60 degrees, no distortion), so that a view from straight above, where height and focal
length cannot be told apart, still gives right places and an honest covariance.
Sources: Hartley and Zisserman, Multiple View Geometry, 2nd ed., 7.2 and 8.1.1 (camera from a plane), A6.2 (Levenberg-Marquardt).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import CameraIntrinsics, CameraPose, LocalFrame, LonLat, camera_to_enu, heading_pitch_roll_deg
from vision.frames import CameraView
from vision.georeference import Vector

USUAL_HFOV_DEG, FOCAL_SIGMA = 60.0, 0.5  # of the logarithm: 95 % of lenses see between 24 and 115 degrees
KNOWN_FOCAL_SIGMA = 0.05  # a data sheet's angle of view
KNOWN_PLACE_SIGMA_M = 5.0  # a camera's place on the map
DISTORTION_SIGMA = 0.3
K1_FROM, K2_FROM = 6, 10  # points: two equations each, for 7 unknowns without distortion
START_HFOV_DEG = (12.0, 20.0, 32.0, 45.0, 60.0, 78.0, 100.0)
FIRST_STEPS, STEPS, STEP = 8, 60, 1e-6
ROBUST_FROM, ROBUST_SIGMAS = 6, 3.0  # with fewer points there is no telling which one is wrong
FOCAL, K1, K2 = 6, 7, 8


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the camera beforehand, None where nothing is: its place, and the full horizontal angle of its lens."""

    position: LonLat | None = None
    hfov_deg: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PinholeFit:
    """`spread` (9, k) as `vision.posed_ground.spread_of` counts; `residual_px` (n, 2) of every point; `chi2` per degree of freedom."""

    view: CameraView
    spread: Vector
    residual_px: Vector
    weight: Vector
    chi2: float


@dataclass(frozen=True, slots=True, eq=False)
class Pinhole:
    """`place` (3,) metres east, north and above the ground; `turn` (3, 3) as `camera_to_enu`; `focal` logarithm of pixels."""

    place: Vector
    turn: Vector
    focal: float
    k1: float = 0.0
    k2: float = 0.0

    @classmethod
    def of(cls, view: CameraView, local: LocalFrame) -> "Pinhole":
        pose, lens = view.pose, view.intrinsics
        place = np.array([*local.offset_m(pose.position), pose.height_m])
        turn = camera_to_enu(pose.heading_deg, pose.pitch_deg, pose.roll_deg)
        return cls(place, turn, float(np.log(lens.focal_px)), lens.k1, lens.k2)

    def derivatives(self, ground: Vector, size_px: tuple[int, int]) -> Vector:
        """(n, 2, 9) of the pixels of points (n, 3) by `moved`."""
        per_step = np.empty((len(ground), 2, 9))
        for index in range(9):
            step = np.zeros(9)
            step[index] = STEP
            per_step[:, :, index] = (self.moved(step).pixels(ground, size_px) - self.moved(-step).pixels(ground, size_px)) / (2 * STEP)
        return per_step

    def moved(self, step: Vector) -> "Pinhole":
        turned = cv2.Rodrigues(step[3:6])[0] @ self.turn
        return Pinhole(self.place + step[:3], turned, self.focal + step[FOCAL], self.k1 + step[K1], self.k2 + step[K2])

    def pixels(self, ground: Vector, size_px: tuple[int, int]) -> Vector:
        lens = CameraIntrinsics(*size_px, float(np.exp(self.focal)), (size_px[0] / 2.0, size_px[1] / 2.0), self.k1, self.k2)
        return lens.project((ground - self.place) @ self.turn)


class PinholeProblem:
    """Points (n, 3) in metres of `local`, east, north and above its ground, and their pixels (n, 2), in a picture of `size_px`."""

    def __init__(
        self, local: LocalFrame, ground_m: Vector, pixels: Vector, size_px: tuple[int, int], click_px: float, survey_m: float, known: Known
    ) -> None:
        self._local, self._ground, self._pixels, self._size_px = local, ground_m, pixels, size_px
        self._click_px, self._survey_m = click_px, survey_m
        sigmas = np.full(9, np.inf)
        expected = np.zeros(9)
        hfov_deg = USUAL_HFOV_DEG if known.hfov_deg is None else known.hfov_deg
        expected[FOCAL] = _log_focal(size_px[0], hfov_deg)
        sigmas[FOCAL] = FOCAL_SIGMA if known.hfov_deg is None else KNOWN_FOCAL_SIGMA
        sigmas[[K1, K2]] = DISTORTION_SIGMA
        if known.position is not None:
            expected[:2], sigmas[:2] = local.offset_m(known.position), KNOWN_PLACE_SIGMA_M
        self._expected, self._prior = expected, 1.0 / sigmas
        count = len(ground_m)
        self._free = np.array([*range(7), *([K1] if count >= K1_FROM else []), *([K2] if count >= K2_FROM else [])])
        method = cv2.RANSAC if count >= ROBUST_FROM else 0
        level_m = np.ascontiguousarray(ground_m[:, :2])
        onto, _ = cv2.findHomography(level_m, pixels, method, 12.0)
        self._onto = None if onto is None or not np.isfinite(onto).all() else np.asarray(onto, dtype=np.float64)
        self._whitening = np.zeros((count, 2, 2)) if self._onto is None else _whitening(self._onto, level_m, click_px, survey_m)

    def solve(self, start: "Pinhole | None" = None) -> "tuple[Pinhole, PinholeFit] | None":
        """The best camera, or None when no pinhole sees the points so."""
        starts = self._starts() if start is None else [start]
        solved = [found for found in (self._improved(one, FIRST_STEPS) for one in starts) if found is not None]
        best = min(solved, key=lambda found: found[1], default=None)
        found = None if best is None else self._improved(best[0], STEPS)
        return None if found is None else (found[0], self._fit(found[0]))

    def _starts(self) -> "list[Pinhole]":
        onto = self._onto
        if onto is None:
            return []
        middle = np.array([self._size_px[0] / 2.0, self._size_px[1] / 2.0])
        found = []
        for hfov_deg in START_HFOV_DEG:
            focal = _log_focal(self._size_px[0], hfov_deg)
            straight = np.linalg.inv(np.array([[np.exp(focal), 0, middle[0]], [0, np.exp(focal), middle[1]], [0, 0, 1.0]])) @ onto
            straight /= (np.linalg.norm(straight[:, 0]) + np.linalg.norm(straight[:, 1])) / 2.0
            if straight[2] @ np.append(self._ground[:, :2].mean(axis=0), 1.0) < 0.0:
                straight = -straight  # what is seen lies ahead
            u, _, vt = np.linalg.svd(np.column_stack([straight[:, :2], np.cross(straight[:, 0], straight[:, 1])]))
            rotation = u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt
            place = -rotation.T @ straight[:, 2]
            if place[2] > 0.0:
                found.append(Pinhole(place, rotation.T, focal))
        return found

    def _improved(self, camera: "Pinhole", steps: int) -> "tuple[Pinhole, float] | None":
        damping, cost = 1e-3, self._cost(camera)
        for _ in range(steps):
            if not np.isfinite(cost):
                return None
            rows, residual = self._equations(camera)
            normal, gradient = rows.T @ rows, rows.T @ residual
            step = np.zeros(9)
            step[self._free] = np.linalg.lstsq(normal + damping * np.diag(np.diag(normal)), gradient, rcond=None)[0]
            moved = camera.moved(step)
            found = self._cost(moved)
            if np.isfinite(found) and found <= cost and moved.place[2] > 0.0:
                done = cost - found < 1e-9 * (1.0 + cost)
                camera, cost, damping = moved, found, damping / 5.0
                if done:
                    break
            else:
                damping *= 7.0
                if damping > 1e9:
                    break
        return camera, cost

    def _weights(self, sigmas: Vector) -> Vector:
        """(n,) of points whose residuals are so many sigmas: Geman and McClure, so that a wrong point pulls no more."""
        if len(sigmas) < ROBUST_FROM:
            return np.ones(len(sigmas))
        weights: Vector = 1.0 / (1.0 + (np.hypot(*sigmas.T) / ROBUST_SIGMAS) ** 2)
        return weights

    def _sigmas(self, camera: "Pinhole") -> Vector:
        residual = self._pixels - camera.pixels(self._ground, self._size_px)
        sigmas: Vector = np.einsum("nij,nj->ni", self._whitening, residual)
        return sigmas

    def _cost(self, camera: "Pinhole") -> float:
        sigmas = self._sigmas(camera)
        squared = (sigmas**2).sum(axis=1)
        robust = squared / (1.0 + squared / ROBUST_SIGMAS**2) if len(sigmas) >= ROBUST_FROM else squared
        return float(robust.sum() + (self._off(camera) ** 2).sum())

    def _off(self, camera: "Pinhole") -> Vector:
        """(9,) how far from what is expected, in sigmas."""
        values = np.array([*camera.place, 0.0, 0.0, 0.0, camera.focal, camera.k1, camera.k2])
        off: Vector = (self._expected - values) * self._prior
        return off

    def _equations(self, camera: "Pinhole") -> tuple[Vector, Vector]:
        """Rows (2 n + 9, free) and residuals of the linear problem around this camera, all in sigmas."""
        sigmas = self._sigmas(camera)
        per_step = camera.derivatives(self._ground, self._size_px)
        root = self._weights(sigmas)  # the weight of the square, as the root of the rows: w = psi(r) / r of the cost
        # Beside the fold of a bent lens there is no derivative.
        rows = np.einsum("nij,njk->nik", self._whitening, np.nan_to_num(per_step)) * root[:, None, None]
        whole = np.vstack([rows.reshape(-1, 9), np.diag(self._prior)])[:, self._free]
        return whole, np.concatenate([(sigmas * root[:, None]).ravel(), self._off(camera)])

    def _fit(self, camera: "Pinhole") -> PinholeFit:
        rows, _ = self._equations(camera)
        sigmas = self._sigmas(camera)
        weight = self._weights(sigmas)
        used = weight > 0.5 if len(weight) >= ROBUST_FROM else np.ones(len(weight), dtype=bool)
        spare = 2 * int(used.sum()) - len(self._free)
        chi2 = float((sigmas[used] ** 2).sum() / spare) if spare > 0 else 1.0
        spread = np.zeros((9, len(self._free)))
        spread[self._free] = np.linalg.cholesky(np.linalg.pinv(rows.T @ rows, hermitian=True) + 1e-14 * np.eye(len(self._free)))
        spread *= np.sqrt(max(1.0, chi2))
        heading, pitch, roll = heading_pitch_roll_deg(camera.turn)
        lens = CameraIntrinsics(
            *self._size_px,
            float(np.exp(camera.focal)),
            (self._size_px[0] / 2.0, self._size_px[1] / 2.0),
            float(camera.k1),
            float(camera.k2),
        )
        sigma = np.sqrt((spread**2).sum(axis=1))
        pose = CameraPose(
            self._local.place(float(camera.place[0]), float(camera.place[1])),
            float(camera.place[2]),
            heading,
            pitch,
            roll,
            float(np.hypot(sigma[0], sigma[1]) / np.sqrt(2.0)),
            float(sigma[2]),
            float(np.degrees(np.hypot(sigma[3], sigma[4]) / np.sqrt(2.0))),
            float(np.degrees(sigma[5])),
        )
        residual = self._pixels - camera.pixels(self._ground, self._size_px)
        return PinholeFit(CameraView(pose, lens, float(sigma[FOCAL])), spread, residual, weight, chi2)


def _whitening(onto: Vector, ground_m: Vector, click_px: float, survey_m: float) -> Vector:
    """(n, 2, 2): residuals in pixels -> in sigmas of click and survey. By the homography, so that no camera makes its own errors small."""
    homogeneous = np.column_stack([ground_m, np.ones(len(ground_m))]) @ onto.T
    depth = homogeneous[:, 2:]
    per_ground = (onto[None, :2, :2] - (homogeneous[:, :2] / depth)[:, :, None] * onto[None, 2:, :2]) / depth[:, :, None]
    covariance = click_px**2 * np.eye(2) + survey_m**2 * per_ground @ per_ground.transpose(0, 2, 1)
    whitening: Vector = np.linalg.inv(np.linalg.cholesky(covariance))
    return whitening


def _log_focal(width_px: int, hfov_deg: float) -> float:
    return float(np.log(width_px / 2.0 / np.tan(np.radians(hfov_deg) / 2.0)))


def used_of(weight: Vector) -> NDArray[np.bool_]:
    """Points that were not taken for wrong."""
    used: NDArray[np.bool_] = weight > 0.25
    return used
