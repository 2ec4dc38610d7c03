"""What holds for every flight: the same seed is the same flight, and limits are limits."""

from hypothesis import given, settings, strategies as st
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim import MeanWind
from sim.frame_time import is_keyframe, precision_time_nal, stamped, with_emulation_prevention
from sim.vector import Vector
from tests.support.simulated_flight import Flight

winds = st.builds(MeanWind, st.floats(0, 8), st.floats(0, 360))
targets = st.builds(Vector, st.floats(-150, 150), st.floats(-150, 150), st.floats(8, 60))


def _flown(seed: int, wind: MeanWind, target: Vector, seconds: float = 20.0) -> Flight:
    flight = Flight(seed=seed, wind=wind)
    flight.take_off(10)
    flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, target, -1, 1)
    flight.run(seconds)
    return flight


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), wind=winds, target=targets)
def test_the_same_seed_is_the_same_flight_to_the_last_bit(seed: int, wind: MeanWind, target: Vector) -> None:
    first, second = _flown(seed, wind, target), _flown(seed, wind, target)
    assert first.track == second.track
    assert [message.to_dict() for message in first.sent] == [message.to_dict() for message in second.sent]


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), target=targets)
def test_speed_limits_are_kept_in_still_air(seed: int, target: Vector) -> None:
    flight = _flown(seed, MeanWind(), target, 30.0)
    assert flight.fastest_mps <= 10.3
    climbs = [(after.up - before.up) / 0.02 for before, after in zip(flight.track, flight.track[1:], strict=False)]
    assert max(climbs) <= 2.6
    assert min(climbs) >= -1.6


@settings(max_examples=15, deadline=None)
@given(wind=winds, target=targets)
def test_every_target_in_reach_is_reached_and_kept(wind: MeanWind, target: Vector) -> None:
    flight = _flown(1, wind, target, 70.0)
    assert flight.position.minus(target).length() < 2.5


@given(unix_us=st.integers(0, 2**63))
def test_a_time_stamp_never_contains_a_start_code(unix_us: int) -> None:
    unit = precision_time_nal(unix_us)[4:]
    assert b"\x00\x00\x00" not in unit
    assert b"\x00\x00\x01" not in unit
    assert b"\x00\x00\x02" not in unit


def _without_emulation_prevention(unit: bytes) -> bytes:
    """The decoder's side, from H.264 clause 7.4.1: drop each 3 that follows two zeros."""
    out, zeros = bytearray(), 0
    for byte in unit:
        if zeros == 2 and byte == 3:
            zeros = 0
            continue
        out.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes(out)


@given(st.lists(st.sampled_from([0, 0, 0, 1, 2, 3, 4, 255]), max_size=60).map(bytes))
def test_emulation_prevention_hides_start_codes_and_can_be_undone(unit: bytes) -> None:
    hidden = with_emulation_prevention(unit)
    assert all(code not in hidden for code in (b"\x00\x00\x00", b"\x00\x00\x01", b"\x00\x00\x02"))
    assert _without_emulation_prevention(hidden) == unit


def test_the_stamp_goes_between_parameter_sets_and_the_first_slice() -> None:
    sps, pps, slice_ = b"\x00\x00\x00\x01\x67AB", b"\x00\x00\x00\x01\x68C", b"\x00\x00\x00\x01\x65DEF"
    unit = stamped(sps + pps + slice_, 1_700_000_000_000_000)
    assert unit == sps + pps + precision_time_nal(1_700_000_000_000_000) + slice_
    assert is_keyframe(unit)
    assert not is_keyframe(sps + pps + b"\x00\x00\x01\x41XYZ")
