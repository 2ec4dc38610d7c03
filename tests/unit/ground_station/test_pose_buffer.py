"""Poses for frames: interpolation, angles across north, silence."""

from datetime import UTC, datetime, timedelta

import pytest

from geo.primitives import LonLat, distance_m
from ground_station.messages import VehiclePose
from ground_station.watching.drone_camera import DroneCamera, Mount, PoseFeed
from ground_station.watching.gimbal_track import GimbalTrack
from ground_station.watching.pose_buffer import PoseBuffer
from vision import pixel_to_ground

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


def _pose(second: float, heading_deg: float = 0.0, lon_deg: float = 51.16, altitude_m: float = 50.0) -> VehiclePose:
    return VehiclePose(
        vehicle_id="mav-1",
        at=START + timedelta(seconds=second),
        lon_deg=lon_deg,
        lat_deg=43.65,
        altitude_above_home_m=altitude_m,
        roll_deg=0.0,
        pitch_deg=0.0,
        heading_deg=heading_deg,
    )


def _buffer(*poses: VehiclePose) -> PoseBuffer:
    buffer = PoseBuffer()
    for pose in poses:
        buffer.add(pose)
    return buffer


def _at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def test_a_frame_between_two_poses_gets_the_pose_between() -> None:
    pose = _buffer(_pose(0, 10.0, 51.160, 40.0), _pose(0.5, 20.0, 51.161, 60.0)).pose_at(_at(0.25))
    assert pose is not None
    assert pose.position.lon_deg == pytest.approx(51.1605)
    assert pose.altitude_above_home_m == pytest.approx(50.0)
    assert pose.heading_deg == pytest.approx(15.0)
    assert pose.speed_mps[0] == pytest.approx(2 * distance_m(LonLat(51.160, 43.65), LonLat(51.161, 43.65)), rel=1e-6)
    assert pose.turn_rate_dps == pytest.approx(20.0)


@pytest.mark.parametrize(("before", "after", "middle"), [(350.0, 10.0, 0.0), (10.0, 350.0, 0.0), (170.0, 190.0, 180.0), (-5.0, 15.0, 5.0)])
def test_headings_turn_the_short_way_round(before: float, after: float, middle: float) -> None:
    pose = _buffer(_pose(0, before), _pose(0.2, after)).pose_at(_at(0.1))
    assert pose is not None
    assert abs((pose.heading_deg - middle + 180) % 360 - 180) < 1e-9


@pytest.mark.parametrize("second", [-0.1, 0.6, 1.0], ids=["before the first", "inside a long gap", "after the last"])
def test_outside_what_was_told_there_is_no_pose(second: float) -> None:
    assert _buffer(_pose(0), _pose(0.1), _pose(1.4 if second == 0.6 else 0.2)).pose_at(_at(second)) is None


def test_the_instant_of_a_pose_has_that_pose() -> None:
    pose = _buffer(_pose(0, 30.0)).pose_at(START)
    assert pose is not None
    assert pose.heading_deg == pytest.approx(30.0)


def test_a_clock_set_back_forgets_the_poses_before() -> None:
    buffer = _buffer(_pose(10), _pose(10.2), _pose(0), _pose(0.2))
    assert buffer.pose_at(_at(10.1)) is None
    assert buffer.pose_at(_at(0.1)) is not None


@pytest.mark.anyio
async def test_a_frame_ahead_of_its_pose_waits_for_it(anyio_backend: str) -> None:
    import anyio

    feed = PoseFeed()
    feed.put(_pose(0))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_put_later, feed)
        pose = await feed.pose_at(_at(0.1))
    assert pose is not None


async def _put_later(feed: PoseFeed) -> None:
    feed.put(_pose(0.2))


@pytest.mark.anyio
async def test_a_vehicle_that_fell_silent_gives_no_pose_at_once(anyio_backend: str) -> None:
    feed = PoseFeed()
    feed.put(_pose(0))
    assert await feed.pose_at(_at(60)) is None


def test_an_unstamped_picture_is_less_certain_than_a_stamped_one() -> None:
    camera = DroneCamera(60.0, Mount())
    pose = _buffer(_pose(0, 0.0, 51.1600), _pose(0.5, 5.0, 51.1601)).pose_at(_at(0.25))
    assert pose is not None
    stamped, unstamped = (
        camera.view(pose, camera.look(_at(0.25), pose, GimbalTrack()), (960, 540), stamped=known) for known in (True, False)
    )
    assert stamped is not None
    assert unstamped is not None
    for_sure, doubtful = pixel_to_ground(stamped, (480.0, 270.0)), pixel_to_ground(unstamped, (480.0, 270.0))
    assert for_sure is not None
    assert doubtful is not None
    assert doubtful.accuracy_m > for_sure.accuracy_m + 10.0, "at 16 m/s half a second is 8 m"
    assert stamped.pose.pitch_deg == -90.0


def test_a_drone_on_the_ground_places_nothing() -> None:
    pose = _buffer(_pose(0, altitude_m=0.3)).pose_at(START)
    assert pose is not None
    camera = DroneCamera(60.0, Mount())
    assert camera.view(pose, camera.look(START, pose, GimbalTrack()), (960, 540), stamped=True) is None
