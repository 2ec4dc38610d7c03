"""A picture laid on an orthophoto: how far off the pose was, what remains, or that nothing can be said.

The orthophoto is drawn as the told pose would see it; features of that drawing are looked for in the picture, near where the pose's own
doubt allows. What a consensus agrees on corrects the pose by least squares, with the told pose and its sigmas as one observation more:
few or badly spread features correct little and leave its doubt. It abstains where too little is found again, where what is found covers
a corner of the picture only, and where the correction would be beyond anything the pose's sigmas allow.
Sources: Lowe, IJCV 2004 (features, ratio test); Barath et al., MAGSAC++, CVPR 2020 (consensus); Bayesian least squares (any text).
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import CameraPose, LocalFrame, heading_pitch_roll_deg
from vision.camera_motion import ground_to_picture
from vision.frames import BgrImage, CameraView, Frame
from vision.georeference import Vector
from vision.pinhole_fit import Pinhole
from vision.posed_ground import EAST, FOCAL, K1, NORTH, PosedCamera, Relief, spread_of

WIDTH_PX = 640
FEATURES, RATIO = 1200, 0.8
CONSENSUS_PX = 3.0
FEATURE_SIGMA_PX = 1.5  # of a picture `WIDTH_PX` wide: light, blur, and what has changed since the orthophoto
LEAST_AGREEING, LEAST_SHARE = 25, 0.3
LEAST_CELLS, CELLS = 5, 4  # of a raster of 4 by 4 over the picture that must hold agreeing features
BEST_OF_CELL = 8  # more features in one place tell the same again
MOST_PRIOR_SIGMAS = 5.0
STEPS = 8
SEARCH_SIGMAS = 4.0
LEAST_DRAWN = 0.3  # of the picture that the orthophoto covers


@dataclass(frozen=True, slots=True, eq=False)
class GroundImage:
    """Level ground from straight above: `image` (rows, columns, 3), its top to the north, `metres_a_px` everywhere.

    The upper left corner of the first pixel lies at `north_west_m` (east, north) in `local`. Black is unknown. `sigma_m`: of its own
    places, east and north each.
    """

    image: BgrImage
    local: LocalFrame
    north_west_m: tuple[float, float]
    metres_a_px: float
    sigma_m: float

    @property
    def to_metres(self) -> Vector:
        """(3, 3): columns and rows -> east, north."""
        west, north = self.north_west_m
        return np.array([[self.metres_a_px, 0.0, west], [0.0, -self.metres_a_px, north], [0.0, 0.0, 1.0]])


@dataclass(frozen=True, slots=True, eq=False)
class Registration:
    """`view` is the corrected one. `moved` (9,) is the correction in the order of `spread_of`.

    `residual_px` of a picture 640 wide: what the agreeing features still lie off; `agreeing` how many, out of `matched`.
    """

    view: CameraView
    moved: Vector
    residual_px: float
    agreeing: int
    matched: int


def register(frame: Frame, view: CameraView, ground: GroundImage, relief: Relief | None = None) -> Registration | None:
    """None where the two do not tell."""
    small = _scaled(view, WIDTH_PX)
    size = small.intrinsics.width_px, small.intrinsics.height_px
    onto = ground_to_picture(small, ground.local, size[0])
    if onto is None:
        return None
    drawn = cv2.warpPerspective(ground.image, onto @ ground.to_metres, size, flags=cv2.INTER_AREA)
    if (drawn.any(axis=2)).mean() < LEAST_DRAWN:
        return None
    picture = cv2.resize(frame.image, size, interpolation=cv2.INTER_AREA)
    here, there = _matches(np.asarray(drawn, dtype=np.uint8), np.asarray(picture, dtype=np.uint8), _reach_px(small, ground.local))
    if len(here) < LEAST_AGREEING:
        return None
    _, mask = cv2.findHomography(here, there, cv2.USAC_MAGSAC, CONSENSUS_PX)
    if mask is None:
        return None
    agree = np.asarray(mask, dtype=np.bool_).ravel()
    if agree.sum() < max(LEAST_AGREEING, LEAST_SHARE * len(here)):
        return None
    kept = _spread_out(there[agree], size)
    if kept is None:
        return None
    drawn_at, seen_at = here[agree][kept].astype(np.float64), there[agree][kept].astype(np.float64)
    en_m = _on_level(np.asarray(np.linalg.inv(onto), dtype=np.float64), drawn_at)
    return _corrected(view, small, ground, relief, en_m, seen_at, (int(agree.sum()), len(here)))


def _corrected(
    view: CameraView, small: CameraView, ground: GroundImage, relief: Relief | None, en_m: Vector, seen_px: Vector, counts: tuple[int, int]
) -> Registration | None:
    local, pose = ground.local, view.pose
    told = Pinhole.of(small, local)
    size = small.intrinsics.width_px, small.intrinsics.height_px
    points = np.column_stack([en_m, _up_m(pose, local, en_m, relief)])
    free = np.arange(K1)  # place, turn and focal length; the lens's bend stays
    spread = spread_of(view)
    prior = np.linalg.inv((spread @ spread.T)[np.ix_(free, free)] + np.diag(LEAST_PRIOR[free] ** 2))
    moved = np.zeros(9)
    for _ in range(STEPS):
        camera = told.moved(moved)
        off = (seen_px - camera.pixels(points, size)) / FEATURE_SIGMA_PX
        weights = 1.0 / (1.0 + (np.hypot(*off.T) / 3.0) ** 2)  # Geman and McClure
        rows = camera.derivatives(points, size)[:, :, free] / FEATURE_SIGMA_PX
        flat = (rows * weights[:, None, None]).reshape(-1, len(free))
        normal = flat.T @ flat + prior
        step = np.linalg.solve(normal, flat.T @ (off * weights[:, None]).ravel() - prior @ moved[free])
        moved[free] += step
    camera = told.moved(moved)
    off_px = seen_px - camera.pixels(points, size)
    if not np.isfinite(off_px).all() or float(moved[free] @ prior @ moved[free]) > MOST_PRIOR_SIGMAS**2 * len(free):
        return None
    residual_px = float(np.sqrt((off_px**2).sum(axis=1).mean()))
    if residual_px > CONSENSUS_PX * 1.5:
        return None
    left = np.linalg.inv(normal) * max(1.0, (residual_px / FEATURE_SIGMA_PX) ** 2 / 2.0)
    return Registration(_view(view, camera, local, moved, left, ground.sigma_m), moved, residual_px, *counts)


LEAST_PRIOR = np.array([0.05, 0.05, 0.05, 2e-4, 2e-4, 2e-4, 1e-4, 1e-6, 1e-6])  # a pose told without doubt may still be corrected a little


def moved_view(view: CameraView, moved: Vector, spread: Vector) -> CameraView:
    """Another view of the same flight, corrected alike."""
    local = LocalFrame(view.pose.position)
    camera = Pinhole.of(view, local).moved(moved)
    return replace(_posed(view, camera, local, moved), spread=spread)


def _view(view: CameraView, camera: Pinhole, local: LocalFrame, moved: Vector, left: Vector, ground_sigma_m: float) -> CameraView:
    spread = np.zeros((9, 10))
    spread[: len(left), : len(left)] = np.linalg.cholesky(left)
    spread[EAST, 7] = spread[NORTH, 8] = ground_sigma_m
    return replace(_posed(view, camera, local, moved), spread=spread)


def _posed(view: CameraView, camera: Pinhole, local: LocalFrame, moved: Vector) -> CameraView:
    heading, pitch, roll = heading_pitch_roll_deg(camera.turn)
    pose, lens = view.pose, view.intrinsics
    amsl_m = None if pose.amsl_m is None else pose.amsl_m + float(moved[2])
    placed = replace(
        pose,
        position=local.place(float(camera.place[0]), float(camera.place[1])),
        height_m=float(camera.place[2]),
        heading_deg=heading,
        pitch_deg=pitch,
        roll_deg=roll,
        amsl_m=amsl_m,
    )
    return replace(view, pose=placed, intrinsics=replace(lens, focal_px=lens.focal_px * float(np.exp(moved[FOCAL]))))


def _scaled(view: CameraView, width_px: int) -> CameraView:
    lens = view.intrinsics
    share = width_px / lens.width_px
    centre = (lens.centre_px[0] * share, lens.centre_px[1] * share)
    height_px = round(lens.height_px * share)
    return replace(view, intrinsics=replace(lens, width_px=width_px, height_px=height_px, focal_px=lens.focal_px * share, centre_px=centre))


def _matches(drawn: BgrImage, picture: BgrImage, reach_px: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Pixels of the drawing (n, 2) and of the picture (n, 2) that show alike and lie no further apart than the pose may be off."""
    sift = cv2.SIFT.create(FEATURES, contrastThreshold=0.02)
    known = np.where(cv2.erode(drawn.max(axis=2), np.ones((9, 9), np.uint8)) > 0, 255, 0).astype(np.uint8)
    first, second = _seen(sift, drawn, known), _seen(sift, picture, None)
    nothing = np.empty((0, 2), np.float32)
    if first is None or second is None:
        return nothing, nothing
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(first[1], second[1], k=2)
    good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
    here = first[0][[match.queryIdx for match in good]]
    there = second[0][[match.trainIdx for match in good]]
    near = np.hypot(*(there - here).T) <= reach_px
    return here[near], there[near]


