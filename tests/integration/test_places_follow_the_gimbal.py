"""A gimbal turned in flight: what the camera sees is placed by where the gimbal says it looks, within the accuracy claimed.

The simulator's vehicle, messages on the wire, the station's vehicle and its poses, `watch`'s camera; the pixel comes from the simulator's
own projection, which shares no line with the one that goes the other way.
"""

from typing import Any

import pytest
from pymavlink.dialects.v20 import ardupilotmega as mavlink

from geo.primitives import LocalFrame, LonLat, distance_m
from ground_station.mavlink import Address
from ground_station.vehicles import Vehicle
from ground_station.vehicles.pose_message import pose_message
from ground_station.watching.drone_camera import DroneCamera, Mount, PoseFeed
from sim.projection import Camera
from tests.support.simulated_flight import AKTAU, Flight
from tests.support.talk import over_the_wire
from vision import CameraView, pixel_to_ground

SIZE_PX, HFOV_DEG, HEIGHT_M = (960, 540), 60.0, 40.0
TO_NORTH, TO_NOSE = 16 | 64, 32
TAKE_CONTROL = (mavlink.MAV_CMD_DO_GIMBAL_MANAGER_CONFIGURE, -2, -2)


class Listening:
    """The station's side of one flight: its vehicle and the poses `watch` would get."""

    def __init__(self, flight: Flight) -> None:
        self.flight, self.poses, self._heard = flight, PoseFeed(), 0
        self.vehicle = Vehicle(1, 1, Address(254, 190), lambda _: True, 3.5)
        self.deaf_to_gimbals = False

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / 0.1)):
            self.flight.run(0.1)
            now_s, unix_s = self.flight.clock.boot_s, self.flight.clock.unix_us / 1e6
            messages, self._heard = self.flight.sent[self._heard :], len(self.flight.sent)
            for message in messages:
                heard = over_the_wire(message, (1, message.get_srcComponent() or 1))
                if heard is not None:  # of a message younger than the station's dialect only the frame is known
                    self._hear(heard, now_s, unix_s)

    def _hear(self, message: Any, now_s: float, unix_s: float) -> None:
        kind = message.get_type()
        if kind.startswith(("GIMBAL_", "MOUNT_")) and not self.deaf_to_gimbals:
            self.vehicle.payload.on_message(message, now_s, self.vehicle.estimate.heading_deg)
        if message.get_srcComponent() == 1:
            _, pose = self.vehicle.on_message(message, now_s, unix_s)
            if pose is not None:
                self.poses.put(pose_message(self.vehicle, pose, now_s))

    def view(self, mount: Mount) -> CameraView:
        """Of a picture taken at the newest pose."""
        camera, instant = DroneCamera(HFOV_DEG, mount), self.poses.buffer.newest_at
        assert instant is not None
        pose = self.poses.buffer.pose_at(instant)
        assert pose is not None
        view = camera.view(pose, camera.look(instant, pose, self.poses.gimbals), SIZE_PX, stamped=True)
        assert view is not None
        return view

    def true_pixel(self, ahead_m: float) -> tuple[LonLat, tuple[float, float]]:
        """A place in the picture near the point looked at, and the pixel that shows it."""
        truth, look = self.flight.copter.truth, self.flight.copter.host.look
        place = truth.position
        heading_deg = look.heading_deg(truth.heading_deg)
        camera = Camera(place.east, place.north, place.up, heading_deg, look.pitch_deg, HFOV_DEG, *SIZE_PX)
        aim = look.ground_point(truth, 0.0)
        assert aim is not None
        pixel = camera.pixel_of(aim.east + ahead_m, aim.north)
        assert pixel is not None
        return LocalFrame(AKTAU).place(aim.east + ahead_m, aim.north), pixel


@pytest.fixture(scope="module")
def hovering() -> Listening:
    listening = Listening(Flight())
    listening.flight.take_off(HEIGHT_M)
    assert listening.flight.command(*TAKE_CONTROL) == mavlink.MAV_RESULT_ACCEPTED
    return listening


def turn(listening: Listening, pitch_deg: float, yaw_deg: float, flags: int) -> None:
    nan = float("nan")
    command = (mavlink.MAV_CMD_DO_GIMBAL_MANAGER_PITCHYAW, pitch_deg, yaw_deg, nan, nan, flags)
    assert listening.flight.command(*command) == mavlink.MAV_RESULT_ACCEPTED


@pytest.mark.parametrize(
    ("pitch_deg", "yaw_deg", "flags", "fixed_is_off_m"),
    [(-50.0, 70.0, TO_NOSE, 25.0), (-50.0, -120.0, TO_NORTH, 25.0), (-90.0, 45.0, TO_NORTH, 3.0), (-35.0, 0.0, TO_NOSE, 45.0)],
    ids=["to the right of the nose", "by the compass", "straight down, turned", "far ahead"],
)
def test_what_is_seen_lies_where_the_gimbal_says(
    hovering: Listening, pitch_deg: float, yaw_deg: float, flags: int, fixed_is_off_m: float
) -> None:
    turn(hovering, pitch_deg, yaw_deg, flags)
    hovering.run(4.0)
    place, pixel = hovering.true_pixel(ahead_m=5.0)
    found = pixel_to_ground(hovering.view(Mount()), pixel)
    assert found is not None
    assert found.accuracy_m is not None
    assert distance_m(found.position, place) <= found.accuracy_m < 15.0
    fixed = pixel_to_ground(hovering.view(Mount(gimbal="none")), pixel)
    assert fixed is not None
    assert distance_m(fixed.position, place) > fixed_is_off_m, "the mount alone knows nothing of the turn"


def test_while_the_gimbal_turns_a_place_keeps_to_its_accuracy(hovering: Listening) -> None:
    turn(hovering, -80.0, 0.0, TO_NOSE)
    hovering.run(3.0)
    turn(hovering, -40.0, 40.0, TO_NOSE)
    for _ in range(6):
        hovering.run(0.1)
        place, pixel = hovering.true_pixel(ahead_m=2.0)
        found = pixel_to_ground(hovering.view(Mount()), pixel)
        assert found is not None
        assert found.accuracy_m is not None
        assert distance_m(found.position, place) <= found.accuracy_m


def test_a_gimbal_that_falls_silent_leaves_the_mount_and_an_honest_doubt(hovering: Listening) -> None:
    hovering.deaf_to_gimbals = True
    hovering.run(3.0)
    silent, fixed = hovering.view(Mount()), hovering.view(Mount(gimbal="none"))
    assert (silent.pose.pitch_deg, silent.pose.heading_deg) == (fixed.pose.pitch_deg, fixed.pose.heading_deg)
    assert silent.pose.tilt_sigma_deg >= 20.0
    hovering.deaf_to_gimbals = False
    hovering.run(1.0)
    assert hovering.view(Mount()).pose.tilt_sigma_deg < 5.0


def test_a_vehicle_without_a_gimbal_keeps_its_mount() -> None:
    listening = Listening(Flight())
    listening.deaf_to_gimbals = True
    listening.flight.take_off(10.0)
    listening.run(1.0)
    view = listening.view(Mount(pitch_deg=-45.0, heading_offset_deg=90.0))
    assert view.pose.pitch_deg == -45.0
    assert view.pose.tilt_sigma_deg < 2.0
