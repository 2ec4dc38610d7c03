"""The energy model of a vehicle out of its own flights, by least squares, with the error that is left.

P = hover (1 + (v / v45)^4)^(3/4) + c climb, climbs alone counted: linear in hover power and c for a given v45, which is searched. A flight
that never was fast, or never climbed, says nothing of the part it did not use: that part is kept from the model given.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.primitives import MissionError
from missions.planning.endurance import EnergyModel

Model_co = TypeVar("Model_co", covariant=True)
GRAVITY_MPS2 = 9.81
_LEAST_SAMPLES = 30
# What a flight must have done to say anything of drag and of climbing.
_FAST_MPS = 5.0
_CLIMBING_MPS = 0.5
_LEAST_CLIMBING = 10
_SEARCHED_MPS = np.geomspace(7.0, 60.0, 80)


@dataclass(frozen=True, slots=True)
class PowerSample:
    """A moment of a flight in the air: speed through the air, climb rate (negative downwards), electric power drawn, and what a wing
    carried of its weight."""

    air_mps: float
    climb_mps: float
    power_w: float
    load_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Calibration(Generic[Model_co]):
    """`error_share` is the root mean square of how far the energy of a flight is from the model's, as a share of it.

    With two flights or more each is foretold from the others; with one it is the error on the flight itself, which is smaller.
    `kept` names the parts the flights say nothing of.
    """

    energy: Model_co
    error_share: float
    flights: int
    samples: int
    kept: tuple[str, ...] = ()


def calibrate(flights: Sequence[Sequence[PowerSample]], energy: EnergyModel | None = None) -> Calibration[EnergyModel]:
    """Fit the model to flights sampled at a steady rate. `energy` gives mass, battery and what cannot be fitted.

    Raises `MissionError` when there are too few samples, or they are not those of a vehicle that hovers.
    """
    start = energy or EnergyModel()
    rows = [_rows(flight) for flight in flights if len(flight)]
    count = sum(len(flight) for flight in rows)
    if count < _LEAST_SAMPLES:
        raise MissionError(
            f"{count} samples of power are too few to calibrate from.",
            code="mission.calibration",
            hint=f"Give at least {_LEAST_SAMPLES}, better a flight with hovering, climbing and lines at full speed.",
        )
    fitted, kept = _fit(np.vstack(rows), start)

    def error_share(flight: NDArray[np.float64], others: Sequence[NDArray[np.float64]]) -> float:
        model = _fit(np.vstack(others), start)[0] if others and sum(map(len, others)) >= _LEAST_SAMPLES else fitted
        return float(_power_w(model, flight).sum() / flight[:, 2].sum()) - 1.0

    return Calibration(fitted, left_out_error(rows, error_share), len(rows), count, kept)


def left_out_error(
    flights: Sequence[NDArray[np.float64]], error_share: Callable[[NDArray[np.float64], Sequence[NDArray[np.float64]]], float]
) -> float:
    """Root mean square over the flights of the error that each one's energy is foretold with from the others."""
    errors = [error_share(flight, [*flights[:number], *flights[number + 1 :]]) for number, flight in enumerate(flights)]
    return float(np.sqrt(np.mean(np.square(errors))))


def _rows(flight: Sequence[PowerSample]) -> NDArray[np.float64]:
    rows = np.array([[sample.air_mps, sample.climb_mps, sample.power_w] for sample in flight], dtype=np.float64)
    return rows[np.isfinite(rows).all(axis=1) & (rows[:, 2] > 0.0)]


def _fit(rows: NDArray[np.float64], start: EnergyModel) -> tuple[EnergyModel, tuple[str, ...]]:
    speed, climb, power = rows[:, 0], np.maximum(rows[:, 1], 0.0), rows[:, 2]
    knows_drag = float(speed.max()) - float(speed.min()) >= _FAST_MPS
    knows_climb = int((climb >= _CLIMBING_MPS).sum()) >= _LEAST_CLIMBING
    per_mps = start.mass_kg * GRAVITY_MPS2 / start.climb_efficiency
    best: tuple[float, EnergyModel] | None = None
    for lean_45_mps in _SEARCHED_MPS if knows_drag else (start.lean_45_mps,):
        level = (1.0 + (speed / lean_45_mps) ** 4) ** 0.75
        if knows_climb:
            (hover_w, slope), *_ = np.linalg.lstsq(np.column_stack([level, climb]), power, rcond=None)
        else:
            hover_w, slope = float(level @ (power - per_mps * climb) / (level @ level)), per_mps
        if hover_w <= 0.0 or slope <= 0.0:
            continue
        model = replace(
            start,
            hover_w=float(hover_w),
            lean_45_mps=float(lean_45_mps),
            climb_efficiency=float(start.mass_kg * GRAVITY_MPS2 / slope),
        )
        left = float(np.square(_power_w(model, rows) - power).sum())
        if best is None or left < best[0]:
            best = left, model
    if best is None:
        raise MissionError(
            "No power model fits these samples: power must grow with speed and climb rate.",
            code="mission.calibration",
            hint="Check the units (m/s, W), leave out time on the ground, and give a flight that hovers.",
        )
    kept = (*(() if knows_drag else ("lean_45_mps",)), *(() if knows_climb else ("climb_efficiency",)))
    return best[1], kept


def _power_w(model: EnergyModel, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    level = model.hover_w * (1.0 + (rows[:, 0] / model.lean_45_mps) ** 4) ** 0.75
    watts: NDArray[np.float64] = level + model.mass_kg * GRAVITY_MPS2 / model.climb_efficiency * np.maximum(rows[:, 1], 0.0)
    return watts
