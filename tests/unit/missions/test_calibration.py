"""Energy out of a vehicle's own flights."""

from pathlib import Path

import numpy as np
import pytest

from geo.primitives import MissionError
from missions import (
    EnergyModel,
    PowerSample,
    WingEnergyModel,
    calibrate,
    calibrate_wing,
    keep_energy,
    known_energies,
    known_wings,
)

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


WING = WingEnergyModel(mass_kg=3.5, glide_ratio=7.0, best_glide_mps=15.0, efficiency=0.42)


def wing_flight(seed: int, *, slowest_mps: float = 12.0, fastest_mps: float = 22.0, climbs: bool = True) -> list[PowerSample]:
    generator = np.random.default_rng(seed)
    samples = []
    for number in range(300):
        speed = generator.uniform(slowest_mps, fastest_mps)
        climb = generator.uniform(-4.0, 3.0) if climbs and number % 3 == 0 else generator.normal(0.0, 0.1)
        load_factor = 1.3 if number % 7 == 0 else 1.0
        watts = WING.power_w(speed, climb, load_factor)
        samples.append(PowerSample(speed, climb, watts + generator.normal(0.0, 8.0), load_factor))
    return samples


def test_flights_of_a_plane_give_its_wing_back_and_the_error() -> None:
    found = calibrate_wing([wing_flight(1), wing_flight(2)])
    for speed, climb in ((13.0, 0.0), (20.0, 0.0), (15.0, 2.0)):
        assert found.energy.power_w(speed, climb) == pytest.approx(WING.power_w(speed, climb), rel=0.03)
    assert found.energy.glide_ratio == pytest.approx(7.0, rel=0.08)
    assert found.error_share < 0.03
    assert (found.flights, found.samples, found.kept) == (2, 600, ())


def test_a_plane_of_one_airspeed_that_never_climbs_keeps_what_it_does_not_show() -> None:
    start = WingEnergyModel(best_glide_mps=14.0, efficiency=0.45)
    found = calibrate_wing([wing_flight(1, slowest_mps=15.5, fastest_mps=16.5, climbs=False)], start)
    assert found.kept == ("best_glide_mps", "efficiency")
    assert (found.energy.best_glide_mps, found.energy.efficiency) == (14.0, pytest.approx(0.45))
    assert found.energy.level_power_w(16.0) == pytest.approx(WING.level_power_w(16.0), rel=0.02)


@pytest.mark.parametrize(
    "samples",
    [
        pytest.param([], id="nothing"),
        pytest.param(wing_flight(1)[:25], id="too short"),
        pytest.param([PowerSample(16.0, 2.0, 300.0)] * 300, id="no level leg"),
        pytest.param([PowerSample(4.0, 0.0, 200.0)] * 300, id="slower than it flies"),
        pytest.param([PowerSample(16.0, 0.0, 200.0, 1.4)] * 300, id="circles only"),
    ],
)
def test_a_flight_that_does_not_tell_of_a_wing_is_refused_with_what_is_needed(samples: list[PowerSample]) -> None:
    with pytest.raises(MissionError, match="level straight flight") as refusal:
        calibrate_wing([samples])
    assert "at least 30" in (refusal.value.hint or "")


def test_a_plane_lighter_than_its_climbs_cost_is_refused() -> None:
    lifted_for_nothing = [PowerSample(s.air_mps, s.climb_mps, 60.0 + s.climb_mps) for s in wing_flight(1)]
    with pytest.raises(MissionError, match="No wing spends like these samples"):
        calibrate_wing([lifted_for_nothing])


def test_copters_and_planes_are_kept_in_one_file(tmp_path: Path) -> None:
    kept = tmp_path / "energy.toml"
    keep_energy(kept, "heron", EnergyModel(hover_w=300.0))
    keep_energy(kept, "condor", WING)
    keep_energy(kept, "heron", EnergyModel(hover_w=310.0))
    assert known_wings(kept) == {"condor": WING}
    assert known_energies(kept) == {"heron": EnergyModel(hover_w=310.0)}
