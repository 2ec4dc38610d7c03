"""The network in torch: opened from ultralytics' definition and a plain state dict, and the losses of a step."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from geo.primitives import VisionError

# Gains of ultralytics' defaults (cfg/default.yaml).
GAINS = {"box": 7.5, "cls": 0.5, "dfl": 1.5}
LEAST_SHARED = 0.95  # of the tensors; only the last layers of other classes may be missing
TEACHER_SURE = 0.15  # cells where the teacher saw something; there the box counts too


def torch_modules() -> tuple[Any, Any]:
    """torch and ultralytics' DetectionModel. Raises: `VisionError` when the `train` extra is missing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import torch
            from ultralytics.nn.tasks import DetectionModel
    except ImportError as error:
        raise VisionError(
            f"Training needs torch and ultralytics ({error}).",
            code="vision.train_extra_missing",
            hint="Install them: `uv sync --extra train`.",
        ) from error
    return torch, DetectionModel


def open_network(definition: str, weights: Path, names: Sequence[str]) -> Any:
    """The network with the weights of a state dict. Where the number of classes differs, the last layers start fresh.

    Raises: `VisionError` when the file is missing or of another network.
    """
    torch, DetectionModel = torch_modules()
    network = DetectionModel(definition, nc=len(names), verbose=False)
    try:
        given = torch.load(weights, weights_only=True, map_location="cpu")
    except Exception as error:  # torch raises whatever pickle and zip raise
        raise VisionError(
            f"The start weights '{weights}' cannot be read.", code="vision.weights_missing", hint="Give a state dict saved by torch."
        ) from error
    fitting = _fitting(given, network.state_dict())
    if len(fitting) < LEAST_SHARED * len(network.state_dict()):
        raise VisionError(
            f"The start weights '{weights}' belong to another network than {definition}.",
            code="vision.weights_other",
            hint="Give the weights of the network the recipe names.",
        )
    network.load_state_dict(fitting, strict=False)
    network.args = SimpleNamespace(**GAINS)
    network.names = dict(enumerate(names))
    return network


def _fitting(given: dict[str, Any], mine: dict[str, Any]) -> dict[str, Any]:
    """What of the given tensors the network can begin with. The branch that tells classes is narrower for few classes: there the first
    channels are taken, which have learnt what to look for, where fresh ones without batch statistics of their own learn slowly.
    """
    fitting = {}
    for name, value in given.items():
        wanted = mine.get(name)
        if wanted is None or wanted.ndim != value.ndim:
            continue
        if wanted.shape != value.shape:
            says_classes = name.rsplit(".", 2)[-2] == "2" and ".cv3." in name
            if says_classes or any(have < want for have, want in zip(value.shape, wanted.shape, strict=True)):
                continue
        piece = value[tuple(slice(0, length) for length in wanted.shape)]
        fitting[name] = piece.float() if piece.is_floating_point() else piece
    return fitting


def freeze(network: Any, layers: int) -> None:
    """No gradient in the first layers; batch statistics stay as they are everywhere, which small batches would spoil."""
    torch, _ = torch_modules()
    network.train()
    for name, parameter in network.named_parameters():
        number = int(name.split(".")[1])
        # The distribution layer of the head is a constant.
        parameter.requires_grad = number >= layers and ".dfl." not in name
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eval()


def layers(network: Any, first: int, last: int, image: Any, kept: list[Any]) -> Any:
    """Run layers first..last - 1 on what layer `first` - 1 gave; `kept` holds what later layers reach back for, and grows.

    Split this way, frozen layers run once for student and teacher and leave no gradient behind.
    """
    result = image
    for layer in network.model[first:last]:
        if layer.f != -1:
            result = kept[layer.f] if isinstance(layer.f, int) else [result if source == -1 else kept[source] for source in layer.f]
        result = layer(result)
        kept.append(result if layer.i in network.save else None)
    return result


def labelled_loss(network: Any, ignored: Sequence[int]) -> Any:
    """ultralytics' loss, silent about classes the set does not label. Call it with raw predictions and a batch."""
    torch, _ = torch_modules()
    from ultralytics.utils.loss import v8DetectionLoss

    weights = torch.ones(network.model[-1].nc)
    weights[list(ignored)] = 0.0
    network.class_weights = weights
    loss = v8DetectionLoss(network)
    del network.class_weights
    return loss


def teacher_loss(student: dict[str, Any], teacher: dict[str, Any]) -> Any:
    """How far the student's raw predictions are from the teacher's: scores everywhere, boxes where the teacher saw something."""
    torch, _ = torch_modules()
    functional = torch.nn.functional
    wanted = teacher["scores"].sigmoid()
    sure = wanted.amax(dim=1)
    seen = (sure * (sure > TEACHER_SURE)).sum().clamp(min=1.0)
    # Against the teacher's own entropy, so that agreement is 0.
    scores = functional.binary_cross_entropy_with_logits(student["scores"], wanted, reduction="sum")
    floor = functional.binary_cross_entropy(wanted, wanted, reduction="sum")
    cells = teacher["boxes"].shape[-1]
    mine = student["boxes"].view(len(wanted), 4, -1, cells).log_softmax(2)
    theirs = teacher["boxes"].view(len(wanted), 4, -1, cells).log_softmax(2)
    apart = functional.kl_div(mine, theirs, reduction="none", log_target=True).sum(2).mean(1)
    boxes = (apart * sure * (sure > TEACHER_SURE)).sum()
    return ((scores - floor) * GAINS["cls"] + boxes * GAINS["dfl"]) / seen
