"""Overtaking, turns, rails, shoulders, boxes, what is left standing and closed areas: the deed, what looks alike, what cannot be told."""

from collections.abc import Sequence

import numpy as np
import pytest

from geo.primitives import VisionError
from tests.support.made_ways import LOCAL, Way, drives, drives_and_stands, feature, track
from vision import Judge, SceneFeature, Track, road_scene, rules_named

# A road to the east with one lane each way, over rails at 100 whose signal is red from 10 s on; a junction with a road from the south at 0.
LANES = [
    feature("lane", "Polygon", [(-200, -3.5), (200, -3.5), (200, 0), (-200, 0)], id="east", heading_deg=90),
    feature("lane", "Polygon", [(-200, 0), (200, 0), (200, 3.5), (-200, 3.5)], id="west", heading_deg=270),
]
NO_OVERTAKING = [*LANES, feature("no_overtaking", "Polygon", [(-50, -4), (90, -4), (90, 4), (-50, 4)], id="zone", legal_order="O-1")]
TURNS = [
    feature("turn_edge", "LineString", [(-8, -3.5), (-8, 0)], id="west-in", heading_deg=90),
    feature("turn_edge", "LineString", [(-8, 0), (-8, 3.5)], id="west-out", heading_deg=270),
    feature("turn_edge", "LineString", [(0, -8), (3.5, -8)], id="south-in", heading_deg=0),
    feature("forbidden_turn", "LineString", [(2, -8), (-8, 2)], id="no-left", entry="south-in", exit="west-out"),
    feature("forbidden_turn", "LineString", [(-8, -2), (-8, 2)], id="no-return", entry="west-in", exit="west-out"),
]
RAILS = [
    feature("signal", "Point", [(95, -5)], id="bells", schedule={"green_s": 10, "yellow_s": 0, "red_s": 40}),
    feature("rail_crossing", "Polygon", [(95, -4), (105, -4), (105, 4), (95, 4)], id="rails", signal="bells"),
]
SHOULDER = [feature("shoulder", "Polygon", [(-150, -7), (150, -7), (150, -3.5), (-150, -3.5)], id="verge")]
BOX = [feature("box_junction", "Polygon", [(-7, -7), (7, -7), (7, 7), (-7, 7)], id="box")]
NO_LORRIES = [feature("restricted_zone", "Polygon", [(-60, -6), (60, -6), (60, 3), (-60, 3)], id="town", applies_to=["truck"])]
YARD = [feature("closed_area", "Polygon", [(-10, 5), (10, 5), (10, 25), (-10, 25)], id="yard")]


def through(*corners: tuple[float, float, float]) -> Way:
    """Straight from corner to corner, each with its second."""
    times, east, north = zip(*corners, strict=True)
    return lambda at_s: (float(np.interp(at_s, times, east)), float(np.interp(at_s, times, north)))


def turning(radius_m: float, speed_mps: float, *, from_south: bool) -> Way:
    """From the south to the west in one bend, or from the west back to the west around (-8, 0)."""

    def way(at_s: float) -> tuple[float, float]:
        gone_m = speed_mps * (at_s - 3.0)
        if from_south:
            bend_m = radius_m * np.pi / 2.0
            turned = np.clip(gone_m, 0.0, bend_m) / radius_m
            east, north = 1.75 - radius_m * (1.0 - np.cos(turned)), 1.75 - radius_m + radius_m * np.sin(turned)
            return float(east - max(0.0, gone_m - bend_m)), float(north + min(0.0, gone_m))
        bend_m = radius_m * np.pi
        turned = np.clip(gone_m, 0.0, bend_m) / radius_m
        east, north = radius_m * np.sin(turned), -radius_m * np.cos(turned)
        return float(east + min(0.0, gone_m) - max(0.0, gone_m - bend_m)), float(north)

    return way


