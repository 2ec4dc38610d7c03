"""What a PX4-like vehicle answers differently: atomic uploads, parameters as bytes, events, metadata, ULog files."""

import json
import lzma
import struct
from pathlib import Path
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink
from pyulog import ULog

from sim.dialect import ComponentMetadata, Event, RequestEvent
from sim.vector import Vector
from tests.support.simulated_flight import Flight
from tests.unit.sim.test_vehicle_services import ask, say

WAYPOINT, VERTEX, CIRCLE, RALLY = 16, 5001, 5003, 5100
ACCEPTED, UNSUPPORTED, INVALID, SEQUENCE, DENIED, CANCELLED = 0, 3, 5, 13, 14, 15


@pytest.fixture
def flight() -> Flight:
    return Flight(autopilot="px4")


def items(flight: Flight, count: int, height_m: float = 20.0) -> list[Any]:
    return [flight.item(seq, WAYPOINT, Vector(10.0 * seq + 10, 5.0, height_m)) for seq in range(count)]


def count(number: int, kind: int = 0) -> Any:
    return mavlink.MAVLink_mission_count_message(1, 1, number, kind)


def upload(flight: Flight, plan: list[Any], kind: int = 0) -> Any:
    for one in plan:
        one.mission_type = kind
    replies = flight.tell(count(len(plan), kind))
    while replies and replies[0].get_type() == "MISSION_REQUEST_INT":
        replies = flight.tell(plan[replies[0].seq])
    return replies[0]


def stored(flight: Flight, kind: int = 0) -> int:
    return int(flight.tell(mavlink.MAVLink_mission_request_list_message(1, 1, kind))[0].count)


def test_items_count_from_zero_and_the_plan_has_an_id(flight: Flight) -> None:
    ack = upload(flight, items(flight, 4))
    assert (ack.type, stored(flight)) == (ACCEPTED, 4)
    told = flight.tell(mavlink.MAVLink_mission_request_list_message(1, 1, 0))[0]
    assert told.opaque_id == ack.opaque_id != 0
    assert upload(flight, items(flight, 4, 30.0)).opaque_id != ack.opaque_id
    [first] = flight.tell(mavlink.MAVLink_mission_request_int_message(1, 1, 0, 0))
    assert (first.frame, first.z) == (6, 30.0)


def test_the_old_plan_stays_until_the_new_one_is_whole(flight: Flight) -> None:
    upload(flight, items(flight, 4))
    flight.tell(count(2))
    flight.tell(items(flight, 2)[0])
    [again] = flight.tell(items(flight, 4)[3])
    assert (again.get_type(), again.seq) == ("MISSION_REQUEST_INT", 1)
    flight.tell(mavlink.MAVLink_mission_ack_message(1, 1, CANCELLED, 0))
    assert stored(flight) == 4


def test_a_silent_station_is_asked_each_half_second_and_given_up_after_five(flight: Flight) -> None:
    flight.tell(count(3))
    flight.sent.clear()
    flight.run(5.2)
    assert len(flight.of("MISSION_REQUEST_INT")) == 9
    assert [ack.type for ack in flight.of("MISSION_ACK")] == [CANCELLED]


def vertices(flight: Flight, *counts: float, reach_m: float = 100.0) -> list[Any]:
    corners = [Vector(-reach_m, -reach_m, 0), Vector(reach_m, -reach_m, 0), Vector(reach_m, reach_m, 0), Vector(-reach_m, reach_m, 0)]
    return [flight.item(seq, VERTEX, corners[seq % 4], number, frame=0) for seq, number in enumerate(counts)]


def test_fences_are_judged_as_a_whole_and_a_wrong_one_keeps_the_old(flight: Flight) -> None:
    assert upload(flight, vertices(flight, 4, 4, 4, 4), 1).type == ACCEPTED
    assert upload(flight, vertices(flight, 4, 4, 3, 4), 1).type == INVALID
    assert upload(flight, vertices(flight, 4, 4, 4), 1).type == INVALID
    away = [flight.item(0, CIRCLE, Vector(5000, 0, 0), 100, frame=0)]
    assert upload(flight, away, 1).type == INVALID  # it does not hold home
    assert stored(flight, 1) == 4


