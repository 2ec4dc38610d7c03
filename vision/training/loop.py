"""A training run: samples in, weights out, one line of progress now and then.

Written out rather than left to ultralytics' trainer, which cannot leave classes out of the loss nor hold the network to a teacher, and
needs torchvision. The running average of the weights is what is kept (Polyak; ultralytics calls it EMA).
"""

import copy
import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vision.training.drawn.samples import DrawnSamples
from vision.training.network import freeze, labelled_loss, layers, open_network, teacher_loss, torch_modules
from vision.training.pictures import LabelledSamples, Sample, Samples, TeacherSamples
from vision.training.recipe import Recipe

GRADIENT_AT_MOST = 10.0
REPORT_EVERY = 10
SAVE_EVERY = 20


def train(recipe: Recipe, *, weights: Path, data: Path, out: Path, threads: int = 0, report: Callable[[str], None] | None = None) -> Path:
    """Train and return the file of the averaged weights, a state dict: `out`/weights.pt, renewed every few hundred steps.

    `data` holds the folders the recipe names. `out`/log.jsonl gets a line a report. Raises: `VisionError` for a wrong recipe, missing
    pictures or weights.
    """
    torch, _ = torch_modules()
    if threads:
        torch.set_num_threads(threads)
    torch.manual_seed(recipe.seed)
    random = np.random.default_rng(recipe.seed)
    sets: list[Samples] = [
        *(LabelledSamples(data, part, recipe.names) for part in recipe.set),
        *(DrawnSamples(data, part, recipe.names) for part in recipe.drawn),
    ]
    teachers = [TeacherSamples(data, part) for part in recipe.teacher]
    network = open_network(recipe.network, weights, recipe.names)
    teacher = copy.deepcopy(network).train() if teachers else None
    if teacher is not None:
        freeze(teacher, 1 << 30)
    freeze(network, recipe.frozen_layers)
    average = copy.deepcopy(network)
    losses = [labelled_loss(network, samples.ignored) for samples in sets]
    optimiser = torch.optim.AdamW(_groups(network, recipe.weight_decay), lr=recipe.learning_rate, betas=(0.9, 0.99))
    out.mkdir(parents=True, exist_ok=True)
    shares, teacher_shares = (
        _shares([*(part.share for part in recipe.set), *(part.share for part in recipe.drawn)]),
        _shares([part.share for part in recipe.teacher]),
    )
    began, recent, log = time.monotonic(), [], (out / "log.jsonl").open("a", encoding="utf-8")
    with log:
        for step in range(1, recipe.steps + 1):
            for group in optimiser.param_groups:
                group["lr"] = recipe.learning_rate * rate(step, recipe)
            chosen = int(random.choice(len(sets), p=shares))
            samples = [sets[chosen].draw(random, recipe.crop_px) for _ in range(recipe.batch)]
            images = [sample.image for sample in samples]
            if teacher is not None:
                source = teachers[int(random.choice(len(teachers), p=teacher_shares))]
                images += [source.draw(random, recipe.crop_px) for _ in range(recipe.teacher_batch)]
            optimiser.zero_grad(set_to_none=True)
            frozen, all_layers, kept = recipe.frozen_layers, len(network.model), list[Any]()
            with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
                with torch.no_grad():
                    seen = layers(network, 0, frozen, _pictures(torch, images), kept)
                raw = _exact(layers(network, frozen, all_layers, seen, list(kept)))
            mine = {name: value[: recipe.batch] for name, value in raw.items() if name != "feats"}
            loss, items = losses[chosen](mine | {"feats": [level[: recipe.batch] for level in raw["feats"]]}, _targets(torch, samples))
            total = loss.sum() / recipe.batch
            told = {name: float(value) for name, value in items.items()}
            if teacher is not None:
                with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
                    before = [None if one is None else one[recipe.batch :] for one in kept]
                    wanted = _exact(layers(teacher, frozen, all_layers, seen[recipe.batch :], before))
                apart = teacher_loss({name: value[recipe.batch :] for name, value in raw.items() if name != "feats"}, wanted)
                total = total + apart * recipe.teacher_weight
                told["teacher"] = float(apart.detach())
            total.backward()
            torch.nn.utils.clip_grad_norm_([p for p in network.parameters() if p.requires_grad], GRADIENT_AT_MOST)
            optimiser.step()
            _follow(torch, average, network, min(1 - 1 / recipe.average_over, (1 + step) / (10 + step)))
            recent.append(told)
            if step % REPORT_EVERY == 0 or step == recipe.steps:
                line = {"step": step, "minutes": round((time.monotonic() - began) / 60, 2)}
                line |= {name: round(float(np.mean([one.get(name, 0.0) for one in recent])), 4) for name in told}
                log.write(json.dumps(line) + "\n")
                log.flush()
                recent = []
                if report is not None:
                    report(json.dumps(line))
            if step % SAVE_EVERY == 0 or step == recipe.steps:
                save(average, out / "weights.pt")
    return out / "weights.pt"


def rate(step: int, recipe: Recipe) -> float:
    """Share of the learning rate at a step: a linear start, then a cosine."""
    warm = min(1.0, step / max(1, recipe.warmup_steps))
    return warm * (recipe.last_rate + (1 - recipe.last_rate) * (1 + math.cos(math.pi * step / recipe.steps)) / 2)


def save(network: Any, path: Path) -> None:
    """Whole or not at all, in half precision."""
    torch, _ = torch_modules()
    partial = path.with_name(f".{path.name}.partial")
    torch.save({key: value.half() if value.is_floating_point() else value for key, value in network.state_dict().items()}, partial)
    partial.replace(path)


def _groups(network: Any, decay: float) -> list[dict[str, Any]]:
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    return [
        {"params": [parameter for parameter in trained if parameter.ndim > 1], "weight_decay": decay},
        {"params": [parameter for parameter in trained if parameter.ndim <= 1], "weight_decay": 0.0},
    ]


def _shares(shares: list[float]) -> list[float]:
    return [share / sum(shares) for share in shares]


def _pictures(torch: Any, images: list[Any]) -> Any:
    """(n, 3, side, side), red green blue 0..1."""
    stacked = np.stack(images)[..., ::-1].transpose(0, 3, 1, 2)
    return torch.from_numpy(np.ascontiguousarray(stacked)).float() / 255.0


def _targets(torch: Any, samples: list[Sample]) -> dict[str, Any]:
    """ultralytics' batch: picture of each box, class, and centre and size in shares of the side."""
    side = samples[0].image.shape[0]
    boxes = np.concatenate([sample.boxes for sample in samples])
    centre_size = np.concatenate([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], axis=1) / side
    return {
        "batch_idx": torch.from_numpy(np.repeat(np.arange(len(samples)), [len(sample.boxes) for sample in samples])).float(),
        "cls": torch.from_numpy(np.concatenate([sample.classes for sample in samples])).float(),
        "bboxes": torch.from_numpy(centre_size).float(),
    }


def _exact(raw: dict[str, Any]) -> dict[str, Any]:
    """Predictions in single precision: the losses subtract what is nearly equal."""
    return {name: [level.float() for level in value] if name == "feats" else value.float() for name, value in raw.items()}


def _follow(torch: Any, average: Any, network: Any, kept: float) -> None:
    with torch.no_grad():
        for mean, now in zip(average.parameters(), network.parameters(), strict=True):
            if now.requires_grad:
                mean.mul_(kept).add_(now, alpha=1 - kept)
