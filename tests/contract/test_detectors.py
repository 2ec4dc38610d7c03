"""One suite for every detector: the same promises whatever makes the boxes."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from vision import Detections, Detector, Frame, RecordedDetector, Runtime, open_detector

MODELS: dict[str, tuple[str, Runtime] | None] = {
    "yolo11 onnx, free shape": ("weights/yolo11n_dynamic_fp32.onnx", "openvino"),
    "yolo11 openvino int8, fixed shape": ("weights/yolo11n_int8_openvino_640/yolo11n.xml", "auto"),
    "yolox onnx, fixed shape": ("weights/yolox_nano_416.onnx", "openvino"),
    "yolo11 onnx on onnx runtime": ("weights/yolo11n_dynamic_fp32.onnx", "onnxruntime"),
    "yolox onnx on onnx runtime": ("weights/yolox_nano_416.onnx", "onnxruntime"),
    "recorded": None,
}


@pytest.fixture(scope="module", params=MODELS.values(), ids=MODELS.keys())
def detector(request: pytest.FixtureRequest) -> Detector:
    if request.param is None:
        boxes = Detections(
            np.array([[3, 229, 796, 729], [670, 394, 810, 879]], np.float32),
            np.array([0.94, 0.9], np.float32),
            np.array([1, 0]),
            ("person", "bus"),
        )
        return RecordedDetector({0: boxes}, boxes.names)
    folder: Path = request.getfixturevalue("shared_data")
    file, runtime = request.param
    return open_detector(folder / file, confidence=0.25, runtime=runtime)


@pytest.fixture(scope="module")
def street(request: pytest.FixtureRequest) -> Frame:
    image = cv2.imread(str(request.getfixturevalue("shared_data") / "images" / "bus.jpg"))
    return Frame("bus.jpg", 0, 0.0, image)


def test_bus_and_people_are_found_where_they_are(detector: Detector, street: Frame) -> None:
    found = detector.detect(street)
    (bus,) = found.of({"bus"}).xyxy_px
    assert bus == pytest.approx([10, 230, 800, 735], abs=25)
    assert "person" in found.labels
    assert set(found.labels) <= {"bus", "person", "skateboard"}


def test_boxes_lie_in_the_picture_and_confidences_between_0_and_1(detector: Detector, street: Frame) -> None:
    found, (width, height) = detector.detect(street), street.size_px
    assert (found.xyxy_px >= 0).all()
    assert (found.xyxy_px <= [width, height, width, height]).all()
    assert (found.xyxy_px[:, 2:] > found.xyxy_px[:, :2]).all()
    assert ((found.confidence > 0) & (found.confidence <= 1)).all()


def test_same_picture_same_answer(detector: Detector, street: Frame) -> None:
    first, second = detector.detect(street), detector.detect(street)
    assert first.xyxy_px.tolist() == second.xyxy_px.tolist()
    assert first.confidence.tolist() == second.confidence.tolist()


def test_model_is_named_by_the_hash_of_its_weights(detector: Detector) -> None:
    assert detector.model.startswith("sha256:")
    assert len(detector.model) == 7 + 64


def test_an_empty_picture_gives_no_boxes(detector: Detector) -> None:
    assert len(detector.detect(Frame("grey", 7, 0.0, np.full((120, 200, 3), 114, np.uint8)))) == 0


def test_frames_together_get_what_each_gets_alone(detector: Detector, street: Frame) -> None:
    grey = Frame("grey", 7, 0.0, np.full((120, 200, 3), 114, np.uint8))
    frames = [street, grey, street]
    together = detector.detect_many(frames)
    for frame, found in zip(frames, together, strict=True):
        alone = detector.detect(frame)
        assert found.labels == alone.labels
        assert found.xyxy_px == pytest.approx(alone.xyxy_px, abs=0.5)
        assert found.confidence == pytest.approx(alone.confidence, abs=0.01)


def test_no_frames_no_answers(detector: Detector) -> None:
    assert detector.detect_many([]) == []
