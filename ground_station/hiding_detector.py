"""What finds the people and plates to hide: the detector in use, or the one shipped where that knows no people. Threads take turns."""

import logging
from collections.abc import Sequence
from threading import Lock

from geo.primitives import SunqarError
from ground_station.detector_file import detector_file, known_models
from ground_station.settings import Settings
from vision import (
    DEFAULT_MODEL,
    PEOPLE,
    PLATES,
    CameraMotion,
    Detections,
    Detector,
    Frame,
    RedactionSearch,
    open_detector,
    open_tracker,
    read_card,
    search_confidence,
)

START_CONFIDENCE = 0.25
PLATE_CONFIDENCE = 0.15

logger = logging.getLogger(__name__)


class InTurns:
    """A detector that many threads may call."""

    def __init__(self, detector: Detector) -> None:
        self._detector, self._turn = detector, Lock()

    @property
    def model(self) -> str:
        return self._detector.model

    @property
    def names(self) -> tuple[str, ...]:
        return self._detector.names

    def detect(self, frame: Frame) -> Detections:
        with self._turn:
            return self._detector.detect(frame)

    def detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        with self._turn:
            return self._detector.detect_many(frames)


class HidingDetector:
    """Opened when first needed, which takes a second or more. `trouble` says why there is none: then whole pictures are hidden."""

    def __init__(self, settings: Settings, *, threads: int) -> None:
        self._settings, self._threads = settings, threads
        self._people: InTurns | None = None
        self._plates: InTurns | None = None
        self._opening = Lock()
        self.trouble = ""

    def search(self, frames_per_second: float, *, moves: bool = False) -> RedactionSearch | None:
        """For one video; None without a detector that finds people. `moves`: its camera does not stand still."""
        with self._opening:
            if self._people is None:
                self._people = self._open_people()
                self._plates = None if self._people is None else self._open_plates(self._people)
        if self._people is None:
            return None
        return RedactionSearch(
            self._people,
            open_tracker(frames_per_second, START_CONFIDENCE),
            plates=self._plates,
            camera=CameraMotion() if moves else None,
        )

    def _open_people(self) -> InTurns | None:
        for path in dict.fromkeys((detector_file(self._settings), DEFAULT_MODEL)):
            try:
                detector = open_detector(path, confidence=search_confidence(), threads=self._threads, overhead=False)
            except SunqarError as error:
                self._say(error.one_line())
                continue
            if any(name in PEOPLE for name in detector.names):
                self.trouble = ""
                return InTurns(detector)
            self._say(f"The detector {path} knows no people.")
        return None

    def _open_plates(self, people: InTurns) -> InTurns | None:
        """The first model whose card says that it finds plates, where the other one does not."""
        if any(name in PLATES for name in people.names):
            return None
        for path in known_models(self._settings):
            try:
                card = read_card(path)
                if card is not None and any(word in PLATES for word in card.classes.values()):
                    return InTurns(open_detector(path, confidence=PLATE_CONFIDENCE, threads=self._threads, overhead=False))
            except SunqarError as error:  # vehicles' lower parts are hidden then
                logger.warning("hiding plates: %s", error.one_line())
        return None

    def _say(self, trouble: str) -> None:
        if self.trouble != trouble:
            logger.warning("hiding people: %s", trouble)
        self.trouble = trouble
