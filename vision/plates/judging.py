"""Plates read in pictures, held against labels where there are any: exact, wrong, or nothing said.

Labels are those of the OpenALPR benchmark: beside `car.jpg` a `car.txt` with tab-separated file, x, y, width, height (pixels) and text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from geo.primitives import VisionError
from vision.boxes import overlap
from vision.detections import Box
from vision.plates.grammar import normal_text
from vision.plates.reader import FoundPlate, PlateReader
from vision.plates.reading import PlateRead

PICTURES = (".jpg", ".jpeg", ".png")
SAME_PLATE_IOU = 0.1  # labels of plates are drawn tight or loose


@dataclass(frozen=True, slots=True)
class PlateLabel:
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class JudgedPlate:
    """`verdict`: exact, wrong, abstained, or not found; None without a label."""

    file: Path
    found: FoundPlate | None
    read: PlateRead | None
    label: PlateLabel | None
    verdict: str | None


def judge_plates(reader: PlateReader, path: Path) -> Iterator[JudgedPlate]:
    """Every plate found in a picture or a folder of them, and every labelled one that was not. Raises: `VisionError`."""
    for file in _pictures(path):
        image = cv2.imread(str(file))
        if image is None:
            raise VisionError(f"'{file}' cannot be read as a picture.", code="vision.picture", hint="Give a JPEG or PNG file.")
        reads = reader.read(np.asarray(image, np.uint8))
        labels = read_plate_labels(file)
        for found, read in reads:
            label = next((one for one in labels if overlap(one.box, found.box) >= SAME_PLATE_IOU), None)
            if label is not None:
                labels.remove(label)
            yield JudgedPlate(file, found, read, label, None if label is None else _verdict(read, label))
        for label in labels:
            yield JudgedPlate(file, None, None, label, "not found")


def _verdict(read: PlateRead, label: PlateLabel) -> str:
    if read.text is None:
        return "abstained"
    return "exact" if read.text == label.text else "wrong"


def _pictures(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    files = sorted(file for file in path.rglob("*") if file.suffix.lower() in PICTURES) if path.is_dir() else []
    if not files:
        raise VisionError(
            f"There is no picture at '{path}'.", code="vision.no_pictures", hint="Give a JPEG or PNG file, or a folder with some."
        )
    return files


def read_plate_labels(picture: Path) -> list[PlateLabel]:
    """None of them without a file of labels. Raises: `VisionError` for a line that is no label."""
    file = picture.with_suffix(".txt")
    if not file.is_file():
        return []
    labels = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            _, x, y, width, height, text = line.split("\t")
            left, top = float(x), float(y)
            labels.append(PlateLabel((left, top, left + float(width), top + float(height)), normal_text(text)))
        except ValueError as error:
            raise VisionError(
                f"Line {number} of '{file}' is no label of a plate: '{line[:60]}'.",
                code="vision.plate_label",
                hint="Write file, x, y, width, height and text, separated by tabs.",
            ) from error
    return labels
