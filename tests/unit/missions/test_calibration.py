"""Energy out of a vehicle's own flights."""

import numpy as np
import pytest

from geo.primitives import MissionError
from missions import EnergyModel, PowerSample, calibrate

TRUE = EnergyModel(hover_w=620.0, lean_45_mps=13.0, climb_efficiency=0.5)


def flight(seed: int, *, fastest_mps: float = 14.0, climbs: bool = True, noise_w: float = 25.0) -> list[PowerSample]:
    generator = np.random.default_rng(seed)
    samples = []
    for _ in range(300):
        speed, climb = generator.uniform(0.0, fastest_mps), generator.uniform(-1.5, 2.5) if climbs else 0.0
        watts = TRUE.level_power_w(speed) + TRUE.mass_kg * 9.81 * max(climb, 0.0) / TRUE.climb_efficiency
        samples.append(PowerSample(speed, climb, watts + generator.normal(0.0, noise_w)))
    return samples


def test_three_flights_give_the_model_back_and_its_error() -> None:
    found = calibrate([flight(1), flight(2), flight(3)])
    assert found.energy.hover_w == pytest.approx(620.0, rel=0.02)
    assert found.energy.lean_45_mps == pytest.approx(13.0, rel=0.03)
    assert found.energy.climb_efficiency == pytest.approx(0.5, rel=0.05)
    assert found.error_share < 0.02
    assert (found.flights, found.samples, found.kept) == (3, 900, ())


def test_a_flight_unlike_the_others_shows_in_the_error() -> None:
    heavy = [PowerSample(sample.air_mps, sample.climb_mps, 1.4 * sample.power_w) for sample in flight(4)]
    assert calibrate([flight(1), flight(2), heavy]).error_share > 0.1


def test_what_the_flights_do_not_show_is_kept() -> None:
    found = calibrate([flight(1, fastest_mps=2.0, climbs=False)], EnergyModel(lean_45_mps=11.0, climb_efficiency=0.7))
    assert found.kept == ("lean_45_mps", "climb_efficiency")
    assert (found.energy.lean_45_mps, found.energy.climb_efficiency) == (11.0, pytest.approx(0.7))
    assert found.energy.hover_w == pytest.approx(620.0, rel=0.02)


@pytest.mark.parametrize("samples", [[], flight(1)[:20], [PowerSample(float(v % 15), 0.0, float("nan")) for v in range(100)]])
def test_too_little_is_refused_with_what_is_needed(samples: list[PowerSample]) -> None:
    with pytest.raises(MissionError) as refusal:
        calibrate([samples])
    assert "at least 30" in (refusal.value.hint or "")
