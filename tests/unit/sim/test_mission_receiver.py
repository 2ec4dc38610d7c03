"""The mission protocol from the vehicle's side, and what goes wrong on real links."""

from collections.abc import Callable
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.modes import Mode
from sim.vector import Vector
from tests.support.simulated_flight import Flight

ERROR, FRAME, UNSUPPORTED, PARAM5, SEQUENCE, DENIED, CANCELLED = 1, 2, 3, 10, 13, 14, 15


def count(number: int, kind: int = 0) -> Any:
    return mavlink.MAVLink_mission_count_message(1, 1, number, kind)


def test_upload_asks_with_plain_requests_in_order_and_acknowledges_once() -> None:
    flight = Flight()
    items = flight.square_mission()
    asked = []
    replies = flight.tell(count(len(items)))
    while replies[0].get_type() == "MISSION_REQUEST":
        asked.append(replies[0].seq)
        replies = flight.tell(items[replies[0].seq])
    assert asked == list(range(len(items)))
    assert [(reply.get_type(), reply.type) for reply in replies] == [("MISSION_ACK", 0)]
    flight.run(0.1)
    assert "Flight plan received" in flight.texts()


def test_an_item_that_was_lost_is_asked_for_again_each_second() -> None:
    flight = Flight()
    flight.tell(count(9))
    flight.sent.clear()
    flight.run(2.5)
    assert [request.seq for request in flight.of("MISSION_REQUEST")] == [0, 0]


def test_a_silent_station_ends_the_upload_after_eight_seconds() -> None:
    flight = Flight()
    flight.tell(count(9))
    flight.sent.clear()
    flight.run(8.2)
    assert [ack.type for ack in flight.of("MISSION_ACK")] == [CANCELLED]
    assert "Mission upload timeout" in flight.texts()
    flight.sent.clear()
    flight.run(3)
    assert flight.of("MISSION_REQUEST") == []


def test_an_item_sent_twice_is_told_its_sequence_is_wrong_and_the_upload_goes_on() -> None:
    flight = Flight()
    items = flight.square_mission()
    flight.tell(count(len(items)))
    flight.tell(items[0])
    assert flight.tell(items[0])[0].type == SEQUENCE
    replies = flight.tell(items[1])
    for item in items[2:]:
        replies = flight.tell(item)
    assert replies[0].type == 0


def _bad_latitude(flight: Flight) -> Any:
    item = flight.item(1, mavlink.MAV_CMD_NAV_WAYPOINT, Vector(10, 0, 10))
    item.x = 950_000_000
    return item


@pytest.mark.parametrize(
    ("build", "result"),
    [
        (lambda flight: flight.item(1, mavlink.MAV_CMD_DO_GO_AROUND, None, 1), UNSUPPORTED),
        (_bad_latitude, PARAM5),
        (lambda flight: flight.item(1, mavlink.MAV_CMD_NAV_WAYPOINT, Vector(10, 0, 10), frame=1), FRAME),
    ],
    ids=["unsupported command", "latitude beyond the pole", "local frame"],
)
def test_a_refused_item_ends_the_upload(build: Callable[[Flight], Any], result: int) -> None:
    flight = Flight()
    flight.tell(count(2))
    flight.tell(flight.item(0, mavlink.MAV_CMD_NAV_WAYPOINT, Vector(0, 0, 0)))
    assert flight.tell(build(flight))[0].type == result
    assert flight.tell(flight.item(1, mavlink.MAV_CMD_NAV_TAKEOFF, None, height_m=10))[0].type == ERROR


def test_a_second_uploader_is_denied_and_the_first_unharmed() -> None:
    flight = Flight()
    items = flight.square_mission()
    flight.tell(count(len(items)))
    assert flight.tell(count(3), station=(250, 190))[0].type == DENIED
    assert flight.tell(items[0])[0].seq == 1


def test_item_zero_reads_back_as_home_and_frames_are_rewritten() -> None:
    flight = Flight()
    flight.upload(flight.square_mission())
    assert flight.tell(mavlink.MAVLink_mission_request_list_message(1, 1))[0].count == 9
    home = flight.tell(mavlink.MAVLink_mission_request_int_message(1, 1, 0))[0]
    assert abs(home.x - 436505000) < 30
    assert home.frame == 0
    first = flight.tell(mavlink.MAVLink_mission_request_int_message(1, 1, 3))[0]
    assert (first.frame, first.z) == (3, 30.0)
    plain = flight.tell(mavlink.MAVLink_mission_request_message(1, 1, 3))[0]
    assert plain.get_type() == "MISSION_ITEM"


def test_clearing_empties_the_store_but_not_while_flying_it() -> None:
    flight = Flight()
    flight.upload(flight.square_mission())
    flight.take_off(30)
    flight.command(mavlink.MAV_CMD_MISSION_START)
    clear = mavlink.MAVLink_mission_clear_all_message(1, 1, 0)
    assert flight.tell(clear)[0].type == ERROR
    flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.LOITER)
    assert flight.tell(clear)[0].type == 0
    assert flight.tell(mavlink.MAVLink_mission_request_list_message(1, 1))[0].count == 0


def test_a_new_mission_in_flight_restarts_the_current_item() -> None:
    flight = Flight()
    flight.upload(flight.square_mission())
    flight.take_off(30)
    flight.command(mavlink.MAV_CMD_MISSION_START)
    flight.until(lambda: flight.copter.autopilot.run.current == 3, 10)
    assert flight.upload(flight.square_mission(side_m=90)) == 0
    flight.run(0.1)
    assert "Auto mission changed, restarted command" in flight.texts()
    flight.until(lambda: flight.position.minus(Vector(90, 0, 30)).length() < 3, 60)
