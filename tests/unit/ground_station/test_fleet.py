"""Which vehicles there are: found, lost and back, once each; two speakers with one id; payloads are no vehicles."""

import json
from typing import Any

import pytest

from geo.primitives import VehicleError
from ground_station.mavlink import Address, WireMessage, mavlink
from ground_station.messages import VehicleState
from ground_station.vehicles import Fleet, Happening, Route, Vehicle

COPTER, ARDUPILOT = mavlink.MAV_TYPE_QUADROTOR, mavlink.MAV_AUTOPILOT_ARDUPILOTMEGA


def heartbeat(
    system: int = 1, *, kind: int = COPTER, autopilot: int = ARDUPILOT, component: int = 1, mode: int = 4, base: int = 81
) -> WireMessage:
    message = mavlink.MAVLink_heartbeat_message(kind, autopilot, base, mode, mavlink.MAV_STATE_STANDBY, 3)
    message._header.srcSystem, message._header.srcComponent = system, component
    return message


class Recorder:
    """A fleet and everything it said."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str, str]] = []
        self.sent: list[tuple[Route, WireMessage]] = []
        self.link = object()
        self.fleet = Fleet(
            Address(254, 190),
            self._transmit,
            heartbeat_timeout_s=3.5,
            on_happening=self._on_happening,
            on_pose=lambda *_: None,
        )

    def _transmit(self, route: Route, message: WireMessage, _: int) -> bool:
        self.sent.append((route, message))
        return True

    def _on_happening(self, vehicle: Vehicle, happening: Happening) -> None:
        self.events.append((vehicle.vehicle_id, happening.kind, happening.text))

    def hear(self, message: WireMessage, at_s: float, peer: Any = "a", link: Any = None) -> None:
        self.fleet.on_message(message, Route(link or self.link, peer), at_s, 1.7e9 + at_s)
        self.fleet.on_time(at_s)

    def kinds(self) -> list[str]:
        return [kind for _, kind, _ in self.events]


def test_a_vehicle_is_found_lost_and_found_again_with_one_event_each() -> None:
    recorder = Recorder()
    for second in range(5):
        recorder.hear(heartbeat(), second)
    for quarter in range(40):
        recorder.fleet.on_time(4 + quarter / 4)
        lost = not recorder.fleet.require("mav-1").online
        assert lost is (quarter / 4 > 3.5)
    recorder.hear(heartbeat(), 20.0)
    recorder.hear(heartbeat(), 21.0)
    assert recorder.kinds() == ["link_found", "link_lost", "link_found"]


@pytest.mark.parametrize(
    "message",
    [
        heartbeat(255, kind=mavlink.MAV_TYPE_GCS, autopilot=mavlink.MAV_AUTOPILOT_INVALID),
        heartbeat(1, kind=mavlink.MAV_TYPE_CAMERA, autopilot=mavlink.MAV_AUTOPILOT_INVALID, component=100),
        heartbeat(1, kind=mavlink.MAV_TYPE_GIMBAL, autopilot=mavlink.MAV_AUTOPILOT_INVALID, component=154),
        heartbeat(254),
    ],
    ids=["another station", "camera", "gimbal", "our own echo"],
)
def test_what_is_no_vehicle_is_not_listed(message: WireMessage) -> None:
    recorder = Recorder()
    recorder.hear(message, 0.0)
    assert len(recorder.fleet) == 0


def test_a_camera_of_the_same_system_does_not_change_the_vehicle() -> None:
    recorder = Recorder()
    recorder.hear(heartbeat(mode=4), 0.0)
    recorder.hear(heartbeat(mode=9, component=100, kind=mavlink.MAV_TYPE_CAMERA, autopilot=mavlink.MAV_AUTOPILOT_INVALID), 0.1)
    assert recorder.fleet.require("mav-1").estimate.mode == "GUIDED"


def test_answers_go_where_each_vehicle_was_heard() -> None:
    recorder = Recorder()
    recorder.hear(heartbeat(1), 0.0, peer="first")
    recorder.hear(heartbeat(2), 0.0, peer="second")
    recorder.fleet.require("mav-2").send([heartbeat(9)])
    recorder.fleet.require("mav-1").send([heartbeat(9)])
    assert [route.peer for route, _ in recorder.sent] == ["second", "first"]


def test_two_speakers_with_one_system_id_are_told_once_and_only_the_first_is_followed() -> None:
    recorder = Recorder()
    for second in range(5):
        recorder.hear(heartbeat(mode=4), second, peer="first")
        recorder.hear(heartbeat(mode=9), second + 0.5, peer="second")
    assert recorder.fleet.require("mav-1").estimate.mode == "GUIDED"
    told = [text for _, kind, text in recorder.events if kind == "text"]
    assert len(told) == 1
    assert "system id 1" in told[0]


def test_a_second_link_to_the_same_vehicle_takes_over_when_the_first_is_silent() -> None:
    recorder = Recorder()
    other = object()
    for second in range(3):
        recorder.hear(heartbeat(), second, peer="first")
        recorder.hear(heartbeat(), second + 0.1, peer="radio", link=other)
    assert recorder.fleet.route_of(1) == Route(recorder.link, "first")
    for second in range(3, 7):
        recorder.hear(heartbeat(), second, peer="radio", link=other)
    assert recorder.fleet.route_of(1) == Route(other, "radio")
    assert recorder.kinds() == ["link_found"]


def test_a_vehicle_not_heard_is_refused_with_the_names_of_those_that_were() -> None:
    recorder = Recorder()
    recorder.hear(heartbeat(3), 0.0)
    with pytest.raises(VehicleError, match=r"'mav-7' has not been heard; heard so far: mav-3"):
        recorder.fleet.require("mav-7")


def high_latency(*, autopilot: int = ARDUPILOT, custom_mode: int = 5, custom0: int = 209) -> WireMessage:
    message = mavlink.MAVLink_high_latency2_message(
        1,
        COPTER,
        autopilot,
        custom_mode,
        436505000,
        511600000,
        120,
        125,
        45,
        0,
        0,
        40,
        50,
        50,
        25,
        0,
        0,
        10,
        10,
        20,
        -12,
        76,
        3,
        0,
        custom0,
        0,
        0,
    )
    message._header.srcSystem, message._header.srcComponent = 1, 1
    return message


def test_a_vehicle_on_a_high_latency_link_is_found_shown_and_not_lost_between_its_rare_messages() -> None:
    recorder = Recorder()
    recorder.hear(high_latency(), 0.0)
    vehicle = recorder.fleet.require("mav-1")
    recorder.fleet.on_time(60.0)
    estimate = vehicle.estimate
    assert (vehicle.online, vehicle.high_latency) == (True, True)
    assert (estimate.mode, estimate.armed, estimate.heading_deg) == ("LOITER", True, 90.0)
    assert (estimate.ground_speed_mps, estimate.climb_mps, estimate.altitude_amsl_m) == (5.0, -1.2, 120.0)
    assert estimate.battery is not None
    assert (estimate.battery.remaining_fraction, estimate.mission_current) == (0.76, 3)
    recorder.fleet.on_time(121.0)
    assert recorder.kinds() == ["link_found", "link_lost"]
    recorder.hear(high_latency(), 130.0)
    recorder.hear(heartbeat(), 131.0)  # back on a link that carries heartbeats: four seconds without one are a loss again
    assert not vehicle.high_latency
    recorder.fleet.on_time(136.0)
    assert [kind for kind in recorder.kinds() if kind.startswith("link")] == [
        "link_found",
        "link_lost",
        "link_found",
        "link_found",
        "link_lost",
    ]


def test_a_state_told_fast_says_the_same_as_one_checked() -> None:
    recorder = Recorder()
    recorder.hear(heartbeat(), 0.0)
    recorder.hear(high_latency(), 0.5)
    vehicle = recorder.fleet.require("mav-1")
    told = VehicleState.model_validate_json(vehicle.state_json(1.0))
    checked = vehicle.snapshot(1.0)
    assert told.model_copy(update={"at": checked.at}) == checked
    assert set(json.loads(vehicle.state_json(1.0))) == set(json.loads(checked.encode()))
