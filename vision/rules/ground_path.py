"""A track as rules judge it: where the middle of the thing was on the ground, how fast and which way, each with its error.

The bottom edge of a box is the side of the thing that is nearest to the camera. How much of the thing lies behind that depends on how
it stands to the line of sight: half of its length or of its width, or something between. Both are usual ones of its class, with a sigma.
Places are smoothed by straight motions fitted over a moving window. Errors that all fixes share are kept: smoothing does not lower them.
Sources: Cleveland, Robust Locally Weighted Regression, 1979 (window and weights).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from vision.tracks import Track, TrackPoint

Vector = NDArray[np.float64]

HALF_WIDTH_S = 0.7
LEAST_FIXES = 5
STEP_S = 0.1
LARGEST_INSTANTS = 1500
HEADING_MPS = 1.0  # slower things keep the heading they had
SEEN_WITHIN_S = 0.35
ROUNDS = 3
BIWEIGHT = 4.685  # keeps 95 % of the efficiency of least squares for normal errors


@dataclass(frozen=True, slots=True)
class Size:
    """Usual length and width of a class, and how much they differ among its members (one sigma), in metres."""

    length_m: float
    width_m: float
    length_sigma_m: float
    width_sigma_m: float


# Passenger cars by common data sheets; trucks run from delivery vans to articulated lorries.
SIZES = {
    "car": Size(4.5, 1.8, 0.4, 0.1),
    "bus": Size(11.5, 2.5, 1.5, 0.1),
    "truck": Size(7.5, 2.4, 2.0, 0.2),
    "motorcycle": Size(2.1, 0.8, 0.2, 0.1),
    "bicycle": Size(1.8, 0.6, 0.1, 0.1),
    "person": Size(0.4, 0.5, 0.1, 0.1),
}
UNKNOWN_SIZE = Size(3.0, 2.0, 1.5, 0.8)


@dataclass(frozen=True, slots=True, eq=False)
class GroundPath:
    """The way of one thing, at `times_s` (n,) of its source, `STEP_S` apart, in the local frame of the source's ground model.

    `shares` are those of the labels it was given. `en_m` (n, 2) is its middle, `velocity_mps` (n, 2), `ahead` (n, 2) the unit vector it
    points to (zeros when it never moved), `covariance_m2` (n, 2, 2) that of the place, `lasting_m2` (n, 2, 2)
    the part of it that neighbouring instants share, `seen` (n,) whether the detector saw it about then.
    `fixes_s` (m,) and `fixes_m` (m, 2) are the single places all this was made from, `random_m2` (m, 2, 2) the covariance of each by
    itself, `shared_m` (m, 2, k) the errors they share.
    """

    track_id: int
    label: str
    shares: Mapping[str, float]
    size: Size
    times_s: Vector
    en_m: Vector
    velocity_mps: Vector
    ahead: Vector
    covariance_m2: Vector
    lasting_m2: Vector
    seen: NDArray[np.bool_]
    fixes_s: Vector
    fixes_m: Vector
    random_m2: Vector
    shared_m: Vector

    @property
    def speed_mps(self) -> Vector:
        speed: Vector = np.hypot(*self.velocity_mps.T)
        return speed

    @property
    def front_m(self) -> Vector:
        """(n, 2) the middle of its front edge."""
        front: Vector = self.en_m + self.ahead * self.size.length_m / 2.0
        return front

    @property
    def across(self) -> Vector:
        """(n, 2) the unit vector to its left; zeros when it never moved."""
        return np.column_stack([-self.ahead[:, 1], self.ahead[:, 0]])

    def sigma_m(self, direction: Vector) -> Vector:
        """(n,) one sigma of the place along a level unit vector, (2,) or (n, 2)."""
        unit = np.broadcast_to(direction, self.en_m.shape)
        sigma: Vector = np.sqrt(np.einsum("ni,nij,nj->n", unit, self.covariance_m2, unit))
        return sigma

    def mean_m(self, rows: slice, values_m: Vector, direction: Vector) -> tuple[float, float]:
        """The mean of `values_m` (n,) over these rows, by how well each place is known along a level unit vector, and one sigma of it."""
        unit = np.broadcast_to(direction, self.en_m.shape)[rows]
        lasting = np.einsum("ni,nij,nj->n", unit, self.lasting_m2[rows], unit)
        passing = np.einsum("ni,nij,nj->n", unit, (self.covariance_m2 - self.lasting_m2)[rows], unit)
        weights = 1.0 / np.maximum(passing, 1e-4)
        apart = max(1.0, float(self.times_s[rows][-1] - self.times_s[rows][0]) / (2.0 * HALF_WIDTH_S))  # windows that share no place
        variance = float((weights * lasting).sum() / weights.sum()) + 1.0 / (float(weights.mean()) * apart)
        return float((weights * values_m[rows]).sum() / weights.sum()), sqrt(variance)

    def front_sigma_m(self, direction: Vector) -> Vector:
        """The same of its front edge: half of what the length of such things differs comes on top."""
        unit = np.broadcast_to(direction, self.en_m.shape)
        along = np.abs((unit * self.ahead).sum(axis=1)) * self.size.length_sigma_m / 2.0
        sigma: Vector = np.hypot(self.sigma_m(unit), along)
        return sigma

    def at(self, time_s: float) -> int:
        """The row of the instant next to `time_s`."""
        return int(np.argmin(np.abs(self.times_s - time_s)))


def ground_path(track: Track) -> GroundPath | None:
    """The way of a track; None when too little of it was placed for anything to be judged."""
    placed = [point for point in track.points if point.fix is not None and point.whole]
    if len(placed) < LEAST_FIXES or placed[-1].time_s - placed[0].time_s < 2.0 * STEP_S:
        return None
    shares = track.shares
    size = _size(shares)
    times = np.array([point.time_s for point in placed])
    contacts, behind, claimed, shared = _arrays(placed)
    count = min(LARGEST_INSTANTS, 1 + max(2, int((times[-1] - times[0]) / STEP_S)))
    instants = np.linspace(times[0], times[-1], count)

    rough = _smoothed(times, contacts, claimed, times)
    ahead_of_fixes = _headings(rough.velocity)
    middles = contacts + behind * _reach_m(ahead_of_fixes, behind, size.length_m, size.width_m)[:, None]
    smooth = _smoothed(times, middles, claimed, instants)
    nearest = np.abs(instants[:, None] - times[None, :]).argmin(axis=1)
    reach_sigma_m = _reach_m(ahead_of_fixes, behind, size.length_sigma_m, size.width_sigma_m)
    if not ahead_of_fixes.any():  # it may stand along or across
        reach_sigma_m = np.hypot(reach_sigma_m, (size.length_m - size.width_m) / 4.0)
    size_m = behind[nearest] * reach_sigma_m[nearest][:, None]
    lasting = shared[nearest] @ shared[nearest].transpose(0, 2, 1) + size_m[:, :, None] * size_m[:, None, :]
    measured = times[[point.measured for point in placed]]
    return GroundPath(
        track.track_id,
        track.label,
        shares,
        size,
        instants,
        smooth.place,
        smooth.velocity,
        _headings(smooth.velocity),
        smooth.covariance + lasting,
        lasting,
        np.abs(instants[:, None] - measured[None, :]).min(axis=1, initial=np.inf) <= SEEN_WITHIN_S,
        times,
        middles,
        claimed * smooth.inflation,
        shared,
    )


def _size(shares: Mapping[str, float]) -> Size:
    """Of a thing that may be one of several: the mean, and a sigma that spans them."""
    sizes = [(share, SIZES.get(label, UNKNOWN_SIZE)) for label, share in shares.items()]
    length_m, width_m = sum(share * size.length_m for share, size in sizes), sum(share * size.width_m for share, size in sizes)
    return Size(
        length_m,
        width_m,
        sqrt(sum(share * (size.length_sigma_m**2 + (size.length_m - length_m) ** 2) for share, size in sizes)),
        sqrt(sum(share * (size.width_sigma_m**2 + (size.width_m - width_m) ** 2) for share, size in sizes)),
    )


def _arrays(placed: list[TrackPoint]) -> tuple[Vector, Vector, Vector, Vector]:
    fixes = [point.fix for point in placed if point.fix is not None]
    return (
        np.array([fix.en_m for fix in fixes]),
        np.array([fix.behind for fix in fixes]),
        np.array([fix.random_m @ fix.random_m.T for fix in fixes]),
        np.array([fix.systematic_m for fix in fixes]),
    )


def _reach_m(ahead: Vector, behind: Vector, length_m: float, width_m: float) -> Vector:
    """(n,) half of the extent of an upright rectangle along the line of sight; the mean of both half extents where no heading is known."""
    along = np.abs((ahead * behind).sum(axis=1))
    across = np.abs(ahead[:, 0] * behind[:, 1] - ahead[:, 1] * behind[:, 0])
    known = np.hypot(*ahead.T) > 0.5
    extent: Vector = np.where(known, along * length_m + across * width_m, (length_m + width_m) / 2.0 * np.hypot(*behind.T))
    return extent / 2.0


def _headings(velocity_mps: Vector) -> Vector:
    """Unit vectors; where it hardly moves the last one it had, or the first it will have."""
    speed = np.hypot(*velocity_mps.T)
    moving = np.flatnonzero(speed >= HEADING_MPS)
    if not len(moving):
        return np.zeros_like(velocity_mps)
    last = moving[np.maximum(np.searchsorted(moving, np.arange(len(speed)), side="right") - 1, 0)]
    unit: Vector = velocity_mps[last] / speed[last][:, None]
    return unit


@dataclass(frozen=True, slots=True, eq=False)
class _Smooth:
    place: Vector
    velocity: Vector
    covariance: Vector
    inflation: float


def _smoothed(times: Vector, places: Vector, claimed: Vector, instants: Vector) -> _Smooth:
    """Straight motions fitted around each instant. `inflation` is how much more the places scatter than `claimed` (m, 2, 2), at least 1."""
    robust = np.ones(len(times))
    for _ in range(ROUNDS):
        place, _, _ = _fitted(times, places, robust, times)
        off = np.hypot(*(places - place).T)
        scale = float(np.median(off)) / 1.1774
        if scale <= 0.0:
            break
        robust = np.clip(1.0 - (off / (BIWEIGHT * np.sqrt(2.0) * scale)) ** 2, 0.0, 1.0) ** 2
    place, velocity, shares = _fitted(times, places, robust, instants)
    at_fixes, _, _ = _fitted(times, places, robust, times)
    residual = (places - at_fixes)[robust > 0.0]
    expected = np.linalg.solve(claimed[robust > 0.0] + 1e-9 * np.eye(2), residual[:, :, None])[:, :, 0]
    inflation = max(1.0, float((residual * expected).sum()) / max(2.0 * len(residual) - 4.0, 1.0))
    # Neighbours err alike: many of them tell less than as many independent ones.
    covariance = np.einsum("gn,nij->gij", shares**2, claimed) * inflation * _alike(residual)
    return _Smooth(place, velocity, covariance, inflation)


def _alike(residual: Vector) -> float:
    """How much less neighbouring places tell than independent ones would: (1 + r) / (1 - r) for a first-order process."""
    power = float((residual**2).sum())
    if power <= 0.0 or len(residual) < LEAST_FIXES:
        return 1.0
    lag = float((residual[1:] * residual[:-1]).sum()) / power
    return float(np.clip((1.0 + lag) / (1.0 - min(lag, 0.9)), 1.0, 10.0))


def _fitted(times: Vector, places: Vector, weights: Vector, instants: Vector) -> tuple[Vector, Vector, Vector]:
    """Places and velocities at the instants, and (g, n) the share each of the places has in them."""
    offset = times[None, :] - instants[:, None]
    away = np.abs(offset)
    nearest = np.partition(away, LEAST_FIXES - 1, axis=1)[:, LEAST_FIXES - 1]
    reach = np.maximum(HALF_WIDTH_S, 1.01 * nearest)[:, None]
    kernel = np.clip(1.0 - (away / reach) ** 3, 0.0, 1.0) ** 3 * np.maximum(weights, 1e-6)[None, :]
    s0, s1, s2 = kernel.sum(axis=1), (kernel * offset).sum(axis=1), (kernel * offset**2).sum(axis=1)
    determinant = np.maximum(s0 * s2 - s1**2, 1e-12)[:, None]
    shares = kernel * (s2[:, None] - s1[:, None] * offset) / determinant
    slopes = kernel * (s0[:, None] * offset - s1[:, None]) / determinant
    return shares @ places, slopes @ places, shares
