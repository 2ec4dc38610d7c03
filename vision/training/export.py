import importlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

from geo.primitives import VisionError

OPSET = 17


def export_model(name_or_weights: str, out: Path, *, image_size_px: int = 640, fixed_shape: bool = False) -> None:
    """Write ultralytics weights as ONNX to `out`, whole or not at all.

    `name_or_weights` is a `.pt` file, or a name such as `yolo11n`, which ultralytics downloads. The shape stays free unless `fixed_shape`.
    Raises: `VisionError` when the extra is missing, the weights cannot be had, or the export fails.
    """
    if out.suffix.lower() != ".onnx":
        raise VisionError(
            f"The model '{out}' would not be ONNX.", code="vision.export_suffix", hint="Give --out a name that ends in .onnx."
        )
    weights = Path(name_or_weights)
    if weights.suffix and not weights.is_file():
        raise VisionError(
            f"There are no weights '{weights}'.", code="vision.weights_missing", hint="Give a .pt file, or a name such as yolo11n."
        )
    ultralytics = _ultralytics()
    with tempfile.TemporaryDirectory(prefix="sunqar-export-") as folder:
        # In a folder of its own: ultralytics writes beside the weights, and downloads to where it is told.
        copy = Path(folder) / (weights.name if weights.suffix else f"{name_or_weights}.pt")
        if weights.is_file():
            shutil.copy(weights, copy)
        try:
            made = ultralytics.YOLO(str(copy)).export(
                format="onnx", imgsz=image_size_px, dynamic=not fixed_shape, opset=OPSET, simplify=False, nms=False, device="cpu"
            )
        except Exception as error:  # whatever torch, ultralytics or the network raise
            raise VisionError(
                f"'{name_or_weights}' could not be exported: {_first_line(error)}.",
                code="vision.export_failed",
                hint="Check the name or the .pt file; a name needs the network once.",
            ) from error
        out.parent.mkdir(parents=True, exist_ok=True)
        partial = out.with_name(f".{out.name}.partial")
        shutil.copy(made, partial)
        partial.replace(out)


def _ultralytics() -> Any:
    try:
        return importlib.import_module("ultralytics")
    except ImportError as error:
        raise VisionError(
            "Export needs ultralytics, which is not installed.",
            code="vision.train_extra_missing",
            hint="Install the extra once, in the checkout: `pip install -e '.[train]'` (several GB); or use a model exported elsewhere.",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
