"""What is hidden in the pictures of a package: everybody in them, and every plate but that of the vehicle the case is about."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ground_station.evidence.track_rows import TrackRow, box_at
from ground_station.video import VideoReader
from ground_station.video.encode import VideoWriter
from vision import Frame, Redaction, RedactionSearch, hide, veil

LOOKS_PER_SECOND = 5.0
ITS_OWN = 0.8  # of its sightings, a plate lies within the box of the vehicle it belongs to; one that is only passed by does not
METHOD = "mosaic over everybody found and every plate found, and where they were between sightings"


class Hider(Protocol):
    """Opens a search through one film; None where nothing can tell what has to be hidden."""

    def search(self, frames_per_second: float, *, moves: bool = False) -> RedactionSearch | None: ...


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden in a clip whose first picture is at `begins_s`; `own_plates` were found and left open."""

    redaction: Redaction
    begins_s: float
    own_plates: int

    def apply(self, image: NDArray[np.uint8], time_s: float) -> NDArray[np.uint8]:
        """The picture as it may be seen; changed in place where it can be."""
        if self.redaction.model is None:
            return veil(image)
        hide(image, self.redaction.boxes_at(time_s - self.begins_s))
        return image


def hidden_in(clip: Path, begins_s: float, track: Sequence[TrackRow], hider: Hider | None, *, moves: bool) -> Hidden:
    """Search a clip. Its own vehicle is known by `track`."""
    search = None if hider is None else hider.search(LOOKS_PER_SECOND, moves=moves)
    if search is None:
        return Hidden(Redaction(None), begins_s, 0)
    with VideoReader(str(clip), frames_per_second=LOOKS_PER_SECOND) as reader:
        for image in reader.images():
            search.look(Frame(clip.name, image.index, image.time_s, image.image))
    found = search.result()
    own = [one for one in found.tracks if one.kind == "plate" and _belongs(one.times_s + begins_s, one.xyxy_px, track)]
    return Hidden(replace(found, tracks=tuple(one for one in found.tracks if one not in own)), begins_s, len(own))


def _belongs(times_s: NDArray[np.float64], boxes: NDArray[np.float64], track: Sequence[TrackRow]) -> bool:
    inside, seen = 0, 0
    for time_s, plate in zip(times_s, boxes, strict=True):
        box = box_at(track, float(time_s))
        if box is not None:
            seen += 1
            u, v = (plate[0] + plate[2]) / 2, (plate[1] + plate[3]) / 2
            inside += bool(box[0] <= u <= box[2] and box[1] <= v <= box[3])
    return seen > 0 and seen >= 0.5 * len(times_s) and inside >= ITS_OWN * seen


def hidden_clip(clip: Path, hidden: Hidden, target: Path) -> None:
    """The clip made anew as it may be seen."""
    with VideoReader(str(clip)) as reader, VideoWriter(target, reader.info.frames_per_second) as writer:
        for image in reader.images():
            writer.write(hidden.apply(image.image, hidden.begins_s + image.time_s), image.time_s)
