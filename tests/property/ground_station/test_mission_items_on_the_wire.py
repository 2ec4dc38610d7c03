"""Missions, fences and rally points as MAVLink carries them to each autopilot and back: what is read is what was written, as far as the
wire holds it (32-bit parameters, 1e-7 degrees, whole numbers in parameters 5 and 6)."""

import struct
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from geo.primitives import LonLat
from ground_station.mavlink import Address, WireItem, mavlink
from ground_station.microservices.plan_wire import fence_from_wire, fence_to_wire, rally_from_wire, rally_to_wire
from ground_station.vehicles.autopilots import ArduPilot, Autopilot, Px4
from missions import Geofence, MissionItem, RallyPoint
from tests.support.plans import actions, fences, places, rally_points, waypoints

COPTER = 2
DIALECTS = pytest.mark.parametrize("dialect", [ArduPilot(COPTER), Px4(COPTER)], ids=["ardupilot", "px4"])
EXAMPLES = settings(max_examples=60, derandomize=True, deadline=None)
jumps = st.builds(lambda target, times: MissionItem(177, 2, (float(target), float(times), 0.0, 0.0)), st.integers(1, 9), st.integers(0, 5))
missions = st.lists(st.one_of(waypoints, actions, jumps), max_size=9)


def carried_over(items: list[WireItem], mission_type: int) -> list[WireItem]:
    """Through the bytes of MISSION_ITEM_INT."""
    reader: Any = mavlink.MAVLink(None)
    read = []
    for item in items:
        message = item.to_message(Address(1, 1), mission_type)
        (again,) = reader.parse_buffer(message.pack(mavlink.MAVLink(None, 255, 190)))
        assert again.mission_type == mission_type
        read.append(WireItem.from_message(again))
    return read


def single(value: float) -> float:
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


def as_the_wire_holds_it(item: MissionItem, dialect: Autopilot) -> MissionItem:
    def parameter(value: float | None) -> float | None:
        # ArduPilot is told 0 where a plan leaves a parameter open.
        return single(value) if value is not None else 0.0 if dialect.has_home_item else None

    first, second, third, fourth = (parameter(value) for value in item.params)
    fifth, sixth = (0.0 if value is None else float(round(value)) for value in item.params_5_6)
    held = replace(item, params=(first, second, third, fourth), altitude_m=parameter(item.altitude_m))
    return held if item.position is not None else replace(held, params_5_6=(fifth, sixth))


@DIALECTS
@EXAMPLES
@given(items=missions, home=places, home_amsl_m=st.floats(-100.0, 4000.0, width=32))
def test_a_mission_read_back_is_the_mission_written(dialect: Autopilot, items: list[MissionItem], home: LonLat, home_amsl_m: float) -> None:
    sent = dialect.to_wire(items, home, home_amsl_m)
    assert [item.seq for item in sent] == list(range(len(sent)))
    stored = carried_over(sent, mavlink.MAV_MISSION_TYPE_MISSION)
    assert dialect.from_wire(stored) == [as_the_wire_holds_it(item, dialect) for item in items]
    # Item 0 is home for ArduPilot; PX4 has no such item.
    if dialect.has_home_item:
        assert (len(sent), dialect.home_of(stored), stored[0].z) == (len(items) + 1, home, home_amsl_m)
    else:
        assert (len(sent), dialect.home_of(stored)) == (len(items), None)
    # Written again nothing changes any more.
    assert dialect.to_wire(dialect.from_wire(stored), home, home_amsl_m) == stored


@EXAMPLES
@given(fence=fences)
def test_a_fence_read_back_is_the_fence_written(fence: Geofence) -> None:
    circles = tuple(replace(circle, radius_m=single(circle.radius_m)) for circle in fence.circles)
    back = fence.breach_return
    held = replace(fence, circles=circles, breach_return=None if back is None else replace(back, altitude_m=single(back.altitude_m)))
    assert fence_from_wire(carried_over(fence_to_wire(fence), mavlink.MAV_MISSION_TYPE_FENCE)) == held


@EXAMPLES
@given(points=st.lists(rally_points, max_size=5))
def test_rally_points_read_back_are_those_written(points: list[RallyPoint]) -> None:
    held = [replace(point, altitude_m=single(point.altitude_m)) for point in points]
    assert rally_from_wire(carried_over(rally_to_wire(points), mavlink.MAV_MISSION_TYPE_RALLY)) == held
