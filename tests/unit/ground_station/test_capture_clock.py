"""From a stream's time stamps to UTC: steady against the network, and never by a clock that is wrong."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from ground_station.video.capture_clock import CaptureClock

NOON = datetime(2026, 5, 1, 12, 0, 0, tzinfo=UTC)
DELAY_S = 0.15


def _after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def _run(clock: CaptureClock, *, offset_s: float | None, seconds: float = 20.0, drift: float = 0.0) -> list[tuple[float, datetime, bool]]:
    """Pictures at 10 a second over a way of 150 ms and more: the truth in seconds, what the clock says, whether the camera is believed."""
    delays = DELAY_S + np.random.default_rng(3).exponential(0.2, round(seconds * 10))
    told = []
    for index, delay in enumerate(delays):
        taken_s = index / 10
        camera_at = None if offset_s is None else _after(taken_s * (1 + drift) + offset_s)
        clock.note(500.0 + taken_s, _after(taken_s + delay), camera_at)
        captured = clock.captured_at(500.0 + taken_s)
        assert captured is not None
        told.append((taken_s, *captured))
    return told


def _errors_s(told: list[tuple[float, datetime, bool]]) -> list[float]:
    return [(at - _after(taken_s)).total_seconds() for taken_s, at, _ in told]


def test_a_camera_with_a_right_clock_is_taken_at_its_word() -> None:
    clock = CaptureClock()
    told = _run(clock, offset_s=0.02)
    assert _errors_s(told) == pytest.approx([0.02] * len(told), abs=1e-5)
    assert all(stamped for *_, stamped in told)
    assert clock.reading is not None
    assert clock.reading.right


@pytest.mark.parametrize("offset_s", [-3 * 3600.0, 3600.0, 5.0, -1.7e9], ids=["behind", "an hour ahead", "seconds ahead", "1970"])
def test_a_wrong_clock_is_told_and_its_pictures_are_dated_by_their_arrival(offset_s: float) -> None:
    clock = CaptureClock()
    told = _run(clock, offset_s=offset_s)
    assert clock.reading is not None
    assert not clock.reading.right
    assert clock.reading.offset_s == pytest.approx(offset_s - DELAY_S, abs=0.1)
    assert not any(stamped for *_, stamped in told)
    assert max(abs(error - DELAY_S) for error in _errors_s(told)[20:]) < 0.1  # only the least delay of the way stays in it


def test_without_any_clock_in_the_camera_the_jitter_of_the_network_does_not_reach_the_instants() -> None:
    clock = CaptureClock()
    errors = _errors_s(_run(clock, offset_s=None))[20:]
    assert clock.reading is None
    assert np.ptp(errors) < 0.1
    assert np.mean(errors) == pytest.approx(DELAY_S, abs=0.1)


def test_a_clock_that_runs_too_fast_is_followed() -> None:
    clock = CaptureClock()
    errors = _errors_s(_run(clock, offset_s=7200.0, seconds=300.0, drift=2e-3))
    assert abs(errors[-1]) < 0.5


def test_a_stream_that_starts_its_time_again_is_dated_from_then_on() -> None:
    clock = CaptureClock()
    clock.note(9000.0, _after(0.1))
    clock.note(9001.0, _after(1.1))
    clock.note(0.0, _after(2.1))
    captured = clock.captured_at(0.0)
    assert captured is not None
    assert captured[0] == _after(2.1)
