"""What a runtime must do for a detector: take a batch of pictures and give back what the network says, nothing more.

Everything around it (letterbox, heads, suppression) is `NetworkDetector`'s and the same for all runtimes.
"""

import hashlib
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from geo.primitives import VisionError

Runtime = Literal["auto", "openvino", "onnxruntime"]
Blob = NDArray[np.float32]  # (n, 3, height, width)
EXPORT_HINT = "`sunqar vision export yolo11n --out .sunqar/models/detector.onnx` makes one, or give --model FILE or SUNQAR_MODEL."


class Engine(Protocol):
    """A network made ready by a runtime. Called from one thread at a time."""

    @property
    def input_shape(self) -> tuple[int | None, int | None, int | None, int | None]:
        """Batch, channels, height, width; None where the model leaves it free."""
        ...

    @property
    def names(self) -> list[str]:
        """Class names written inside the model, by number; empty when there are none."""
        ...

    def infer(self, blob: Blob) -> NDArray[np.float32]:
        """The network's first output for a batch. Raises: `VisionError` when it cannot take that shape."""
        ...


def model_files(path: Path) -> list[Path]:
    """The files a model is made of. Raises: `VisionError` when one is missing or of an unknown kind."""
    known = (".onnx", ".xml", ".pt")
    if not path.is_file():
        raise VisionError(
            f"There is no model file '{path}'.", code="vision.model_missing", hint=f"Give the path of a detector; {EXPORT_HINT}"
        )
    if path.suffix.lower() not in known:
        raise VisionError(
            f"The model '{path}' ends in '{path.suffix}', not in one of {', '.join(known)}.",
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


def weights_hash(path: Path) -> str:
    """ "sha256:…" over the bytes of all files of a model, in order."""
    digest = hashlib.sha256()
    for file in model_files(path):
        with file.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    return "sha256:" + digest.hexdigest()


def unreadable(path: Path) -> VisionError:
    return VisionError(
        f"The file '{path}' cannot be read as a model.",
        code="vision.model_unreadable",
        hint=f"Use an ONNX or OpenVINO IR file; {EXPORT_HINT}",
    )


def wrong_size(path: Path, width: int, height: int) -> VisionError:
    return VisionError(
        f"The model '{path}' cannot be prepared for pictures of {width}x{height} pixels.",
        code="vision.model_shape",
        hint="Use another image size (a multiple of 32), or export the model again.",
    )
