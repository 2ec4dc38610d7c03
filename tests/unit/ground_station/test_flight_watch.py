"""Following a mission: which endings count as flown."""

from collections.abc import Iterable
from typing import Any

import pytest

from ground_station.control import FlightVerdict, FlightWatch
from ground_station.mavlink import mavlink
from ground_station.vehicles import VehicleEstimate
from ground_station.vehicles.autopilots import ArduPilot


def look(story: Iterable[dict[str, Any]]) -> FlightVerdict | None:
    """One look a second at what each step of the story changes."""
    watch, estimate = FlightWatch(0.0), VehicleEstimate()
    estimate.autopilot = ArduPilot(mavlink.MAV_TYPE_QUADROTOR)
    estimate.mode, estimate.mission_total, online = "AUTO", 5, True
    for second, change in enumerate(story):
        for name, value in change.items():
            if name == "online":
                online = value
            else:
                setattr(estimate, name, value)
        verdict = watch.look(estimate, online, float(second))
        if verdict is not None:
            return verdict
    return None


AIR = {"flying": True, "armed": True, "mission_state": "active"}
GROUND = {"flying": False, "armed": False}


@pytest.mark.parametrize(
    ("story", "flown"),
    [
        ([{}, AIR, {"mission_current": 3}, {"mission_current": 5}, {**GROUND, "mission_state": "complete", "mission_current": 0}], True),
        ([{}, AIR, {"mission_current": 5}, GROUND], True),
        ([{}, AIR, {"mission_current": 3}, GROUND], False),
        ([{}, AIR, {"mission_current": 3}, {"mode": "RTL"}, GROUND], False),
        ([{}, AIR, {"mission_current": 5}, {"mode": "RTL"}, GROUND], False),
        ([{}, AIR, {"mission_current": 3}, {"mode": "BRAKE"}, {"mode": "AUTO"}, {"mission_current": 5}, GROUND], True),
        ([{}, AIR, {"mission_current": 3, "online": False}, *[{}] * 130], False),
        ([{}] * 70, False),
        ([{"mission_state": "complete"}, *[{}] * 10], True),
        ([{}, AIR, {"mission_current": 5, "mission_reached": 5, "mission_state": "complete"}, *[{}] * 15], True),
    ],
    ids=[
        "complete and landed",
        "landed at the last item",
        "landed half way",
        "return by failsafe",
        "return by failsafe at the last item",
        "held and resumed",
        "link lost",
        "never started",
        "over before it was watched",
        "holding at the end",
    ],
)
def test_only_a_mission_flown_to_its_end_counts(story: list[dict[str, Any]], flown: bool) -> None:
    verdict = look(story)
    assert verdict is not None
    assert verdict.flown is flown, verdict.text


def test_a_complete_mission_about_to_be_flown_again_is_waited_for() -> None:
    story = [{"mission_state": "complete"}, {}, {"armed": True}, AIR, {"mission_current": 2}, *[{}] * 20]
    assert look(story) is None
