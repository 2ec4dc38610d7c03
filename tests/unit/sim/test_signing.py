"""Signing between a station and a vehicle, both with pymavlink's own signatures."""

from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.signing import EPOCH_UNIX_US
from sim.wire import WireReader, WireSender
from tests.support.simulated_flight import Flight

KEY = bytes(range(32))
ARM = mavlink.MAVLink_command_long_message(1, 1, mavlink.MAV_CMD_REQUEST_MESSAGE, 0, 148, 0, 0, 0, 0, 0, 0)


class Station:
    def __init__(self, flight: Flight, key: bytes = KEY, *, link_id: int = 1, behind_s: float = 0.0) -> None:
        self.codec = mavlink.MAVLink(None, 254, 190)
        self.codec.signing.secret_key = key
        self.codec.signing.sign_outgoing = True
        self.codec.signing.link_id = link_id
        self.codec.signing.timestamp = (flight.clock.unix_us - EPOCH_UNIX_US) // 10 - int(behind_s * 100_000)

    def frame(self, message: Any = ARM) -> bytes:
        return bytes(message.pack(self.codec))


def tell(flight: Flight, frame: bytes) -> list[str]:
    return [reply.get_type() for message in WireReader().read(frame) for reply in flight.copter.on_message(message)]


@pytest.fixture
def flight() -> Flight:
    flown = Flight()
    flown.tell(mavlink.MAVLink_setup_signing_message(1, 1, KEY, 0))
    assert flown.copter.signing.active
    return flown


def test_a_signed_command_is_answered_and_the_answer_is_signed(flight: Flight) -> None:
    station = Station(flight)
    assert tell(flight, station.frame()) == ["COMMAND_ACK", "AUTOPILOT_VERSION"]
    sender = WireSender(1, flight.copter.signing)
    [heartbeat] = [found for found in flight.sent if found.get_type() == "HEARTBEAT"][:1]
    [heard] = station.codec.parse_buffer(bytearray(sender.pack(heartbeat)))
    assert heard.get_signed()


def test_an_unsigned_command_gets_silence_but_a_radio_is_heard(flight: Flight) -> None:
    assert flight.tell(ARM) == []
    assert flight.copter.signing.refused == 1
    flight.tell(mavlink.MAVLink_radio_status_message(100, 100, 50, 20, 20, 0, 0))
    assert flight.copter.signing.refused == 1


def test_the_same_frame_again_is_a_replay(flight: Flight) -> None:
    frame = Station(flight).frame()
    assert tell(flight, frame) != []
    assert tell(flight, frame) == []


@pytest.mark.parametrize(
    ("key", "behind_s"), [(bytes(32)[:-1] + b"x", 0.0), (KEY, 120.0)], ids=["wrong key", "a new stream two minutes old"]
)
def test_a_wrong_or_stale_signature_gets_silence(flight: Flight, key: bytes, behind_s: float) -> None:
    assert tell(flight, Station(flight, key, behind_s=behind_s).frame()) == []


def test_a_forged_frame_from_the_future_does_not_lock_the_station_out(flight: Flight) -> None:
    assert tell(flight, Station(flight, b"y" * 32, behind_s=-1e6).frame()) == []
    assert tell(flight, Station(flight).frame()) != []


def test_links_of_one_station_have_their_own_clocks(flight: Flight) -> None:
    assert tell(flight, Station(flight, link_id=1).frame()) != []
    assert tell(flight, Station(flight, link_id=2, behind_s=30).frame()) != []


def test_zeros_with_a_time_are_a_key_like_another_for_an_ardupilot_and_end_signing_of_a_px4() -> None:
    for autopilot, stays_on in (("ardupilot", True), ("px4", False)):
        flight = Flight(autopilot=autopilot)
        flight.tell(mavlink.MAVLink_setup_signing_message(1, 1, KEY, 0))
        tell(flight, Station(flight).frame(mavlink.MAVLink_setup_signing_message(1, 1, bytes(32), 5)))
        assert flight.copter.signing.active is stays_on


def test_the_key_is_not_taken_while_armed_and_zeros_take_it_off(flight: Flight) -> None:
    station = Station(flight)
    tell(flight, station.frame(mavlink.MAVLink_setup_signing_message(1, 1, bytes(32), 0)))
    assert not flight.copter.signing.active
    flight.take_off(5)
    flight.tell(mavlink.MAVLink_setup_signing_message(1, 1, KEY, 0))
    flight.run(0.1)
    assert not flight.copter.signing.active
    assert "ERROR: Won't setup signing when armed" in flight.texts()
