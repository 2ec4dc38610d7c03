"""Labelled pictures in YOLO's format: pictures and `.txt` files side by side, or in `images/` and `labels/`; names in `data.yaml`.

A label line is `class cx cy w h` or `class x1 y1 x2 y2 …` (a polygon), in shares of the picture.
Without `data.yaml` all boxes are one class.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError

PICTURES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")
ONE_CLASS = "object"


@dataclass(frozen=True, slots=True)
class Dataset:
    """`pictures` in order of name, each with its label file (None: nothing in it). `names` is None when all boxes are one class."""

    pictures: tuple[tuple[Path, Path | None], ...]
    names: tuple[str, ...] | None


def open_dataset(folder: Path) -> Dataset:
    """Raises: `VisionError` when the folder holds no labelled picture or its data.yaml cannot be read."""
    if not folder.is_dir():
        raise VisionError(f"There is no folder '{folder}'.", code="vision.dataset_missing", hint="Give the folder of the pictures.")
    images = folder / "images" if (folder / "images").is_dir() else folder
    found = []
    for picture in sorted(path for path in images.rglob("*") if path.suffix.lower() in PICTURES):
        beside = picture.with_suffix(".txt")
        apart = folder / "labels" / picture.relative_to(images).with_suffix(".txt")
        found.append((picture, next((path for path in (apart, beside) if path.is_file()), None)))
    if not any(label for _, label in found):
        raise VisionError(
            f"The folder '{folder}' holds no labelled pictures.",
            code="vision.dataset_empty",
            hint="Put a .txt file with the boxes beside each picture, or use images/ and labels/.",
        )
    description = folder / "data.yaml"
    return Dataset(tuple(found), _names(description) if description.is_file() else None)


def read_labels(path: Path | None, width_px: int, height_px: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Corners in pixels (n, 4) and class numbers (n,). Raises: `VisionError` naming the file and line."""
    boxes, classes = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines() if path is not None else [], start=1):
        if not line.strip():
            continue
        try:
            kind, *values = line.split()
            shares = np.array([float(value) for value in values])
            if len(shares) < 4 or len(shares) % 2:
                raise ValueError(line)
            if len(shares) == 4:
                centre, half = shares[:2], shares[2:] / 2
                low, high = centre - half, centre + half
            else:
                points = shares.reshape(-1, 2)
                low, high = points.min(axis=0), points.max(axis=0)
            classes.append(int(kind))
        except ValueError as error:
            raise VisionError(
                f"Line {number} of '{path}' is no label: '{line[:60]}'.",
                code="vision.label",
                hint="A line is: class cx cy w h, in shares of the picture.",
            ) from error
        boxes.append([low[0] * width_px, low[1] * height_px, high[0] * width_px, high[1] * height_px])
    return np.array(boxes, dtype=np.float64).reshape(-1, 4), np.array(classes, dtype=np.int64)


def _names(path: Path) -> tuple[str, ...]:
    """The `names` of a data.yaml: a list, a flow list, or numbers with names. Only that part of YAML is read."""
    text = re.sub(r"\s+#.*", "", path.read_text(encoding="utf-8"))
    flow = re.search(r"^names:\s*(\[.*?\]|\{.*?\})", text, re.MULTILINE | re.DOTALL)
    if flow and flow.group(1).startswith("["):
        return tuple(part.strip().strip("'\"") for part in flow.group(1)[1:-1].split(",") if part.strip())
    if flow:
        pairs = re.findall(r"(\d+)\s*:\s*('[^']*'|\"[^\"]*\"|[^,}]+)", flow.group(1))
    else:
        block = re.search(r"^names:[ \t]*\n((?:[ \t]+\S.*\n?|-.*\n?)+)", text, re.MULTILINE)
        lines = block.group(1).splitlines() if block else []
        listed = [line.strip()[1:] for line in lines if line.strip().startswith("-")]
        if listed:
            return tuple(name.strip().strip("'\"") for name in listed)
        pairs = [tuple(line.strip().split(":", 1)) for line in lines if ":" in line]
    if not pairs:
        raise VisionError(
            f"'{path}' has no readable `names`.",
            code="vision.dataset_names",
            hint=f"Write them as {json.dumps({'names': ['car', 'bus']})}.",
        )
    numbered = {int(number): str(name).strip().strip("'\"") for number, name in pairs}
    return tuple(numbered.get(number, f"class {number}") for number in range(max(numbered) + 1))
