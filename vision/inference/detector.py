"""The port every detector fills, and the words of its classes."""

from collections.abc import Sequence
from typing import Protocol

from vision.detections import Detections
from vision.frames import Frame

VEHICLES = ("bicycle", "car", "motorcycle", "bus", "truck")
PEOPLE = ("person",)

# ByteTrack's lower bound: boxes this weak continue a track, none starts with one.
KEEP_ALIVE_CONFIDENCE = 0.1

# One thing must not become two because the model hesitates between these.
CONFUSABLE = (frozenset({"car", "truck", "bus", "van", "train"}), frozenset({"bicycle", "motorcycle"}))

# Networks trained on pictures taken from the ground know no roofs: a vehicle seen from straight above looks to them like a flat box with
# rounded corners, and COCO's word for that is a telephone. Measured on nadir drone pictures: hardly any car is called a car.
OVERHEAD_LOOKALIKES = frozenset({"cell phone", "remote"})
OVERHEAD_MEANING = "car"

# One word for one thing, whatever list a model was trained on: older COCO lists, VisDrone, Open Images, plate and waste sets.
_SPELLINGS = {
    "motorbike": "motorcycle",
    "aeroplane": "airplane",
    "sofa": "couch",
    "pottedplant": "potted plant",
    "diningtable": "dining table",
    "tvmonitor": "tv",
    "pedestrian": "person",
    "people": "person",
    "human": "person",
    "motor": "motorcycle",
    "bike": "bicycle",
    "lorry": "truck",
    "vehicle": "car",
    "ship": "boat",
    "licenseplate": "plate",
    "licenceplate": "plate",
    "numberplate": "plate",
}


def class_name(spelling: str) -> str:
    """One spelling for one class."""
    name = spelling.strip().lower().replace("_", " ").replace("-", " ")
    return _SPELLINGS.get(name.replace(" ", ""), name)


class Detector(Protocol):
    """Finds things in a frame. Called from one thread at a time.

    `model` is "sha256:…" of the weights, so that every observation tells what made it; `names` are the classes by id.
    """

    @property
    def model(self) -> str: ...

    @property
    def names(self) -> tuple[str, ...]: ...

    def detect(self, frame: Frame) -> Detections:
        """Boxes in the frame's own pixels, clipped to it, overlapping ones already suppressed."""
        ...

    def detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        """The same for several frames, of one source or of many, in their order: one call of the network where sizes agree."""
        ...


def default_labels(names: tuple[str, ...]) -> tuple[str, ...]:
    """What is followed when nobody says: vehicles and people, or everything for a model of other things."""
    usual = tuple(name for name in (*PEOPLE, *VEHICLES) if name in names)
    return usual or names
