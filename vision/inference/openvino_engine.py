"""Networks on OpenVINO: ONNX files and OpenVINO IR, with a free or a fixed input shape. The one file that imports openvino."""

import ast
from pathlib import Path
from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino.frontend import FrontEndManager

from geo.primitives import VisionError
from vision.inference.engine import EXPORT_HINT, Blob, model_files, unreadable, wrong_size

# The reader is named, not guessed: left to guess, the runtime tries formats nobody asked for and prints their complaints.
READERS = {".onnx": "onnx", ".xml": "ir"}


class OpenVinoEngine:
    """`Engine` on the processor. `threads` 0 lets the runtime choose. Raises: `VisionError` when the file is no model."""

    def __init__(self, path: Path, *, threads: int = 0) -> None:
        model_files(path)
        self._path = path
        self._core = openvino.Core()
        self._network = _read_network(path)
        # Full precision: results must not depend on which processor happens to have bfloat16.
        self._config: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        if threads:
            self._config["INFERENCE_NUM_THREADS"] = threads
        self._ready: dict[tuple[int, ...], Any] = {}
        shape = self._network.input(0).partial_shape
        if len(self._network.inputs) != 1 or len(shape) != 4:
            raise VisionError(
                f"The model '{path}' does not take one picture of 3 colours (its input is {shape}).",
                code="vision.model_input",
                hint=f"Use a detection model with one input of shape [1, 3, height, width]; {EXPORT_HINT}",
            )
        self._shape = tuple(None if length.is_dynamic else int(length.get_length()) for length in shape)

    @property
    def input_shape(self) -> tuple[int | None, int | None, int | None, int | None]:
        batch, channels, height, width = self._shape
        return batch, channels, height, width

    @property
    def names(self) -> list[str]:
        if self._network.has_rt_info(["model_info", "labels"]):
            return str(self._network.get_rt_info(["model_info", "labels"]).value).split()
        if self._network.has_rt_info(["framework", "names"]):
            try:
                names = ast.literal_eval(str(self._network.get_rt_info(["framework", "names"]).value))
            except (ValueError, SyntaxError):
                return []
            return [str(names[key]) for key in sorted(names)] if isinstance(names, dict) else [str(name) for name in names]
        return []

    def infer(self, blob: Blob) -> NDArray[np.float32]:
        # One by one: a processor gains nothing from batches, and a network of free length is slower than one made for its shape.
        request = self._ready.get(blob.shape[2:])
        if request is None:
            request = self._ready[blob.shape[2:]] = self._compile((1, *blob.shape[1:]))
        return np.concatenate([next(iter(request.infer({0: picture[None]}).values())) for picture in blob]).astype(np.float32, copy=False)

    def _compile(self, shape: tuple[int, ...]) -> Any:
        try:
            network = self._network.clone()
            network.reshape({0: openvino.PartialShape(list(shape))})
            return self._core.compile_model(network, "CPU", self._config).create_infer_request()
        except RuntimeError as error:
            raise wrong_size(self._path, shape[3], shape[2]) from error


def _read_network(path: Path) -> Any:
    try:
        reader = FrontEndManager().load_by_framework(READERS[path.suffix.lower()])
        return reader.convert(reader.load(str(path)))
    except Exception as error:  # the runtime's own errors share no narrower base
        raise unreadable(path) from error
