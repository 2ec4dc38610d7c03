"""Has a fixed camera moved since it was calibrated? Its picture is registered against the still it was calibrated on.

Landmarks are corners with descriptors that survive other light; what moves through the view finds no partner, and a consensus of the rest
tells how far the picture has shifted. Where too few landmarks are found again (night, fog, snow) nothing is said rather than wrong things.
Sources: Rublee et al., ORB, ICCV 2011; Lowe, IJCV 2004 (ratio test).
"""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.pictures import BgrImage

WIDTH_PX = 960
LANDMARKS = 1500
RATIO = 0.8
CONSENSUS_PX = 3.0
LEAST_AGREEING = 25
LIMIT_OF_WIDTH = 0.0075  # 10 px of 1280: at 60 m before a street camera about a metre
LOOKS = 3  # in a row, before a move is told and before it is withdrawn


class Landmarks:
    """`shift(image)` registers a picture of the same camera, of any size."""

    def __init__(self, still: BgrImage) -> None:
        self._orb = cv2.ORB.create(LANDMARKS, fastThreshold=10)
        self._matcher = cv2.BFMatcher(cv2.NORM_HAMMING)
        grey = _grey(still)
        self._size = grey.shape[1], grey.shape[0]
        self._points, self._descriptors = self._seen(grey)

    @property
    def count(self) -> int:
        return len(self._points)

    def shift(self, image: BgrImage) -> float | None:
        """Median displacement of the picture as a share of its width; None where too little is found again to tell."""
        points, descriptors = self._seen(_grey(image, self._size))
        if min(len(points), len(self._points)) < LEAST_AGREEING:
            return None
        pairs = self._matcher.knnMatch(self._descriptors, descriptors, k=2)
        good = [pair[0] for pair in pairs if len(pair) == 2 and pair[0].distance < RATIO * pair[1].distance]
        if len(good) < LEAST_AGREEING:
            return None
        before = self._points[[match.queryIdx for match in good]]
        now = points[[match.trainIdx for match in good]]
        # A zoom or turn of a few degrees is a similarity to a pixel, and needs far fewer right pairs than a homography.
        onto, agreeing = cv2.estimateAffinePartial2D(before, now, method=cv2.RANSAC, ransacReprojThreshold=CONSENSUS_PX)
        if onto is None or int(agreeing.sum()) < LEAST_AGREEING:
            return None
        width, height = self._size
        grid = np.array([(x * width, y * height) for x in (0.2, 0.5, 0.8) for y in (0.3, 0.6, 0.9)])
        moved = grid @ onto[:, :2].T + onto[:, 2] - grid
        return float(np.median(np.hypot(moved[:, 0], moved[:, 1])) / width)

    def _seen(self, grey: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
        found, descriptors = self._orb.detectAndCompute(grey, None)
        points = np.array([point.pt for point in found], dtype=np.float32).reshape(-1, 2)
        return points, np.zeros((0, 32), np.uint8) if descriptors is None else np.asarray(descriptors, dtype=np.uint8)


@dataclass(slots=True)
class DriftAlarm:
    """Judges one look after another. `moved` stands after `LOOKS` looks beyond the limit in a row, and until as many within it; looks that
    tell nothing change nothing."""

    landmarks: Landmarks
    moved: bool = False
    agreed: bool = False  # the newest look told something, and the camera was where it had been
    _against: int = 0

    def look(self, image: BgrImage) -> bool:
        shift = self.landmarks.shift(image)
        self.agreed = shift is not None and shift <= LIMIT_OF_WIDTH
        if shift is None:
            return self.moved
        self._against = self._against + 1 if (shift > LIMIT_OF_WIDTH) != self.moved else 0
        if self._against >= LOOKS:
            self.moved, self._against = not self.moved, 0
        return self.moved


def _grey(image: BgrImage, size: tuple[int, int] | None = None) -> NDArray[np.uint8]:
    """Even light, and one size whatever stream it comes from."""
    height, width = image.shape[:2]
    scaled = cv2.resize(image, size or (WIDTH_PX, max(1, round(height * WIDTH_PX / width))), interpolation=cv2.INTER_AREA)
    grey = cv2.createCLAHE(3.0, (8, 8)).apply(cv2.cvtColor(scaled, cv2.COLOR_BGR2GRAY))
    return np.asarray(grey, dtype=np.uint8)