def _seen(sift: "cv2.SIFT", image: BgrImage, mask: NDArray[np.uint8] | None) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    grey = cv2.createCLAHE(2.0, (8, 8)).apply(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY))
    points, descriptors = sift.detectAndCompute(grey, mask)
    if descriptors is None or len(points) < LEAST_AGREEING:
        return None
    root = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-9))  # Arandjelovic and Zisserman, CVPR 2012
    return np.array([point.pt for point in points], np.float32), np.asarray(root, np.float32)


def _reach_px(small: CameraView, local: LocalFrame) -> float:
    """How far the pose's own doubt may shift the middle of the picture."""
    middle = (small.intrinsics.width_px / 2.0, small.intrinsics.height_px / 2.0)
    ray = PosedCamera(local, small).ray(middle)
    if ray is None:
        return 0.0
    per_metre = np.linalg.inv(ray.per_pixel)
    spread_px = per_metre @ ray.systematic_m
    return 6.0 + SEARCH_SIGMAS * float(np.sqrt((spread_px**2).sum()))


def _spread_out(points: NDArray[np.float32], size: tuple[int, int]) -> NDArray[np.int64] | None:
    """Rows of at most `BEST_OF_CELL` points in each cell of the picture; None when too few cells hold any."""
    cells = (points / size * CELLS).astype(np.int64).clip(0, CELLS - 1)
    number = cells[:, 0] * CELLS + cells[:, 1]
    rows = [np.flatnonzero(number == cell)[:BEST_OF_CELL] for cell in np.unique(number)]
    return np.concatenate(rows) if sum(len(one) >= 2 for one in rows) >= LEAST_CELLS else None


def _on_level(to_ground: Vector, pixels: Vector) -> Vector:
    mapped = np.column_stack([pixels, np.ones(len(pixels))]) @ to_ground.T
    en_m: Vector = mapped[:, :2] / mapped[:, 2:]
    return en_m


def _up_m(pose: CameraPose, local: LocalFrame, en_m: Vector, relief: Relief | None) -> Vector:
    """Of the ground above the level that the pose's height counts from; 0 where no elevation model knows it."""
    if relief is None or pose.amsl_m is None:
        return np.zeros(len(en_m))
    amsl_m = relief.heights.heights_amsl_m(local.to_lonlat_deg(en_m))
    return np.nan_to_num(amsl_m - (pose.amsl_m - pose.height_m))
