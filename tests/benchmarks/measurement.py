"""What one benchmark found."""

from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Measurement:
    """`ours` and `peer` in `unit`, medians of the rounds that `detail` tells."""

    ours: float
    peer: float
    peer_name: str
    unit: str
    detail: str
    better: Literal["higher", "lower"] = "higher"

    @property
    def ratio(self) -> float:
        """Above one: ours is better."""
        return self.ours / self.peer if self.better == "higher" else self.peer / self.ours

    def as_json(self, name: str) -> dict[str, object]:
        return {"name": name, **asdict(self), "ratio": self.ratio}
