"""A lithium battery under load.

Rest voltage per cell over charge, the internal resistance and the 10 Hz smoothing of the voltage are those of ArduPilot's simulator
(4.173 V full, 3.742 V half, 3.21 V at 11.5 %); the airframe says how hard its motors work.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import exp, pi

CELLS = 6
CAPACITY_AH = 12.0
HOVER_CURRENT_A = 20.0  # about 36 minutes of hover, a usual survey copter
IDLE_CURRENT_A = 0.6
RESISTANCE_OHM = 0.01
SMOOTHING_HZ = 10.0
_SMOOTHING_PER_S = -2.0 * pi * SMOOTHING_HZ
_REST_V = ((0.0, 2.9), (0.115, 3.21), (0.5, 3.742), (1.0, 4.173))


@dataclass(frozen=True, slots=True)
class Battery:
    """Charge left (0..1), and the voltage and current of the last step.

    `offset_v` is how far the measured voltage is from what the charge gives: a worn pack, or one set by `SIM_BATT_VOLTAGE`.
    """

    charge: float = 1.0
    voltage_v: float = CELLS * 4.173
    current_a: float = IDLE_CURRENT_A
    offset_v: float = 0.0

    @property
    def used_mah(self) -> float:
        return (1.0 - self.charge) * CAPACITY_AH * 1000.0


def rest_voltage_v(charge: float) -> float:
    """Voltage of the whole pack without load, linear between the known points."""
    for (low, low_v), (high, high_v) in pairwise(_REST_V):
        if charge <= high:
            return CELLS * (low_v + (high_v - low_v) * max(0.0, charge - low) / (high - low))
    return CELLS * _REST_V[-1][1]


def measured_at(battery: Battery, voltage_v: float) -> Battery:
    """The same charge at another voltage without load: what is measured falls, what the motors can use stays."""
    return replace(battery, offset_v=voltage_v - rest_voltage_v(battery.charge))


def drain(battery: Battery, load: float, dt_s: float) -> Battery:
    """The battery after `dt_s` seconds at this load, a share of hovering. Sag is current times resistance, smoothed."""
    current_a = HOVER_CURRENT_A * load
    charge = max(0.0, battery.charge - current_a * dt_s / 3600.0 / CAPACITY_AH)
    loaded_v = rest_voltage_v(charge) + battery.offset_v - current_a * RESISTANCE_OHM
    share = 1.0 - exp(_SMOOTHING_PER_S * dt_s)
    return Battery(charge, battery.voltage_v + (loaded_v - battery.voltage_v) * share, current_a, battery.offset_v)
