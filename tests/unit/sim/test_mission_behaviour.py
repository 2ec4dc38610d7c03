"""Missions beyond a row of waypoints: jumps, conditions, circles, landing sequences, changes in flight."""

from itertools import pairwise
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.modes import Mode, Px4Mode
from sim.vector import Vector
from tests.support.simulated_flight import Flight

WAYPOINT, TAKEOFF = mavlink.MAV_CMD_NAV_WAYPOINT, mavlink.MAV_CMD_NAV_TAKEOFF


def fly(flight: Flight, *items: tuple[int, Vector | None, tuple[float, ...]]) -> None:
    """Upload these behind home and a take-off to 20 m, arm and start."""
    rows = [flight.item(0, WAYPOINT, Vector(0, 0, 0)), flight.item(1, TAKEOFF, None, height_m=20)]
    rows += [flight.item(seq, number, place, *parameters) for seq, (number, place, parameters) in enumerate(items, start=2)]
    assert flight.upload(rows) == 0
    flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.GUIDED)
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == 0
    assert flight.command(mavlink.MAV_CMD_MISSION_START) == 0


def reached(flight: Flight) -> list[int]:
    return [message.seq for message in flight.of("MISSION_ITEM_REACHED")]


def test_a_jump_is_taken_as_often_as_it_says() -> None:
    flight = Flight()
    fly(
        flight,
        (WAYPOINT, Vector(20, 0, 20), ()),
        (WAYPOINT, Vector(0, 20, 20), ()),
        (mavlink.MAV_CMD_DO_JUMP, None, (2, 2)),
        (mavlink.MAV_CMD_NAV_LAND, Vector(0, 0, 0), ()),
    )
    flight.until(lambda: not flight.copter.autopilot.armed, 200)
    flight.run(0.1)
    assert [seq for seq in reached(flight) if seq in (2, 3)] == [2, 3, 2, 3, 2, 3]


def test_a_condition_holds_back_what_stands_behind_it() -> None:
    flight = Flight()
    fly(
        flight,
        (WAYPOINT, Vector(10, 0, 20), ()),
        (mavlink.MAV_CMD_CONDITION_DISTANCE, None, (20,)),
        (mavlink.MAV_CMD_DO_CHANGE_SPEED, None, (1, 3, -1)),
        (WAYPOINT, Vector(80, 0, 20), ()),
    )
    flight.until(lambda: flight.position.east > 40, 60)
    assert flight.copter.truth.velocity.east > 6
    flight.until(lambda: flight.position.east > 72, 60)
    assert flight.copter.truth.velocity.east < 4


def test_turns_are_counted() -> None:
    flight = Flight()
    fly(
        flight,
        (mavlink.MAV_CMD_NAV_LOITER_TURNS, Vector(30, 0, 20), (2, 0, 8)),
        (mavlink.MAV_CMD_NAV_LAND, Vector(0, 0, 0), ()),
    )
    flight.until(lambda: flight.copter.autopilot.run.current == 3, 200)
    round_it = [place for place in flight.track if place.minus(Vector(30, 0, 20)).length() < 12]
    bearings = [place.minus(Vector(30, 0, 0)).bearing_deg() for place in round_it]
    turned = sum(abs((after - before + 180) % 360 - 180) for before, after in pairwise(bearings))
    assert turned == pytest.approx(720, abs=90)


def test_a_mission_changed_in_flight_goes_on_with_its_item() -> None:
    flight = Flight()
    fly(flight, (WAYPOINT, Vector(60, 0, 20), ()), (WAYPOINT, Vector(60, 60, 20), ()), (mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH, None, ()))
    flight.until(lambda: flight.copter.autopilot.run.current == 2 and flight.position.east > 20, 60)
    items = [
        flight.item(0, WAYPOINT, Vector(0, 0, 0)),
        flight.item(1, TAKEOFF, None, height_m=20),
        flight.item(2, WAYPOINT, Vector(-40, 0, 20)),
        flight.item(3, mavlink.MAV_CMD_NAV_RETURN_TO_LAUNCH),
    ]
    assert flight.upload(items) == 0
    flight.run(0.1)
    assert "Auto mission changed, restarted command" in flight.texts()
    assert flight.copter.autopilot.run.current == 2
    flight.until(lambda: flight.position.east < -37, 60)


def test_the_landing_sequence_is_entered_from_anywhere() -> None:
    flight = Flight()
    fly(
        flight,
        (WAYPOINT, Vector(60, 0, 20), ()),
        (WAYPOINT, Vector(120, 0, 20), ()),
        (mavlink.MAV_CMD_DO_LAND_START, None, ()),
        (mavlink.MAV_CMD_NAV_LAND, Vector(20, 10, 0), ()),
    )
    flight.until(lambda: flight.position.east > 20, 60)
    assert flight.command(mavlink.MAV_CMD_DO_SET_MODE, 1, Mode.AUTO_RTL) == 0
    flight.until(lambda: not flight.copter.autopilot.armed, 120)
    assert flight.position.minus(Vector(20, 10, 0)).length() < 2


def test_px4_begins_at_item_0_reports_each_item_and_stays_at_the_last() -> None:
    flight = Flight(autopilot="px4")
    items = [
        flight.item(0, TAKEOFF, Vector(0, 0, 15)),
        flight.item(1, WAYPOINT, Vector(20, 0, 15)),
        flight.item(2, mavlink.MAV_CMD_DO_CHANGE_SPEED, None, 1, 4, -1, frame=2),
        flight.item(3, WAYPOINT, Vector(20, 20, 15)),
    ]
    replies = flight.tell(mavlink.MAVLink_mission_count_message(1, 1, len(items), 0))
    while replies[0].get_type() == "MISSION_REQUEST_INT":
        replies = flight.tell(items[replies[0].seq])
    assert replies[0].type == 0
    assert flight.command(mavlink.MAV_CMD_MISSION_START) == 0
    assert flight.copter.autopilot.armed
    flight.until(lambda: flight.copter.autopilot.mode == Px4Mode.LOITER, 90)
    flight.run(1.1)
    assert reached(flight) == [0, 1, 2, 3]
    last = flight.of("MISSION_CURRENT")[-1]
    assert (last.seq, last.mission_state) == (3, 5)


def test_px4_refuses_what_it_has_no_command_for_and_turns_to_the_heading_of_a_waypoint() -> None:
    flight = Flight(autopilot="px4")

    def sent(items: list[Any]) -> int:
        replies = flight.tell(mavlink.MAVLink_mission_count_message(1, 1, len(items), 0))
        while replies[0].get_type() == "MISSION_REQUEST_INT":
            replies = flight.tell(items[replies[0].seq])
        return int(replies[0].type)

    takeoff = flight.item(0, TAKEOFF, Vector(0, 0, 15))
    assert sent([takeoff, flight.item(1, mavlink.MAV_CMD_CONDITION_YAW, None, 90, frame=2)]) == mavlink.MAV_MISSION_UNSUPPORTED
    assert sent([takeoff, flight.item(1, WAYPOINT, Vector(20, 0, 15), frame=11)]) == mavlink.MAV_MISSION_UNSUPPORTED_FRAME
    assert sent([takeoff, flight.item(1, WAYPOINT, Vector(20, 0, 15), 0, 0, 0, 200.0)]) == mavlink.MAV_MISSION_ACCEPTED
    assert flight.command(mavlink.MAV_CMD_MISSION_START) == 0
    flight.until(lambda: 1 in reached(flight), 60)
    assert abs(flight.copter.truth.heading_deg - 200.0) < 13.0
