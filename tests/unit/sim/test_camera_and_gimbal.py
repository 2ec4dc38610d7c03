"""The camera (component 100) and the gimbal (manager on the autopilot, device 154) as a station uses them."""

from math import nan
from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.notices import Ordered
from sim.services.gimbal import DEVICE
from sim.vector import Vector
from tests.support.simulated_flight import Flight

CAMERA = 100
ACCEPTED, TEMPORARILY_REJECTED, DENIED, UNSUPPORTED, FAILED = 0, 1, 2, 3, 4


def ask(flight: Flight, component: int, number: int, *parameters: float, station: tuple[int, int] = (254, 190)) -> list[Any]:
    padded = (*parameters, *[0.0] * (7 - len(parameters)))
    return flight.tell(mavlink.MAVLink_command_long_message(1, component, number, 0, *padded), station)


def request(flight: Flight, component: int, message_id: int, number: float = 0) -> Any | None:
    ack, *found = ask(flight, component, mavlink.MAV_CMD_REQUEST_MESSAGE, message_id, number)
    assert (ack.result == ACCEPTED) is bool(found)
    return found[0] if found else None


def test_camera_and_gimbal_are_components_of_their_own() -> None:
    flight = Flight()
    flight.run(1.1)
    beats = {component: flight.of("HEARTBEAT", component)[0].type for component in (0, CAMERA, DEVICE)}
    assert beats == {0: mavlink.MAV_TYPE_QUADROTOR, CAMERA: mavlink.MAV_TYPE_CAMERA, DEVICE: mavlink.MAV_TYPE_GIMBAL}
    information = request(flight, CAMERA, mavlink.MAVLINK_MSG_ID_CAMERA_INFORMATION)
    assert information is not None
    assert information.gimbal_device_id == DEVICE
    assert not information.flags & mavlink.CAMERA_CAP_FLAGS_HAS_VIDEO_STREAM


def test_an_unasked_component_is_silent_about_what_it_cannot_do() -> None:
    flight = Flight()
    acks = ask(flight, 0, 60_000)
    assert [(ack.get_srcComponent(), ack.result) for ack in acks] == [(0, UNSUPPORTED)]


def test_one_photograph_is_told_counted_and_told_again() -> None:
    flight = Flight()
    assert ask(flight, CAMERA, mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 7)[0].result == ACCEPTED
    flight.run(0.1)
    [taken] = flight.of("CAMERA_IMAGE_CAPTURED")
    assert (taken.image_index, taken.capture_result) == (1, 1)
    assert taken.lat == pytest.approx(436505000, abs=100)
    assert ask(flight, CAMERA, mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 8)[0].result == TEMPORARILY_REJECTED
    assert ask(flight, CAMERA, mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 7)[0].result == ACCEPTED  # the same one, said twice
    flight.run(0.5)
    status = request(flight, CAMERA, mavlink.MAVLINK_MSG_ID_CAMERA_CAPTURE_STATUS)
    again = request(flight, CAMERA, mavlink.MAVLINK_MSG_ID_CAMERA_IMAGE_CAPTURED, 1)
    assert status is not None
    assert again is not None
    assert (status.image_count, status.image_status) == (1, 0)
    assert (again.image_index, again.lat) == (1, taken.lat)
    assert request(flight, CAMERA, mavlink.MAVLINK_MSG_ID_CAMERA_IMAGE_CAPTURED, 2) is None


def test_a_series_ends_by_itself_or_by_stop() -> None:
    flight = Flight()
    ask(flight, CAMERA, mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 1, 3, 0)
    assert ask(flight, CAMERA, mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 1, 3, 0)[0].result == TEMPORARILY_REJECTED
    flight.run(6)
    assert [taken.image_index for taken in flight.of("CAMERA_IMAGE_CAPTURED")] == [1, 2, 3]
    ask(flight, CAMERA, mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 1, 0, 0)
    flight.run(2.5)
    ask(flight, CAMERA, mavlink.MAV_CMD_IMAGE_STOP_CAPTURE)
    flight.run(5)
    assert len(flight.of("CAMERA_IMAGE_CAPTURED")) == 6


def test_formatting_with_reset_begins_the_index_anew() -> None:
    flight = Flight()
    ask(flight, CAMERA, mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 1, 2, 0)
    flight.run(3)
    storage = request(flight, CAMERA, mavlink.MAVLINK_MSG_ID_STORAGE_INFORMATION)
    assert storage is not None
    assert storage.used_capacity == 16.0
    assert ask(flight, CAMERA, mavlink.MAV_CMD_STORAGE_FORMAT, 1, 1, 1)[0].result == ACCEPTED
    status = request(flight, CAMERA, mavlink.MAVLINK_MSG_ID_CAMERA_CAPTURE_STATUS)
    assert status is not None
    assert status.image_count == 0
    assert request(flight, CAMERA, mavlink.MAVLINK_MSG_ID_CAMERA_IMAGE_CAPTURED, 1) is None


