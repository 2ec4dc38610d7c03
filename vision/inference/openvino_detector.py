"""Detector on OpenVINO: ONNX files and OpenVINO IR, with a free or a fixed input shape. The one file that imports openvino."""

import ast
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino
from openvino.frontend import FrontEndManager

from geo.primitives import VisionError
from vision.detections import Detections
from vision.frames import Frame
from vision.inference.coco import COCO_NAMES
from vision.inference.detector import class_name
from vision.inference.heads import STRIDES, Head, recognise_head
from vision.inference.letterbox import Letterbox, input_size
from vision.inference.suppression import as_seen_from_above, suppression_groups, surviving_boxes

# The reader is named, not guessed: left to guess, the runtime tries formats nobody asked for and prints their complaints.
READERS = {".onnx": "onnx", ".xml": "ir"}
OVERLAP = 0.6  # between the 0.7 of ultralytics and the 0.45 of YOLOX: parked cars in a row stay apart
CANDIDATES_AT_MOST = 3000  # a picture of noise must not stall the suppression
EXPORT_HINT = "`sunqar vision export yolo11n --out .sunqar/models/detector.onnx` makes one, or give --model FILE or SUNQAR_MODEL."


@dataclass(frozen=True, slots=True, eq=False)
class _Compiled:
    request: Any
    head: Head
    width: int
    height: int


class OpenVinoDetector:
    """`Detector` reading `.onnx` and `.xml` models.

    `confidence` is the lowest score returned. `image_size_px` is the longer side of the input when the model leaves it free.
    `threads` 0 lets the runtime choose. `overhead` reads vehicles seen from straight above, which networks trained from the ground take
    for other things (see `OVERHEAD_LOOKALIKES`). Raises: `VisionError` when the file is missing, no model, or of an unknown kind.
    """

    def __init__(self, path: Path, *, confidence: float = 0.1, image_size_px: int = 640, threads: int = 0, overhead: bool = True) -> None:
        self._path = path
        self._confidence = confidence
        self._image_size_px = image_size_px
        files = _model_files(path)
        self._core = openvino.Core()
        self._network = _read_network(path)
        self._model = _hash(files)
        # Full precision: results must not depend on which processor happens to have bfloat16.
        self._config: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        if threads:
            self._config["INFERENCE_NUM_THREADS"] = threads
        self._fixed = self._fixed_input()
        self._compiled: dict[tuple[int, int], _Compiled] = {}
        first = self._for_size(*(self._fixed or (image_size_px, STRIDES[-1])))
        self._names = self._read_names(first.head.classes)
        self._groups = suppression_groups(self._names, overhead=overhead)
        self._overhead = overhead

    @property
    def model(self) -> str:
        return self._model

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    def detect(self, frame: Frame) -> Detections:
        width, height = frame.size_px
        compiled = self._for_size(*(self._fixed or input_size(width, height, self._image_size_px)))
        box = Letterbox(width, height, compiled.width, compiled.height, compiled.head.centred)
        scale = 1.0 / 255.0 if compiled.head.rgb_unit_range else 1.0
        blob = cv2.dnn.blobFromImage(box.apply(frame.image), scale, swapRB=compiled.head.rgb_unit_range)
        output = np.asarray(next(iter(compiled.request.infer({0: blob}).values())), dtype=np.float32)
        xyxy, confidence, class_id = compiled.head.read(output, self._confidence)
        if len(confidence) > CANDIDATES_AT_MOST:
            surest = np.argsort(-confidence, kind="stable")[:CANDIDATES_AT_MOST]
            xyxy, confidence, class_id = xyxy[surest], confidence[surest], class_id[surest]
        known = class_id < len(self._names)
        xyxy, confidence, class_id = xyxy[known], confidence[known], class_id[known]
        kept = surviving_boxes(xyxy, confidence, self._groups[class_id], OVERLAP)
        xyxy, confidence, class_id = xyxy[kept], confidence[kept], class_id[kept]
        if self._overhead:
            class_id = as_seen_from_above(xyxy, class_id, self._names)
        return Detections(box.undo(xyxy), confidence, class_id, self._names)

    def _fixed_input(self) -> tuple[int, int] | None:
        """Width and height of the input, None when the model leaves them free."""
        shape = self._network.input(0).partial_shape
        if len(self._network.inputs) != 1 or len(shape) != 4 or (shape[1].is_static and shape[1].get_length() != 3):
            raise VisionError(
                f"The model '{self._path}' does not take one picture of 3 colours (its input is {shape}).",
                code="vision.model_input",
                hint=f"Use a detection model with one input of shape [1, 3, height, width]; {EXPORT_HINT}",
            )
        if shape[2].is_dynamic or shape[3].is_dynamic:
            return None
        return shape[3].get_length(), shape[2].get_length()

    def _for_size(self, width: int, height: int) -> _Compiled:
        known = self._compiled.get((width, height))
        if known is not None:
            return known
        try:
            network = self._network.clone()
            network.reshape({0: openvino.PartialShape([1, 3, height, width])})
            ready = self._core.compile_model(network, "CPU", self._config)
            shape = tuple(int(length) for length in ready.output(0).shape)
        except RuntimeError as error:
            raise VisionError(
                f"The model '{self._path}' cannot be prepared for pictures of {width}x{height} pixels.",
                code="vision.model_shape",
                hint="Use another image size (a multiple of 32), or export the model again.",
            ) from error
        head = recognise_head(shape, width, height, model=str(self._path))
        compiled = self._compiled[(width, height)] = _Compiled(ready.create_infer_request(), head, width, height)
        return compiled

    def _read_names(self, classes: int | None) -> tuple[str, ...]:
        """Class names beside the model (`<model>.names`), inside it, or COCO's when it has 80 classes."""
        beside = self._path.with_suffix(".names")
        if beside.is_file():
            names: list[str] = beside.read_text(encoding="utf-8").splitlines()
        else:
            names = self._names_inside() or (list(COCO_NAMES) if classes in (None, len(COCO_NAMES)) else [])
        if not names and classes is not None:
            names = [f"class {number}" for number in range(classes)]
        if classes is not None and len(names) != classes:
            raise VisionError(
                f"The model '{self._path}' has {classes} classes but {len(names)} names are given.",
                code="vision.model_names",
                hint=f"Write one name a line, in order of class number, into '{beside}'.",
            )
        return tuple(class_name(name) for name in names)

    def _names_inside(self) -> list[str]:
        if self._network.has_rt_info(["model_info", "labels"]):
            return str(self._network.get_rt_info(["model_info", "labels"]).value).split()
        if self._network.has_rt_info(["framework", "names"]):
            try:
                names = ast.literal_eval(str(self._network.get_rt_info(["framework", "names"]).value))
            except (ValueError, SyntaxError):
                return []
            return [str(names[key]) for key in sorted(names)] if isinstance(names, dict) else [str(name) for name in names]
        return []


