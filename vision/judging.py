"""A detector judged on a data set."""

from collections.abc import Callable, Mapping
from pathlib import Path

import cv2
import numpy as np

from geo.primitives import VisionError
from vision.dataset import ONE_CLASS, open_dataset, read_labels
from vision.evaluation import ClassScore, LabelledPicture, score
from vision.frames import Frame
from vision.inference.detector import Detector, class_name


def evaluate(
    detector: Detector, folder: Path, *, meaning: Mapping[str, str] | None = None, progress: Callable[[int, int], None] | None = None
) -> list[ClassScore]:
    """Scores of `detector` on the data set in `folder`, one a class.

    `meaning` maps the model's classes to the data set's where the names differ; classes without a counterpart are left out. When the data
    set names no classes, all boxes and all detections are one class. `progress` is called with (pictures done, all pictures).
    """
    dataset = open_dataset(folder)
    names = dataset.names or (ONE_CLASS,)
    known = {class_name(name): number for number, name in enumerate(names)}
    translate = {class_name(theirs): class_name(ours) for theirs, ours in (meaning or {}).items()}
    to_set = [0 if dataset.names is None else known.get(translate.get(name, name), -1) for name in detector.names]
    if all(number < 0 for number in to_set):
        raise VisionError(
            f"The model and the data set '{folder}' share no class (the set has {', '.join(names[:8])}).",
            code="vision.classes_disjoint",
            hint="Say which is which: --classes 'car=vehicle,truck=vehicle'.",
        )
    lookup = np.array(to_set, dtype=np.int64)
    pictures = []
    for index, (path, label) in enumerate(dataset.pictures):
        image = cv2.imread(str(path))
        if image is None:
            raise VisionError(f"The picture '{path}' cannot be read.", code="vision.picture_unreadable", hint="Remove or replace it.")
        found = detector.detect(Frame(str(path), index, float(index), np.asarray(image, dtype=np.uint8)))
        truth, truth_class = read_labels(label, image.shape[1], image.shape[0])
        if dataset.names is None:
            truth_class = np.zeros_like(truth_class)
        elif len(truth_class) and truth_class.max() >= len(names):
            raise VisionError(
                f"'{label}' has class {truth_class.max()}, but data.yaml names {len(names)}.",
                code="vision.label",
                hint="Correct one of the two.",
            )
        mapped = lookup[found.class_id]
        kept = mapped >= 0
        pictures.append(
            LabelledPicture(
                truth, truth_class, found.xyxy_px[kept].astype(np.float64), found.confidence[kept].astype(np.float64), mapped[kept]
            )
        )
        if progress is not None:
            progress(index + 1, len(dataset.pictures))
    return score(pictures, names)
