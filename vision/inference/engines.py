"""Which runtime takes a model file."""

from pathlib import Path

from geo.primitives import VisionError
from vision.inference.engine import Engine, Runtime, model_files


def open_engine(path: Path, *, runtime: Runtime = "auto", threads: int = 0) -> Engine:
    """`auto`: a graphics card for ONNX files where ONNX Runtime sees one, OpenVINO on the processor otherwise, torch for `.pt`.

    Raises: `VisionError` when the runtime asked for cannot read that kind of file.
    """
    model_files(path)
    suffix = path.suffix.lower()
    if suffix == ".pt":
        from vision.inference.torch_engine import TorchEngine

        return TorchEngine(path, threads=threads)
    if runtime == "onnxruntime" and suffix != ".onnx":
        raise VisionError(
            f"ONNX Runtime cannot read '{path}'.", code="vision.runtime_format", hint="Give an .onnx file, or choose OpenVINO."
        )
    if suffix == ".onnx" and runtime != "openvino":
        from vision.inference.onnxruntime_engine import OnnxRuntimeEngine, available_providers

        # The processor alone is OpenVINO's: the same answers, sooner.
        if runtime == "onnxruntime" or len(available_providers()) > 1:
            return OnnxRuntimeEngine(path, threads=threads)
    from vision.inference.openvino_engine import OpenVinoEngine

    return OpenVinoEngine(path, threads=threads)
