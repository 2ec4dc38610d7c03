"""Training samples: square pieces of labelled pictures at a chosen size of the things in them, turned, mirrored and recoloured.

Colour, blur, noise and JPEG follow what real cameras and video links do. Everything is drawn from one generator, so a seed repeats a run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError
from vision.dataset import PICTURES
from vision.frames import BgrImage
from vision.inference.detector import class_name
from vision.training.drawn.things import DRAW
from vision.training.labels import labels_of
from vision.training.recipe import LabelledSet, TeacherSet

PADDING = 114  # ultralytics' grey, as the letterbox
VISIBLE_SHARE = 0.35  # a box cut by the edge to less than this is no longer asked for
NEAR_A_THING = 0.85  # share of samples placed around a thing; the others may be empty ground


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """`image` (side, side, 3); `boxes` (n, 4) corners in its pixels; `classes` (n,) of the network."""

    image: BgrImage
    boxes: NDArray[np.float64]
    classes: NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class _Labelled:
    image: BgrImage
    boxes: NDArray[np.float64]
    classes: NDArray[np.int64]


class Samples(Protocol):
    """Where a run takes samples from. `ignored`: classes of the network its pictures do not label."""

    ignored: tuple[int, ...]

    def draw(self, random: np.random.Generator, side_px: int) -> Sample: ...


class LabelledSamples:
    """Samples of one labelled set. Pictures are read once and kept: these sets are small."""

    def __init__(self, folder: Path, part: LabelledSet, names: Sequence[str]) -> None:
        self._part, self._names = part, names
        meaning = {class_name(theirs): class_name(ours) for theirs, ours in part.meaning.items()}
        ours = [meaning.get(class_name(name), class_name(name)) for name in part.names]
        self._directed = _directed(part.by_direction, names)
        known = {*names, "ignore", *([class_name(part.by_direction)] if part.by_direction else [])}
        unknown = [name for name in {*ours, *map(class_name, part.ignore)} if name not in known]
        if unknown:
            raise VisionError(
                f"The set '{part.folder}' speaks of '{unknown[0]}', which is no class of the network.",
                code="vision.recipe",
                hint="Map it in [set.meaning], to a class of the network or to 'ignore'.",
            )
        number = np.array([self._number(name, names) for name in ours], dtype=np.int64)
        label_folder = folder / part.label_folder if part.label_folder else None
        self.ignored = tuple(names.index(class_name(name)) for name in part.ignore)
        self._pictures = []
        for path in matching(folder / part.folder, part.include, part.exclude):
            image = read_picture(path)
            boxes, classes = labels_of(path, (image.shape[1], image.shape[0]), part.labels, label_folder, part.names)
            mapped = number[classes]
            self._pictures.append(_Labelled(image, boxes[mapped >= 0], mapped[mapped >= 0]))
        # A picture is as likely as it is large: a small cut must not be seen a hundred times as often.
        areas = np.array([picture.image.shape[0] * picture.image.shape[1] for picture in self._pictures], dtype=np.float64)
        self._likely = np.sqrt(areas) / np.sqrt(areas).sum()

    def __len__(self) -> int:
        return len(self._pictures)

    def _number(self, name: str, names: Sequence[str]) -> int:
        if self._directed is not None and name == class_name(self._part.by_direction or ""):
            return self._directed[0]
        return names.index(name) if name in names else -1

    def draw(self, random: np.random.Generator, side_px: int) -> Sample:
        picture = self._pictures[random.choice(len(self._pictures), p=self._likely)]
        least, most = self._part.longest_px
        longest = float(np.exp(random.uniform(np.log(least), np.log(most))))
        sizes = (picture.boxes[:, 2:] - picture.boxes[:, :2]).max(axis=1) if len(picture.boxes) else np.array([40.0])
        scale = longest / float(np.median(sizes))
        centre = None
        if len(picture.boxes) and random.random() < NEAR_A_THING:
            low, high = picture.boxes[random.integers(len(picture.boxes))].reshape(2, 2)
            centre = (low + high) / 2
        image, boxes, classes = _cut(picture, scale, centre, side_px, random)
        image, boxes = _turned(image, boxes, int(random.integers(4)) if self._part.from_above else 0)
        image, boxes = mirrored(image, boxes, bool(random.integers(2)))
        if self._directed is not None:
            long, across = self._directed
            taller = boxes[:, 3] - boxes[:, 1] > boxes[:, 2] - boxes[:, 0]
            classes = np.where(classes == long, np.where(taller, long, across), classes)
        if self._part.things is not None:
            things = DRAW[self._part.things](image, random)
            boxes = np.concatenate([boxes, np.array([box for _, box in things], dtype=np.float64).reshape(-1, 4)])
            classes = np.concatenate([classes, np.array([self._names.index(name) for name, _ in things], dtype=np.int64)])
        return Sample(recoloured(image, random), boxes, classes)


class TeacherSamples:
    """Samples of unlabelled pictures: pieces of many sizes, mirrored at most."""

    def __init__(self, folder: Path, part: TeacherSet) -> None:
        self._part = part
        self._paths = matching(folder / part.folder, part.include, part.exclude)

    def __len__(self) -> int:
        return len(self._paths)

    def draw(self, random: np.random.Generator, side_px: int) -> BgrImage:
        image = read_picture(self._paths[random.integers(len(self._paths))])
        scale = float(random.uniform(*self._part.scale))
        empty = _Labelled(image, np.zeros((0, 4)), np.zeros(0, np.int64))
        piece, _, _ = _cut(empty, scale, None, side_px, random)
        piece, _ = mirrored(piece, np.zeros((0, 4)), bool(random.integers(2)))
        return recoloured(piece, random)


def matching(folder: Path, include: Sequence[str], exclude: Sequence[str]) -> list[Path]:
    """Pictures of a folder whose name fits, in order. Raises: `VisionError` when there is none."""
    found = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in PICTURES
        and any(fnmatch(path.name, pattern) for pattern in include)
        and not any(fnmatch(path.name, pattern) for pattern in exclude)
    ]
    if not found:
        raise VisionError(
            f"The folder '{folder}' holds no picture the recipe asks for.",
            code="vision.dataset_empty",
            hint="Bring the set there (see the recipe's comments), or give another --data.",
        )
    return found


def read_picture(path: Path) -> BgrImage:
    image = cv2.imread(str(path))
    if image is None:
        raise VisionError(f"The picture '{path}' cannot be read.", code="vision.picture_unreadable", hint="Remove or replace it.")
    return np.asarray(image, dtype=np.uint8)


def recoloured(image: BgrImage, random: np.random.Generator) -> BgrImage:
    """As another camera, hour or link would have shown it."""
    hsv = cv2.cvtColor(image, cv2.COLOR_BGR2HSV).astype(np.float32)
    hsv[..., 0] = (hsv[..., 0] + random.uniform(-4, 4)) % 180
    hsv[..., 1] *= random.uniform(0.3, 1.4)
    hsv[..., 2] = 255.0 * (np.clip(hsv[..., 2] / 255.0, 0, 1) ** random.uniform(0.6, 1.6)) * random.uniform(0.75, 1.2)
    image = cv2.cvtColor(np.clip(hsv, 0, 255).astype(np.uint8), cv2.COLOR_HSV2BGR)
    # White balance: greys get a cast too, which a turn of hue cannot give them.
    image = np.clip(image * random.normal(1.0, 0.05, 3), 0, 255).astype(np.uint8)
    if random.random() < 0.1:
        image = cv2.cvtColor(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    if random.random() < 0.3:
        image = cv2.GaussianBlur(image, (0, 0), random.uniform(0.3, 1.6))
    if random.random() < 0.3:
        image = np.clip(image + random.normal(0, random.uniform(2, 10), image.shape), 0, 255).astype(np.uint8)
    if random.random() < 0.5:
        _, packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, int(random.uniform(25, 95))])
        image = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)
    return np.asarray(image, dtype=np.uint8)


def _directed(name: str | None, names: Sequence[str]) -> tuple[int, int] | None:
    """Numbers of the two classes a name stands for by its direction in the picture."""
    return None if name is None else (names.index(f"longitudinal {class_name(name)}"), names.index(f"transverse {class_name(name)}"))


def _cut(
    picture: _Labelled, scale: float, centre: NDArray[np.float64] | None, side_px: int, random: np.random.Generator
) -> tuple[BgrImage, NDArray[np.float64], NDArray[np.int64]]:
    """A square of the scaled picture, `centre` somewhere inside it; grey beyond the picture's edge."""
    height, width = picture.image.shape[:2]
    reach = side_px / scale
    if centre is None:
        centre = np.array([random.uniform(0, width), random.uniform(0, height)])
    low = centre - reach * random.uniform(0.1, 0.9, 2)
    # Inside the picture where it is large enough, so that little of the sample is grey.
    low = np.clip(low, np.minimum(0, np.array([width, height]) - reach), np.maximum(0, np.array([width, height]) - reach))
    first = np.floor(np.maximum(low, 0)).astype(int)
    last = np.ceil(np.minimum(low + reach, [width, height])).astype(int)
    piece = picture.image[first[1] : last[1], first[0] : last[0]]
    matrix = np.array([[scale, 0, (first[0] - low[0]) * scale], [0, scale, (first[1] - low[1]) * scale]])
    if scale < 1:  # averaged first, else thin things flicker
        smaller = (max(1, round(piece.shape[1] * scale)), max(1, round(piece.shape[0] * scale)))
        matrix[0, 0], matrix[1, 1] = scale * piece.shape[1] / smaller[0], scale * piece.shape[0] / smaller[1]
        piece = cv2.resize(piece, smaller, interpolation=cv2.INTER_AREA)
    image = cv2.warpAffine(piece, matrix, (side_px, side_px), flags=cv2.INTER_LINEAR, borderValue=(PADDING, PADDING, PADDING))
    boxes = (picture.boxes - np.tile(low, 2)) * scale
    clipped = np.clip(boxes, 0, side_px)
    whole = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    seen = np.prod(np.clip(clipped[:, 2:] - clipped[:, :2], 0, None), axis=1)
    kept = seen > VISIBLE_SHARE * np.maximum(whole, 1e-9)
    return np.asarray(image, dtype=np.uint8), clipped[kept], picture.classes[kept]


def _turned(image: BgrImage, boxes: NDArray[np.float64], quarters: int) -> tuple[BgrImage, NDArray[np.float64]]:
    """Rotated anticlockwise by quarters of a turn. Source of the corner rule: `numpy.rot90`."""
    side = image.shape[0]
    for _ in range(quarters):
        boxes = np.stack([boxes[:, 1], side - boxes[:, 2], boxes[:, 3], side - boxes[:, 0]], axis=1)
    return np.ascontiguousarray(np.rot90(image, quarters)), boxes


def mirrored(image: BgrImage, boxes: NDArray[np.float64], wanted: bool) -> tuple[BgrImage, NDArray[np.float64]]:
    """Left to right, where wanted; the picture is square."""
    if not wanted:
        return image, boxes
    side = image.shape[0]
    boxes = np.stack([side - boxes[:, 2], boxes[:, 1], side - boxes[:, 0], boxes[:, 3]], axis=1)
    return np.ascontiguousarray(image[:, ::-1]), boxes
