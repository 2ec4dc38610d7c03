"""Electric power of a fixed wing, from how much drag its lift costs at an airspeed.

Drag per weight is (v² / v_best² + n² v_best² / v²) / (2 × glide ratio): half parasitic and half induced at the speed of best glide, for a
load factor n. Source: any text on aircraft performance. The numbers are a survey wing of 3.5 kg with 6 cells of 12 Ah, the one the built-in
simulator flies too; real ones come from the vehicle's own logs.
"""

from dataclasses import dataclass
from math import hypot

GRAVITY_MPS2 = 9.81


@dataclass(frozen=True, slots=True)
class WingEnergyModel:
    """`efficiency` of battery to thrust; `idle_w` is what electronics and servos take; nothing is flown below `slowest_mps`.
    `reserve` is the share of the battery not planned for."""

    mass_kg: float = 3.5
    glide_ratio: float = 9.0
    best_glide_mps: float = 13.0
    slowest_mps: float = 9.2
    efficiency: float = 0.5
    idle_w: float = 14.0
    battery_wh: float = 266.0
    reserve: float = 0.25

    @property
    def usable_wh(self) -> float:
        return self.battery_wh * (1.0 - self.reserve)

    def power_w(self, airspeed_mps: float, climb_mps: float = 0.0, load_factor: float = 1.0) -> float:
        """At an airspeed and a climb rate, negative downwards: a steep enough glide takes the idle power alone."""
        speed = max(airspeed_mps, self.slowest_mps)
        ratio = (speed / self.best_glide_mps) ** 2
        drag_n = self.mass_kg * GRAVITY_MPS2 / self.glide_ratio / 2.0 * (ratio + load_factor**2 / ratio)
        return self.idle_w + max(drag_n * speed + self.mass_kg * GRAVITY_MPS2 * climb_mps, 0.0) / self.efficiency

    def level_power_w(self, airspeed_mps: float) -> float:
        return self.power_w(airspeed_mps)

    def circling_w(self, airspeed_mps: float, radius_m: float, climb_mps: float = 0.0) -> float:
        """In a coordinated turn, whose load factor is that of v² / (g r)."""
        speed = max(airspeed_mps, self.slowest_mps)
        return self.power_w(speed, climb_mps, hypot(1.0, speed**2 / (GRAVITY_MPS2 * max(radius_m, 1.0))))
