"""Pictures of single things without a background (PNG with transparency, YOLO labels), laid onto others."""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError
from vision.dataset import open_dataset, read_labels
from vision.frames import BgrImage
from vision.training.drawn.surfaces import blend, noise

Box = tuple[float, float, float, float]
MOST = 4  # in one picture
VISIBLE_SHARE = 0.45


class Cutouts:
    """Lays some of a folder's things into a picture. Things whose name is in `silent` are laid, too, and not to be found."""

    def __init__(self, folder: Path, silent: tuple[str, ...]) -> None:
        dataset = open_dataset(folder)
        names = dataset.names
        if names is None:
            raise VisionError(f"'{folder}' has no data.yaml.", code="vision.dataset_names", hint="Name the classes of the cut-outs there.")
        self._things: list[tuple[str | None, NDArray[np.uint8], NDArray[np.float64]]] = []
        for path, label in dataset.pictures:
            image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            if image is None or image.ndim != 3 or image.shape[2] != 4:
                raise VisionError(f"'{path}' has no transparency.", code="vision.picture_unreadable", hint="Make the cut-outs again.")
            boxes, classes = read_labels(label, image.shape[1], image.shape[0])
            name = names[int(classes[0])]
            self._things.append((None if name in silent else name, np.asarray(image, np.uint8), boxes[0]))

    def draw(self, image: BgrImage, random: np.random.Generator) -> list[tuple[str, Box]]:
        """Draw some, in place, later ones before earlier ones. Returns name and corners of those that stay in sight."""
        side = image.shape[0]
        found: list[tuple[str, Box]] = []
        for _ in range(int(random.integers(0, MOST + 1))):
            name, thing, inside = self._things[int(random.integers(len(self._things)))]
            longest = float(np.exp(random.uniform(np.log(0.1), np.log(0.95)))) * side
            scale = longest / float((inside[2:] - inside[:2]).max())
            at = random.uniform(0.05, 0.95, 2) * side
            left, top = (at - (inside[:2] + inside[2:]) / 2 * scale).round().astype(int).tolist()
            mirror = bool(random.integers(2))
            _lay(image, random, thing[:, ::-1] if mirror else thing, scale, top, left)
            low, high = inside[:2].copy(), inside[2:].copy()
            if mirror:
                low[0], high[0] = thing.shape[1] - inside[2], thing.shape[1] - inside[0]
            box = np.concatenate([low, high]) * scale + [left, top, left, top]
            clipped = np.clip(box, 0, side)
            share = np.prod(clipped[2:] - clipped[:2]) / np.prod(box[2:] - box[:2])
            found = [(other, seen) for other, seen in found if _hidden(seen, clipped) < 1 - VISIBLE_SHARE]
            if name is not None and share > VISIBLE_SHARE:
                found.append((name, (float(clipped[0]), float(clipped[1]), float(clipped[2]), float(clipped[3]))))
        return found


def _lay(image: BgrImage, random: np.random.Generator, thing: NDArray[np.uint8], scale: float, top: int, left: int) -> None:
    """In another light, a little dirty, its edges as soft as the lens makes them."""
    size = (max(2, round(thing.shape[1] * scale)), max(2, round(thing.shape[0] * scale)))
    resized = cv2.resize(thing, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    if random.random() < 0.6:
        resized = cv2.GaussianBlur(resized, (0, 0), float(random.uniform(0.3, 1.1)))
    height, width = resized.shape[:2]
    dirt = 1.0 + float(random.uniform(0.02, 0.16)) * noise(random, height, width, 3.0) + 0.12 * noise(random, height, width, 18.0)
    contrast = float(random.uniform(0.6, 1.2))
    light = image.mean() / 128.0 * float(random.uniform(0.7, 1.2))
    colour = ((resized[..., :3].astype(np.float64) - 110.0) * contrast + 110.0) * (np.clip(light, 0.35, 1.3) * dirt)[..., None]
    blend(image, top, left, np.clip(colour, 0, 255), (resized[..., 3] / 255.0).astype(np.float32))


def _hidden(box: Box, by: NDArray[np.float64]) -> float:
    width, height = min(box[2], by[2]) - max(box[0], by[0]), min(box[3], by[3]) - max(box[1], by[1])
    return max(0.0, float(width)) * max(0.0, float(height)) / max(1e-6, (box[2] - box[0]) * (box[3] - box[1]))
