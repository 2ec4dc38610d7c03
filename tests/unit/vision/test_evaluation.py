"""Average precision, and data sets in YOLO's format."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from geo.primitives import VisionError
from vision import Detections, RecordedDetector, evaluate, export_model, quantise_model
from vision.dataset import open_dataset, read_labels
from vision.evaluation import average_precision, matched


def test_all_right_is_one_and_nothing_right_is_zero() -> None:
    assert average_precision(np.array([True, True]), 2) == pytest.approx(1.0)
    assert average_precision(np.array([False, False]), 2) == 0.0
    assert average_precision(np.array([], dtype=bool), 2) == 0.0


def test_half_found_surely_is_half() -> None:
    """One of two truths found: precision 1 up to recall 0.5, 51 of the 101 points."""
    assert average_precision(np.array([True, False]), 2) == pytest.approx(51 / 101)


def test_a_truth_is_taken_once_by_the_surest() -> None:
    truth = np.array([[0.0, 0.0, 10.0, 10.0]])
    found = np.array([[0.0, 0.0, 10.0, 10.0], [0.0, 0.0, 10.0, 10.0]])
    assert matched(found, truth)[:, 0].tolist() == [True, False]


def _dataset(folder: Path, *, yaml: str | None = None, apart: bool = False) -> Path:
    images, labels = (folder / "images", folder / "labels") if apart else (folder, folder)
    for part in (images, labels):
        part.mkdir(parents=True, exist_ok=True)
    for name in ("a", "b"):
        cv2.imwrite(str(images / f"{name}.png"), np.zeros((100, 200, 3), np.uint8))
    (labels / "a.txt").write_text("0 0.5 0.5 0.2 0.4\n")
    (labels / "b.txt").write_text("1 0.1 0.2 0.3 0.2 0.3 0.6 0.1 0.6\n")
    if yaml is not None:
        (folder / "data.yaml").write_text(yaml)
    return folder


NAMES = ("car", "bus")
FOUND = {
    0: Detections(np.array([[80, 30, 120, 70]], np.float32), np.array([0.9], np.float32), np.array([0]), NAMES),
    1: Detections(np.array([[20, 20, 60, 60]], np.float32), np.array([0.8], np.float32), np.array([1]), NAMES),
}


@pytest.mark.parametrize("apart", [False, True], ids=["side by side", "images and labels"])
@pytest.mark.parametrize(
    "yaml", ["names: [car, bus]\n", "names:\n  0: car\n  1: bus\n", "nc: 2\nnames:\n- car\n- 'bus'\n", "names: {0: car, 1: bus}"]
)
def test_boxes_and_polygons_of_a_named_set_are_scored_by_class(tmp_path: Path, yaml: str, apart: bool) -> None:
    scores = evaluate(RecordedDetector(FOUND, NAMES), _dataset(tmp_path, yaml=yaml, apart=apart))
    assert [(one.name, one.truths) for one in scores] == [("car", 1), ("bus", 1)]
    assert [(one.map50, one.map50_95, one.precision, one.recall) for one in scores] == [pytest.approx((1.0, 1.0, 1.0, 1.0))] * 2


def test_without_names_all_boxes_are_one_class(tmp_path: Path) -> None:
    (one,) = evaluate(RecordedDetector(FOUND, NAMES), _dataset(tmp_path))
    assert (one.name, one.truths, one.map50) == ("object", 2, pytest.approx(1.0))


def test_classes_are_translated(tmp_path: Path) -> None:
    folder = _dataset(tmp_path, yaml="names: [vehicle, coach]")
    scores = evaluate(RecordedDetector(FOUND, NAMES), folder, meaning={"car": "vehicle", "bus": "coach"})
    assert [one.map50 for one in scores] == pytest.approx([1.0, 1.0])
    (folder / "data.yaml").write_text("names: [gull, cormorant]")
    with pytest.raises(VisionError, match="share no class"):
        evaluate(RecordedDetector(FOUND, NAMES), folder)


def test_a_broken_label_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("0 0.5 0.5 0.2 0.4\n0 0.5 half\n")
    with pytest.raises(VisionError, match=r"Line 2 of .*a\.txt"):
        read_labels(tmp_path / "a.txt", 100, 100)


def test_a_folder_without_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VisionError, match="no labelled pictures"):
        open_dataset(tmp_path)


def test_export_says_what_is_missing_before_it_asks_for_torch(tmp_path: Path) -> None:
    with pytest.raises(VisionError, match="no weights"):
        export_model(str(tmp_path / "nothing.pt"), tmp_path / "x.onnx")
    with pytest.raises(VisionError, match="would not be ONNX"):
        export_model("yolo11n", tmp_path / "x.pt")
    assert list(tmp_path.iterdir()) == []


def test_eight_bit_export_says_what_is_missing_before_it_begins(tmp_path: Path) -> None:
    with pytest.raises(VisionError, match="no OpenVINO model"):
        quantise_model(tmp_path / "model.onnx", tmp_path / "small.onnx", tmp_path)
    assert list(tmp_path.iterdir()) == []
