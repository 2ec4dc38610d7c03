"""What has to be hidden in a video before people see it: everybody in it, and the plates of vehicles nobody asked about.

Some pictures a second are searched; the same person is followed between them, so that one missed in a picture is hidden there all the same,
and for a moment before the first and after the last sighting. Recorded video is searched ahead, so both sides of a gap are known.
Weak detections count: showing too little is the lesser harm.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.detections import Box, Detections
from vision.frames import Frame
from vision.inference.detector import KEEP_ALIVE_CONFIDENCE, PEOPLE, Detector
from vision.pictures import BgrImage
from vision.tracking.tracker import Tracker

HOLD_S = 0.6  # before the first and after the last sighting
GROWTH = 0.08  # of the box on each side: its edges are guessed, and between two sightings it moved on a path of its own
PERSON_CONFIDENCE, VEHICLE_CONFIDENCE = 0.12, 0.25
PLATED = ("car", "truck", "bus", "motorcycle", "van")
PLATES = ("plate", "license plate", "licence plate", "number plate")
# Where a plate may be on a vehicle, for models that know no plates: shares of its box, sides and top spared.
PLATE_SIDE, PLATE_TOP = 0.06, 0.42
LEGIBLE_VEHICLE_PX = 56  # a plate is 0.3 of a car's width: narrower ones have no letters to read
CELLS = 5  # across what is hidden: nothing to recognise at any size
SMALLEST_CELL_PX = 6.0
VEIL_CELLS = 32  # across a whole picture that could not be searched
VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class HiddenTrack:
    """One thing to hide: `kind` is person or plate; `times_s` (n,) grow, `xyxy_px` (n, 4) are its boxes then."""

    kind: str
    times_s: NDArray[np.float64]
    xyxy_px: NDArray[np.float64]

    def box_at(self, time_s: float) -> Box | None:
        """Its box, grown by its margin; between sightings on a straight line; None when it is not there."""
        if not self.times_s[0] - HOLD_S <= time_s <= self.times_s[-1] + HOLD_S:
            return None
        x1, y1, x2, y2 = (float(np.interp(time_s, self.times_s, self.xyxy_px[:, side])) for side in range(4))
        return grown((x1, y1, x2, y2))


@dataclass(frozen=True, slots=True, eq=False)
class Redaction:
    """All that is to be hidden in one video. `model` is the detector's, None when there was none: then everything is hidden."""

    model: str | None
    tracks: tuple[HiddenTrack, ...] = ()

    def boxes_at(self, time_s: float) -> list[Box]:
        return [box for track in self.tracks if (box := track.box_at(time_s)) is not None]

    def count(self, kind: str) -> int:
        return sum(track.kind == kind for track in self.tracks)

    def to_json(self) -> dict[str, Any]:
        return {
            "version": VERSION,
            "model": self.model,
            "tracks": [
                {"kind": track.kind, "times_s": track.times_s.round(3).tolist(), "xyxy_px": track.xyxy_px.round(1).tolist()}
                for track in self.tracks
            ],
        }


def redaction_from_json(content: Any, model: str | None) -> Redaction | None:
    """One written before; None when it is of another version or by another model, and so has to be made again."""
    if not isinstance(content, dict) or (content.get("version"), content.get("model")) != (VERSION, model) or model is None:
        return None
    tracks = (
        HiddenTrack(track["kind"], np.asarray(track["times_s"], np.float64), np.asarray(track["xyxy_px"], np.float64).reshape(-1, 4))
        for track in content["tracks"]
    )
    return Redaction(model, tuple(tracks))


