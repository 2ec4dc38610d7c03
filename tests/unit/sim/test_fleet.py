"""The fleet on real sockets, stepped by the test: no waiting, no sleeping."""

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import LinkError, SettingsError
from sim import Fleet, parse_address, parse_home, parse_wind
from sim.clock import STEP_S, Pace
from sim.wire import WireReader, WireSender
from tests.support.simulated_flight import AKTAU


@pytest.fixture
def station() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(2)
        yield receiver


def drained(receiver: socket.socket) -> list[tuple[Any, tuple[str, int]]]:
    """Every message that has arrived, with the address it came from."""
    receiver.setblocking(False)
    found: list[tuple[Any, tuple[str, int]]] = []
    while True:
        try:
            data, sender = receiver.recvfrom(4096)
        except BlockingIOError:
            return found
        found.extend((message, sender) for message in WireReader().read(data))


def test_three_vehicles_speak_on_one_port_from_their_own_sockets(station: socket.socket) -> None:
    with Fleet(3, AKTAU, parse_address(f"udpout:127.0.0.1:{station.getsockname()[1]}"), started_unix_ms=0) as fleet:
        heard: list[tuple[Any, tuple[str, int]]] = []
        for _ in range(100):
            fleet.step()
            heard += drained(station)
    senders = {(message.get_srcSystem(), sender) for message, sender in heard}
    assert {system for system, _ in senders} == {1, 2, 3}
    assert len(senders) == 3


def test_a_command_on_the_wire_is_answered_on_the_wire(station: socket.socket) -> None:
    with Fleet(1, AKTAU, parse_address(f"udpout:127.0.0.1:{station.getsockname()[1]}"), started_unix_ms=0) as fleet:
        fleet.step()
        _, vehicle = drained(station)[0]
        request = mavlink.MAVLink_command_long_message(1, 1, mavlink.MAV_CMD_REQUEST_MESSAGE, 0, 148, 0, 0, 0, 0, 0, 0)
        station.sendto(WireSender(254).pack(request), vehicle)
        fleet.step()
        kinds = [message.get_type() for message, _ in drained(station)]
    assert kinds[:2] == ["COMMAND_ACK", "AUTOPILOT_VERSION"]


def test_damaged_bytes_do_not_stop_the_vehicle(station: socket.socket) -> None:
    with Fleet(1, AKTAU, parse_address(f"udpout:127.0.0.1:{station.getsockname()[1]}"), started_unix_ms=0) as fleet:
        fleet.step()
        _, vehicle = drained(station)[0]
        station.sendto(b"\xfd\xff\x00garbage" * 20, vehicle)
        for _ in range(60):
            fleet.step()
        assert "HEARTBEAT" in [message.get_type() for message, _ in drained(station)]


def test_a_tcp_station_may_connect_and_leave() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with Fleet(1, AKTAU, parse_address(f"tcpin:127.0.0.1:{port}"), started_unix_ms=0) as fleet:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as client:
            for _ in range(60):
                fleet.step()
            assert WireReader().read(client.recv(65536))
        for _ in range(60):
            fleet.step()


def test_a_taken_port_is_named() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        with pytest.raises(LinkError, match=f"udpin:127.0.0.1:{port} cannot be opened"):
            Fleet(1, AKTAU, parse_address(f"udpin:127.0.0.1:{port}"))


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (parse_address, "udpout:127.0.0.1"),
        (parse_address, "serial:/dev/ttyS0:57600"),
        (parse_address, "udpout:127.0.0.1:99999"),
        (parse_home, "51.16"),
        (parse_home, "143.65,51.16"),
        (parse_wind, "five"),
        (parse_wind, "6,400"),
    ],
)
def test_bad_words_are_refused_naming_them(read: Callable[[str], object], text: str) -> None:
    with pytest.raises((LinkError, SettingsError)) as raised:
        read(text)
    assert text in raised.value.one_line()


def test_both_spellings_of_an_address_are_read() -> None:
    assert parse_address("udpout://127.0.0.1:14550") == parse_address("udpout:127.0.0.1:14550")


def test_the_pace_catches_up_a_little_and_drops_the_rest() -> None:
    pace = Pace(2.0, 100.0)
    assert pace.due(100.105) == round(0.2 / STEP_S)
    assert pace.due(110.0) == round(Pace.MAX_CATCH_UP_S * 2.0 / STEP_S)
    assert pace.steps_dropped > 0


def test_a_vehicle_connects_to_a_listening_station_and_again_when_it_comes_back() -> None:
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        with Fleet(1, AKTAU, parse_address(f"tcp:127.0.0.1:{port}"), seed=1) as fleet:
            for _ in range(60):
                fleet.step()  # nobody listens yet
            server.listen(1)
            server.settimeout(2)
            for _ in range(2):
                for _ in range(60):
                    fleet.step()
                client, _ = server.accept()
                with client:
                    for _ in range(60):
                        fleet.step()
                    request = mavlink.MAVLink_command_long_message(1, 1, mavlink.MAV_CMD_REQUEST_MESSAGE, 0, 148, 0, 0, 0, 0, 0, 0)
                    client.sendall(WireSender(254).pack(request))
                    for _ in range(5):
                        fleet.step()
                    client.settimeout(2)
                    assert "AUTOPILOT_VERSION" in [message.get_type() for message in WireReader().read(client.recv(1 << 20))]
                for _ in range(5):
                    fleet.step()


def test_two_hundred_vehicles_share_one_port_without_loss(station: socket.socket) -> None:
    with Fleet(200, AKTAU, parse_address(f"udpout:127.0.0.1:{station.getsockname()[1]}"), seed=1) as fleet:
        sequences: dict[tuple[int, int], list[int]] = {}
        station.setblocking(False)
        for _ in range(150):
            fleet.step()
            with suppress(BlockingIOError):
                while True:
                    frame = station.recv(300)
                    sequences.setdefault((frame[5], frame[6]), []).append(frame[4])
    assert {system for system, _ in sequences} == set(range(1, 201))
    for heard in sequences.values():
        assert heard == [index % 256 for index in range(len(heard))]


def test_a_fleet_with_a_seed_has_a_fixed_calendar_and_one_without_has_todays() -> None:
    address = parse_address("udpout:127.0.0.1:9")
    with Fleet(1, AKTAU, address, seed=0) as fixed, Fleet(1, AKTAU, address) as real:
        assert fixed.clock.started_unix_ms == 1_767_225_600_000
        assert real.clock.started_unix_ms > 1_780_000_000_000


def test_what_is_not_simulated_is_refused_naming_it() -> None:
    with pytest.raises(SettingsError, match="--type submarine"):
        Fleet(1, AKTAU, parse_address("udpout:127.0.0.1:9"), vehicle_type="submarine")
    with pytest.raises(SettingsError, match="paparazzi"):
        Fleet(1, AKTAU, parse_address("udpout:127.0.0.1:9"), autopilot="paparazzi")
