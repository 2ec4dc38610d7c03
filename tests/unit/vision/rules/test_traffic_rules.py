"""Each rule of the road on made-up ways: the deed, and next to it what looks alike and is none."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from geo.primitives import VisionError
from tests.support.made_ways import LOCAL, drives, drives_and_stands, feature, track
from vision import Judge, SceneFeature, Track, Violation, road_scene, rules_named, verdicts_hash

# A road to the east, one lane each way, a stop line at 0 for those that drive east; red from 10 s to 30 s.
RED_FROM_S = 10.0
SCENE = [
    feature(
        "lane",
        "Polygon",
        [(-200, -3.5), (200, -3.5), (200, 0), (-200, 0)],
        id="east",
        heading_deg=90,
        speed_limit_kmh=60,
        legal_order="O-1",
    ),
    feature("lane", "Polygon", [(-200, 0), (200, 0), (200, 3.5), (-200, 3.5)], id="west", heading_deg=270, speed_limit_kmh=60),
    feature("signal", "Point", [(5, -5)], id="light", schedule={"green_s": 8, "yellow_s": 2, "red_s": 20, "offset_s": 0}),
    feature("stop_line", "LineString", [(0, -3.5), (0, 0)], id="stop", heading_deg=90, signal="light", legal_order="O-2"),
    feature("solid_line", "LineString", [(-150, 0), (150, 0)], id="centre", legal_order="O-3"),
    feature("no_stopping", "Polygon", [(60, -3.5), (90, -3.5), (90, 0), (60, 0)], id="kerb", legal_order="O-4"),
    feature("bus_lane", "Polygon", [(-150, 3.5), (150, 3.5), (150, 7), (-150, 7)], id="buses", legal_order="O-5"),
    feature("crossing", "Polygon", [(38, -3.5), (42, -3.5), (42, 3.5), (38, 3.5)], id="zebra", legal_order="O-6"),
]


def found(*tracks: Track, rules: Sequence[str] = ("all",), features: Sequence[SceneFeature] = SCENE) -> list[Violation]:
    return Judge(rules_named(rules), road_scene(features, LOCAL)).judge(tracks)


def changes_lane(at_s: float) -> tuple[float, float]:
    return (12.0 * at_s - 60.0, float(np.interp(at_s, [4.0, 5.0], [-1.75, 1.75])))


def walks(at_s: float) -> tuple[float, float]:
    return (40.0, -6.0 + 1.4 * at_s)


CASES = {
    "over the limit": ([track(1, drives(25.0, at_0_s=3.0), end_s=8.0)], {"speeding"}),
    "a little over the limit is within the tolerance": ([track(1, drives(18.5, at_0_s=4.0), end_s=9.0)], set()),
    "the tolerance ends within the error of the measurement": ([track(1, drives(19.6, at_0_s=4.0), end_s=9.0, noise_m=0.6)], set()),
    "through the red light": ([track(1, drives(12.0, at_0_s=13.0), begin_s=8.0, end_s=17.0)], {"red_light"}),
    "the same on green": ([track(1, drives(12.0, at_0_s=5.0))], set()),
    "over the line just before red, on while it is red": ([track(1, drives(12.0, at_0_s=RED_FROM_S), begin_s=6.0, end_s=15.0)], set()),
    "stands past the line and waits": ([track(1, drives_and_stands(10.0, 2.5, arrives_s=14.0), begin_s=9.0, end_s=22.0)], {"stop_line"}),
    "stands at the line": ([track(1, drives_and_stands(10.0, -3.5, arrives_s=14.0), begin_s=9.0, end_s=22.0)], set()),
    "over the solid line": ([track(1, changes_lane, end_s=8.0)], {"solid_line", "wrong_way"}),
    "beside the solid line": ([track(1, drives(12.0, at_0_s=5.0, north_m=-0.9))], set()),
    "against the traffic": ([track(1, drives(9.0, at_0_s=5.0, north_m=-1.75, west=True))], {"wrong_way"}),
    "backwards into a parking space": ([track(1, drives(1.0, at_0_s=5.0, north_m=-1.75, west=True))], set()),
    "a car in the bus lane": ([track(1, drives(11.0, at_0_s=5.0, north_m=5.25))], {"bus_lane"}),
    "a bus in the bus lane": ([track(1, drives(11.0, at_0_s=5.0, north_m=5.25), label="bus")], set()),
    "stops where it may not": ([track(1, drives_and_stands(10.0, 75.0, arrives_s=3.0), end_s=12.0)], {"illegal_stop"}),
    "gives way there": ([track(1, drives_and_stands(10.0, 75.0, arrives_s=3.0, goes_on_s=6.0), end_s=12.0)], set()),
    "stands in a queue there": (
        [
            track(1, drives_and_stands(10.0, 75.0, arrives_s=3.0), end_s=12.0),
            track(2, drives_and_stands(10.0, 95.0, arrives_s=2.0), end_s=13.0),
            track(3, drives_and_stands(10.0, 82.0, arrives_s=2.5), end_s=12.0),
        ],
        {"illegal_stop"},  # of the third alone: nobody stands close ahead of it
    ),
    "in front of a person on the crossing": (
        [track(1, drives(10.0, at_0_s=-0.7), begin_s=0.0, end_s=8.0), track(2, walks, label="person", end_s=10.0)],
        {"no_priority"},
    ),
    "gives way with its front over the edge": (
        [track(1, drives_and_stands(6.0, 36.2, arrives_s=6.0), end_s=12.0), track(2, walks, label="person", end_s=12.0)],
        set(),
    ),
    "long before the person comes": (
        [track(1, drives(10.0, at_0_s=-5.0), end_s=6.0, begin_s=-3.0), track(2, walks, label="person", end_s=10.0)],
        set(),
    ),
}


@pytest.mark.parametrize(("tracks", "rules"), CASES.values(), ids=CASES)
def test_the_deed_is_found_and_what_looks_alike_is_not(tracks: list[Track], rules: set[str]) -> None:
    assert {one.rule for one in found(*tracks)} == rules


def test_who_waits_in_a_queue_is_not_accused_of_stopping() -> None:
    tracks, _ = CASES["stands in a queue there"]
    assert {one.track_id for one in found(*tracks)} == {3}


def test_a_verdict_says_by_what_order_how_surely_and_which_pictures_prove_it() -> None:
    (one,) = found(track(1, drives(25.0, at_0_s=3.0), end_s=8.0))
    assert (one.feature, one.legal_order, one.evidence_tier) == ("east", "O-1", "B")
    assert one.measure is not None
    assert one.measure.unit == "km/h"
    assert abs(one.measure.value - 90.0) <= one.measure.uncertainty
    assert one.measure.value - one.measure.uncertainty > one.measure.limit
    assert list(one.proof_s) == sorted(one.proof_s)


def test_what_may_be_a_bus_is_not_accused_of_using_its_lane() -> None:
    doubtful = track(1, drives(11.0, at_0_s=5.0, north_m=5.25), labels=("car", "car", "truck"))
    judge = Judge(rules_named(["bus_lane"]), road_scene(SCENE, LOCAL))
    assert judge.judge([doubtful]) == []
    assert judge.abstained == {("bus_lane", "class in doubt"): 1}


def test_without_a_legal_order_it_is_statistics_alone() -> None:
    (one,) = found(track(1, drives(25.0, at_0_s=3.0, north_m=1.75, west=True), end_s=8.0), rules=["speeding"])
    assert (one.feature, one.evidence_tier) == ("west", "C")


def test_what_the_picture_does_not_prove_is_counted_and_not_told() -> None:
    judge = Judge(rules_named(["speeding"]), road_scene(SCENE, LOCAL))
    assert judge.judge([track(1, drives(19.6, at_0_s=4.0), end_s=9.0, noise_m=0.6)]) == []
    assert judge.abstained == {("speeding", "not surely faster than the limit"): 1}


def test_the_same_tracks_give_the_same_verdicts_and_hash() -> None:
    first, second = (found(*(one for tracks, _ in CASES.values() for one in tracks)) for _ in range(2))
    assert first == second
    assert verdicts_hash(first) == verdicts_hash(second)
    assert verdicts_hash([replace(first[0], edition="another"), *first[1:]]) != verdicts_hash(first)


def test_a_stricter_limit_never_finds_fewer() -> None:
    tracks = [track(number, drives(speed, at_0_s=4.0), end_s=9.0) for number, speed in enumerate([10.0, 15.0, 19.0, 21.0, 26.0], 1)]
    before: set[int] = set()
    for limit_kmh in (100, 80, 60, 40, 20):
        lane = SCENE[0].model_copy(update={"properties": {**(SCENE[0].properties or {}), "speed_limit_kmh": limit_kmh}})
        now = {one.track_id for one in found(*tracks, rules=["speeding"], features=[lane])}
        assert before <= now
        before = now
    assert before == {1, 2, 3, 4, 5}


def test_a_thing_seen_for_a_moment_is_not_judged() -> None:
    assert found(track(1, drives(25.0), end_s=0.5)) == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (
            feature("lane", "Polygon", [(0, 0), (1, 1), (1, 0), (0, 1)], heading_deg=0),
            "Feature 0 of the scene cannot be judged by: its outline crosses itself",
        ),
        (feature("lane", "Polygon", [(0, 0), (1, 0), (1, 1)]), "heading_deg: Field required"),
        (feature("stop_line", "LineString", [(0, 0), (0, 4)], heading_deg=0), "its heading_deg runs along the line, not across it"),
        (feature("solid_line", "Point", [(0, 0)]), "its geometry is 'Point', not LineString"),
    ],
)
def test_a_feature_that_could_be_misread_is_refused(broken: SceneFeature, told: str) -> None:
    with pytest.raises(VisionError, match="cannot be judged by") as refused:
        road_scene([broken], LOCAL)
    assert told in refused.value.message


def test_a_rule_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(VisionError, match="There is no rule 'speding'") as refused:
        rules_named(["speding"])
    assert "speeding" in (refused.value.hint or "")
