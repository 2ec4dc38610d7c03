"""Other aircraft by ADS-B and remote identification: what is valid is shown, who is near is told once, the silent leave."""

from typing import Any

import pytest

from geo.primitives import LonLat
from ground_station.mavlink import mavlink
from ground_station.payload.traffic import OwnVehicle, TrafficBoard
from tests.support.talk import VEHICLE, over_the_wire

ALL_VALID = 0x1F
HERE = OwnVehicle("mav-1", LonLat(51.16, 43.65), 100.0, True)
RADIO = list(b"\x0a\x0b\x0c".ljust(20, b"\0"))


def adsb(lat: float, lon: float, altitude_m: float, *, flags: int = ALL_VALID, tslc: int = 1, squawk: int = 1200) -> Any:
    message = mavlink.MAVLink_adsb_vehicle_message(
        0x683001, round(lat * 1e7), round(lon * 1e7), 1, round(altitude_m * 1e3), 9000, 5000, -200, b"UP-L12", 1, tslc, flags, squawk
    )
    return over_the_wire(message, VEHICLE)


def location(radio: list[int], **changed: int) -> Any:
    values = {"direction": 4500, "speed": 1200, "climb": 100, "baro": -1000, "geo": 140, "height": -1000} | changed
    message = mavlink.MAVLink_open_drone_id_location_message(
        0, 0, radio, 2, values["direction"], values["speed"], values["climb"], 436_510_000, 511_600_000, values["baro"], values["geo"], 0,
        values["height"], 0, 0, 0, 0, 0, 0,
    )  # fmt: skip
    return over_the_wire(message, VEHICLE)


def test_an_aircraft_is_shown_as_it_was_when_it_was_seen() -> None:
    board = TrafficBoard()
    board.on_message(adsb(43.66, 51.17, 450.0, tslc=3), "mav-1", 1000.0)
    board.on_message(adsb(43.66, 51.17, 450.0, tslc=4), "mav-2", 1000.5)
    (state,) = board.states([], 1002.0)
    assert (state.name, state.lat_deg, state.altitude_amsl_m, state.heading_deg) == ("UP-L12", 43.66, 450.0, 90.0)
    assert (state.speed_mps, state.climb_mps, state.emitter) == (50.0, -2.0, "light")
    assert (state.age_s, state.heard_by) == (5.0, ["mav-1", "mav-2"]), "the second receiver heard the same, older position"


def test_what_is_not_valid_is_not_shown() -> None:
    board = TrafficBoard()
    board.on_message(adsb(43.66, 51.17, 450.0, flags=mavlink.ADSB_FLAGS_VALID_COORDS), "mav-1", 1000.0)
    (state,) = board.states([], 1000.0)
    assert (state.altitude_amsl_m, state.heading_deg, state.speed_mps, state.name) == (None, None, None, "683001")
    empty = TrafficBoard()
    empty.on_message(adsb(43.66, 51.17, 450.0, flags=0), "mav-1", 1000.0)
    assert empty.states([], 1000.0) == []


def test_who_comes_near_a_flying_vehicle_is_told_once_until_they_have_parted() -> None:
    board = TrafficBoard()

    def told(lat: float, now_s: float) -> int:
        board.on_message(adsb(lat, 51.16, 180.0), "mav-1", now_s)
        return len(board.news(board.states([HERE], now_s)))

    assert told(43.70, 1000.0) == 0
    assert told(43.656, 1001.0) == 1
    assert told(43.655, 1002.0) == 0, "the same approach"
    assert told(43.660, 1003.0) == 0, "a little farther, but not parted"
    assert told(43.70, 1004.0) == 0
    assert told(43.656, 1005.0) == 1, "a new approach"


def test_one_high_above_or_on_the_ground_below_is_no_warning() -> None:
    board = TrafficBoard()
    board.on_message(adsb(43.651, 51.16, 3000.0), "mav-1", 1000.0)
    assert board.news(board.states([HERE], 1000.0)) == []
    board.on_message(adsb(43.651, 51.16, 150.0), "mav-1", 1001.0)
    assert board.news(board.states([OwnVehicle("mav-1", HERE.position, 100.0, False)], 1001.0)) == []


def test_the_silent_leave_with_a_last_word() -> None:
    board = TrafficBoard()
    board.on_message(adsb(43.66, 51.17, 450.0), "mav-1", 1000.0)
    assert board.forget_old(1050.0) == []
    (gone,) = board.forget_old(1070.0)
    assert gone.gone
    assert board.states([], 1070.0) == []


def test_a_foreign_drone_is_joined_from_its_messages_and_ours_is_not_traffic() -> None:
    board = TrafficBoard()
    board.on_message(
        over_the_wire(mavlink.MAVLink_open_drone_id_basic_id_message(0, 0, RADIO, 1, 2, list(b"1581F4".ljust(20, b"\0"))), VEHICLE),
        "mav-1",
        1.0,
    )
    system = mavlink.MAVLink_open_drone_id_system_message(0, 0, RADIO, 0, 0, 436_000_000, 511_000_000, 1, 0, 0, 0, 0, 0, 0, 0)
    board.on_message(over_the_wire(system, VEHICLE), "mav-1", 1.0)
    assert board.states([], 1.0) == [], "nobody knows yet where it is"
    board.on_message(location(RADIO), "mav-1", 1.0)
    board.on_message(location([0] * 20), "mav-1", 1.0)
    (state,) = board.states([], 1.0)
    assert (state.source, state.name, state.altitude_amsl_m, state.height_m, state.heading_deg) == (
        "remote_id",
        "1581F4",
        140.0,
        None,
        45.0,
    )
    assert (state.operator_lat_deg, state.operator_lon_deg) == pytest.approx((43.6, 51.1))
    board.on_message(location(RADIO, direction=36100, speed=25500, climb=6300, geo=-1000), "mav-1", 2.0)
    (state,) = board.states([], 2.0)
    assert (state.heading_deg, state.speed_mps, state.climb_mps, state.altitude_amsl_m) == (None,) * 4
