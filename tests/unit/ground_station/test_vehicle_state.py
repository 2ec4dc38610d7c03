"""State from messages: recorded flights, unknown fields, events."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from geo.primitives import LonLat, distance_m
from ground_station.mavlink import Address, MavlinkCodec, WireMessage, mavlink
from ground_station.vehicles import Fleet, Happening, Pose, Route, Vehicle, VehicleEstimate
from tests.support.mavlink_files import tlog_frames


def replay(file: Path) -> tuple[Fleet, list[Happening], list[Pose], list[float]]:
    """A telemetry log through codec and fleet: events, poses and the altitudes seen."""
    happenings: list[Happening] = []
    poses: list[Pose] = []
    altitudes: list[float] = []
    fleet = Fleet(
        Address(254, 190),
        lambda *_: True,
        heartbeat_timeout_s=3.5,
        on_happening=lambda _, happening: happenings.append(happening),
        on_pose=lambda _, pose: poses.append(pose),
    )
    codec, route = MavlinkCodec(254), Route("log", "log")
    for unix_s, frame in tlog_frames(file):
        for message in codec.decode(frame):
            fleet.on_message(message, route, unix_s, unix_s)
        for vehicle in fleet:
            if vehicle.estimate.altitude_above_home_m is not None:
                altitudes.append(vehicle.estimate.altitude_above_home_m)
    return fleet, happenings, poses, altitudes


def test_a_recorded_vtol_flight_gives_its_state_and_events(shared_data: Path) -> None:
    fleet, happenings, poses, altitudes = replay(shared_data / "flight-logs" / "tlog" / "uavlogviewer_vtol.tlog")
    (vehicle,) = fleet
    state = vehicle.snapshot(0.0)
    assert (state.autopilot, state.vehicle_type) == ("ardupilot", "plane")  # a QuadPlane of that age calls itself a plane
    assert min(altitudes) == pytest.approx(-2.7, abs=0.1)
    assert max(altitudes) == pytest.approx(63.4, abs=0.1)
    kinds = Counter(happening.kind for happening in happenings)
    # The log begins in the air in a guided mode, so nothing armed or took off in it.
    expected = {"link_found": 1, "mode_changed": 3, "landed": 1, "disarmed": 1, "text": 10}
    assert kinds == Counter(expected)
    assert (state.mode, state.armed, state.flying) == ("QLAND", False, False)
    assert vehicle.estimate.home is not None
    assert all(distance_m(vehicle.estimate.home, pose.position) < 3000 for pose in poses[::50])
    assert len(poses) > 1000
    assert all(a.at < b.at for a, b in pairwise(poses)), "poses come in order of time"


@pytest.mark.parametrize("name", ["martin_drone", "skapila_joystick"])
def test_first_positions_at_zero_are_not_believed(shared_data: Path, name: str) -> None:
    fleet, _, poses, _ = replay(shared_data / "flight-logs" / "tlog" / f"{name}.tlog")
    assert all(abs(pose.position.lat_deg) > 1 for pose in poses)
    (vehicle,) = fleet
    assert vehicle.estimate.position is None or abs(vehicle.estimate.position.lat_deg) > 1
    assert not vehicle.estimate.flying


def heartbeat(*, armed: bool = False, mode: int = 4, status: int = mavlink.MAV_STATE_STANDBY) -> WireMessage:
    base = mavlink.MAV_MODE_FLAG_CUSTOM_MODE_ENABLED | (mavlink.MAV_MODE_FLAG_SAFETY_ARMED if armed else 0)
    return mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_QUADROTOR, mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA, base, mode, status, 3)


def test_one_event_for_each_change_and_none_for_the_first_state() -> None:
    estimate = VehicleEstimate()
    flying = mavlink.MAV_STATE_ACTIVE
    story = [
        heartbeat(),
        heartbeat(),
        heartbeat(armed=True),
        heartbeat(armed=True, status=flying),
        heartbeat(armed=True, mode=6, status=flying),
    ]
    kinds = [[h.kind for h in estimate.update(message)] for message in [*story, heartbeat(mode=6)]]
    assert kinds == [[], [], ["armed"], ["took_off"], ["mode_changed"], ["disarmed", "landed"]]


def test_a_vehicle_found_in_the_air_did_not_take_off_now() -> None:
    estimate = VehicleEstimate()
    assert estimate.update(heartbeat(armed=True, status=mavlink.MAV_STATE_ACTIVE)) == []
    assert estimate.flying


def test_fields_marked_unknown_stay_none() -> None:
    estimate = VehicleEstimate()
    estimate.update(heartbeat())
    estimate.update(mavlink.MAVLink_sys_status_message(0, 0, 0, 0, 65535, -1, -1, 0, 0, 0, 0, 0, 0))
    estimate.update(mavlink.MAVLink_gps_raw_int_message(0, 1, 0, 0, 0, 65535, 65535, 65535, 65535, 255))
    estimate.update(mavlink.MAVLink_global_position_int_message(0, 436505000, 511600000, 1000, 500, 0, 0, 0, 65535))
    assert estimate.battery is not None
    assert (estimate.battery.remaining_fraction, estimate.battery.voltage_v, estimate.battery.current_a) == (None, None, None)
    assert estimate.gps is not None
    assert (estimate.gps.satellites, estimate.gps.hdop) == (None, None)
    assert estimate.heading_deg is None
    assert estimate.ready_to_arm is None
    assert estimate.position == LonLat(51.16, 43.6505)


def test_a_short_old_mission_current_says_nothing_about_the_total() -> None:
    estimate = VehicleEstimate()
    estimate.update(heartbeat())
    estimate.update(mavlink.MAVLink_mission_current_message(2))
    assert (estimate.mission_current, estimate.mission_total) == (2, None)
    estimate.update(mavlink.MAVLink_mission_current_message(3, 5, 3))
    assert (estimate.mission_total, estimate.mission_state) == (5, "active")
    (done,) = estimate.update(mavlink.MAVLink_mission_current_message(0, 5, 5))
    assert done.kind == "mission_complete"


def test_texts_in_chunks_are_joined_and_a_missing_chunk_is_marked() -> None:
    estimate = VehicleEstimate()
    full = b"x" * 50
    said = [
        estimate.update(mavlink.MAVLink_statustext_message(3, text, identity, number))
        for text, identity, number in [(full, 7, 0), (b"end", 7, 1), (full, 8, 0), (b"end", 8, 2), (b"\x1b[31mred\x07", 0, 0)]
    ]
    texts = [h.text for happenings in said for h in happenings]
    assert texts == ["x" * 50 + "end", "x" * 50 + "…end", "[31mred"]


def test_a_reboot_starts_poses_anew_and_attitude_is_joined_to_the_moving_position() -> None:
    vehicle = Vehicle(1, 1, Address(254, 190), lambda _: True, 3.5)

    def hear(message: WireMessage) -> Pose | None:
        return vehicle.on_message(message, 0.0, 1.8e9)[1]

    hear(heartbeat(armed=True))
    hear(mavlink.MAVLink_system_time_message(1_800_000_000_000_000, 10_000))
    assert hear(mavlink.MAVLink_global_position_int_message(10_000, 436505000, 511600000, 40_000, 30_000, 1000, 0, -100, 0)) is None
    pose = hear(mavlink.MAVLink_attitude_message(10_200, 0.0, 0.1, 1.5707963, 0.0, 0.0, 0.0))
    assert pose is not None
    assert pose.at.timestamp() == pytest.approx(1_800_000_000.2, abs=1e-3)
    assert distance_m(LonLat(51.16, 43.6505), pose.position) == pytest.approx(2.0, abs=0.01)  # 10 m/s north for 0.2 s
    assert pose.position.lat_deg > 43.6505
    assert pose.altitude_above_home_m == pytest.approx(30.2)
    assert pose.heading_deg == pytest.approx(90.0, abs=1e-3)
    assert hear(mavlink.MAVLink_attitude_message(10_100, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)) is None, "late packets give no pose"
    hear(mavlink.MAVLink_system_time_message(1_800_000_100_000_000, 500))
    assert hear(mavlink.MAVLink_attitude_message(600, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)) is None, "nothing from before the restart is used"


def test_without_a_clock_on_board_the_arrival_time_stands_in() -> None:
    vehicle = Vehicle(1, 1, Address(254, 190), lambda _: True, 3.5)
    vehicle.on_message(mavlink.MAVLink_system_time_message(0, 10_000), 0.0, 1.8e9)
    vehicle.on_message(mavlink.MAVLink_global_position_int_message(10_000, 436505000, 511600000, 0, 0, 0, 0, 0, 0), 0.0, 1.8e9)
    _, pose = vehicle.on_message(mavlink.MAVLink_attitude_message(10_100, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0), 0.0, 1.8e9 + 0.15)
    assert pose is not None
    assert pose.at.timestamp() == pytest.approx(1.8e9 + 0.1, abs=1e-3)