OUT_AND_BACK = through((0, -60, -1.75), (3, -21, -1.75), (4.5, -2, 1.75), (8, 44, 1.75), (9.5, 63, -1.75), (12, 96, -1.75))
CASES: dict[str, tuple[Sequence[SceneFeature], list[Track], set[str]]] = {
    "overtakes in the zone": (NO_OVERTAKING, [track(1, OUT_AND_BACK), track(2, drives(5, at_0_s=2.0))], {"overtaking"}),
    "overtakes where it may": (LANES, [track(1, OUT_AND_BACK), track(2, drives(5, at_0_s=2.0))], set()),
    "goes around what stands": (NO_OVERTAKING, [track(1, OUT_AND_BACK), track(2, lambda _: (20.0, -2.0))], set()),
    "drives on against the traffic": (NO_OVERTAKING, [track(1, OUT_AND_BACK)], {"wrong_way"}),
    "turns left against the sign": (TURNS, [track(1, turning(9, 6, from_south=True))], {"forbidden_turn"}),
    "turns round against the sign": (TURNS, [track(1, turning(1.75, 3, from_south=False), begin_s=-3.0)], {"forbidden_turn"}),
    "goes straight on there": (TURNS, [track(1, lambda at_s: (1.75, -40.0 + 8.0 * at_s))], set()),
    "on to the rails on red": (RAILS, [track(1, drives(12, at_0_s=6.5), begin_s=8.0, end_s=18.0)], {"rail_crossing"}),
    "too near the rails to stop": (RAILS, [track(1, drives(12, at_0_s=3.5), begin_s=4.0, end_s=16.0)], set()),
    "waits before the rails": (RAILS, [track(1, drives_and_stands(10, 90.0, arrives_s=16.0), begin_s=8.0, end_s=25.0)], set()),
    "along the shoulder": (SHOULDER, [track(1, drives(11, at_0_s=5.0, north_m=-5.2))], {"shoulder"}),
    "pulls over": (SHOULDER, [track(1, drives_and_stands(9, 0.0, arrives_s=6.0, north_m=-5.2), begin_s=3.0)], set()),
    "in the box behind one that stands": (
        BOX,
        [track(1, drives_and_stands(8, 0.0, arrives_s=5.0), end_s=14.0), track(2, lambda _: (8.0, -1.75), end_s=14.0)],
        {"box_junction"},
    ),
    "in the box to turn": (BOX, [track(1, drives_and_stands(8, 0.0, arrives_s=5.0), end_s=14.0)], set()),
    "the way out closed after it drove in": (
        BOX,
        [
            track(1, drives_and_stands(8, 0.0, arrives_s=5.0), end_s=14.0),
            track(2, drives_and_stands(8, 9.0, arrives_s=4.8), end_s=14.0),
        ],
        set(),
    ),
    "left standing in its lane": (LANES, [track(1, drives_and_stands(9, 0.0, arrives_s=4.0), end_s=28.0)], {"stalled"}),
    "stands for a while": (LANES, [track(1, drives_and_stands(9, 0.0, arrives_s=4.0, goes_on_s=16.0), end_s=28.0)], set()),
    "stands in a queue": (
        LANES,
        [track(1, drives_and_stands(9, 0.0, arrives_s=4.0), end_s=28.0), track(2, lambda _: (7.0, -1.75), end_s=18.0)],
        set(),
    ),
    "a lorry where it may not": (NO_LORRIES, [track(1, drives(9, at_0_s=5.0), label="truck")], {"restricted_zone"}),
    "a car there": (NO_LORRIES, [track(1, drives(9, at_0_s=5.0))], set()),
    "somebody in the yard": (YARD, [track(1, lambda at_s: (0.0, 1.4 * at_s), label="person")], {"closed_area"}),
    "along its fence": (YARD, [track(1, lambda at_s: (1.4 * at_s - 8.0, 4.4), label="person")], set()),
}


@pytest.mark.parametrize(("features", "tracks", "rules"), CASES.values(), ids=CASES)
def test_the_deed_is_found_and_what_looks_alike_is_not(features: Sequence[SceneFeature], tracks: list[Track], rules: set[str]) -> None:
    assert {one.rule for one in Judge(rules_named(["all"]), road_scene(features, LOCAL)).judge(tracks)} == rules


IN_DOUBT = {
    "places too poor for lanes": (
        NO_OVERTAKING,
        [track(1, OUT_AND_BACK, shared_m=1.6), track(2, drives(5, at_0_s=2.0))],
        ("overtaking", "not inside by two sigmas"),
    ),
    "an edge at which the track began": (
        TURNS,
        [track(1, turning(9, 6, from_south=True), begin_s=2.83)],
        ("forbidden_turn", "too near an edge to tell"),
    ),
    "soon after red": (RAILS, [track(1, drives(12, at_0_s=3.5), begin_s=4.0, end_s=16.0)], ("rail_crossing", "too soon after red began")),
    "a shoulder the places do not resolve": (
        SHOULDER,
        [track(1, drives(11, at_0_s=5.0, north_m=-5.2), shared_m=1.2)],
        ("shoulder", "not inside by two sigmas"),
    ),
    "somebody who may turn": (
        BOX,
        [track(1, drives_and_stands(8, 0.0, arrives_s=5.0), end_s=14.0)],
        ("box_junction", "waits for something else than its way out"),
    ),
    "a queue": (
        LANES,
        [track(1, drives_and_stands(9, 0.0, arrives_s=4.0), end_s=28.0), track(2, lambda _: (7.0, -1.75), end_s=18.0)],
        ("stalled", "waits for something ahead"),
    ),
    "what may be a car": (
        NO_LORRIES,
        [track(1, drives(9, at_0_s=5.0), labels=("truck", "truck", "car"))],
        ("restricted_zone", "class in doubt"),
    ),
}


@pytest.mark.parametrize(("features", "tracks", "told"), IN_DOUBT.values(), ids=IN_DOUBT)
def test_what_cannot_be_told_is_counted(features: Sequence[SceneFeature], tracks: list[Track], told: tuple[str, str]) -> None:
    judge = Judge(rules_named([told[0]]), road_scene(features, LOCAL))
    assert judge.judge(tracks) == []
    assert judge.abstained[told] == 1


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (feature("turn_edge", "LineString", [(0, 0), (4, 0)], heading_deg=90), "runs along the line"),
        (feature("forbidden_turn", "LineString", [(0, 0), (4, 0)], entry="a", exit="b"), "there is no turn_edge 'a'"),
        (feature("rail_crossing", "Polygon", [(0, 0), (4, 0), (4, 4)], signal="bells"), "its signal 'bells' has no schedule"),
        (feature("restricted_zone", "Polygon", [(0, 0), (4, 0), (4, 4)], applies_to=["lorry"]), "its applies_to names 'lorry'"),
        (feature("shoulder", "Polygon", [(0, 0), (4, 0), (4, 4)], schedule="nights"), "its schedule is no object"),
    ],
)
def test_a_feature_that_could_be_misread_is_refused(broken: SceneFeature, told: str) -> None:
    with pytest.raises(VisionError, match="cannot be judged by") as refused:
        road_scene([broken], LOCAL)
    assert told in refused.value.message
