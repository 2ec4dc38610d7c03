"""The state told fast is byte for byte the state that is checked, whatever a vehicle says and in whatever order."""

from hypothesis import given, strategies as st

from geo.primitives import utc_now
from ground_station.mavlink import Address, FrameSplitter, decode_frame
from ground_station.messages import VehicleState
from ground_station.vehicles import UploadedMission, Vehicle, instant_json
from ground_station.vehicles.vehicle import STATE_IDS
from tests.support.frames import frame_bytes

_SENT = st.tuples(st.sampled_from(sorted(STATE_IDS)), st.binary(min_size=1, max_size=60))


@given(sent=st.lists(_SENT, max_size=40), lost=st.integers(0, 50), ask_every=st.integers(1, 5))
def test_the_state_told_fast_is_the_state_that_is_checked(sent: list[tuple[int, bytes]], lost: int, ask_every: int) -> None:
    vehicle = Vehicle(7, 1, Address(254, 190), lambda _: True, 3.5)
    now_s = 0.0
    for number, (message_id, payload) in enumerate([(0, bytes([4, 0, 0, 0, 2, 3, 81, 4, 3])), *sent]):
        now_s += 0.3
        [frame] = FrameSplitter().split(frame_bytes(message_id, payload))
        message = decode_frame(frame)
        assert message is not None
        if message_id == 0:
            vehicle.on_alive(message, now_s)
        vehicle.on_message(message, now_s, 1.7e9 + now_s)
        vehicle.packets = lambda heard=number + 1, missing=min(lost, number): (heard, missing)  # type: ignore[misc]
        if number % 7 == 3:
            vehicle.uploaded = UploadedMission(None, number)
        if number % ask_every == 0:
            assert_told_as_checked(vehicle, now_s)
    vehicle.monitor.on_time(now_s + 10)
    assert_told_as_checked(vehicle, now_s + 10)


def assert_told_as_checked(vehicle: Vehicle, now_s: float) -> None:
    at = utc_now()
    told = vehicle.state_json(now_s, instant_json(at))
    checked = VehicleState.model_construct(**{**vars(vehicle.snapshot(now_s)), "at": at})
    assert told == checked.encode()
