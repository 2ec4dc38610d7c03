"""Weights as ultralytics writes them, `.pt`, run in torch: to look at a model before it is exported. Needs the `train` extra.

Such a file is a program: opening one runs what is in it. Open only files whose origin you know; exported models carry no code.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vision.inference.engine import Blob, model_files, unreadable, wrong_size
from vision.training.network import torch_modules


class TorchEngine:
    """`Engine` over an ultralytics checkpoint. Raises: `VisionError` when the extra is missing or the file is no model."""

    def __init__(self, path: Path, *, threads: int = 0) -> None:
        model_files(path)
        self._torch, _ = torch_modules()
        if threads:
            self._torch.set_num_threads(threads)
        try:
            checkpoint = self._torch.load(path, map_location="cpu", weights_only=False)
            self._network = (checkpoint.get("ema") or checkpoint["model"]).float().eval()
            self._names = [str(name) for _, name in sorted(self._network.names.items())]
        except Exception as error:  # whatever unpickling and missing parts raise
            raise unreadable(path) from error
        self._path = path

    @property
    def input_shape(self) -> tuple[int | None, int | None, int | None, int | None]:
        return None, 3, None, None

    @property
    def names(self) -> list[str]:
        return self._names

    def infer(self, blob: Blob) -> NDArray[np.float32]:
        try:
            with self._torch.inference_mode():
                output = self._network(self._torch.from_numpy(blob))
        except RuntimeError as error:
            raise wrong_size(self._path, blob.shape[3], blob.shape[2]) from error
        return np.asarray((output[0] if isinstance(output, tuple) else output).numpy(), dtype=np.float32)
