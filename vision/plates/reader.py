"""From a picture to what its plates say: the detector of plates, straightening, the recogniser, decoding."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vision.detections import Box
from vision.frames import Frame
from vision.inference.detector import Detector
from vision.pictures import BgrImage
from vision.plates.decoding import GAP, OTHER, Decoded, Steps, decode, has_text
from vision.plates.reading import PlateRead, PlateVote, illegible
from vision.plates.straighten import straightened
from vision.redaction import PLATES

PLATE_CONFIDENCE = 0.3


class Recogniser(Protocol):
    def recognise(self, row: BgrImage) -> Steps:
        """What each step from left to right may be, of one row of text."""
        ...


@dataclass(frozen=True, slots=True)
class FoundPlate:
    box: Box
    confidence: float


class PlateReader:
    """Called from one thread at a time; the recogniser is opened when the first plate passes the gate."""

    def __init__(self, detector: Detector, recogniser: Callable[[], Recogniser]) -> None:
        self._detector, self._open = detector, recogniser
        self._recogniser: Recogniser | None = None
        self.recognised = 0

    @property
    def model(self) -> str:
        return self._detector.model

    def find(self, image: BgrImage, source: str = "") -> list[FoundPlate]:
        """Plates in a picture, the surest first."""
        found = self._detector.detect(Frame(source, 0, 0.0, image)).of(PLATES)
        plates = [FoundPlate(found.box(row), float(found.confidence[row])) for row in range(len(found))]
        return sorted((one for one in plates if one.confidence >= PLATE_CONFIDENCE), key=lambda one: -one.confidence)

    def look(self, image: BgrImage, box: Box, vote: PlateVote) -> Decoded | None:
        """One look at one plate, counted in its vote."""
        plate = straightened(image, box)
        if plate is None:
            vote.refuse("outside the picture")
            return None
        why = illegible(plate.sharpness)
        if why is not None:
            vote.refuse(why, plate.sharpness)
            return None
        rows = self._said(plate.rows)
        decoded = decode(_one_after_the_other(rows), two_rows=len(rows) > 1) if rows else None
        if decoded is None:
            vote.refuse("no text", plate.sharpness)
            return None
        vote.add(decoded, plate.sharpness)
        return decoded

    def read(self, image: BgrImage) -> list[tuple[FoundPlate, PlateRead]]:
        """Every plate of one picture, by this picture alone."""
        reads = []
        for found in self.find(image):
            vote = PlateVote()
            self.look(image, found.box, vote)
            result = vote.result()
            assert result is not None, "looked at once"
            reads.append((found, result))
        return reads

    def _said(self, rows: tuple[BgrImage, ...]) -> list[Steps]:
        """Of each row with text in it; a tilted plate of one row may have been taken for two."""
        if self._recogniser is None:
            self._recogniser = self._open()
        self.recognised += 1
        said = [self._recogniser.recognise(row) for row in rows]
        return [steps for steps in said if has_text(steps)]


def _one_after_the_other(rows: list[Steps]) -> Steps:
    between = np.zeros((1, OTHER + 1))
    between[0, GAP] = 1.0
    return np.concatenate([part for row in rows for part in (row, between)])
