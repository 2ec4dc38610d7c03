"""A mission changed under way: a waypoint more, the rest higher or lower, and everything else as it was."""

from collections.abc import Callable

import pytest
from hypothesis import given, strategies as st

from geo.primitives import LonLat, MissionError
from missions import Command, MissionItem, MissionPlan, trigger_in_force, with_altitude, with_waypoint
from tests.support.plans import AKTAU

HERE, THERE = LonLat(51.161, 43.651), LonLat(51.162, 43.652)
ITEMS = (
    MissionItem(22, 3, altitude_m=30.0),
    MissionItem(16, 3, position=HERE, altitude_m=30.0),
    MissionItem(206, 2, (10.0, 0.0, 1.0, 0.0)),
    MissionItem(16, 3, position=THERE, altitude_m=40.0),
    MissionItem(206, 2),
    MissionItem(177, 2, (4.0, 2.0, 0.0, 0.0)),
    MissionItem(20, 2),
)
PLAN = MissionPlan(name="line", home=AKTAU, items=ITEMS)
heights = st.floats(-25.0, 100.0).map(lambda m: round(m, 1))


def test_a_waypoint_is_flown_on_the_way_and_the_rest_means_what_it_meant() -> None:
    place = LonLat(51.1605, 43.6512)
    changed = with_waypoint(PLAN, 4, place, 35.0)
    added = changed.items[3]
    assert (added.command, added.frame, added.position, added.altitude_m) == (Command.WAYPOINT, 3, place, 35.0)
    assert [item for item in changed.items if item is not added and item.command != 177] == [i for i in ITEMS if i.command != 177]
    # The jump went to the line's end, which is one further now; the camera's trigger is on over the new place.
    assert changed.items[6].params[0] == 5.0
    assert trigger_in_force(changed.items, 4).distance_m == 10.0
    assert changed.content_hash() != PLAN.content_hash()


@given(heights, st.integers(1, len(ITEMS)))
def test_the_rest_is_so_much_higher_and_what_was_flown_stays(by_m: float, first: int) -> None:
    changed = with_altitude(PLAN, first, by_m)
    assert changed.items[: first - 1] == ITEMS[: first - 1]
    for before, after in zip(ITEMS[first - 1 :], changed.items[first - 1 :], strict=True):
        places = before.command in (16, 22)
        assert after.altitude_m == (round((before.altitude_m or 0.0) + by_m, 3) if places else before.altitude_m)
        assert (after.command, after.position, after.params) == (before.command, before.position, before.params)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda: with_altitude(PLAN, 2, -29.0), "change.too_low"),
        (lambda: with_altitude(PLAN, 8, 5.0), "change.item"),
        (lambda: with_waypoint(PLAN, 0, HERE, 30.0), "change.item"),
        (lambda: with_waypoint(MissionPlan(name="up", items=(ITEMS[-1],)), 1, HERE, 30.0), "change.no_place"),
    ],
)
def test_what_cannot_be_changed_is_refused(change: Callable[[], MissionPlan], code: str) -> None:
    with pytest.raises(MissionError) as refusal:
        change()
    assert refusal.value.code == code
