"""The text recogniser that the `rapidocr` wheel carries, step by step: of that package only the file of weights is used.

Its own reader gives the best text and one confidence; the grammars need to know what else each step could have been.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import openvino
from numpy.typing import NDArray

from geo.primitives import VisionError
from vision.pictures import BgrImage
from vision.plates.decoding import GAP, OTHER, Steps, steps_of
from vision.plates.grammar import ALPHABET, CYRILLIC_TWINS

ROW_PX = 48  # height the network was made for
WIDTHS_PX = (160, 240, 320)  # prepared shapes; a row is padded to the next
SPACES = " ·-.,:;|_'’`‘\"•—–"


class RapidOcrRecogniser:
    """Called from one thread at a time. `threads` 0 lets the runtime choose. Raises: `VisionError` where the wheel lacks its weights."""

    def __init__(self, *, threads: int = 0) -> None:
        self._network: Any = openvino.Core().read_model(str(recogniser_file()))
        self._config: dict[str, Any] = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
        if threads:
            self._config["INFERENCE_NUM_THREADS"] = threads
        characters = str(self._network.get_rt_info(["framework", "character"]).value).splitlines()
        self._signs = [GAP, *(_sign(one) for one in characters), GAP]  # nothing new, the characters, the space
        self._ready: dict[int, Any] = {}

    def recognise(self, row: BgrImage) -> Steps:
        """One row of text, cut out tightly."""
        height, width = row.shape[:2]
        wanted = int(np.clip(round(width * ROW_PX / max(1, height)), 16, WIDTHS_PX[-1]))
        padded = next(length for length in WIDTHS_PX if length >= wanted)
        blob = np.zeros((1, 3, ROW_PX, padded), np.float32)
        scaled = cv2.resize(row, (wanted, ROW_PX), interpolation=cv2.INTER_LINEAR if height <= ROW_PX else cv2.INTER_AREA)
        blob[0, :, :, :wanted] = scaled.transpose(2, 0, 1).astype(np.float32) / 127.5 - 1.0
        said: NDArray[np.float32] = next(iter(self._request(padded).infer({0: blob}).values()))[0]
        return steps_of(said, self._signs)

    def _request(self, width: int) -> Any:
        if width not in self._ready:
            network = self._network.clone()
            network.reshape({0: openvino.PartialShape([1, 3, ROW_PX, width])})
            self._ready[width] = openvino.Core().compile_model(network, "CPU", self._config).create_infer_request()
        return self._ready[width]


def _sign(character: str) -> int:
    upper = character.upper()
    if upper in SPACES:
        return GAP
    upper = CYRILLIC_TWINS.get(upper, upper)
    return ALPHABET.index(upper) if len(upper) == 1 and upper in ALPHABET else OTHER


@lru_cache(maxsize=1)
def recogniser_file() -> Path:
    """The weights in the installed wheel. Raises: `VisionError`."""
    found = find_spec("rapidocr")
    folder = None if found is None or found.origin is None else Path(found.origin).parent / "models"
    files = [] if folder is None else sorted(folder.glob("*_rec_*.onnx"))
    if not files:
        raise VisionError(
            "The recogniser of plates is missing: the package 'rapidocr' has no *_rec_*.onnx in its models.",
            code="vision.plate_recogniser_missing",
            hint="Install the package anew: `uv sync`, or `pip install rapidocr`.",
        )
    return files[-1]
