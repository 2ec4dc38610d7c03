"""Statistics of a place, and the speed between two cameras."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.made_ways import LOCAL, drives, feature, track
from vision import FlowMeter, PlateSeen, Replay, road_scene, section_speed

SCENE = road_scene(
    [
        feature("turn_edge", "LineString", [(-20, -3.5), (-20, 0)], id="in", heading_deg=90),
        feature("turn_edge", "LineString", [(20, -3.5), (20, 0)], id="straight", heading_deg=90),
        feature("turn_edge", "LineString", [(0, -8), (-3.5, -8)], id="right", heading_deg=180),
        feature("crowd_area", "Polygon", [(-5, 5), (5, 5), (5, 15), (-5, 15)], id="square"),
        feature("lane", "Polygon", [(-200, -3.5), (200, -3.5), (200, 0), (-200, 0)], id="east", heading_deg=90, speed_limit_kmh=60),
    ],
    LOCAL,
)
TEN = [track(number, drives(10.0, at_0_s=5.0 + number), begin_s=number, end_s=number + 9.0) for number in range(1, 11)]


def test_vehicles_are_counted_at_edges_and_by_where_they_leave() -> None:
    meter = FlowMeter(SCENE)
    meter.add(TEN)
    flow = meter.flow()
    assert {key: one.sure for key, one in flow.counts.items()} == {("in", "car"): 10, ("straight", "car"): 10}
    assert flow.counts["in", "car"].low is None, "without a replay nobody knows how many were not seen"
    turn = flow.turns["in", "straight"]
    assert (turn.count, turn.share) == (10, 1.0)
    assert 0.6 < turn.low < 1.0, "ten of ten do not prove that all do"


def test_a_replay_tells_between_what_the_true_number_lies() -> None:
    poor, good = (FlowMeter(SCENE, replay) for replay in (Replay(40, 30, 2), Replay(400, 396, 1)))
    for meter in (poor, good):
        meter.add(TEN)
    wide, narrow = (meter.flow().counts["in", "car"] for meter in (poor, good))
    (wide_low, wide_high), (low, high) = ((one.low or 0.0, one.high or 0.0) for one in (wide, narrow))
    assert low < 10.0 < high
    assert wide_high > 13.0, "where a quarter is not seen there were more"
    assert high - low < wide_high - wide_low


def test_people_of_an_area_are_counted_and_nobody_is_told_apart() -> None:
    meter = FlowMeter(SCENE)
    places = [(-3.0, 7.0), (0.0, 10.0), (3.0, 13.0), (30.0, 10.0)]
    meter.add(track(n, lambda _, place=place: place, label="person") for n, place in enumerate(places, 1))  # type: ignore[misc]
    crowd = meter.flow().crowds["square"]
    assert (crowd.most, crowd.at_least) == (3, False)
    assert crowd.per_m2 == pytest.approx(0.03)


def test_a_jam_is_slow_for_longer_than_a_red_light() -> None:
    for minutes, jams in ((0.7, 0), (1.5, 1)):
        meter = FlowMeter(SCENE)
        meter.add([track(1, drives(1.5, at_0_s=20.0), end_s=60.0 * minutes)])
        assert len(meter.flow().jams.get("east", ())) == jams


AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


def between(took_s: float, plate: str = "123 ABC 12", **more: float) -> tuple[PlateSeen, PlateSeen]:
    clock_s = more.get("clock_sigma_s", 0.05)
    return PlateSeen("123ABC12", 0.99, "car", AT, clock_s), PlateSeen(plate, 0.99, "car", AT + timedelta(seconds=took_s), clock_s)


@pytest.mark.parametrize(
    ("reads", "faster", "why"),
    [
        (between(60.0), True, None),  # 2 km in a minute: 120 km/h
        (between(90.0), False, None),
        (between(88.0, clock_sigma_s=1.5), False, "not surely faster than the limit"),
        (between(60.0, plate="124ABC12"), False, "two plates"),
        (between(60.0, clock_sigma_s=5.0), False, "clock not set"),
        (between(10.0), False, "faster than anything drives: two vehicles"),
    ],
)
def test_the_speed_of_a_section_is_told_on_its_lower_bound(reads: tuple[PlateSeen, PlateSeen], faster: bool, why: str | None) -> None:
    told = section_speed(*reads, road_m=2000.0, road_sigma_m=2.0, limit_mps=70 / 3.6)
    assert (told.faster, told.held_back) == (faster, why)
    if faster:
        assert told.measure is not None
        assert told.measure.value == pytest.approx(120.0)
