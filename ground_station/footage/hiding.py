"""Segments as they may be seen: searched once for people and plates, shown with them hidden. Threads take turns on the detector."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Lock

from geo.core import FootageSegmentRow
from geo.primitives import VisionError
from ground_station.footage.shelf import Shelf
from ground_station.hiding_detector import HidingDetector
from ground_station.settings import Settings
from ground_station.video import DecodedImage, VideoReader
from vision import Frame, Redaction, hide, redaction_from_json, veil


class Hiding:
    """Keeps beside each segment what has to be hidden in it.

    Without a detector nobody can say what to hide: whole pictures are veiled then, and nothing of it is kept.
    """

    def __init__(self, settings: Settings, shelf: Shelf) -> None:
        self._rate = settings.footage.looks_per_second
        self._shelf = shelf
        self._detector = HidingDetector(settings, threads=settings.footage.render_threads)
        self._turn = Lock()

    @property
    def trouble(self) -> str:
        return self._detector.trouble

    def redaction(self, segment: FootageSegmentRow, wanted: Callable[[], bool] = lambda: True) -> Redaction:
        """What has to be hidden. Stops early, with what was found until then, once `wanted` says no; that is not kept."""
        with self._turn:
            return self._redaction(segment, wanted)

    def _redaction(self, segment: FootageSegmentRow, wanted: Callable[[], bool]) -> Redaction:
        search = self._detector.search(self._rate, moves=segment.vehicle_id is not None)
        if search is None:
            return Redaction(None)
        note = self._shelf.hidden(segment.path)
        known = _read(note, search.model)
        if known is not None:
            return known
        for image in pictures(self._shelf.segment(segment.path), frames_per_second=self._rate):
            if not wanted():
                return search.result()
            search.look(Frame(segment.source_id, image.index, image.time_s, image.image))
        found = search.result()
        _write(note, json.dumps(found.to_json()))
        return found


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
