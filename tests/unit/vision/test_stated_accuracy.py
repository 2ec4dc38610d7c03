"""The accuracy stated is the accuracy had: over thousands of places seen by a simulated drone, the true one lies inside the stated 95 %
ellipse 93 to 97 times in a hundred, over level ground and over hills.

The errors are those of the simulator's own satellites, barometer, compass and navigation filter; the pixels come from its own projection.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from random import Random

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat, camera_to_enu, error_ellipse, heading_pitch_roll_deg, radius_95_m
from geo.terrain import Heights, first_contact
from ground_station.watching.drone_camera import DroneCamera, Mount, Sigmas
from ground_station.watching.gimbal_track import GimbalTrack, LookAt
from ground_station.watching.pose_buffer import PoseAt
from sim.airframes import BodyState
from sim.navigation import Navigation
from sim.projection import Camera
from sim.sensors import BAROMETER_SIGMA_M, COMPASS_SIGMA_DEG, GPS_LEVEL_SIGMA_M, GPS_PERIOD_S, Sensors
from sim.vector import Vector
from tests.support.ground import ground, rough_ground
from vision import GroundFix, Relief
from vision.posed_ground import fix_of_pixel

AKTAU = LonLat(51.16, 43.65)
FRAME = LocalFrame(AKTAU)
SIZE_PX, HFOV_DEG, PIXEL_SIGMA_PX = (1280, 720), 62.0, 1.5
BETWEEN_S, VEHICLES, SAMPLES_EACH = 90.0, 8, 45  # errors of a minute: samples so far apart have little in common
PIXELS_EACH = 3
AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
SENSORS = Sigmas(
    position_m=GPS_LEVEL_SIGMA_M, height_m=BAROMETER_SIGMA_M, heading_deg=COMPASS_SIGMA_DEG, tilt_deg=0.0, focal=0.0, time_s=0.0
)
GIMBAL_AND_LENS = SENSORS.model_copy(update={"tilt_deg": 0.6, "focal": 0.02, "time_s": 0.1})
SPEED_MPS, TURN_DPS = (7.0, -3.0, 0.5), 8.0  # of a vehicle whose pictures come at a doubtful instant


@cache
def believed(seed: int) -> tuple[BodyState, ...]:
    """What a vehicle that hovers at its frame's origin, heading north, believes of itself, each time after a long while."""
    sensors, navigation = Sensors(Random(seed)), Navigation(Random(seed + 1000))
    truth = BodyState(position=Vector(0.0, 0.0, 0.0))
    told = []
    for step in range(1, round(BETWEEN_S * (SAMPLES_EACH + 1) / GPS_PERIOD_S)):
        now_s = step * GPS_PERIOD_S
        readings = navigation.step(truth, sensors.sample(truth, now_s), now_s, GPS_PERIOD_S)
        if step % round(BETWEEN_S / GPS_PERIOD_S) == 0:
            told.append(readings.believed)
    return tuple(told)


def seen(heights: Heights, mount: Mount) -> Iterator[tuple[NDArray[np.float64], GroundFix]]:
    """Displacements of the place found from the true one, with the fix."""
    random, sigma = np.random.default_rng(5), mount.sigma
    moves = bool(sigma.time_s)
    home_m = float(heights.heights_amsl_m([AKTAU.as_tuple()])[0])
    for seed in range(VEHICLES):
        for error in believed(seed):
            east, north, above = random.uniform(-300, 300), random.uniform(-300, 300), random.uniform(40, 120)
            heading, pitch = random.uniform(0, 360), random.uniform(-90, -35)
            foot_m = float(heights.heights_amsl_m(FRAME.to_lonlat_deg([[east, north]]))[0])
            up = foot_m + above - home_m
            truth = Camera(east, north, foot_m + above, heading, pitch, HFOV_DEG, *SIZE_PX)
            late_s = random.normal(0.0, 1.0) * (sigma.time_s or 0.0)
            off_e, off_n, off_u = (speed * late_s * moves for speed in SPEED_MPS)
            told = PoseAt(
                position=FRAME.place(east + error.position.east + off_e, north + error.position.north + off_n),
                altitude_above_home_m=up + error.position.up + off_u,
                roll_deg=0.0,
                pitch_deg=0.0,
                heading_deg=heading + (error.heading_deg + 180.0) % 360.0 - 180.0 + TURN_DPS * late_s * moves,
                speed_mps=SPEED_MPS if moves else (0.0, 0.0, 0.0),
                home=AKTAU,
            )
            tilt = np.radians([*random.normal(0.0, 1.0, 2) * sigma.tilt_deg, 0.0])
            turned = np.asarray(cv2.Rodrigues(tilt)[0]) @ camera_to_enu(told.heading_deg, pitch)
            looks, nods, leans = heading_pitch_roll_deg(turned)
            half = np.tan(np.radians(HFOV_DEG / 2)) / (1.0 + random.normal(0.0, 1.0) * sigma.focal)
            camera = DroneCamera(float(2 * np.degrees(np.arctan(half))), mount, heights)
            look = LookAt(leans, nods, looks, TURN_DPS * moves)
            view = camera.view(told, look, SIZE_PX, stamped=True)
            assert view is not None
            for _ in range(PIXELS_EACH):
                pixel = random.uniform((0.0, 0.0), SIZE_PX)
                ray = np.append(truth.straightened(pixel[None])[0], 1.0) @ truth.world_to_camera()[:, :3]
                hit = first_contact(heights, FRAME, np.array([east, north, truth.height_m]), ray, 2000.0)
                found = fix_of_pixel(view, tuple(pixel + random.normal(0.0, PIXEL_SIGMA_PX, 2)), PIXEL_SIGMA_PX, Relief(heights, 0.0))
                if hit is not None and found is not None:
                    frame, fix = found
                    yield np.array(frame.offset_m(FRAME.place(*map(float, hit.en_m)))) - fix.en_m, fix


