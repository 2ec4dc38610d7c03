"""What differs between autopilots: modes, home as item 0, rewritten items, altitudes in commands."""

import math
from dataclasses import replace

import pytest

from geo.primitives import LonLat
from ground_station.mavlink import Address, WireItem, mavlink
from ground_station.vehicles.autopilots import ArduPilot, Px4, autopilot_for
from ground_station.vehicles.autopilots.base import Situation
from missions import Command, Frame, MissionItem

COPTER, PLANE = mavlink.MAV_TYPE_QUADROTOR, mavlink.MAV_TYPE_FIXED_WING
HOME = LonLat(51.16, 43.6505)
ITEMS = [
    MissionItem(22, 3, (0.0, 0.0, 0.0, None), None, 20.0),
    MissionItem(16, 3, (0.0, 0.0, 0.0, None), LonLat(51.161, 43.651), 20.0),
    MissionItem(206, 2, (12.5, 0.0, 1.0, 0.0)),
    MissionItem(20, 2),
]
SITUATION = Situation(HOME, 120.0, HOME)


@pytest.mark.parametrize(
    ("autopilot", "kind", "mode", "custom_mode"),
    [
        (mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA, COPTER, "GUIDED", 4),
        (mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA, COPTER, "BRAKE", 17),
        (mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA, PLANE, "AUTO", 10),
        (mavlink.MAV_AUTOPILOT_PX4, COPTER, "MISSION", 4 << 16 | 4 << 24),
        (mavlink.MAV_AUTOPILOT_PX4, COPTER, "POSCTL", 3 << 16),
    ],
)
def test_mode_names_and_numbers_agree_both_ways(autopilot: int, kind: int, mode: str, custom_mode: int) -> None:
    dialect = autopilot_for(autopilot, kind)
    request = dialect.mode_request(mode.lower())
    assert request is not None
    assert request.custom_mode == custom_mode
    assert dialect.mode_name(1, custom_mode) == mode


def test_an_unknown_mode_is_its_number_and_cannot_be_asked_for() -> None:
    dialect = ArduPilot(COPTER)
    assert dialect.mode_name(1, 99) == "MODE 99"
    assert dialect.mode_request("WARP") is None


@pytest.mark.parametrize("dialect", [ArduPilot(COPTER), Px4(COPTER)], ids=["ardupilot", "px4"])
def test_items_survive_the_wire(dialect: ArduPilot | Px4) -> None:
    wire = dialect.to_wire(ITEMS, HOME, 120.0)
    assert [item.seq for item in wire] == list(range(len(wire)))
    assert len(wire) == len(ITEMS) + (1 if dialect.has_home_item else 0)
    back = dialect.from_wire(wire)
    # A take-off without a place is one from home, and PX4 is told so.
    takeoff = replace(ITEMS[0], position=HOME) if isinstance(dialect, Px4) else ITEMS[0]
    assert [(i.command, i.position, i.altitude_m) for i in back] == [(i.command, i.position, i.altitude_m) for i in (takeoff, *ITEMS[1:])]
    assert dialect.item_number(wire[-1].seq) == len(ITEMS)


def test_a_heading_left_open_stays_open_on_px4_and_is_nothing_to_ardupilot() -> None:
    (place,) = Px4(COPTER).to_wire(ITEMS[1:2], HOME, 120.0)
    stored, again = (WireItem.from_message(place.to_message(Address(1, 1), 0)) for _ in range(2))
    assert stored == again
    assert Px4(COPTER).from_wire([stored]) == ITEMS[1:2]
    assert Px4(COPTER).difference(place, stored) is None
    north = replace(stored, params=(0.0, 0.0, 0.0, 0.0))
    assert Px4(COPTER).difference(place, north) == "parameter 4 is 0 instead of nan"
    sent = ArduPilot(COPTER).to_wire(ITEMS[1:2], HOME, 120.0)[1]
    assert sent.params == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(("dialect", "sequence"), [(ArduPilot(COPTER), 2), (Px4(COPTER), 1)], ids=["ardupilot", "px4"])
def test_a_jump_leads_to_the_same_item_on_either_autopilot(dialect: ArduPilot | Px4, sequence: int) -> None:
    jump = MissionItem(177, 2, (2.0, 3.0, 0.0, 0.0))
    wire = dialect.to_wire([*ITEMS[:2], jump], HOME, 120.0)
    assert wire[-1].params[0] == sequence
    assert wire[sequence].command == 16
    assert dialect.from_wire(wire)[-1] == jump


def test_parameters_of_an_action_read_back_in_a_global_frame_are_no_place() -> None:
    stored = [WireItem(0, 0, 16, (0.0,) * 4, 436505000, 511600000, 120.0), WireItem(1, 0, 203, (0.0,) * 4, 1, 0, 0.0)]  # type: ignore[arg-type]
    (photo,) = ArduPilot(COPTER).from_wire(stored)
    assert photo.position is None
    assert photo.params_5_6 == (1.0, 0.0)


