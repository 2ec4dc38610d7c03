"""Trained weights as one small ONNX file: free batch and picture size, weights kept in half precision.

The runtimes widen the weights again when they load the file, so the answers are those of single precision but for the rounding of weights
(about 3 digits), at half the size.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from vision.training.network import open_network, torch_modules
from vision.training.recipe import read_recipe

OPSET = 17
WORTH_HALVING = 256  # elements; small constants keep their precision


def export_trained(weights: Path, recipe_file: Path, out: Path) -> None:
    """The state dict of a run as ONNX, whole or not at all. Raises: `VisionError` when the weights are of another network."""
    torch, _ = torch_modules()
    import onnx

    recipe = read_recipe(recipe_file)

    network = open_network(recipe.network, weights, recipe.names).eval().fuse(verbose=False)
    head = network.model[-1]
    head.export, head.dynamic, head.format = True, True, "onnx"
    for parameter in network.parameters():
        parameter.requires_grad = False
    free = {"images": {0: "batch", 2: "height", 3: "width"}, "output0": {0: "batch", 2: "boxes"}}
    with tempfile.TemporaryDirectory(prefix="sunqar-export-") as folder:
        plain = Path(folder) / "plain.onnx"
        torch.onnx.export(
            network,
            torch.zeros(2, 3, 384, 640),
            str(plain),
            opset_version=OPSET,
            input_names=["images"],
            output_names=["output0"],
            dynamic_axes=free,
            dynamo=False,
        )
        model = onnx.load(str(plain))
    _halve(onnx, model)
    entry = model.metadata_props.add()
    entry.key, entry.value = "names", repr(dict(enumerate(recipe.names)))
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.partial")
    onnx.save(model, str(partial))
    partial.replace(out)


def _halve(onnx: Any, model: Any) -> None:
    """Large single-precision constants become half precision with a cast behind them."""
    casts = []
    for constant in model.graph.initializer:
        values = onnx.numpy_helper.to_array(constant)
        if values.dtype != np.float32 or values.size < WORTH_HALVING:
            continue
        name, kept = constant.name, f"{constant.name}.half"
        constant.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), kept))
        casts.append(onnx.helper.make_node("Cast", [kept], [name], to=onnx.TensorProto.FLOAT, name=f"{name}.widen"))
    nodes = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*casts, *nodes])
