"""What leaves a network is read back into the boxes that were put in."""

import numpy as np
import pytest

from geo.primitives import VisionError
from vision.inference.heads import EndToEndHead, YoloHead, YoloxHead, recognise_head


@pytest.mark.parametrize(
    ("shape", "kind"),
    [((1, 84, 8400), YoloHead), ((1, 6, 8400), YoloHead), ((1, 8400, 85), YoloxHead), ((1, 300, 6), EndToEndHead)],
    ids=["yolo11 on coco", "yolo11 with two classes", "yolox", "end to end"],
)
def test_head_is_recognised_by_its_shape(shape: tuple[int, ...], kind: type) -> None:
    assert isinstance(recognise_head(shape, 640, 640, model="m.onnx"), kind)


def test_head_of_another_network_is_refused_with_its_shape() -> None:
    with pytest.raises(VisionError, match=r"m\.onnx.*\[1, 1000\].*640x640") as raised:
        recognise_head((1, 1000), 640, 640, model="m.onnx")
    assert raised.value.code == "vision.model_head"
    assert "YOLO11" in raised.value.hint


def test_yolo_head_gives_corners_of_the_confident_box() -> None:
    output = np.zeros((1, 6, 84), dtype=np.float32)
    output[0, :, 7] = (50, 40, 20, 10, 0.2, 0.9)
    xyxy, confidence, class_id = YoloHead(2).read(output, 0.5)
    assert xyxy.tolist() == [[40, 35, 60, 45]]
    assert class_id.tolist() == [1]
    assert confidence == pytest.approx([0.9])


def test_yolox_head_undoes_grid_and_stride() -> None:
    head = YoloxHead(2, 64, 64)
    output = np.zeros((1, 64 + 16 + 4, 7), dtype=np.float32)
    # Second grid (stride 16, 4 x 4 cells): the cell in column 2, row 1.
    output[0, 64 + 1 * 4 + 2] = (0.5, 0.25, np.log(2.0), np.log(1.0), 0.8, 0.1, 0.5)
    xyxy, confidence, class_id = head.read(output, 0.3)
    assert xyxy == pytest.approx(np.array([[(2.5 * 16) - 16, (1.25 * 16) - 8, (2.5 * 16) + 16, (1.25 * 16) + 8]]), abs=1e-4)
    assert confidence == pytest.approx([0.4])
    assert class_id.tolist() == [1]


def test_end_to_end_head_keeps_rows_above_the_threshold() -> None:
    output = np.array([[[1, 2, 3, 4, 0.9, 5], [1, 2, 3, 4, 0.1, 5]]], dtype=np.float32)
    xyxy, confidence, class_id = EndToEndHead().read(output, 0.25)
    assert xyxy.tolist() == [[1, 2, 3, 4]]
    assert confidence == pytest.approx([0.9])
    assert class_id.tolist() == [5]