class RedactionSearch:
    """Looks through the pictures of one video in order of time, some a second; then `result`."""

    def __init__(self, detector: Detector, tracker: Tracker) -> None:
        self._detector, self._tracker = detector, tracker
        self._plates_known = any(name in PLATES for name in detector.names)
        self._seen: dict[tuple[str, int], list[tuple[float, Box]]] = {}
        self._strays = 0

    def look(self, frame: Frame) -> None:
        wanted = self._wanted(self._detector.detect(frame))
        numbers = self._tracker.update(wanted, frame.time_s)
        for row, label in enumerate(wanted.labels):
            number = int(numbers[row])
            if number == 0:  # belongs to nothing yet: hidden on its own
                self._strays += 1
                number = -self._strays
            hidden = hidden_part(label, wanted.box(row), plates_known=self._plates_known)
            if hidden is not None:
                kind, box = hidden
                self._seen.setdefault((kind, number), []).append((frame.time_s, box))

    def result(self) -> Redaction:
        self._join_strays()
        tracks = (
            HiddenTrack(kind, np.array([time_s for time_s, _ in points]), np.array([box for _, box in points], np.float64))
            for (kind, _), points in sorted(self._seen.items())
        )
        return Redaction(self._detector.model, tuple(tracks))

    def _join_strays(self) -> None:
        """A tracker waits for a second sighting before it gives a number: the first one belongs to what it then became."""
        for stray in sorted((key for key in self._seen if key[1] < 0), key=lambda key: -self._seen[key][0][0]):
            ((time_s, box),) = self._seen[stray]
            for key, points in self._seen.items():
                if key[0] == stray[0] and key[1] > 0 and 0.0 < points[0][0] - time_s <= HOLD_S and _overlap(points[0][1], box):
                    points.insert(0, (time_s, box))
                    del self._seen[stray]
                    break

    def _wanted(self, found: Detections) -> Detections:
        sure = np.array(
            [
                confidence >= (VEHICLE_CONFIDENCE if label in PLATED else PERSON_CONFIDENCE)
                for label, confidence in zip(found.labels, found.confidence, strict=True)
            ],
            dtype=np.bool_,
        )
        plates = PLATES if self._plates_known else PLATED
        return found.take(sure.reshape(-1)).of((*PEOPLE, *plates))


def hidden_part(label: str, box: Box, *, plates_known: bool) -> tuple[str, Box] | None:
    """What of a detection is hidden: (kind, box), or None. `plates_known`: the model finds plates by themselves."""
    if label in PEOPLE:
        return "person", box
    if label in PLATES:
        return "plate", box
    if label not in PLATED or plates_known:
        return None
    x1, y1, x2, y2 = box
    width, height = x2 - x1, y2 - y1
    if width < LEGIBLE_VEHICLE_PX and label != "motorcycle":
        return None
    return "plate", (x1 + PLATE_SIDE * width, y1 + PLATE_TOP * height, x2 - PLATE_SIDE * width, y2)


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def hidden_boxes(found: Detections) -> list[Box]:
    """What is to be hidden in a single picture, by its detections alone."""
    plates_known = any(name in PLATES for name in found.names)
    parts = (hidden_part(label, found.box(row), plates_known=plates_known) for row, label in enumerate(found.labels))
    return [grown(part[1]) for part in parts if part is not None]


def grown(box: Box) -> Box:
    x1, y1, x2, y2 = box
    side, up = GROWTH * (x2 - x1), GROWTH * (y2 - y1)
    return (x1 - side, y1 - up, x2 + side, y2 + up)


def search_confidence() -> float:
    """What a detector used for this has to report at least."""
    return min(PERSON_CONFIDENCE, KEEP_ALIVE_CONFIDENCE)


def hide(image: BgrImage, boxes: Iterable[Box]) -> None:
    """Replace, in place, each box by a coarse mosaic."""
    height, width = image.shape[:2]
    for x1, y1, x2, y2 in boxes:
        left, right = max(0, int(np.floor(x1))), min(width, int(np.ceil(x2)))
        top, bottom = max(0, int(np.floor(y1))), min(height, int(np.ceil(y2)))
        if right - left >= 1 and bottom - top >= 1:
            image[top:bottom, left:right] = mosaic(image[top:bottom, left:right], CELLS)


def veil(image: BgrImage) -> BgrImage:
    """A picture of which nothing can be recognised, for want of anything that knows what to hide."""
    return mosaic(image, VEIL_CELLS)


def mosaic(part: BgrImage, cells: int) -> BgrImage:
    """The same part in `cells` cells across its shorter side, fewer when that makes them smaller than `SMALLEST_CELL_PX`."""
    height, width = part.shape[:2]
    cell = max(min(height, width) / cells, SMALLEST_CELL_PX)
    coarse = cv2.resize(part, (max(1, round(width / cell)), max(1, round(height / cell))), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_NEAREST), dtype=np.uint8)
