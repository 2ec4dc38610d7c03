"""Eight-bit networks for processors: NNCF finds the ranges on example pictures, and the result is kept only when it still sees as well.

Source: NNCF documentation, "Post-training quantization for OpenVINO"; mixed preset, as YOLO's activations are not symmetric.
"""

import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError
from vision.dataset import open_dataset
from vision.evaluation import ClassScore
from vision.inference.engine import model_files
from vision.inference.letterbox import Letterbox
from vision.judging import evaluate
from vision.pictures import ArrayPicture
from vision.training.pictures import read_picture

CALIBRATION_AT_MOST = 200
LOWEST_CONFIDENCE = 0.01


@dataclass(frozen=True, slots=True)
class Quantised:
    """Mean average precision at IoU 0.5 over the classes of the data set, before and after."""

    before_map50: float
    after_map50: float


def quantise(
    model: Path,
    out: Path,
    dataset: Path,
    *,
    image_size_px: int = 640,
    most_lost: float = 0.01,
    meaning: Mapping[str, str] | None = None,
    report: Callable[[str], None] | None = None,
) -> Quantised:
    """Write `out` (.xml and .bin) with the weights of `model` in eight bits; nothing is written when it lost more than `most_lost` mAP50.

    `dataset` is a labelled folder: its pictures give the ranges and its boxes the judgement. The new model takes square pictures of
    `image_size_px`. Raises: `VisionError` when NNCF is missing, a file cannot be read, or too much is lost.
    """
    from vision import open_detector

    if out.suffix != ".xml":
        raise VisionError(f"'{out}' is no OpenVINO model.", code="vision.export_suffix", hint="Give --out a name that ends in .xml.")
    try:
        import nncf
        import openvino
    except ImportError as error:
        raise VisionError(
            "Eight-bit export needs NNCF, which is not installed.",
            code="vision.train_extra_missing",
            hint="Install the extra once: `uv sync --extra train`.",
        ) from error
    model_files(model)
    pictures = [path for path, _ in open_dataset(dataset).pictures]
    chosen = pictures[:: max(1, len(pictures) // CALIBRATION_AT_MOST)][:CALIBRATION_AT_MOST]
    try:
        network = openvino.Core().read_model(str(model))
        network.reshape({0: openvino.PartialShape([1, 3, image_size_px, image_size_px])})
    except RuntimeError as error:
        raise VisionError(
            f"The file '{model}' cannot be read as a model.", code="vision.model_unreadable", hint="Give ONNX or IR."
        ) from error
    # The last layers turn scores into boxes in pixels; eight bits are too coarse for that.
    ignored = nncf.IgnoredScope(names=_after_last_convolutions(network))
    small = nncf.quantize(
        network,
        nncf.Dataset(chosen, lambda path: _blob(path, image_size_px)),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(chosen),
        ignored_scope=ignored,
    )
    with tempfile.TemporaryDirectory(prefix="sunqar-int8-") as folder:
        made = Path(folder) / out.name
        openvino.save_model(small, str(made))
        made.with_suffix(".names").write_text("\n".join(open_detector(model, image_size_px=image_size_px).names), encoding="utf-8")
        means = []
        for file in (model, made):
            detector = open_detector(file, confidence=LOWEST_CONFIDENCE, image_size_px=image_size_px)
            means.append(_mean(evaluate(detector, dataset, meaning=meaning)))
            if report is not None:
                report(f"{file.name}: mAP50 {means[-1]:.3f}")
        if means[0] - means[1] > most_lost:
            raise VisionError(
                f"In eight bits the model sees worse: mAP50 {means[1]:.3f} instead of {means[0]:.3f}, more than {most_lost:g} lost.",
                code="vision.quantised_worse",
                hint="Give more or better fitting pictures, or allow more with --most-lost.",
            )
        out.parent.mkdir(parents=True, exist_ok=True)
        for suffix in (".names", ".bin", ".xml"):  # the file that is looked for comes last
            shutil.move(made.with_suffix(suffix), out.with_suffix(suffix))
    return Quantised(*means)


def _blob(path: Path, side_px: int) -> NDArray[np.float32]:
    image = read_picture(path)
    box = Letterbox(image.shape[1], image.shape[0], side_px, side_px, True)
    picture = ArrayPicture(image)
    return np.asarray(cv2.dnn.blobFromImage(box.apply(picture, (0, 0, *picture.size_px)), 1.0 / 255.0, swapRB=True), dtype=np.float32)


def _after_last_convolutions(network: object) -> list[str]:
    """Names of the operations behind which no weights follow any more."""
    operations = network.get_ordered_ops()  # type: ignore[attr-defined]
    last = max((row for row, one in enumerate(operations) if one.get_type_name() == "Convolution"), default=0)
    skipped = ("Constant", "Result", "Parameter", "Convert", "ShapeOf")
    return [one.get_friendly_name() for one in operations[last + 1 :] if one.get_type_name() not in skipped]


def _mean(scores: list[ClassScore]) -> float:
    return float(np.mean([one.map50 for one in scores])) if scores else 0.0
