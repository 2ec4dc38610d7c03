"""Networks on ONNX Runtime: TensorRT or CUDA where the `cuda` extra and a card are there, the processor otherwise."""

import ast
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError
from vision.inference.engine import Blob, model_files, unreadable, wrong_size

# Quickest first. TensorRT builds an engine for each shape, minutes at the first start, and keeps it beside the model.
PROVIDERS = ("TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider")
QUIET = 4  # fatal: what goes wrong is told as an error of ours


class OnnxRuntimeEngine:
    """`Engine` over an `.onnx` file. `threads` 0 lets the runtime choose. Raises: `VisionError` when the file is no model."""

    def __init__(self, path: Path, *, threads: int = 0) -> None:
        model_files(path)
        onnxruntime = _onnxruntime()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = QUIET
        options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=available_providers())
        except Exception as error:  # the runtime's own errors share no narrower base
            raise unreadable(path) from error
        self._path = path
        self._input = self._session.get_inputs()[0]
        self._shape = [length if isinstance(length, int) and length > 0 else None for length in self._input.shape]
        if len(self._session.get_inputs()) != 1 or len(self._shape) != 4:
            raise VisionError(
                f"The model '{path}' does not take one picture of 3 colours (its input is {self._input.shape}).",
                code="vision.model_input",
                hint="Use a detection model with one input of shape [1, 3, height, width].",
            )

    @property
    def input_shape(self) -> tuple[int | None, int | None, int | None, int | None]:
        batch, channels, height, width = self._shape
        return batch, channels, height, width

    @property
    def names(self) -> list[str]:
        try:
            names = ast.literal_eval(self._session.get_modelmeta().custom_metadata_map.get("names", ""))
        except (ValueError, SyntaxError):
            return []
        return [str(names[key]) for key in sorted(names)] if isinstance(names, dict) else [str(name) for name in names]

    def infer(self, blob: Blob) -> NDArray[np.float32]:
        try:
            return np.asarray(self._session.run(None, {self._input.name: blob})[0], dtype=np.float32)
        except Exception as error:  # as above
            raise wrong_size(self._path, blob.shape[3], blob.shape[2]) from error


def available_providers() -> list[str]:
    """Of `PROVIDERS`, what this machine has, quickest first; empty without the package."""
    try:
        onnxruntime = _onnxruntime()
    except VisionError:
        return []
    present = onnxruntime.get_available_providers()
    return [provider for provider in PROVIDERS if provider in present]


def _onnxruntime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise VisionError(
            "ONNX Runtime is not installed.", code="vision.runtime_missing", hint="Install it: `uv sync --extra cuda`, or use OpenVINO."
        ) from error
    return onnxruntime
