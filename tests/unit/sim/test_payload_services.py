"""A second battery, a camera that follows something, its settings and the file that describes them."""

import lzma
import struct
from typing import Any
from xml.etree import ElementTree

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.ftp_frames import Op
from tests.support.simulated_flight import Flight
from tests.unit.sim.test_vehicle_services import ask, say

CAMERA = 100
ACCEPTED, DENIED, UNSUPPORTED, FAILED = 0, 2, 3, 4
TRACK_POINT, TRACK_RECTANGLE, STOP = (
    mavlink.MAV_CMD_CAMERA_TRACK_POINT,
    mavlink.MAV_CMD_CAMERA_TRACK_RECTANGLE,
    mavlink.MAV_CMD_CAMERA_STOP_TRACKING,
)


# Batteries ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("autopilot", "switch"), [("ardupilot", "BATT2_MONITOR"), ("px4", "BAT2_SOURCE")])
def test_a_second_battery_is_told_beside_the_first(autopilot: str, switch: str) -> None:
    flight = Flight(autopilot=autopilot)
    assert {found.id for found in flight.of("BATTERY_STATUS")} == {0}
    flight.copter.parameters.force(switch, 4)
    flight.sent.clear()
    flight.run(30)
    found = flight.of("BATTERY_STATUS")
    assert [battery.id for battery in found[:4]] == [0, 1, 0, 1]
    first, second = found[-2:]
    assert second.battery_function == mavlink.MAV_BATTERY_FUNCTION_PAYLOAD
    assert second.current_consumed > 0
    told = flight.of("SYS_STATUS")[-1]
    assert told.current_battery == pytest.approx(first.current_battery, abs=2)
    assert len(ask(flight, mavlink.MAV_CMD_REQUEST_MESSAGE, 147)) == 3


# Tracking -------------------------------------------------------------------------------------------------------------------------


def looking(pitch_deg: float, height_m: float = 40.0) -> Flight:
    flight = Flight()
    flight.take_off(height_m)
    ask(flight, mavlink.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, 254, 190, -1, -1, 0, 0, 0)
    nan = float("nan")
    assert ask(flight, mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, pitch_deg, 0, nan, nan, 0, 0, 0)[0].result == ACCEPTED
    flight.run(6)
    return flight


def test_what_is_followed_moves_in_the_picture_as_the_vehicle_moves() -> None:
    flight = looking(-90)
    ack, status = ask(flight, TRACK_POINT, 0.5, 0.5, 0.1, component=CAMERA)
    assert (ack.result, status.tracking_status, status.tracking_mode) == (ACCEPTED, 1, 1)
    assert (status.point_x, status.point_y) == pytest.approx((0.5, 0.5), abs=0.05)
    assert ask(flight, mavlink.MAV_CMD_SET_MESSAGE_INTERVAL, 275, 200_000, component=CAMERA)[0].result == ACCEPTED
    flight.sent.clear()
    flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, flight.position.plus(type(flight.position)(10.0, 0.0, 0.0)), -1, 1)
    flight.run(8)
    seen = flight.of("CAMERA_TRACKING_IMAGE_STATUS")
    assert len(seen) >= 35
    last = seen[-1]
    assert last.tracking_status == 1
    assert abs(last.point_x - 0.5) + abs(last.point_y - 0.5) > 0.1
    flight.command_int(mavlink.MAV_CMD_DO_REPOSITION, flight.position.plus(type(flight.position)(80.0, 0.0, 0.0)), -1, 1)
    flight.run(20)
    assert flight.of("CAMERA_TRACKING_IMAGE_STATUS")[-1].tracking_status == 2
    assert ask(flight, STOP, component=CAMERA)[1].tracking_status == 0


def test_a_rectangle_is_followed_and_nonsense_is_refused() -> None:
    flight = looking(-90)
    ack, status = ask(flight, TRACK_RECTANGLE, 0.4, 0.4, 0.6, 0.7, component=CAMERA)
    assert (ack.result, status.tracking_mode) == (ACCEPTED, 2)
    assert (status.rec_top_x, status.rec_bottom_y) == pytest.approx((0.4, 0.7), abs=0.03)
    assert ask(flight, TRACK_RECTANGLE, 0.6, 0.4, 0.4, 0.7, component=CAMERA)[0].result == DENIED
    assert ask(flight, TRACK_POINT, 1.4, 0.4, 0.1, component=CAMERA)[0].result == DENIED