@pytest.mark.parametrize(
    ("relief", "sigmas"),
    [("level", SENSORS), ("hills", SENSORS), ("level", GIMBAL_AND_LENS), ("hills", GIMBAL_AND_LENS)],
    ids=["level", "hills", "level, gimbal lens and clock err too", "hills, gimbal lens and clock err too"],
)
def test_the_truth_lies_inside_the_stated_ellipse_95_times_in_a_hundred(relief: str, sigmas: Sigmas) -> None:
    heights = (
        ground(AKTAU, lambda east, north: np.full_like(east, 20.0)) if relief == "level" else rough_ground(AKTAU, seed=4, relief_m=60.0)
    )
    inside, within, sizes = [], [], []
    for off, fix in seen(heights, Mount(sigma=sigmas)):
        inside.append(off @ np.linalg.solve(fix.covariance_m2, off) <= 5.991)
        within.append(np.hypot(*off) <= fix.accuracy_m)
        sizes.append(fix.accuracy_m)
    assert len(inside) >= 900
    assert 0.93 <= np.mean(inside) <= 0.97
    assert 0.93 <= np.mean(within) <= 0.97
    assert np.median(sizes) < (3.0 if sigmas is SENSORS else 5.5), "and says something"


def test_the_ellipse_is_longer_away_from_the_camera_than_across() -> None:
    camera = DroneCamera(HFOV_DEG, Mount(pitch_deg=-30.0, sigma=Sigmas(position_m=0.1, height_m=0.1, heading_deg=0.3, tilt_deg=0.5)))
    pose = PoseAt(AKTAU, 60.0, 0.0, 0.0, 70.0)
    view = camera.view(pose, camera.look(AT, pose, GimbalTrack()), SIZE_PX, stamped=True)
    assert view is not None
    found = fix_of_pixel(view, (640.0, 360.0))
    assert found is not None
    ellipse = error_ellipse(found[1].covariance_m2)
    assert ellipse.bearing_deg == pytest.approx(70.0, abs=1.0)
    assert ellipse.major_m > 1.8 * ellipse.minor_m
    assert ellipse.minor_m < found[1].accuracy_m < ellipse.major_m


@pytest.mark.parametrize(("along", "across"), [(1.0, 0.0), (1.0, 0.4), (3.0, 3.0)], ids=["line", "long", "round"])
def test_the_circle_holds_95_of_a_hundred_whatever_the_shape(along: float, across: float) -> None:
    errors = np.random.default_rng(2).normal(size=(100_000, 2)) * (along, across)
    assert np.mean(np.hypot(*errors.T) <= radius_95_m(np.diag([along, across]) ** 2)) == pytest.approx(0.95, abs=0.003)


def test_the_lens_is_placed_by_its_lever_arm_as_the_vehicle_turns() -> None:
    camera = DroneCamera(HFOV_DEG, Mount(lever_arm_m=(2.0, 0.5, 1.0)))
    for heading_deg, expected in ((0.0, (0.5, 2.0)), (90.0, (2.0, -0.5)), (180.0, (-0.5, -2.0))):
        pose = PoseAt(AKTAU, 60.0, 0.0, 0.0, heading_deg)
        view = camera.view(pose, camera.look(AT, pose, GimbalTrack()), SIZE_PX, stamped=True)
        assert view is not None
        assert FRAME.offset_m(view.pose.position) == pytest.approx(expected, abs=1e-4)
        assert view.pose.height_m == pytest.approx(59.0)


def test_over_a_slope_the_place_is_on_the_slope_and_its_error_is_of_the_slope() -> None:
    slope = ground(AKTAU, lambda east, north: 100.0 + 0.4 * north)
    camera = DroneCamera(HFOV_DEG, Mount(pitch_deg=-45.0, sigma=SENSORS), slope)
    pose = PoseAt(AKTAU, 80.0, 0.0, 0.0, 0.0, home=AKTAU)
    view = camera.view(pose, camera.look(AT, pose, GimbalTrack()), SIZE_PX, stamped=True)
    assert view is not None
    uphill, flat = fix_of_pixel(view, (640.0, 360.0), relief=Relief(slope)), fix_of_pixel(view, (640.0, 360.0))
    assert uphill is not None
    assert flat is not None
    assert uphill[1].en_m[1] == pytest.approx(80.0 / 1.4, abs=0.1)
    assert flat[1].en_m[1] == pytest.approx(80.0, abs=0.1), "level ground would be 23 m off"