def test_video_is_recorded_with_status_at_the_rate_asked_for() -> None:
    flight = Flight()
    assert ask(flight, CAMERA, mavlink.MAV_CMD_VIDEO_START_CAPTURE, 0, 1)[0].result == ACCEPTED
    flight.run(3.1)
    recording = flight.of("CAMERA_CAPTURE_STATUS")
    assert len(recording) >= 3
    assert recording[-1].video_status == 1
    assert recording[-1].recording_time_ms == pytest.approx(3000, abs=150)
    assert ask(flight, CAMERA, mavlink.MAV_CMD_VIDEO_STOP_CAPTURE)[0].result == ACCEPTED
    assert ask(flight, CAMERA, mavlink.MAV_CMD_VIDEO_STOP_CAPTURE)[0].result == FAILED


def test_photographs_of_a_mission_are_in_the_camera_s_log() -> None:
    flight = Flight()
    flight.upload(flight.square_mission())
    flight.take_off(15)
    flight.command(mavlink.MAV_CMD_MISSION_START)
    flight.until(lambda: not flight.copter.autopilot.armed, 200)
    flight.run(0.5)
    images = flight.of("CAMERA_IMAGE_CAPTURED")
    assert len(images) == len(flight.of("CAMERA_FEEDBACK")) >= 5
    assert [image.image_index for image in images] == list(range(1, len(images) + 1))


def gimbal(flight: Flight, *parameters: float, station: tuple[int, int] = (254, 190)) -> int:
    return int(ask(flight, 1, mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, *parameters, station=station)[0].result)


def test_only_who_has_control_moves_the_gimbal_of_a_px4() -> None:
    flight = Flight(autopilot="px4")
    other = (250, 190)
    assert gimbal(flight, -30, 0) == DENIED
    assert ask(flight, 1, mavlink.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, 254, 190, -1, -1)[0].result == ACCEPTED
    assert gimbal(flight, -30, 40) == ACCEPTED
    assert gimbal(flight, -60, 0, station=other) == DENIED
    flight.run(3)
    assert flight.copter.host.look.pitch_deg == pytest.approx(-30)
    status = request(flight, 1, mavlink.MAVLINK_MSG_ID_GIMBAL_MANAGER_STATUS)
    assert status is not None
    assert (status.primary_control_sysid, status.primary_control_compid) == (254, 190)
    ask(flight, 1, mavlink.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, -3, -3, -1, -1)
    assert gimbal(flight, -10, 0) == DENIED
    ask(flight, 1, mavlink.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, -2, -2, -1, -1, station=other)
    assert gimbal(flight, -10, 0, station=other) == ACCEPTED


def test_an_ardupilot_moves_its_gimbal_for_every_station() -> None:
    flight = Flight()
    ask(flight, 1, mavlink.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, 254, 190, -1, -1)
    assert gimbal(flight, -60, 0, station=(250, 190)) == ACCEPTED
    flight.run(3)
    assert flight.copter.host.look.pitch_deg == pytest.approx(-60)


def test_nan_leaves_an_axis_and_a_locked_yaw_stays_with_the_ground() -> None:
    flight = Flight()
    ask(flight, 1, mavlink.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, 254, 190, -1, -1)
    gimbal(flight, -45, 30)
    flight.run(2)
    gimbal(flight, nan, 90, nan, nan, mavlink.GIMBAL_DEVICE_FLAGS_YAW_LOCK)
    flight.run(2)
    look = flight.copter.host.look
    assert look.pitch_deg == pytest.approx(-45)
    assert look.heading_deg(123.0) == pytest.approx(90)
    flight.sent.clear()
    flight.run(1.05)
    attitudes = flight.of("GIMBAL_DEVICE_ATTITUDE_STATUS")
    assert len(attitudes) == pytest.approx(10, abs=1)
    assert attitudes[-1].flags & mavlink.GIMBAL_DEVICE_FLAGS_YAW_LOCK
    assert len(flight.of("GIMBAL_MANAGER_STATUS")) == pytest.approx(5, abs=1)


def test_the_camera_stays_on_a_region_of_interest_while_the_vehicle_moves() -> None:
    flight = Flight()
    flight.take_off(30)
    place = Vector(60, 20, 0)
    assert flight.command_int(mavlink.MAV_CMD_DO_SET_ROI_LOCATION, place) == ACCEPTED
    flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, Vector(30, 40, 30), -1, 1)
    flight.run(10)
    state = flight.copter.truth
    seen = flight.copter.host.look.ground_point(state, 0.0)
    assert seen is not None
    assert seen.minus(place).level_length() < 2.0
    assert ask(flight, 1, mavlink.MAV_CMD_DO_SET_ROI_NONE)[0].result == ACCEPTED
    flight.run(3)
    assert flight.copter.host.look.pitch_deg == pytest.approx(-90)


def test_a_mission_points_the_gimbal_without_anybody_in_control() -> None:
    flight = Flight()
    flight.copter.autopilot.run.announce(Ordered(mavlink.MAV_CMD_DO_MOUNT_CONTROL, (-40.0, 0.0, 30.0, 0.0, 0.0, 0.0, 2.0), (0, 0, 2)))
    flight.run(0.1)
    assert (flight.copter.host.look.wanted_pitch_deg, flight.copter.host.look.wanted_yaw_deg) == (-40.0, 30.0)
    flight.copter.autopilot.run.announce(Ordered(mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, (-60.0, 10.0, *(0.0,) * 5), (0, 0, 2)))
    flight.run(0.1)
    assert flight.copter.host.look.wanted_pitch_deg == -60.0
