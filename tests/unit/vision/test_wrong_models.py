"""A file that is no detector is refused when it is opened, in one sentence with a way out."""

from pathlib import Path

import openvino
import pytest
from openvino import opset13 as ops

from geo.primitives import VisionError
from vision import Runtime, open_detector


def _network(path: Path, shape: list[int], inputs: int = 1) -> Path:
    """A network that adds up what it is given and answers with zeros of `shape`."""
    pictures = [ops.parameter([1, 3, 64, 64], name=f"in{number}") for number in range(inputs)]
    total = ops.reduce_sum(pictures[0], [0, 1, 2, 3], keep_dims=False)
    for extra in pictures[1:]:
        total = ops.add(total, ops.reduce_sum(extra, [0, 1, 2, 3], keep_dims=False))
    answer = ops.broadcast(ops.multiply(total, ops.constant(0.0, dtype="float32")), shape)
    openvino.save_model(openvino.Model([answer], pictures, "test"), str(path))
    return path


CELLS = 8 * 8 + 4 * 4 + 2 * 2


def test_a_model_of_other_classes_names_them_by_number_until_it_is_told(tmp_path: Path) -> None:
    path = _network(tmp_path / "three.xml", [1, 4 + 3, CELLS])
    assert open_detector(path).names == ("class 0", "class 1", "class 2")
    path.with_suffix(".names").write_text("plate\npothole\ncrack\n", encoding="utf-8")
    assert open_detector(path).names == ("plate", "pothole", "crack")


def test_a_list_of_too_few_names_is_refused(tmp_path: Path) -> None:
    path = _network(tmp_path / "three.xml", [1, 4 + 3, CELLS])
    path.with_suffix(".names").write_text("plate\npothole\n", encoding="utf-8")
    with pytest.raises(VisionError, match="has 3 classes but 2 names are given"):
        open_detector(path)


def test_a_classifier_is_no_detector(tmp_path: Path) -> None:
    with pytest.raises(VisionError, match="which is no known detector") as raised:
        open_detector(_network(tmp_path / "classifier.xml", [1, 1000]))
    assert "YOLO" in (raised.value.hint or "")


def test_a_network_of_two_inputs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VisionError, match="does not take one picture"):
        open_detector(_network(tmp_path / "two.xml", [1, 7, CELLS], inputs=2))


@pytest.mark.parametrize("runtime", ["openvino", "onnxruntime"])
def test_a_broken_file_is_named(tmp_path: Path, runtime: Runtime) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\x08\x07not a model at all")
    with pytest.raises(VisionError, match="cannot be read as a model"):
        open_detector(path, runtime=runtime)


def test_onnx_runtime_reads_onnx_only(tmp_path: Path) -> None:
    with pytest.raises(VisionError, match="ONNX Runtime cannot read"):
        open_detector(_network(tmp_path / "three.xml", [1, 7, CELLS]), runtime="onnxruntime")
