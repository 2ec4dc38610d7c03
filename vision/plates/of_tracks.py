"""Plates of tracked vehicles, read at few instants: when a vehicle is large enough, and again when it has come nearer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from vision.detections import Box
from vision.frames import Frame
from vision.plates.reader import PlateReader
from vision.plates.reading import PlateRead, PlateVote

PLATED = frozenset({"car", "bus", "truck", "motorcycle"})
# Letters of 10 px are on a plate of 68 px; a car is 3.5 times as wide as its plate, less when it is seen aside.
LEAST_VEHICLE_PX = 160.0
LEAST_PERIOD_S = 0.15  # pictures nearer in time err alike
NEARER = 1.08  # so much wider than at the last look, or it waits for
WAIT_S = 0.6
MOST_LOOKS = 8  # whatever they brought
ENOUGH_AGREEING = 3


class SeenBox(Protocol):
    """A box of a frame that belongs to a track."""

    @property
    def track_id(self) -> int: ...
    @property
    def label(self) -> str: ...
    @property
    def bbox_px(self) -> Box: ...
    @property
    def joined(self) -> int | None: ...


@dataclass(slots=True)
class _Followed:
    vote: PlateVote = field(default_factory=PlateVote)
    looks: int = 0
    looked_s: float = float("-inf")
    width_px: float = 0.0
    done: bool = False

    def due(self, time_s: float, width_px: float) -> bool:
        if self.done or self.looks >= MOST_LOOKS or width_px < LEAST_VEHICLE_PX:
            return False
        waited = time_s - self.looked_s
        return waited >= LEAST_PERIOD_S and (width_px >= NEARER * self.width_px or waited >= WAIT_S)


class PlatesOfTracks:
    """Of one source. `looks` counts runs of the detector of plates."""

    def __init__(self, reader: PlateReader) -> None:
        self._reader = reader
        self._followed: dict[int, _Followed] = {}
        self.looks = 0

    def look(self, frame: Frame, boxes: Iterable[SeenBox]) -> None:
        for box in boxes:
            if box.joined is not None and (young := self._followed.pop(box.joined, None)) is not None:
                self._followed.setdefault(box.track_id, young)
            if box.label not in PLATED:
                continue
            one = self._followed.setdefault(box.track_id, _Followed())
            width = box.bbox_px[2] - box.bbox_px[0]
            if one.due(frame.time_s, width):
                one.looks, one.looked_s, one.width_px = one.looks + 1, frame.time_s, width
                self._read(frame, box.bbox_px, one)

    def _read(self, frame: Frame, box: Box, one: _Followed) -> None:
        width, height = frame.size_px
        x1, y1 = max(0, int(box[0])), max(0, int(box[1]))
        x2, y2 = min(width, int(box[2]) + 1), min(height, int(box[3]) + 1)
        if x2 - x1 < 16 or y2 - y1 < 16:
            return
        part = frame.picture.part((x1, y1, x2, y2), (x2 - x1, y2 - y1))
        self.looks += 1
        found = self._reader.find(part, frame.source)
        if not found:
            return
        self._reader.look(part, found[0].box, one.vote)
        result = one.vote.result()
        one.done = result is not None and result.legible and result.agreeing >= ENOUGH_AGREEING

    def read(self, track_id: int) -> PlateRead | None:
        """What is known of a track's plate now; None when none was seen."""
        one = self._followed.get(track_id)
        return None if one is None else one.vote.result()

    def forget(self, track_id: int) -> None:
        self._followed.pop(track_id, None)