def test_the_sky_cannot_be_followed() -> None:
    assert ask(looking(0), TRACK_POINT, 0.5, 0.1, 0.1, component=CAMERA)[0].result == FAILED


# Settings -------------------------------------------------------------------------------------------------------------------------


def set_value(flight: Flight, name: str, value: bytes, kind: int) -> Any:
    return say(flight, mavlink.MAVLink_param_ext_set_message(1, CAMERA, name.encode(), value, kind))


def request(op: Op, data: bytes = b"", *, sequence: int, session: int = 0, size: int | None = None, offset: int = 0) -> Any:
    head = struct.pack("<HBBBBBxI", sequence, session, op, len(data) if size is None else size, 0, 0, offset)
    return mavlink.MAVLink_file_transfer_protocol_message(0, 1, CAMERA, (head + data).ljust(251, b"\0"))


def test_the_definition_file_lists_the_settings_the_camera_has() -> None:
    flight = Flight()
    _, info = ask(flight, mavlink.MAV_CMD_REQUEST_MESSAGE, 259, component=CAMERA)
    assert info.cam_definition_uri == "mftp://[;comp=100]/definition.xml.xz"
    assert info.cam_definition_version == 1
    [opened] = flight.tell(request(Op.OPEN_FILE_RO, b"/definition.xml.xz", sequence=1))
    assert opened.get_srcComponent() == CAMERA
    [size] = struct.unpack_from("<I", bytes(opened.payload), 12)
    data = b""
    for number in range(-(-size // 239)):
        [part] = flight.tell(request(Op.READ_FILE, sequence=2 + number, size=239, offset=239 * number))
        data += bytes(part.payload)[12 : 12 + bytes(part.payload)[4]]
    described = ElementTree.fromstring(lzma.decompress(data))
    flight.tell(mavlink.MAVLink_param_ext_request_list_message(1, CAMERA))
    flight.sent.clear()
    flight.run(0.2)
    listed = flight.of("PARAM_EXT_VALUE", CAMERA)
    assert [value.param_index for value in listed] == list(range(listed[0].param_count))
    assert {value.param_id for value in listed} == {found.get("name") for found in described.iter("parameter")}


def test_a_setting_is_changed_to_an_option_and_to_nothing_else() -> None:
    flight = Flight()
    [ack] = set_value(flight, "CAM_ISO", struct.pack("<i", 800), 6)
    assert (ack.param_result, ack._param_value_raw) == (ACCEPTED, struct.pack("<i", 800))
    [ack] = set_value(flight, "CAM_ISO", struct.pack("<i", 801), 6)
    assert (ack.param_result, ack._param_value_raw) == (1, struct.pack("<i", 800))
    [value] = flight.tell(mavlink.MAVLink_param_ext_request_read_message(1, CAMERA, b"CAM_ISO", -1))
    assert value._param_value_raw == struct.pack("<i", 800)
    assert set_value(flight, "CAM_NONE", b"\x01", 1) == []


def test_px4_takes_its_own_triggers_commands() -> None:
    flight = Flight(autopilot="px4")
    assert ask(flight, mavlink.MAV_CMD_DO_SET_CAM_TRIGG_INTERVAL, 500)[0].result == ACCEPTED
    assert ask(flight, mavlink.MAV_CMD_DO_TRIGGER_CONTROL, 1)[0].result == ACCEPTED
    assert ask(flight, mavlink.MAV_CMD_IMAGE_START_CAPTURE, 0, 0, 1, 1)[0].result == UNSUPPORTED
    assert flight.command(mavlink.MAV_CMD_COMPONENT_ARM_DISARM, 1) == ACCEPTED
    flight.run(2.2)
    assert len(flight.of("CAMERA_IMAGE_CAPTURED")) == 5
    assert ask(flight, mavlink.MAV_CMD_DO_TRIGGER_CONTROL, 0)[0].result == ACCEPTED
    flight.sent.clear()
    flight.run(2)
    assert flight.of("CAMERA_IMAGE_CAPTURED") == []
