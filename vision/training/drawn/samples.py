"""Pieces of unlabelled pictures with things drawn onto them, as samples of a run."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from geo.primitives import VisionError
from vision.frames import BgrImage
from vision.inference.detector import class_name
from vision.training.drawn.cutouts import Cutouts
from vision.training.drawn.things import DRAW, Draw
from vision.training.pictures import Sample, matching, mirrored, read_picture, recoloured
from vision.training.recipe import DrawnSet

# Contact sheets of ambientCG textures: tiles of 128 pixels from the margin on, names printed under them.
SHEET_MARGIN, SHEET_TILE, SHEET_STEP = 16, 128, (144, 176)
LEAST_TILE = 80  # cut tiles are shorter; the white below them is no ground


class DrawnSamples:
    """Samples of one set of backgrounds. Each background is read once and kept."""

    def __init__(self, folder: Path, part: DrawnSet, names: Sequence[str]) -> None:
        self.ignored = tuple(names.index(class_name(name)) for name in part.ignore)
        self._part, self._names = part, names
        self._draw: Draw = DRAW[part.things] if part.things else Cutouts(folder / str(part.cutouts), part.silent).draw
        self._grounds = [
            ground
            for path in matching(folder / part.folder, part.include, part.exclude)
            for ground in (_tiles(read_picture(path)) if part.sheets else [_region(read_picture(path), part.region)])
        ]
        if not self._grounds:
            raise VisionError(
                f"The folder '{folder / part.folder}' holds no ground to draw on.", code="vision.dataset_empty", hint="See the recipe."
            )

    def draw(self, random: np.random.Generator, side_px: int) -> Sample:
        image = self._ground(random, side_px)
        things = self._draw(image, random)
        boxes = np.array([box for _, box in things], dtype=np.float64).reshape(-1, 4)
        classes = np.array([self._names.index(class_name(name)) for name, _ in things], dtype=np.int64)
        image, boxes = mirrored(image, boxes, bool(random.integers(2)))
        return Sample(recoloured(image, random), boxes, classes)

    def _ground(self, random: np.random.Generator, side_px: int) -> BgrImage:
        """A square of a background, of any size in it, mirrored on where it ends."""
        ground = self._grounds[int(random.integers(len(self._grounds)))]
        scale = float(random.uniform(*self._part.scale))
        reach = max(32, round(side_px / scale))
        height, width = ground.shape[:2]
        x, y = int(random.integers(max(1, width - reach + 1))), int(random.integers(max(1, height - reach + 1)))
        piece = ground[y : y + reach, x : x + reach]
        piece = cv2.copyMakeBorder(piece, 0, reach - piece.shape[0], 0, reach - piece.shape[1], cv2.BORDER_REFLECT)
        piece = cv2.resize(piece, (side_px, side_px), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
        return np.ascontiguousarray(piece, dtype=np.uint8)


def _region(image: BgrImage, region: tuple[float, float, float, float]) -> BgrImage:
    height, width = image.shape[:2]
    left, top, right, bottom = region
    return image[int(top * height) : int(bottom * height), int(left * width) : int(right * width)]


def _tiles(sheet: BgrImage) -> list[BgrImage]:
    tiles = []
    for top in range(SHEET_MARGIN, sheet.shape[0] - LEAST_TILE, SHEET_STEP[1]):
        for left in range(SHEET_MARGIN, sheet.shape[1] - LEAST_TILE, SHEET_STEP[0]):
            tile = sheet[top + 1 : top + SHEET_TILE - 1, left + 1 : left + SHEET_TILE - 1]
            rows = tile.reshape(tile.shape[0], -1).min(axis=1) < 250
            tile = tile[rows]
            if tile.shape[0] >= LEAST_TILE:
                tiles.append(tile)
    return tiles
