"""Is a camera that sends pictures still seeing? Dark, covered, out of focus, turned away, frozen: judged from small grey pictures.

Each trouble must last before it is told, and must be over for as long before it is withdrawn, so that a lorry before the lens or a flash is
none. What is normal is learnt from the source itself: its sharpness and the directions of its edges, which stay through a day as brightness
does not. A source that is meant to move has no view to be turned from.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.pictures import BgrImage

Trouble = Literal["dark", "covered", "defocused", "turned", "frozen"]
Grey = NDArray[np.uint8]  # (height, width)

WIDTH_PX = 160
BLOCKS = (6, 8)  # rows, columns
DARK_BELOW, DARK_LIGHTS_BELOW = 24.0, 48.0  # grey levels: of the mean, and of the brightest hundredth
FLAT_DEVIATION = 5.0  # grey levels within a block that shows nothing
FLAT_SHARE = 0.97  # of blocks: something lies over the lens
SHARP_SHARE = 0.3  # of the usual sharpness: what is left when the focus is gone
CONTRAST, LEAST_DEVIATION, AROUND_PX = 40.0, 5.0, (31, 31)  # deviation brought to before edges are looked for, noise floor, within
EDGE = 60.0  # gradient of an edge worth remembering, in that deviation
STEADY = 0.7  # an edge that stood at its place with one direction most of the time belongs to the view
ENOUGH_EDGES = 100  # pixels; a view with fewer cannot be told from another
SAME_DIRECTION = 0.5  # cosine of twice the angle between two edges
KEPT_SHARE = 0.4  # of the steady edges: half stay through haze and dusk, strangers keep a quarter by chance
LEARNING_S = 20.0
NEW_WEIGHT = 0.02  # of a picture in the remembered view, which so follows the sun and the seasons
CAUSES: tuple[Trouble, ...] = ("dark", "covered", "defocused", "turned")  # each of them brings those after it
LASTS_S: dict[Trouble, float] = {"dark": 10.0, "covered": 5.0, "defocused": 10.0, "turned": 10.0, "frozen": 20.0}


@dataclass(slots=True)
class _Since:
    """When a trouble began to be seen and when it was last seen, seconds of the source."""

    began_s: float
    told: bool = False
    gone_s: float | None = None


@dataclass(slots=True)
class PictureHealth:
    """Watches one source. `fixed`: it does not move, so that a changed view and a picture without any change are troubles."""

    fixed: bool = True
    _usual_sharpness: deque[float] = field(default_factory=lambda: deque(maxlen=120))
    _view: NDArray[np.float32] | None = None
    _learnt_from_s: float | None = None
    _before: Grey | None = None
    _seen: dict[Trouble, _Since] = field(default_factory=dict)

    def look(self, image: BgrImage, time_s: float) -> tuple[Trouble, ...]:
        """The troubles that stand after this picture, in alphabetical order. Times grow; one picture a second is enough."""
        height, width = image.shape[:2]
        small = cv2.resize(image, (WIDTH_PX, max(1, round(height * WIDTH_PX / width))), interpolation=cv2.INTER_AREA)
        grey: Grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        if self._view is not None and self._view.shape[:2] != grey.shape:
            # Another shape of picture is another view, set by somebody: what is normal is learnt anew.
            self._view, self._learnt_from_s, self._seen = None, None, {}
            self._usual_sharpness.clear()
        self._note(self._troubles(grey, time_s), time_s)
        self._before = grey
        told = {name for name, since in self._seen.items() if since.told}
        cause = next((name for name in CAUSES if name in told), None)
        return tuple(sorted(name for name in told if name == cause or name not in CAUSES))

    @property
    def suspects(self) -> bool:
        """Whether anything has begun to look like a trouble, told or not."""
        return bool(self._seen)

    def _troubles(self, grey: Grey, time_s: float) -> set[Trouble]:
        """What this picture alone suggests. A dark or covered one suggests the rest as well; `look` names the cause."""
        found: set[Trouble] = set()
        if self.fixed and self._before is not None and np.array_equal(grey, self._before):
            found.add("frozen")
        if grey.mean() < DARK_BELOW and np.percentile(grey, 99) < DARK_LIGHTS_BELOW:
            found.add("dark")
        elif _flat_share(grey) >= FLAT_SHARE:
            found.add("covered")
        if self._learnt_from_s is None:
            if found & {"dark", "covered"}:
                return found
            self._learnt_from_s = time_s
        sharpness, edges = _sharpness(grey), _edges(grey)
        if time_s - self._learnt_from_s >= LEARNING_S and self._view is not None:
            if sharpness < SHARP_SHARE * float(np.median(self._usual_sharpness)):
                found.add("defocused")
            if self.fixed and _kept_share(self._view, edges) < KEPT_SHARE:
                found.add("turned")
        if not found - {"frozen"}:
            self._learn(sharpness, edges)
        return found

    def _learn(self, sharpness: float, edges: NDArray[np.float32]) -> None:
        self._usual_sharpness.append(sharpness)
        weight = np.float32(max(NEW_WEIGHT, 1.0 / len(self._usual_sharpness)))
        self._view = edges if self._view is None else (1 - weight) * self._view + weight * edges

    def _note(self, troubles: set[Trouble], time_s: float) -> None:
        for name in troubles:
            since = self._seen.setdefault(name, _Since(time_s))
            since.gone_s = None
            since.told = since.told or time_s - since.began_s >= LASTS_S[name]
        for name in [name for name in self._seen if name not in troubles]:
            since = self._seen[name]
            since.gone_s = time_s if since.gone_s is None else since.gone_s
            if not since.told or time_s - since.gone_s >= LASTS_S[name]:
                del self._seen[name]


def _flat_share(grey: Grey) -> float:
    """Share of the blocks that show nothing."""
    rows, columns = BLOCKS
    flat = [block.std() < FLAT_DEVIATION for band in np.array_split(grey, rows) for block in np.array_split(band, columns, axis=1)]
    return float(np.mean(flat))


def _sharpness(grey: Grey) -> float:
    """Fine detail over coarse: falls with the focus, not with the light."""
    fine = cv2.Laplacian(grey, cv2.CV_32F)
    return float(fine.std() / (grey.std() + 1.0))


def _edges(grey: Grey) -> NDArray[np.float32]:
    """(height, width, 2): the direction of the edge at each pixel as the vector of its doubled angle; zero where there is none."""
    grey_f = grey.astype(np.float32)
    mean = cv2.blur(grey_f, AROUND_PX)
    deviation = np.sqrt(np.maximum(cv2.blur(grey_f**2, AROUND_PX) - mean**2, 0.0))
    # Haze and dusk take contrast away, not the view.
    soft = cv2.GaussianBlur((grey_f - mean) * (CONTRAST / (deviation + LEAST_DEVIATION)), (0, 0), 1.0)
    across, down = cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)
    power = across**2 + down**2
    doubled = np.stack([across**2 - down**2, 2.0 * across * down], axis=-1) / np.maximum(power, 1.0)[..., None]
    found: NDArray[np.float32] = np.where((power > EDGE**2)[..., None], doubled, 0.0).astype(np.float32)
    return found


def _kept_share(view: NDArray[np.float32], edges: NDArray[np.float32]) -> float:
    """Share of the view's steady edges that are still there; 1 where the view has too few to tell."""
    steadiness = np.linalg.norm(view, axis=-1)
    steady = steadiness > STEADY
    if steady.sum() < ENOUGH_EDGES:
        return 1.0
    cosine = (view[steady] * edges[steady]).sum(axis=-1) / steadiness[steady]
    return float((cosine > SAME_DIRECTION).mean())