def test_ardupilot_gets_home_first_integer_frames_and_no_nan() -> None:
    wire = ArduPilot(COPTER).to_wire(ITEMS, HOME, 120.0)
    assert (wire[0].x, wire[0].y, wire[0].z) == (436505000, 511600000, 120.0)
    assert wire[1].frame == mavlink.MAV_FRAME_GLOBAL_RELATIVE_ALT_INT
    assert not any(math.isnan(p) for item in wire for p in item.params)
    assert ArduPilot(COPTER).home_of(wire) == HOME


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"frame": 3}, None),
        ({"params": (0.0, 0.0, 0.0, 0.0)}, None),
        ({"z": 20.004}, None),
        ({"x": 436510001}, None),
        ({"frame": 0}, "frame"),
        ({"z": 21.0}, "altitude"),
        ({"x": 436511000}, "place"),
        ({"command": 19}, "command"),
        ({"params": (9.0, 0.0, 0.0, 0.0)}, "parameter 1"),
    ],
    ids=[
        "frame rewritten",
        "unused radius dropped",
        "centimetres",
        "last digit",
        "other reference",
        "altitude",
        "place",
        "command",
        "delay",
    ],
)
def test_ardupilots_rewriting_is_the_same_meaning_and_other_changes_are_not(change: dict[str, object], words: str | None) -> None:
    sent = WireItem(1, 6, 16, (0.0, 2.5, 0.0, 0.0), 436510000, 511610000, 20.0)
    fields = {name: getattr(sent, name) for name in ("seq", "frame", "command", "params", "x", "y", "z")}
    difference = ArduPilot(COPTER).difference(sent, WireItem(**{**fields, **change}))  # type: ignore[arg-type]
    assert (difference is None) is (words is None)
    assert words is None or words in str(difference)


def test_a_dropped_camera_distance_is_noticed() -> None:
    sent = WireItem(1, 2, 206, (12.5, 0.0, 1.0, 0.0), 0, 0, 0.0)
    stored = WireItem(1, 0, 206, (0.0, 0.0, 1.0, 0.0), 0, 0, 0.0)
    assert ArduPilot(COPTER).difference(sent, stored) == "parameter 1 is 0 instead of 12.5"


def test_px4_is_told_altitudes_above_sea_level_and_refuses_without_home() -> None:
    target = Address(1, 1)
    assert Px4(COPTER).takeoff(target, 20.0, SITUATION).param7 == 140.0  # type: ignore[union-attr]
    assert Px4(COPTER).reposition(target, HOME, 30.0, SITUATION).z == 150.0  # type: ignore[union-attr]
    assert Px4(COPTER).takeoff(target, 20.0, Situation(None, None, None)) is None
    assert ArduPilot(COPTER).takeoff(target, 20.0, Situation(None, None, None)).param7 == 20.0  # type: ignore[union-attr]
    goto = ArduPilot(COPTER).reposition(target, HOME, 30.0, SITUATION)
    assert goto is not None
    assert (goto.get_type(), goto.frame, goto.param2, goto.z) == ("COMMAND_INT", 3, 1.0, 30.0)


def test_px4_turns_to_the_headings_of_waypoints_and_keeps_the_numbers_of_items() -> None:
    turn, speed = MissionItem(115, 2, (90.0, 0.0, 0.0, 0.0)), MissionItem(178, 2, (1.0, 5.0, -1.0, 0.0))
    items = [ITEMS[0], speed, turn, ITEMS[1], ITEMS[1]]
    wire = Px4(COPTER).to_wire(items, HOME, 120.0)
    assert [item.command for item in wire] == [22, 178, 178, 16, 16]
    assert wire[2].params == wire[1].params
    assert wire[3].params[3] == 90.0
    assert math.isnan(wire[4].params[3])
    assert Px4(COPTER).not_flown(items) == []
    assert [item.command for item in ArduPilot(COPTER).to_wire(items, HOME, 120.0)] == [16, 22, 178, 115, 16, 16]


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (MissionItem(115, 2, (30.0, 0.0, 1.0, 1.0)), "item 2 turns by an angle"),
        (MissionItem(82, 3, (0.0, 0.0, 0.0, 0.0), LonLat(51.161, 43.651), 20.0), "item 2 is"),
        (MissionItem(16, 10, (0.0, 0.0, 0.0, None), LonLat(51.161, 43.651), 20.0), "item 2 is at a height above terrain"),
    ],
    ids=["relative turn", "spline", "above terrain"],
)
def test_what_px4_does_not_fly_is_said_before_anything_is_sent(item: MissionItem, words: str) -> None:
    (said,) = Px4(COPTER).not_flown([ITEMS[0], item])
    assert said.startswith(words)
    assert ArduPilot(COPTER).not_flown([ITEMS[0], item]) == []


def test_the_landing_of_a_plane_is_marked_without_a_place_for_px4_which_takes_no_other() -> None:
    marked = MissionItem(Command.DO_LAND_START, position=HOME, altitude_m=40.0)
    (wire,) = Px4(COPTER).to_wire([marked], HOME, 120.0)
    assert (wire.frame, wire.x, wire.y) == (Frame.MISSION, 0, 0)
    assert not Px4(COPTER).not_flown([marked])
    assert ArduPilot(COPTER).to_wire([marked], HOME, 120.0)[-1].x == round(HOME.lat_deg * 1e7)
