"""Labels as the public sets bring them: YOLO text, Pascal VOC, or a mask whose grey values are classes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from defusedxml.ElementTree import parse
from numpy.typing import NDArray

from geo.primitives import VisionError
from vision.dataset import read_labels

LabelKind = Literal["yolo", "voc", "mask"]
Labels = tuple[NDArray[np.float64], NDArray[np.int64]]  # corners (n, 4) in pixels, class numbers of the set (n,)

# Pieces of one crack lie apart by less than this share of the picture's width; smaller areas are specks of the brush.
JOINED, SPECK = 0.008, 0.0003


def labels_of(picture: Path, size_px: tuple[int, int], kind: LabelKind, folder: Path | None, names: Sequence[str]) -> Labels:
    """What is labelled in a picture. `folder` holds the labels where they do not lie beside the picture.

    In a mask, `names` are grey values written out ("30"): a class number is a place in that list.
    Raises: `VisionError` naming the file that cannot be read.
    """
    match kind:
        case "yolo":
            file = (folder or picture.parent) / f"{picture.stem}.txt"
            return read_labels(file if file.is_file() else None, *size_px)
        case "voc":
            return _voc((folder or picture.parent) / f"{picture.stem}.xml", names)
        case "mask":
            return _mask((folder or picture.parent) / f"{picture.stem}_mask.png", names)


def _voc(file: Path, names: Sequence[str]) -> Labels:
    try:
        root = parse(file).getroot()
        found = [(thing.findtext("name", ""), thing.find("bndbox")) for thing in root.iter("object")]
        boxes = [[float(box.findtext(side, "")) for side in ("xmin", "ymin", "xmax", "ymax")] for _, box in found if box is not None]
        classes = [names.index(name) for name, box in found if box is not None]
    except (OSError, SyntaxError, ValueError) as error:
        raise VisionError(
            f"The labels '{file}' cannot be read: {error}.", code="vision.label", hint="Bring the set again, or name its classes."
        ) from error
    return np.array(boxes, dtype=np.float64).reshape(-1, 4), np.array(classes, dtype=np.int64)


def _mask(file: Path, names: Sequence[str]) -> Labels:
    mask = cv2.imread(str(file), cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise VisionError(f"The mask '{file}' cannot be read.", code="vision.label", hint="Bring the set again.")
    reach = max(3, round(mask.shape[1] * JOINED))
    boxes, classes = [], []
    for number, name in enumerate(names):
        area = (mask == int(name)).astype(np.uint8)
        if not area.any():
            continue
        _, _, parts, _ = cv2.connectedComponentsWithStats(cv2.dilate(area, np.ones((reach, reach), np.uint8)))
        for x, y, width, height, pixels in parts[1:].tolist():
            if pixels > SPECK * mask.size:
                boxes.append([x + reach / 2, y + reach / 2, x + width - reach / 2, y + height - reach / 2])
                classes.append(number)
    return np.array(boxes, dtype=np.float64).reshape(-1, 4), np.array(classes, dtype=np.int64)
