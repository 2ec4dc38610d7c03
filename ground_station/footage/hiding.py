"""Segments as they may be seen: searched once for people and plates, shown with them hidden. Threads take turns on the detector."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

from geo.core import FootageSegmentRow
from geo.primitives import SunqarError, VisionError
from ground_station.detector_file import detector_file
from ground_station.footage.shelf import Shelf
from ground_station.settings import Settings
from ground_station.video import DecodedImage, VideoReader
from vision import (
    DEFAULT_MODEL,
    PEOPLE,
    Detector,
    Frame,
    Redaction,
    RedactionSearch,
    hide,
    open_detector,
    open_tracker,
    redaction_from_json,
    search_confidence,
    veil,
)

START_CONFIDENCE = 0.25

logger = logging.getLogger(__name__)


class Hiding:
    """Keeps the detector, and beside each segment what has to be hidden in it.

    Without a detector nobody can say what to hide: whole pictures are veiled then, and nothing of it is kept.
    """

    def __init__(self, settings: Settings, shelf: Shelf) -> None:
        self._settings, self._shelf = settings, shelf
        self._detector: Detector | None = None
        self._turn = Lock()
        self.trouble = ""

    def redaction(self, segment: FootageSegmentRow, wanted: Callable[[], bool] = lambda: True) -> Redaction:
        """What has to be hidden. Stops early, with what was found until then, once `wanted` says no; that is not kept."""
        with self._turn:
            return self._redaction(segment, wanted)

    def _redaction(self, segment: FootageSegmentRow, wanted: Callable[[], bool]) -> Redaction:
        detector = self._open()
        if detector is None:
            return Redaction(None)
        note = self._shelf.hidden(segment.path)
        known = _read(note, detector.model)
        if known is not None:
            return known
        rate = self._settings.footage.looks_per_second
        search = RedactionSearch(detector, open_tracker(rate, START_CONFIDENCE))
        for image in pictures(self._shelf.segment(segment.path), frames_per_second=rate):
            if not wanted():
                return search.result()
            search.look(Frame(segment.source_id, image.index, image.time_s, image.image))
        found = search.result()
        _write(note, json.dumps(found.to_json()))
        return found

    def _open(self) -> Detector | None:
        """The detector in use, or the one shipped where that knows no people: one that cannot find them hides nobody."""
        if self._detector is not None:
            return self._detector
        for path in dict.fromkeys((detector_file(self._settings), DEFAULT_MODEL)):
            threads = self._settings.footage.render_threads
            try:
                detector = open_detector(path, confidence=search_confidence(), threads=threads, overhead=False)
            except SunqarError as error:
                self._say(error.one_line())
                continue
            if any(name in PEOPLE for name in detector.names):
                self._detector, self.trouble = detector, ""
                return detector
            self._say(f"The detector {path} knows no people.")
        return None

    def _say(self, trouble: str) -> None:
        if self.trouble != trouble:
            logger.warning("hiding people in recordings: %s", trouble)
        self.trouble = trouble


def shown(image: DecodedImage, redaction: Redaction) -> DecodedImage:
    """The picture as it may be seen; changed in place where it can be."""
    if redaction.model is None:
        return DecodedImage(image.index, image.time_s, veil(image.image), image.captured_at, image.stamped)
    hide(image.image, redaction.boxes_at(image.time_s))
    return image


def pictures(path: Path, *, frames_per_second: float | None = None) -> Iterator[DecodedImage]:
    """The pictures of a segment; one cut off by a crash simply ends."""
    if not path.is_file():
        raise VisionError(
            "The recording is no longer there.", code="footage.gone", hint="The receipts of deletion tell when it went and why."
        )
    with VideoReader(str(path), frames_per_second=frames_per_second) as reader:
        try:
            yield from reader.images()
        except VisionError as error:
            if error.code != "vision.source_broken":
                raise


def _read(note: Path, model: str) -> Redaction | None:
    try:
        return redaction_from_json(json.loads(note.read_text(encoding="utf-8")), model)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(note: Path, text: str) -> None:
    """Whole or not at all."""
    half = note.with_suffix(".half")
    half.write_text(text, encoding="utf-8")
    half.replace(note)
