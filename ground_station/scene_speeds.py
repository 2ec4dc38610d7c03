"""How far off the speeds of a scene's tracks are, and whether they lie within what they state."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class SpeedScore:
    """One track's speed at the frame it is told for, beside the actor's own then. Metres a second."""

    actor: str
    true_mps: float
    found_mps: float
    sigma_mps: float

    @property
    def off_mps(self) -> float:
        return abs(self.found_mps - self.true_mps)


def errors_of(speeds: Sequence[SpeedScore]) -> dict[str, Any] | None:
    """Median and 95 % of them, metres a second, and how many lie within two of their sigmas; None when no track has a speed."""
    if not speeds:
        return None
    off = [one.off_mps for one in speeds]
    within = sum(one.off_mps <= 2.0 * one.sigma_mps for one in speeds)
    shares = {"median": round(float(np.median(off)), 3), "p95": round(float(np.percentile(off, 95)), 3)}
    return {**shares, "tracks": len(off), "within_two_sigmas": within}