def _read_network(path: Path) -> Any:
    try:
        reader = FrontEndManager().load_by_framework(READERS[path.suffix.lower()])
        return reader.convert(reader.load(str(path)))
    except Exception as error:  # the runtime's own errors share no narrower base
        raise VisionError(
            f"The file '{path}' cannot be read as a model.",
            code="vision.model_unreadable",
            hint=f"Use an ONNX or OpenVINO IR file; {EXPORT_HINT}",
        ) from error


def _model_files(path: Path) -> list[Path]:
    if not path.is_file():
        raise VisionError(
            f"There is no model file '{path}'.", code="vision.model_missing", hint=f"Give the path of a detector; {EXPORT_HINT}"
        )
    if path.suffix.lower() not in READERS:
        raise VisionError(
            f"The model '{path}' ends in '{path.suffix}', not in one of {', '.join(READERS)}.",
            code="vision.model_suffix",
            hint="Export it to ONNX first: `sunqar vision export FILE.pt --out FILE.onnx`.",
        )
    if path.suffix.lower() == ".xml":
        weights = path.with_suffix(".bin")
        if not weights.is_file():
            raise VisionError(
                f"The model '{path}' has no weights beside it ('{weights.name}' is missing).",
                code="vision.model_weights_missing",
                hint="An OpenVINO model is two files, .xml and .bin, in one folder.",
            )
        return [path, weights]
    return [path]


def _hash(files: list[Path]) -> str:
    """sha256 over the bytes of all files of a model, in order."""
    digest = hashlib.sha256()
    for file in files:
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    return "sha256:" + digest.hexdigest()
