"""What a vehicle carries, message by message: photographs told once, the missed ones known, angles in both frames, no invented numbers."""

import math
from typing import Any

import pytest

from geo.primitives import VehicleError
from ground_station.mavlink import Address, mavlink
from ground_station.payload import PayloadBoard, Photo, gimbals
from tests.support.talk import over_the_wire

OWN = Address(254, 190)
CAMERA, GIMBAL, AUTOPILOT = 100, 154, 1
LEVEL = [1.0, 0.0, 0.0, 0.0]


def hear(board: PayloadBoard, message: Any, component: int = CAMERA, heading_deg: float | None = None) -> Photo | None:
    """The one photograph it tells of."""
    told = board.on_message(over_the_wire(message, (1, component)), 1.0, heading_deg)
    assert len(told) <= 1
    return told[0] if told else None


def board_with_camera(flags: int = mavlink.CAMERA_CAP_FLAGS_CAPTURE_IMAGE) -> PayloadBoard:
    board = PayloadBoard()
    hear(board, mavlink.MAVLink_heartbeat_message(mavlink.MAV_TYPE_CAMERA, mavlink.MAV_AUTOPILOT_INVALID, 0, 0, 4, 3))
    vendor, model = (list(name.ljust(32, b"\0")) for name in (b"Acme", b"Eye"))
    hear(board, mavlink.MAVLink_camera_information_message(0, vendor, model, 1, 8.8, 13.2, 8.8, 5472, 3648, 0, flags, 0, b""))
    return board


def captured(index: int, *, result: int = 1, lat: int = 436505000, lon: int = 511600000) -> Any:
    return mavlink.MAVLink_camera_image_captured_message(
        0, 1_700_000_000_000_000 + index, 0, lat, lon, 50_000, 30_000, LEVEL, index, result, b""
    )


def status(count: int, *, image: int = 0, video: int = 0) -> Any:
    return mavlink.MAVLink_camera_capture_status_message(0, image, video, 2.0, 4000, 100.0, count)


def test_a_photograph_is_told_once_with_its_place() -> None:
    board = board_with_camera()
    photo = hear(board, captured(1))
    assert photo is not None
    assert photo.position is not None
    assert (photo.index, photo.position.lat_deg, photo.altitude_m, photo.height_m) == (1, 43.6505, 50.0, 30.0)
    assert hear(board, captured(1)) is None, "the same one, heard again"
    assert hear(board, captured(2, result=0)) is None, "it was not taken"


def feedback(index: int) -> Any:
    at_us = 1_700_000_000_000_000 + index
    return mavlink.MAVLink_camera_feedback_message(
        at_us, 1, 0, index, 436505000, 511600000, 50.0, 30.0, 3.0, -4.0, 275.0, 0.0, mavlink.CAMERA_FEEDBACK_PHOTO, index
    )


def told_of(board: PayloadBoard, message: Any, component: int) -> list[tuple[int, int]]:
    """Camera and index of each photograph it tells of."""
    return [(photo.camera, photo.index) for photo in board.on_message(over_the_wire(message, (1, component)), 1.0, None)]


def test_a_camera_wired_to_the_autopilot_is_told_of_by_its_feedback_alone() -> None:
    board = PayloadBoard()
    photo = hear(board, feedback(7), AUTOPILOT)
    assert photo is not None
    assert photo.position is not None
    assert photo.at is not None
    assert (photo.camera, photo.index, photo.height_m, photo.heading_deg, photo.pitch_deg) == (AUTOPILOT, 7, 30.0, 275.0, None)
    assert hear(board, feedback(7), AUTOPILOT) is None, "the same one, heard again"


def test_what_a_camera_tells_itself_is_not_counted_once_more_from_the_feedback() -> None:
    board = board_with_camera()
    told = []
    for index in range(1, 8):
        told += told_of(board, feedback(index), AUTOPILOT)
        told += told_of(board, captured(index), CAMERA)
    assert told == [(CAMERA, index) for index in range(1, 8)]


