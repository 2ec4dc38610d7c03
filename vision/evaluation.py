"""How good a detector is on labelled pictures: average precision, precision and recall per class.

Definitions: a detection is right when it overlaps a still unmatched truth of its class by at least the threshold, the surest first; average
precision is the area under the precision-recall curve, precision made monotonic, read at 101 points of recall.
Source: Lin et al., Microsoft COCO, ECCV 2014, and its evaluation code. Precision and recall are given where
F1 is best, as ultralytics does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.boxes import intersection_over_union

THRESHOLDS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
RECALL_POINTS = np.linspace(0.0, 1.0, 101)

Boxes = NDArray[np.float64]  # (n, 4) corners


@dataclass(frozen=True, slots=True, eq=False)
class LabelledPicture:
    """Truth and detections of one picture, classes by number."""

    truth_xyxy: Boxes
    truth_class: NDArray[np.int64]
    found_xyxy: Boxes
    found_confidence: NDArray[np.float64]
    found_class: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ClassScore:
    """`truths` is the number of labelled boxes; precision and recall hold at the confidence where F1 at IoU 0.5 is best."""

    name: str
    truths: int
    map50: float
    map50_95: float
    precision: float
    recall: float
    confidence: float


def score(pictures: Sequence[LabelledPicture], names: Sequence[str]) -> list[ClassScore]:
    """One score for each class that occurs in the truth, in order of class number."""
    present = sorted({int(number) for picture in pictures for number in picture.truth_class})
    return [_score_class(pictures, number, names[number]) for number in present]


def _score_class(pictures: Sequence[LabelledPicture], number: int, name: str) -> ClassScore:
    confidences: list[NDArray[np.float64]] = []
    right: list[NDArray[np.bool_]] = []
    truths = 0
    for picture in pictures:
        truth = picture.truth_xyxy[picture.truth_class == number]
        mine = picture.found_class == number
        order = np.argsort(-picture.found_confidence[mine], kind="stable")
        found = picture.found_xyxy[mine][order]
        confidences.append(picture.found_confidence[mine][order])
        right.append(matched(found, truth))
        truths += len(truth)
    confidence, hits = np.concatenate(confidences), np.concatenate(right)
    order = np.argsort(-confidence, kind="stable")
    confidence, hits = confidence[order], hits[order]
    averages = [average_precision(hits[:, column], truths) for column in range(len(THRESHOLDS))]
    precision, recall, at = _best_balance(confidence, hits[:, 0], truths)
    return ClassScore(name, truths, averages[0], float(np.mean(averages)), precision, recall, at)


def matched(found: Boxes, truth: Boxes) -> NDArray[np.bool_]:
    """(detections, thresholds): whether each detection, surest first, takes a truth of its own at each overlap threshold."""
    result = np.zeros((len(found), len(THRESHOLDS)), dtype=np.bool_)
    if not len(found) or not len(truth):
        return result
    overlap = intersection_over_union(found, truth)
    for column, threshold in enumerate(THRESHOLDS):
        free = np.ones(len(truth), dtype=np.bool_)
        for row in range(len(found)):
            candidates = np.where(free, overlap[row], -1.0)
            best = int(candidates.argmax())
            if candidates[best] >= threshold:
                free[best] = False
                result[row, column] = True
    return result


def average_precision(hits: NDArray[np.bool_], truths: int) -> float:
    """Of detections in order of falling confidence. 0 without truths or detections."""
    if not truths or not len(hits):
        return 0.0
    right = np.cumsum(hits)
    recall, precision = right / truths, right / np.arange(1, len(hits) + 1)
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(recall, RECALL_POINTS, side="left")
    reached = at < len(envelope)
    return float(np.where(reached, envelope[np.minimum(at, len(envelope) - 1)], 0.0).mean())


def _best_balance(confidence: NDArray[np.float64], hits: NDArray[np.bool_], truths: int) -> tuple[float, float, float]:
    if not truths or not len(hits):
        return 0.0, 0.0, 0.0
    right = np.cumsum(hits)
    recall, precision = right / truths, right / np.arange(1, len(hits) + 1)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    best = int(f1.argmax())
    return float(precision[best]), float(recall[best]), float(confidence[best])