def test_three_plans_are_cleared_one_by_one_or_together(flight: Flight) -> None:
    upload(flight, items(flight, 2))
    upload(flight, vertices(flight, 4, 4, 4, 4), 1)
    assert upload(flight, [flight.item(0, RALLY, Vector(20, 20, 15))], 2).type == ACCEPTED
    flight.tell(mavlink.MAVLink_mission_clear_all_message(1, 1, 2))
    assert [stored(flight, kind) for kind in (0, 1, 2)] == [2, 4, 0]
    assert flight.tell(mavlink.MAVLink_mission_clear_all_message(1, 1, 255))[0].type == ACCEPTED
    assert [stored(flight, kind) for kind in (0, 1, 2)] == [0, 0, 0]


def test_integers_travel_as_their_bytes(flight: Flight) -> None:
    name = b"COM_RC_IN_MODE"
    [told] = flight.tell(mavlink.MAVLink_param_request_read_message(1, 1, name, -1))
    assert told.param_type == mavlink.MAV_PARAM_TYPE_INT32
    value = struct.unpack("<f", struct.pack("<i", 4))[0]
    [answer] = flight.tell(mavlink.MAVLink_param_set_message(1, 1, name, value, mavlink.MAV_PARAM_TYPE_INT32))
    assert struct.unpack("<i", struct.pack("<f", answer.param_value))[0] == 4
    assert flight.copter.parameters[name.decode()] == 4


def test_a_station_that_has_all_parameters_stops_the_list(flight: Flight) -> None:
    [told] = flight.tell(mavlink.MAVLink_param_request_list_message(1, 1))
    assert told.param_id == "_HASH_CHECK"
    flight.tell(mavlink.MAVLink_param_set_message(1, 1, b"_HASH_CHECK", told.param_value, told.param_type))
    flight.sent.clear()
    flight.run(1)
    assert flight.of("PARAM_VALUE") == []


def test_events_that_were_missed_are_asked_for(flight: Flight) -> None:
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == ACCEPTED
    flight.run(0.2)
    events = [found for found in flight.sent if isinstance(found, Event)]
    assert events
    again = say(flight, RequestEvent(1, 1, events[-1].sequence, events[-1].sequence))
    assert [event.id for event in again] == [events[-1].id]
    assert say(flight, RequestEvent(1, 1, 900, 900))[0].get_type() == "RESPONSE_EVENT_ERROR"


def test_the_metadata_lead_from_one_file_to_the_next(flight: Flight) -> None:
    [_, told] = ask(flight, mavlink.MAV_CMD_REQUEST_MESSAGE, ComponentMetadata.id)
    files = flight.copter.files

    def contents(uri: str) -> Any:
        return json.loads(lzma.decompress(files.read(uri.removeprefix("mftp://"))(239)))

    general = contents(told.uri.decode() if isinstance(told.uri, bytes) else told.uri)
    parameters, events = (contents(one["uri"]) for one in general["metadataTypes"])
    assert len(parameters["parameters"]) == len(flight.copter.parameters)
    assert events["components"]["1"]["namespace"] == "px4"


def test_a_flight_is_a_ulog(flight: Flight, tmp_path: Path) -> None:
    flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1)
    flight.run(3)
    flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 0)
    flight.run(0.1)
    [entry] = flight.tell(mavlink.MAVLink_log_request_list_message(1, 1, 0, 0xFFFF))
    assert entry.id == 0
    [day] = flight.copter.files.entries("/fs/microsd/log")
    [name] = [found.name for found in flight.copter.files.entries(f"/fs/microsd/log/{day.name}")]
    path = tmp_path / name
    path.write_bytes(flight.copter.files.read(f"/fs/microsd/log/{day.name}/{name}")(239))
    log = ULog(str(path))
    assert log.get_dataset("vehicle_status").data["arming_state"][0] == 2
    assert log.get_dataset("vehicle_global_position").data["lat"][0] == pytest.approx(43.6505, abs=1e-5)


def test_a_component_that_is_not_on_board_gets_silence(flight: Flight) -> None:
    assert ask(flight, mavlink.MAV_CMD_REQUEST_MESSAGE, 148, component=77) == []
