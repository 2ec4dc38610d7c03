"""The latest turn-back: the last place along the planned path from which the vehicle still comes home with its reserve.

At each place the energy used to get there, plus the energy to come home from there (return altitude and speed, against the wind of
now), is compared with what is in the battery above the reserve. Method: the margin is sampled along the path every few seconds; the first
sample below zero and the one before it are joined by a straight line.
"""

from dataclasses import dataclass

import numpy as np

from geo.primitives import LonLat
from ground_station.safety.flight_path import TimedPath
from ground_station.safety.performance import Performance
from missions import Wind

SAMPLE_S = 5.0
MOST_SAMPLES = 720  # a wing may circle for hours
LEARNT_AFTER_FRACTION = 0.03  # of the battery: before this much is used the model's word weighs more than the measurement
LEAST_FACTOR, MOST_FACTOR = 0.4, 3.0


@dataclass(frozen=True, slots=True)
class TurnBack:
    """`in_s` is None when the whole plan can be flown with the reserve kept; 0 when the place lies behind.

    `margin_fraction` is what would be left above the reserve, as part of the battery, if the vehicle turned back now; negative: it
    comes home on the reserve, or not at all. `needed_now_fraction` is the cost of that return.
    """

    in_s: float | None
    place: LonLat | None
    altitude_m: float | None
    margin_fraction: float
    needed_now_fraction: float
    home_in_s: float

    @property
    def passed(self) -> bool:
        return self.margin_fraction < 0.0


def latest_turn_back(
    path: TimedPath,
    *,
    home: LonLat,
    remaining_fraction: float,
    reserve_fraction: float,
    wind: Wind,
    how: Performance,
) -> TurnBack:
    """`path` is what is left to fly from now on; `how.consumption` is the measured factor."""
    capacity_wh = how.battery_wh
    usable_wh = (remaining_fraction - reserve_fraction) * capacity_wh
    home_m = path.frame.offset_m(home)
    home_s, home_wh = how.coming_home(path.at(0.0), home_m, wind)
    margin_now = usable_wh - home_wh
    samples = np.unique(np.concatenate([np.arange(0.0, path.duration_s, max(SAMPLE_S, path.duration_s / MOST_SAMPLES)), path.times_s]))
    before_s, before_wh = 0.0, margin_now
    turn_s: float | None = None
    for time_s in samples.tolist():
        used_wh = float(np.interp(time_s, path.times_s, path.energy_wh))
        margin_wh = usable_wh - used_wh - how.coming_home(path.at(time_s), home_m, wind)[1]
        if margin_wh < 0.0:
            turn_s = time_s if margin_wh == before_wh else before_s + (time_s - before_s) * max(before_wh, 0.0) / (before_wh - margin_wh)
            break
        before_s, before_wh = time_s, margin_wh
    if margin_now < 0.0:
        turn_s = 0.0
    place, altitude_m = path.place_at(turn_s) if turn_s is not None else (None, None)
    return TurnBack(turn_s, place, altitude_m, margin_now / capacity_wh, home_wh / capacity_wh, home_s)


class ConsumptionMeter:
    """Learns how much more or less than the model a vehicle uses, from its charge and how it moves. One flight each.

    The charge comes in whole percents and sags, so the factor is a ratio over the whole flight, drawn towards 1 while little was used.
    """

    def __init__(self, how: Performance) -> None:
        self._how = how
        self._began: float | None = None
        self._lowest = 1.0
        self._modelled = 0.0
        self._last_s: float | None = None

    def look(self, now_s: float, remaining_fraction: float, ground_mps: tuple[float, float], climb_mps: float, wind: Wind) -> None:
        """One state in flight: speed over ground east and north, m/s."""
        if self._began is None:
            self._began = self._lowest = remaining_fraction
        self._lowest = min(self._lowest, remaining_fraction)
        if self._last_s is not None and 0.0 < now_s - self._last_s < 10.0:
            air_mps = float(np.hypot(ground_mps[0] - wind.east_mps, ground_mps[1] - wind.north_mps))
            self._modelled += self._how.power_w(air_mps, climb_mps) * (now_s - self._last_s) / 3600.0 / self._how.battery_wh
        self._last_s = now_s

    @property
    def factor(self) -> float:
        """Measured over modelled consumption."""
        if self._began is None:
            return 1.0
        used = self._began - self._lowest
        factor = (used + LEARNT_AFTER_FRACTION) / (self._modelled + LEARNT_AFTER_FRACTION)
        return min(max(factor, LEAST_FACTOR), MOST_FACTOR)
