"""What a camera that moved does to the boxes a tracker remembers.

A `CameraShift` says where the ground seen at a pixel of the last frame is to be found in this one: a (3, 3) homography. Near one box it is
a shift, a turn and a scale; the box goes along with the shift and the scale, its velocity along with all three. The corners themselves
are not mapped: an upright box turned with the picture would grow each time.
Source: Aharon et al., BoT-SORT, 2022, 3.2 (camera motion compensation of a Kalman state), with a homography for their affine map.
"""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
CameraShift = NDArray[np.float64]  # (3, 3), pixels of the last frame to pixels of this one

STILL_PX = 0.05  # a shift that moves no corner of the picture by more is none
_CENTRE = np.array([[0.5, 0.0, 0.5, 0.0], [0.0, 0.5, 0.0, 0.5]])  # of x1, y1, x2, y2
_HALF_SIZE = np.array([[-0.5, 0.0, 0.5, 0.0], [0.0, -0.5, 0.0, 0.5]])
_CORNERS = np.vstack([np.hstack([np.eye(2), -np.eye(2)]), np.hstack([np.eye(2), np.eye(2)])])  # of centre, half size


def moved_points(shift: CameraShift, points_px: Vector) -> Vector:
    """(n, 2) pixels of the last frame -> (n, 2) pixels of this one; NaN for points that went behind the camera."""
    mapped = np.column_stack([points_px, np.ones(len(points_px))]) @ shift.T
    depth = np.where(mapped[:, 2:3] > 0.0, mapped[:, 2:3], np.nan)
    pixels: Vector = mapped[:, :2] / depth
    return pixels


def local_turn(shift: CameraShift, point_px: Vector) -> Vector:
    """(2, 2) derivative of the shift at a pixel."""
    x, y, depth = shift @ np.append(point_px, 1.0)
    pixel = np.array([[x], [y]]) / depth
    turn: Vector = (shift[:2, :2] - pixel * shift[2:3, :2]) / depth
    return turn


def moved_box(shift: CameraShift, box: Vector) -> Vector | None:
    """(4,) x1, y1, x2, y2 of the last frame -> the same in this one; None when it went behind the camera."""
    linear, offset = _box_map(shift, box)
    return None if linear is None else linear @ box + offset


def move_corner_state(shift: CameraShift, state: Vector, covariance: Vector) -> tuple[Vector, Vector] | None:
    """Kalman state (8, 1) of corners and their velocities and its covariance (8, 8) in the pixels of this frame.

    None when the box went behind the camera.
    """
    box = state[:4, 0]
    linear, offset = _box_map(shift, box)
    if linear is None:
        return None
    turn = local_turn(shift, _CENTRE @ box)
    scale = float(np.sqrt(abs(np.linalg.det(turn))))
    velocity = _CORNERS @ np.vstack([turn @ _CENTRE, scale * _HALF_SIZE])
    whole = np.zeros((8, 8))
    whole[:4, :4], whole[4:, 4:] = linear, velocity
    moved = whole @ state
    moved[:4, 0] += offset
    return moved, whole @ covariance @ whole.T


def _box_map(shift: CameraShift, box: Vector) -> tuple[Vector | None, Vector]:
    """The map of a box near where it is, as (4, 4) and (4,)."""
    centre = _CENTRE @ box
    (there,) = moved_points(shift, centre[None, :])
    if np.isnan(there).any():
        return None, np.zeros(4)
    scale = float(np.sqrt(abs(np.linalg.det(local_turn(shift, centre)))))
    linear: Vector = scale * np.eye(4)
    return linear, np.tile(there - scale * centre, 2)


def is_still(shift: CameraShift, size_px: tuple[int, int]) -> bool:
    """Whether the shift leaves the corners of a picture of this width and height where they are."""
    width, height = size_px
    corners = np.array([[0.0, 0.0], [width, 0.0], [0.0, height], [width, height]])
    return bool(np.nanmax(np.abs(moved_points(shift, corners) - corners), initial=0.0) < STILL_PX)
