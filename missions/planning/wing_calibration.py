"""The energy model of a plane out of its own flights, by least squares, with the error that is left.

P = idle + a v ((v / v_best)² + n² (v_best / v)²) / 2 + c climb, where c = m g / efficiency and a = c / glide ratio: linear in a and c for a
given v_best, which is searched. A descent is left out of the fit, since how much of it was glided is not told, but counts in the error.
What the flights do not show is kept from the model given: c when they never climb, v_best when they are all of one airspeed.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo.primitives import MissionError
from missions.planning.calibration import Calibration, PowerSample, left_out_error
from missions.planning.wing_endurance import GRAVITY_MPS2, WingEnergyModel

_LEAST_LEVEL = 30
_LEVEL_MPS = 0.5
_STRAIGHT_LOAD_FACTOR = 1.1
_LEAST_CLIMBING = 10
# Between the slow and the fast twentieth of the level flight: less is one airspeed with its gusts.
_SPREAD_MPS = 4.0
_SEARCHED_MPS = np.geomspace(6.0, 40.0, 80)


def calibrate_wing(flights: Sequence[Sequence[PowerSample]], energy: WingEnergyModel | None = None) -> Calibration[WingEnergyModel]:
    """Fit the model to flights sampled at a steady rate. `energy` gives mass, battery and what cannot be fitted.

    Raises `MissionError` when the flights have too little level flight, or no wing spends like that.
    """
    start = energy or WingEnergyModel()
    rows = [found for flight in flights if len(found := _rows(flight))]
    level = sum(int(_level(flight, start).sum()) for flight in rows)
    if level < _LEAST_LEVEL:
        raise MissionError(
            f"{level} samples of level straight flight at {start.slowest_mps:g} m/s or faster are too few to calibrate from.",
            code="mission.calibration",
            hint=f"Give at least {_LEAST_LEVEL}: a flight with straight lines at one height, better with a climb and two airspeeds.",
        )
    fitted, kept = _fit(np.vstack(rows), start)

    def error_share(flight: NDArray[np.float64], others: Sequence[NDArray[np.float64]]) -> float:
        told = sum(int(_level(other, start).sum()) for other in others) >= _LEAST_LEVEL
        model = _fit(np.vstack(others), start)[0] if told else fitted
        return float(_power_w(model, flight).sum() / flight[:, 3].sum()) - 1.0

    return Calibration(fitted, left_out_error(rows, error_share), len(rows), sum(map(len, rows)), kept)


def _rows(flight: Sequence[PowerSample]) -> NDArray[np.float64]:
    rows = np.array([[s.air_mps, s.climb_mps, s.load_factor, s.power_w] for s in flight], dtype=np.float64).reshape(-1, 4)
    return rows[np.isfinite(rows).all(axis=1) & (rows[:, 3] > 0.0)]


def _level(rows: NDArray[np.float64], start: WingEnergyModel) -> NDArray[np.bool_]:
    level: NDArray[np.bool_] = (np.abs(rows[:, 1]) < _LEVEL_MPS) & (rows[:, 2] < _STRAIGHT_LOAD_FACTOR) & (rows[:, 0] >= start.slowest_mps)
    return level


def _fit(rows: NDArray[np.float64], start: WingEnergyModel) -> tuple[WingEnergyModel, tuple[str, ...]]:
    slow, fast = np.percentile(rows[_level(rows, start), 0], (5.0, 95.0))
    powered = rows[(rows[:, 1] > -_LEVEL_MPS) & (rows[:, 0] >= start.slowest_mps)]
    speed, climb, load_factor = powered[:, 0], powered[:, 1], powered[:, 2]
    thrust_w = powered[:, 3] - start.idle_w
    knows_speeds, knows_climb = fast - slow >= _SPREAD_MPS, int((climb >= _LEVEL_MPS).sum()) >= _LEAST_CLIMBING
    weight_n = start.mass_kg * GRAVITY_MPS2
    best: tuple[float, WingEnergyModel] | None = None
    for best_glide_mps in _SEARCHED_MPS if knows_speeds else (start.best_glide_mps,):
        ratio = (speed / best_glide_mps) ** 2
        drag = speed * (ratio + load_factor**2 / ratio) / 2.0
        if knows_climb:
            (per_drag, per_mps), *_ = np.linalg.lstsq(np.column_stack([drag, climb]), thrust_w, rcond=None)
        else:
            per_mps = weight_n / start.efficiency
            per_drag = float(drag @ (thrust_w - per_mps * climb) / (drag @ drag))
        # A propeller gives no more than it takes.
        if per_drag <= 0.0 or per_mps < weight_n:
            continue
        model = replace(
            start,
            best_glide_mps=float(best_glide_mps),
            glide_ratio=float(per_mps / per_drag),
            efficiency=float(weight_n / per_mps),
        )
        left = float(np.square(_power_w(model, powered) - powered[:, 3]).sum())
        if best is None or left < best[0]:
            best = left, model
    if best is None:
        raise MissionError(
            "No wing spends like these samples: climbing must cost at least the weight that is lifted, and level flight more than nothing.",
            code="mission.calibration",
            hint="Check the mass and the units (kg, m/s, W), and leave out flights with thermals or strong wind.",
        )
    return best[1], (*(() if knows_speeds else ("best_glide_mps",)), *(() if knows_climb else ("efficiency",)))


def _power_w(model: WingEnergyModel, rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([model.power_w(speed, climb, load_factor) for speed, climb, load_factor, _ in rows.tolist()])
