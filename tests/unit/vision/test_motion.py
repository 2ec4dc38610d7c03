"""Speed, heading and place from fixes on the ground."""

import numpy as np
import pytest

from vision.georeference import GroundFix
from vision.motion import ground_motion


def _fix(en_m: tuple[float, float], shared_m: float = 1.0, random_m: float = 0.2) -> GroundFix:
    return GroundFix(np.array(en_m), np.eye(2) * shared_m, np.eye(2) * random_m)


def _track(velocity: tuple[float, float], noise_m: float, seed: int = 3) -> tuple[list[float], list[GroundFix]]:
    noise = np.random.default_rng(seed).normal(0, noise_m, (60, 2))
    times = [index / 20 for index in range(60)]
    return times, [_fix((velocity[0] * t + n[0], velocity[1] * t + n[1])) for t, n in zip(times, noise, strict=True)]


@pytest.mark.parametrize("velocity", [(10.0, 0.0), (0.0, 3.0), (-6.0, -8.0)], ids=["east", "north", "south-west"])
def test_speed_and_heading_of_an_even_motion(velocity: tuple[float, float]) -> None:
    times, fixes = _track(velocity, 0.2)
    motion = ground_motion(times, fixes, 1.5)
    assert motion is not None
    assert motion.moving
    assert motion.speed_sigma_mps is not None
    assert motion.speed_mps == pytest.approx(np.hypot(*velocity), abs=3 * motion.speed_sigma_mps)
    assert motion.heading_deg is not None
    off_deg = motion.heading_deg - np.degrees(np.arctan2(*velocity))
    assert abs((off_deg + 180) % 360 - 180) < 3.0
    assert motion.en_m == pytest.approx(np.array(velocity) * 1.5, abs=0.3)


def test_a_standing_thing_gets_the_median_and_no_heading() -> None:
    times, fixes = _track((0.0, 0.0), 0.3)
    fixes[10] = _fix((40.0, -40.0))
    motion = ground_motion(times, fixes, 1.5)
    assert motion is not None
    assert not motion.moving
    assert motion.heading_deg is None
    assert motion.en_m == pytest.approx((0.0, 0.0), abs=0.2)


def test_shared_error_stays_in_the_place_but_not_in_the_speed() -> None:
    times, fixes = _track((10.0, 0.0), 0.05)
    motion = ground_motion(times, fixes, 1.5)
    assert motion is not None
    assert motion.accuracy_m > 2.4
    assert motion.speed_sigma_mps is not None
    assert motion.speed_sigma_mps < 0.2


def test_few_fixes_give_a_place_without_speed() -> None:
    motion = ground_motion([0.0, 0.1], [_fix((1.0, 2.0)), _fix((1.5, 2.0))], 0.1)
    assert motion is not None
    assert motion.speed_mps is None
    assert motion.en_m == pytest.approx((1.5, 2.0))


def test_no_fixes_no_motion() -> None:
    assert ground_motion([], [], 0.0) is None


def test_one_box_that_caught_a_neighbour_does_not_change_the_speed() -> None:
    times, fixes = _track((10.0, 0.0), 0.1)
    fixes[28] = _fix((14.0, 9.0))
    motion = ground_motion(times, fixes, 1.5)
    assert motion is not None
    assert motion.speed_mps == pytest.approx(10.0, abs=0.2)


def test_a_speed_that_was_not_even_is_told_with_more_doubt() -> None:
    """A car that waits, then goes: at the instant it starts no speed is right, and the doubt says so."""
    times, steady = _track((6.0, 0.0), 0.1)
    starts = [_fix((float(max(0.0, 6.0 * (time - 1.5))), 0.0)) for time in times]
    even, uneven = ground_motion(times, steady, 1.9), ground_motion(times, starts, 1.9)
    assert even is not None
    assert uneven is not None
    assert even.speed_sigma_mps is not None
    assert uneven.speed_sigma_mps is not None
    assert uneven.speed_sigma_mps > 3 * even.speed_sigma_mps
