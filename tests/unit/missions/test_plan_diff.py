"""What two revisions of a plan differ in, as a person reads it before approving."""

from dataclasses import replace

from geo.primitives import LonLat
from missions import Command, Compared, MissionItem, MissionPlan, SurveyRequest, plan_diff, plan_survey

HOME = LonLat(51.16, 43.65)
PLACES = tuple(LonLat(51.16 + 0.001 * k, 43.65) for k in range(5))


def plan(*places: LonLat, altitude_m: float = 40.0) -> MissionPlan:
    waypoints = tuple(MissionItem(Command.WAYPOINT, position=place, altitude_m=altitude_m) for place in places)
    return MissionPlan(items=(MissionItem(Command.TAKEOFF, altitude_m=40.0), *waypoints), home=HOME)


def side(*places: LonLat, altitude_m: float = 40.0) -> Compared:
    return Compared(plan(*places, altitude_m=altitude_m), path=places)


def kinds(before: Compared, after: Compared) -> list[tuple[str, int | None, int | None]]:
    return [(change.kind, change.before, change.after) for change in plan_diff(before, after).items]


def test_the_same_plan_has_no_difference() -> None:
    found = plan_diff(side(*PLACES), side(*PLACES))
    assert (found.same_flight, found.items, found.request, found.statistics) == (True, (), {}, {})
    assert found.only_before["coordinates"] == found.only_after["coordinates"] == []
    assert len(found.both["coordinates"]) == 1


def test_a_waypoint_that_moved_keeps_its_neighbours() -> None:
    elsewhere = LonLat(51.162, 43.652)
    after = side(PLACES[0], PLACES[1], elsewhere, PLACES[3])
    assert kinds(side(*PLACES[:4]), after) == [("moved", 4, 4)]
    found = plan_diff(side(*PLACES[:4]), after)
    assert found.items[0].place == elsewhere
    assert not found.same_flight


def test_waypoints_added_and_removed_are_told_with_their_numbers() -> None:
    assert kinds(side(*PLACES[:3]), side(*PLACES)) == [("added", None, 5), ("added", None, 6)]
    assert kinds(side(*PLACES), side(PLACES[0], *PLACES[2:])) == [("removed", 3, None)]


def test_another_altitude_is_a_change_and_no_other_way() -> None:
    found = plan_diff(side(*PLACES), side(*PLACES, altitude_m=60.0))
    assert [change.kind for change in found.items] == ["changed"] * 5
    assert found.only_before["coordinates"] == found.only_after["coordinates"] == []


def test_a_way_made_longer_is_new_only_where_it_is_new() -> None:
    found = plan_diff(side(PLACES[0], PLACES[2]), side(PLACES[0], PLACES[4]))
    assert found.only_before["coordinates"] == []
    (new,) = found.only_after["coordinates"]
    assert min(point[0] for point in new) - PLACES[2].lon_deg < 1e-5
    assert abs(max(point[0] for point in new) - PLACES[4].lon_deg) < 1e-7


def test_members_of_the_request_and_numbers_are_told_with_both_values() -> None:
    square = tuple(LonLat(51.16 + 0.002 * x, 43.65 + 0.0015 * y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1)))
    request = SurveyRequest(polygon=square, camera="sunqar-sim-nadir", altitude_m=40.0, home=HOME)
    sides = []
    for one in (request, replace(request, altitude_m=60.0)):
        result = plan_survey(one)
        assert result.plan is not None
        assert result.statistics is not None
        sides.append(Compared(result.plan, result.path, one.to_json(), result.statistics.to_json()))
    found = plan_diff(*sides)
    assert found.request == {"altitude_m": (40.0, 60.0)}
    assert found.statistics["altitude_m"] == (40.0, 60.0)
    assert found.statistics["photos"][0] > found.statistics["photos"][1]
    assert "area_m2" not in found.statistics


def test_a_plan_without_a_path_can_be_compared() -> None:
    found = plan_diff(Compared(plan()), side(*PLACES))
    assert found.only_before["coordinates"] == []
    assert len(found.only_after["coordinates"]) == 1
