"""The vehicle's clock by round trips, numbered events without gaps, its own list of modes, and ids of what is on board."""

import json
import lzma
from typing import Any

import pytest
from pymavlink.dialects.v20 import development

from geo.primitives import VehicleError
from ground_station.mavlink import Address, WireMessage, mavlink, young
from ground_station.mavlink.events import EventSequence
from ground_station.mavlink.modes import AvailableModes
from ground_station.mavlink.timesync import TimeSync
from ground_station.mavlink.young import CurrentEventSequence, Event, RequestEvent, ResponseEventError, plan_ids
from ground_station.microservices.event_texts import EventTexts, events_path, path_of, unpacked
from ground_station.vehicles.autopilots import Px4
from ground_station.vehicles.pose import BootClock
from tests.support.talk import VEHICLE, over_the_wire, talk

TARGET, OWN = Address(1, 1), Address(254, 190)


def test_the_shortest_round_trip_tells_the_clock() -> None:
    sync, boot_ns = TimeSync(), 1_700_000_000_000_000_000
    for at_s, up_s, down_s in ((10, 0.01, 0.01), (20, 0.4, 0.05), (30, 0.02, 0.3)):
        left = sync.request(boot_ns + int(at_s * 1e9))
        theirs = left + int(up_s * 1e9) - boot_ns
        assert sync.on_answer(left, theirs, left + int((up_s + down_s) * 1e9))
    assert sync.offset_s == pytest.approx(boot_ns / 1e9, abs=1e-5)
    assert sync.uncertainty_s == pytest.approx(0.01)


def test_answers_to_others_and_requests_are_no_answers() -> None:
    sync = TimeSync()
    left = sync.request(1_000)
    assert not sync.on_answer(999, 5, 2_000)
    assert not sync.on_answer(left, 0, 2_000)
    assert sync.offset_s is None


def test_a_synced_clock_places_poses_until_the_vehicle_knows_the_time() -> None:
    clock = BootClock()
    clock.on_arrival(1_000, 1_700_000_001.4)  # 0.4 s under way
    clock.on_synced(1_700_000_000.0, 0.01)
    assert clock.unix_s(2_000) == pytest.approx(1_700_000_002.0)
    clock.on_synced(1_600_000_000.0, 0.01)  # another clock altogether: not believed
    assert clock.unix_s(2_000) == pytest.approx(1_700_000_002.0)
    clock.on_system_time(1_700_000_005_000_000, 4_000)
    assert clock.unix_s(4_000) == pytest.approx(1_700_000_005.0)


def event(sequence: int, level: int = 0x66) -> WireMessage:
    return over_the_wire(Event(id=1 << 24 | 7, sequence=sequence, log_levels=level, arguments=[9, 0] + [0] * 38), VEHICLE)


def test_missed_events_are_asked_for_and_each_is_given_once_also_over_the_wrap() -> None:
    sequence = EventSequence(TARGET, OWN)
    given: list[tuple[int, bool]] = []

    def hear(message: WireMessage) -> list[WireMessage]:
        happened, requests = sequence.on_message(message)
        given.extend((message.sequence, one.late) for one in happened)
        return requests

    assert hear(event(65533)) == []
    [request] = hear(event(1))
    assert (request.first_sequence, request.last_sequence) == (65534, 0)
    assert isinstance(request, RequestEvent)
    for number in (65534, 65535, 65535, 1):
        hear(event(number))
    hear(over_the_wire(ResponseEventError(sequence=0, sequence_oldest_available=1), VEHICLE))
    assert given == [(65533, False), (1, False), (65534, True), (65535, True)]
    [request] = hear(over_the_wire(CurrentEventSequence(sequence=3), VEHICLE))
    assert (request.first_sequence, request.last_sequence) == (2, 3), "number 0 is not kept any more and is not asked for again"
    assert hear(over_the_wire(CurrentEventSequence(sequence=500, flags=1), VEHICLE)) == []


def test_events_have_the_vehicles_own_words() -> None:
    description = {
        "components": {
            "1": {"event_groups": {"default": {"events": {"7": {"message": "Battery {1:.0} at {2}", "arguments": [{"type": "uint8_t"}]}}}}}
        }
    }
    texts = EventTexts(unpacked(lzma.compress(json.dumps(description).encode())))
    assert texts.text(1 << 24 | 7, bytes([9])) == "Battery 9 at ?"
    assert texts.text(5, b"") == "Event 5"
    assert (
        events_path({"metadataTypes": [{"type": 1, "uri": "x"}, {"type": 4, "uri": "mftp://[;comp=1]/etc/e.json.xz"}]}) == "/etc/e.json.xz"
    )
    assert path_of("https://example.org/x.json") is None
    with pytest.raises(VehicleError, match="not readable"):
        unpacked(b"\xfd7zXZ\x00garbage")


@pytest.mark.parametrize("loss", [0.0, 0.3])
def test_modes_are_listed_by_the_vehicle_and_missing_ones_asked_for(loss: float) -> None:
    from pymavlink.dialects.v20 import development

    def peer(message: WireMessage) -> list[WireMessage]:
        asked = int(message.param2)
        modes = [
            development.MAVLink_available_modes_message(3, index, 0, index << 16, 2 if index == 3 else 0, f"Mode {index}".encode())
            for index in (1, 2, 3)
            if asked in (0, index)
        ]
        return [mavlink.MAVLink_command_ack_message(512, 0, 0, 0, 254, 190), *modes]

    modes = talk(AvailableModes(TARGET), peer, loss=loss)
    assert [(mode.name, mode.custom_mode, mode.selectable) for mode in modes] == [
        ("Mode 1", 65536, True),
        ("Mode 2", 131072, True),
        ("Mode 3", 196608, False),
    ]


def test_a_vehicle_without_a_list_of_modes_ends_it_at_once() -> None:
    assert talk(AvailableModes(TARGET), lambda _: [mavlink.MAVLink_command_ack_message(512, 3, 0, 0, 254, 190)]) == ()


def test_modes_the_autopilot_adds_can_be_asked_for_by_name() -> None:
    px4 = Px4(2)
    px4.learn_modes({"Hold": 50593792, "My inspection": 11 << 24 | 4 << 16})
    assert "HOLD" not in px4.modes, "LOITER is that mode's name here already"
    request = px4.mode_request("my inspection")
    assert request is not None
    assert (request.main_mode, request.sub_mode) == (4, 11)


def test_ids_of_what_is_on_board_are_read_behind_mission_current() -> None:
    from sim.dialect import MissionCurrent

    message = over_the_wire(MissionCurrent(seq=1, total=3, mission_id=5, fence_id=6, rally_points_id=7), VEHICLE)
    assert plan_ids(message) == (5, 6, 7)
    assert plan_ids(over_the_wire(mavlink.MAVLink_mission_current_message(1, 3), VEHICLE)) == (0, 0, 0)


@pytest.mark.parametrize("kind", [young.AvailableModes, young.CurrentMode, young.AvailableModesMonitor])
def test_messages_declared_here_are_those_of_the_generated_dialect(kind: Any) -> None:
    generated = development.mavlink_map[kind.id]
    assert (kind.msgname, kind.crc_extra, kind.fieldnames, kind.ordered_fieldnames) == (
        generated.msgname,
        generated.crc_extra,
        generated.fieldnames,
        generated.ordered_fieldnames,
    )
