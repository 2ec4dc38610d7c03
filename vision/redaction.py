"""What has to be hidden in a video before people see it: everybody in it, and the plates of vehicles nobody asked about.

Some pictures a second are searched; the same person is followed between them, so that one missed in a picture is hidden there all the same,
and for a moment before the first and after the last sighting. Recorded video is searched ahead, so both sides of a gap are known.
Weak detections count: showing too little is the lesser harm.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.camera_motion import CameraMotion
from vision.detections import Box, Detections
from vision.frames import Frame
from vision.inference.detector import KEEP_ALIVE_CONFIDENCE, PEOPLE, Detector
from vision.tracking.tracker import Tracker

HOLD_S = 0.6  # before the first and after the last sighting
GROWTH = 0.08  # of the box on each side: its edges are guessed, and between two sightings it moved on a path of its own
PERSON_CONFIDENCE, VEHICLE_CONFIDENCE = 0.12, 0.25
PLATED = ("car", "truck", "bus", "motorcycle", "van")
PLATES = ("plate", "license plate", "licence plate", "number plate")
# Where a plate may be on a vehicle, for models that know no plates: shares of its box, sides and top spared.
PLATE_SIDE, PLATE_TOP = 0.06, 0.42
PLATE_GROWTH = 0.2  # of a plate found, on each side
SURE_PLATE = 0.6  # from here on a plate found stands for the guess; by the shipped model's card then 0.83 to 1.0 of them are plates
LEGIBLE_VEHICLE_PX = 56  # a plate is 0.3 of a car's width: narrower ones have no letters to read
VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class HiddenTrack:
    """One thing to hide: `kind` is person or plate; `times_s` (n,) grow, `xyxy_px` (n, 4) are its boxes then."""

    kind: str
    times_s: NDArray[np.float64]
    xyxy_px: NDArray[np.float64]

    def box_at(self, time_s: float, hold_s: float = HOLD_S) -> Box | None:
        """Its box, grown by its margin; between sightings on a straight line; None when it is not there."""
        if not self.times_s[0] - hold_s <= time_s <= self.times_s[-1] + hold_s:
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
    """Looks through the pictures of one video in order of time, some a second; then `result`.

    `plates` finds plates where the detector knows none; a vehicle on which none is found has its lower part hidden all the same.
    `camera` follows one that moves.
    """

    def __init__(self, detector: Detector, tracker: Tracker, *, plates: Detector | None = None, camera: CameraMotion | None = None) -> None:
        self._detector, self._tracker, self._plates, self._camera = detector, tracker, plates, camera
        self._plates_known = any(name in PLATES for name in detector.names)
        self._seen: dict[tuple[str, int], list[tuple[float, Box]]] = {}
        self._strays = 0

    @property
    def model(self) -> str:
        """Of what searches: another one finds other things."""
        return self._detector.model if self._plates is None else f"{self._detector.model}+{self._plates.model}"

    def look(self, frame: Frame) -> None:
        found = self._detector.detect(frame)
        wanted = self._wanted(found)
        shift = None if self._camera is None else self._camera.step(frame, wanted.xyxy_px)
        numbers = self._tracker.update(wanted, frame.time_s, shift)
        # Where nothing looks like a vehicle, however faintly, there is no plate to look for.
        searched = self._plates is not None and len(found.of(PLATED)) > 0
        plates = _plates_of(self._plates.detect(frame)) if self._plates is not None and searched else []
        for row, label in enumerate(wanted.labels):
            hidden = hidden_part(label, wanted.box(row), plates_known=self._plates_known)
            if hidden is None:
                continue
            kind, box = hidden
            if kind == "plate":
                sure = ((plate, own) for plate, own in plates if plate >= SURE_PLATE and _holds(wanted.box(row), own))
                box = max(sure, default=(0.0, box))[1]  # found: no need to guess; it is followed with its vehicle
            self._note(kind, int(numbers[row]), frame.time_s, box)
        for _, plate_box in plates:
            self._note("plate", 0, frame.time_s, plate_box)

    def _note(self, kind: str, number: int, time_s: float, box: Box) -> None:
        if number == 0:  # belongs to nothing yet: hidden on its own
            self._strays += 1
            number = -self._strays
        self._seen.setdefault((kind, number), []).append((time_s, box))

    def tracks(self) -> tuple[HiddenTrack, ...]:
        """What has been found until now."""
        self._join_strays()
        return tuple(
            HiddenTrack(kind, np.array([time_s for time_s, _ in points]), np.array([box for _, box in points], np.float64))
            for (kind, _), points in sorted(self._seen.items())
        )

    def forget(self, before_s: float) -> None:
        """Drop what was last seen before; of the rest only what is needed to know where it was since."""
        for key, points in list(self._seen.items()):
            if points[-1][0] < before_s:
                del self._seen[key]
            else:
                first = max((row for row, (time_s, _) in enumerate(points) if time_s <= before_s), default=0)
                del points[:first]

    def result(self) -> Redaction:
        return Redaction(self.model, self.tracks())

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


def _plates_of(found: Detections) -> list[tuple[float, Box]]:
    """How sure, and where: larger than found, for the edges are loose."""
    plates = found.of(PLATES)
    return [(float(plates.confidence[row]), grown(plates.box(row), PLATE_GROWTH)) for row in range(len(plates))]


def _holds(outer: Box, inner: Box) -> bool:
    """Whether the middle of `inner` lies in `outer`."""
    u, v = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= u <= outer[2] and outer[1] <= v <= outer[3]


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


def grown(box: Box, share: float = GROWTH) -> Box:
    x1, y1, x2, y2 = box
    side, up = share * (x2 - x1), share * (y2 - y1)
    return (x1 - side, y1 - up, x2 + side, y2 + up)


def search_confidence() -> float:
    """What a detector used for this has to report at least."""
    return min(PERSON_CONFIDENCE, KEEP_ALIVE_CONFIDENCE)
