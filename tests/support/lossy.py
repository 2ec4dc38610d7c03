"""A channel that loses, doubles and delays messages, the same way each time for the same seed."""

import random
from dataclasses import dataclass, field
from typing import Any


@dataclass
class LossyChannel:
    """`loss`, `doubling` and `reordering` are probabilities per message. Time is the caller's."""

    loss: float
    doubling: float
    reordering: float
    seed: int
    delay_s: float = 0.02
    lost: int = 0
    _random: random.Random = field(init=False)
    _under_way: list[tuple[float, int, Any]] = field(default_factory=list)
    _count: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)

    def put(self, message: Any, now_s: float) -> None:
        if self._random.random() < self.loss:
            self.lost += 1
            return
        for _ in range(2 if self._random.random() < self.doubling else 1):
            late = self._random.random() * 0.3 if self._random.random() < self.reordering else 0.0
            self._count += 1
            self._under_way.append((now_s + self.delay_s + late, self._count, message))

    def due(self, now_s: float) -> list[Any]:
        arrived = sorted(entry for entry in self._under_way if entry[0] <= now_s)
        self._under_way = [entry for entry in self._under_way if entry[0] > now_s]
        return [message for _, _, message in arrived]
