"""What all rules share: hours and exclusions, one thing under two numbers, two things under one."""

from datetime import UTC, datetime

import numpy as np
import pytest

from geo.primitives import VisionError
from tests.support.made_ways import LOCAL, drives, drives_and_stands, feature, track
from vision import Judge, Track, road_scene, rules_named, terms_of

MORNINGS = {"hours": [{"days": ["mon", "tue", "wed", "thu", "fri"], "from": "07:00", "until": "10:00"}]}
NIGHTS = {"hours": [{"from": "22:00", "until": "06:00"}]}
MONDAY_8_IN_AQTAU = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)


def lane(**terms: object) -> Judge:
    area = feature("bus_lane", "Polygon", [(-150, 3.5), (150, 3.5), (150, 7), (-150, 7)], id="buses", **terms)
    return Judge(rules_named(["bus_lane"]), road_scene([area], LOCAL))


def in_the_lane(number: int = 1, **more: object) -> Track:
    return track(number, drives(11.0, at_0_s=5.0, north_m=5.25), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("hours", "found"), [(MORNINGS, 1), (NIGHTS, 0)])
def test_a_rule_is_in_force_by_the_clock_of_the_place(hours: dict[str, object], found: int) -> None:
    assert len(lane(schedule=hours).judge([in_the_lane(began_at=MONDAY_8_IN_AQTAU)])) == found


def test_hours_over_midnight_belong_to_the_day_they_began_on() -> None:
    friday_night = terms_of({"zone": "UTC", "hours": [{"days": ["fri"], "from": "22:00", "until": "06:00"}]}, None, of="a test")
    for instant, held in (("2026-05-08T23:00", True), ("2026-05-09T05:00", True), ("2026-05-08T05:00", False), ("2026-05-09T23:00", False)):
        at = datetime.fromisoformat(instant).replace(tzinfo=UTC)
        assert friday_night.concern("car", {"car": 1.0}, at, None) is held, instant


def test_without_a_clock_hours_cannot_be_judged() -> None:
    judge = lane(schedule=MORNINGS)
    assert judge.judge([in_the_lane()]) == []
    assert judge.abstained == {("bus_lane", "no clock to hold the hours against"): 1}


def test_excluded_classes_and_plates_are_not_accused() -> None:
    assert lane(excluded={"classes": ["car"]}).judge([in_the_lane()]) == []
    permitted = lane(excluded={"plates": ["123 ABC 12"]})
    assert permitted.judge([in_the_lane()], plates={1: "123abc12"}) == []
    assert not permitted.abstained
    assert len(permitted.judge([in_the_lane(2)], plates={2: "124ABC12"})) == 1
    assert permitted.judge([in_the_lane(3)]) == []
    assert permitted.abstained == {("bus_lane", "plate not read, and some are permitted"): 1}


def test_the_terms_of_a_source_hold_besides_those_of_the_feature() -> None:
    area = feature("bus_lane", "Polygon", [(-150, 3.5), (150, 3.5), (150, 7), (-150, 7)], id="buses", schedule=MORNINGS)
    nights = {"bus_lane": terms_of(NIGHTS, None, of="the source")}
    judge = Judge(rules_named(["bus_lane"]), road_scene([area], LOCAL), nights)
    assert judge.judge([in_the_lane(began_at=MONDAY_8_IN_AQTAU)]) == []


@pytest.mark.parametrize(
    ("schedule", "told"),
    [({"hours": []}, "hours"), ({"hours": [{"from": "7", "until": "10:00"}]}, "from"), ({**NIGHTS, "zone": "Aqtau"}, "Aqtau")],
)
def test_terms_that_could_be_misread_are_refused(schedule: dict[str, object], told: str) -> None:
    with pytest.raises(VisionError, match="The terms of source 'gate' are not usable") as refused:
        terms_of(schedule, None, of="source 'gate'")
    assert told in refused.value.message


def test_a_standing_thing_found_again_under_another_number_is_told_once() -> None:
    kerb = feature("no_stopping", "Polygon", [(60, -3.5), (90, -3.5), (90, 0), (60, 0)], id="kerb")
    judge = Judge(rules_named(["illegal_stop"]), road_scene([kerb], LOCAL))
    assert len(judge.judge([track(1, drives_and_stands(10.0, 75.0, arrives_s=3.0), end_s=12.0)])) == 1
    assert judge.judge([track(2, lambda _: (75.0, -1.75), begin_s=14.0, end_s=26.0)]) == []
    assert judge.repeated == {"illegal_stop": 1}
    assert len(judge.judge([track(3, drives_and_stands(10.0, 68.0, arrives_s=30.0), begin_s=27.0, end_s=40.0)])) == 1


def test_two_boxes_over_one_vehicle_are_told_once_and_two_vehicles_twice() -> None:
    assert len(lane().judge([in_the_lane(1), in_the_lane(2)])) == 1
    assert len(lane().judge([in_the_lane(1), track(2, drives(11.0, at_0_s=6.5, north_m=5.25))])) == 2


def test_a_track_that_goes_over_to_another_car_accuses_nobody() -> None:
    """From the car that waits at the line to the one that has the green road: what the tracker tells drives through on red."""
    stop = feature("stop_line", "LineString", [(0, -3.5), (0, 0)], id="stop", heading_deg=90, signal="light")
    signal = feature("signal", "Point", [(5, -5)], id="light", schedule={"green_s": 8, "yellow_s": 2, "red_s": 20, "offset_s": 0})
    waits = drives_and_stands(10.0, -3.0, arrives_s=14.0)

    def swapped(at_s: float) -> tuple[float, float]:
        return waits(at_s) if at_s < 16.0 else (6.0 + 12.0 * (at_s - 16.0), -1.75)

    judge = Judge(rules_named(["red_light"]), road_scene([stop, signal], LOCAL))
    assert judge.judge([track(1, swapped, begin_s=9.0, end_s=20.0)]) == []
    assert judge.abstained == {("red_light", "may be two things under one number"): 1}
    assert len(judge.judge([track(2, drives(12.0, at_0_s=14.0), begin_s=9.0, end_s=18.0)])) == 1


def test_a_track_whose_look_changes_for_good_accuses_nobody() -> None:
    red, white = (np.eye(80, dtype=np.float32)[number] for number in (3, 60))
    same, other = in_the_lane(1), track(2, drives(11.0, at_0_s=-5.0, north_m=5.25))
    for at_s in np.arange(0.0, 12.0, 0.4).tolist():
        same.remember(red, at_s)
        other.remember(red if at_s < 1.2 else white, at_s)
    judge = lane()
    assert [one.track_id for one in judge.judge([same, other])] == [1]
    assert judge.abstained == {("bus_lane", "may be two things under one number"): 1}