def test_beside_a_camera_that_stays_silent_the_wired_one_is_believed_and_nothing_is_lost() -> None:
    board = board_with_camera()
    told = [told_of(board, feedback(index), AUTOPILOT) for index in range(1, 7)]
    assert told[:4] == [[], [], [], []]
    assert [one for some in told for one in some] == [(AUTOPILOT, index) for index in range(1, 7)]


def test_a_camera_that_films_only_does_not_hold_back_the_wired_one() -> None:
    board = board_with_camera(flags=mavlink.CAMERA_CAP_FLAGS_CAPTURE_VIDEO)
    assert told_of(board, feedback(1), AUTOPILOT) == [(AUTOPILOT, 1)]


def test_a_camera_that_says_nothing_but_its_photographs_is_heard() -> None:
    assert told_of(PayloadBoard(), captured(3), AUTOPILOT) == [(AUTOPILOT, 3)]


def test_a_photograph_without_a_fix_has_no_place() -> None:
    photo = hear(board_with_camera(), captured(1, lat=0, lon=0))
    assert photo is not None
    assert photo.position is None


@pytest.mark.parametrize(("first", "told", "missing"), [(1, (1, 4), [3, 2]), (0, (0, 3), [2, 1])])
def test_what_was_taken_and_not_told_is_asked_for_whichever_way_the_camera_counts(
    first: int, told: tuple[int, ...], missing: list[int]
) -> None:
    board = board_with_camera()
    for index in told:
        hear(board, captured(index))
    hear(board, status(4))
    camera = board.cameras[CAMERA]
    assert camera.missing() == missing
    camera.on_asked(missing[0], refused=True)
    assert camera.missing() == missing[1:], "it said it has no such photograph"
    for _ in range(3):
        camera.on_asked(missing[1])
    assert camera.missing() == [], "asked three times in vain"


def test_after_formatting_with_reset_the_index_begins_anew() -> None:
    board = board_with_camera()
    for index in (1, 2, 3):
        hear(board, captured(index))
    hear(board, status(3))
    hear(board, status(0))
    assert board.cameras[CAMERA].missing() == []
    hear(board, status(1))
    assert hear(board, captured(1)) is not None


def test_a_camera_is_known_by_its_information_and_unknown_things_are_no_numbers() -> None:
    board = board_with_camera()
    (state,) = board.state("mav-1", OWN, 1.0).cameras
    assert (state.name, state.abilities, state.online) == ("Acme Eye", ["photo"], True)
    assert state.hfov_deg == pytest.approx(73.74, abs=0.01)
    assert (state.photos, state.free_mib, state.mode, state.zoom_percent, state.recording_s) == (None,) * 5
    hear(board, mavlink.MAVLink_camera_settings_message(0, 1, math.nan, math.nan))
    hear(board, status(7, video=1))
    (state,) = board.state("mav-1", OWN, 10.0).cameras
    assert (state.mode, state.zoom_percent, state.photos, state.recording_s, state.online) == ("video", None, 7, 4.0, False)


def test_video_streams_are_told_and_follow_their_status() -> None:
    board = board_with_camera()
    stream = mavlink.MAVLink_video_stream_information_message(1, 1, 0, 1, 25.0, 1280, 720, 2000, 0, 60, b"Main", b"rtsp://10.0.0.2/main")
    hear(board, stream)
    hear(board, mavlink.MAVLink_video_stream_status_message(1, 0, 25.0, 1280, 720, 2000, 0, 60))
    (told,) = board.state("mav-1", OWN, 1.0).cameras[0].streams
    assert (told.kind, told.address, told.size_px, told.running, told.hfov_deg) == (
        "rtsp",
        "rtsp://10.0.0.2/main",
        (1280, 720),
        False,
        60.0,
    )


def turned(yaw_deg: float, pitch_deg: float) -> list[float]:
    yaw, pitch = math.radians(yaw_deg) / 2, math.radians(pitch_deg) / 2
    return [
        math.cos(yaw) * math.cos(pitch),
        -math.sin(yaw) * math.sin(pitch),
        math.cos(yaw) * math.sin(pitch),
        math.sin(yaw) * math.cos(pitch),
    ]


@pytest.mark.parametrize(
    ("flags", "yaw_deg", "relative", "heading"),
    [(32, 30, 30.0, 120.0), (64 | 16, 120, 30.0, 120.0), (0, -30, -30.0, 60.0), (16, 60, -30.0, 60.0)],
    ids=["vehicle frame", "earth frame", "old device, following", "old device, locked"],
)
def test_a_gimbals_angles_are_known_in_both_frames(flags: int, yaw_deg: float, relative: float, heading: float) -> None:
    board = PayloadBoard()
    hear(
        board,
        mavlink.MAVLink_gimbal_device_attitude_status_message(0, 0, 0, flags, turned(yaw_deg, -40), 0, 0, 0, 0),
        GIMBAL,
        heading_deg=90.0,
    )
    (state,) = board.state("mav-1", OWN, 1.0).gimbals
    assert (state.pitch_deg, state.yaw_deg, state.heading_deg) == (-40.0, relative, heading)


@pytest.mark.parametrize("yaw_deg", [-170.0, 0.0, 45.0, 120.0])
def test_straight_down_all_of_the_turn_is_yaw(yaw_deg: float) -> None:
    assert gimbals.angles_deg(turned(yaw_deg, -90)) == pytest.approx((0.0, -90.0, yaw_deg), abs=0.05)


@pytest.mark.parametrize(
    ("absolute", "heading", "relative"),
    [(120.0, 120.0, 30.0), (math.nan, 110.0, 20.0), (0.0, 110.0, 20.0)],
    ids=["known", "NaN", "left out"],
)
def test_an_older_mount_tells_its_angles_in_its_own_message(absolute: float, heading: float, relative: float) -> None:
    board = PayloadBoard()
    mount = mavlink.MAVLink_mount_orientation_message(500, 1.0, -40.0, 20.0, absolute)
    hear(board, mount, AUTOPILOT, heading_deg=90.0)
    (state,) = board.state("mav-1", OWN, 1.0).gimbals
    assert (state.pitch_deg, state.heading_deg, state.yaw_deg) == (-40.0, heading, relative)


def test_a_mount_told_of_by_both_protocols_is_one_gimbal() -> None:
    board = PayloadBoard()
    hear(board, mavlink.MAVLink_gimbal_manager_status_message(0, 0, GIMBAL, 0, 0, 0, 0), AUTOPILOT)
    hear(board, mavlink.MAVLink_mount_orientation_message(500, 1.0, -40.0, 20.0, 0.0), AUTOPILOT)
    assert list(board.gimbals) == [GIMBAL]


def test_who_controls_a_gimbal_is_told_in_words() -> None:
    board = PayloadBoard()
    for primary, secondary, words in (
        ((0, 0), (0, 0), ("nobody", "nobody")),
        ((254, 190), (255, 190), ("us", "system 255, component 190")),
    ):
        hear(board, mavlink.MAVLink_gimbal_manager_status_message(0, 0, GIMBAL, *primary, *secondary), AUTOPILOT)
        (state,) = board.state("mav-1", OWN, 1.0).gimbals
        assert (state.controlled_by, state.second_control) == words


def test_one_of_several_must_be_named() -> None:
    board = board_with_camera()
    assert board.camera(None, "mav-1") is board.cameras[CAMERA]
    vendor = list(b"x".ljust(32, b"\0"))
    hear(board, mavlink.MAVLink_camera_information_message(0, vendor, vendor, 1, 8.8, 13.2, 8.8, 1, 1, 0, 2, 0, b""), 101)
    with pytest.raises(VehicleError, match="several: camera 100, 101"):
        board.camera(None, "mav-1")
    with pytest.raises(VehicleError, match="no gimbal 154; known: none"):
        board.gimbal(GIMBAL, "mav-1")
