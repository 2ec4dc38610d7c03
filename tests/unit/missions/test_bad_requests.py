"""What a person may draw or enter wrongly, for every pattern: place, value and way out in seconds, and no plan."""

import math
from typing import Any

import pytest

from geo.primitives import SunqarError
from missions import PATTERNS, Finding, plan_request, request_from_json

FIELD = [[51.160, 43.650], [51.164, 43.650], [51.164, 43.653], [51.160, 43.653]]
BOW_TIE = [[51.160, 43.650], [51.164, 43.653], [51.164, 43.650], [51.160, 43.653]]
OVER_180 = [[179.999, 43.650], [-179.998, 43.650], [-179.998, 43.653], [179.999, 43.653]]
ON_A_LINE = [[51.160, 43.650], [51.162, 43.650], [51.164, 43.650]]
EXCHANGED = [[lat, lon] for lon, lat in FIELD]
TURN = [2.0 * math.pi * step / 100_000 for step in range(100_000)]
SHORE = [[51.162 + 0.002 * math.cos(angle), 43.6515 + 0.0015 * math.sin(angle)] for angle in TURN]
HUGE = [[50.0, 43.0], [52.0, 43.0], [52.0, 44.0], [50.0, 44.0]]


def area(points: list[list[float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [points + points[:1]]}


def line(points: list[list[float]]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": points}


AROUND = area([[51.15, 43.64], [51.175, 43.64], [51.175, 43.665], [51.15, 43.665]])
ELSEWHERE = area([[51.10, 43.60], [51.105, 43.60], [51.105, 43.605], [51.10, 43.605]])

AREAS = {
    "survey": lambda points: {"polygon": area(points)},
    "perimeter": lambda points: {"polygon": area(points)},
    "probability": lambda points: {"areas": [{"polygon": area(points), "probability": 0.6}]},
}
LINES = {"corridor": lambda points: {"axis": line(points)}, "facade": lambda points: {"wall": line(points)}}
PLACES = {
    "orbit": lambda points: {"centre": points[0], "altitude_m": 30},
    "structure": lambda points: {"centre": points[0]},
    "expanding_square": lambda points: {"datum": points[0]},
    "spiral": lambda points: {"datum": points[0]},
    "sector": lambda points: {"datum": points[0]},
    "panorama": lambda points: {"place": points[0]},
}
MANY = {"points": lambda points: {"points": [{"place": place} for place in points]}}
ALL = {**AREAS, **LINES, **PLACES, **MANY}
OWN_DISTANCE = ("orbit", "structure", "facade")


def request(pattern: str, points: list[list[float]] = FIELD, **changes: Any) -> dict[str, Any]:
    value = {"pattern": pattern, "camera": "dji-mavic-3e", "home": [51.1595, 43.6495], **ALL[pattern](points)}
    if pattern not in OWN_DISTANCE:
        value["gsd_cm"] = 3.0
    return value | changes


def errors(value: dict[str, Any]) -> list[Finding]:
    result = plan_request(request_from_json(value))
    found = [finding for finding in result.findings if finding.severity == "error"]
    assert (result.plan is None) == bool(found)
    return found


def code_with_place(value: dict[str, Any]) -> set[str]:
    found = errors(value)
    assert all(finding.place is not None for finding in found), found
    return {finding.code for finding in found}


def test_every_pattern_is_in_the_tables() -> None:
    assert ALL.keys() == PATTERNS.keys()


@pytest.mark.parametrize("pattern", AREAS)
@pytest.mark.parametrize(
    ("points", "code"),
    [
        (BOW_TIE, "self_crossing"),
        (OVER_180, "antimeridian"),
        (ON_A_LINE, "no_area"),
        (FIELD[:2], "too_few_points"),
        (FIELD[:1] * 5, "too_few_points"),
        (SHORE, "too_many_vertices"),
        (HUGE, "area_too_large"),
        (EXCHANGED, "home_far"),
    ],
    ids=["crossing", "180", "flat", "two", "same", "100000", "huge", "exchanged"],
)
def test_a_wrong_area_is_refused_at_its_place(pattern: str, points: list[list[float]], code: str) -> None:
    assert code_with_place(request(pattern, points)) == {code}


@pytest.mark.parametrize("pattern", LINES)
@pytest.mark.parametrize(
    ("points", "code"),
    [
        (OVER_180[:2], "antimeridian"),
        (FIELD[:1], "too_few_points"),
        ([FIELD[0], FIELD[1], FIELD[1]], "repeated_point"),
        (SHORE, "too_many_vertices"),
        (HUGE, "area_too_large"),
        (EXCHANGED[:2], "home_far"),
    ],
    ids=["180", "one", "twice", "100000", "huge", "exchanged"],
)
def test_a_wrong_line_is_refused_at_its_place(pattern: str, points: list[list[float]], code: str) -> None:
    assert code_with_place(request(pattern, points)) == {code}


@pytest.mark.parametrize("pattern", ALL)
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"fence": area([[51.1597, 43.6497], [51.17, 43.6497], [51.17, 43.66], [51.1597, 43.66]])}, "home_blocked"),
        ({"fence": ELSEWHERE, "home": [51.102, 43.602]}, "nothing_to_fly"),
        ({"avoid": [AROUND], "home": [51.14, 43.63]}, "nothing_to_fly"),
        ({"home": [71.4, 51.1]}, "home_far"),
        ({"fence": area(BOW_TIE)}, "self_crossing"),
        ({"avoid": [area(FIELD[:2])]}, "too_few_points"),
    ],
    ids=["home outside", "outside the fence", "inside a zone", "home far", "fence crosses", "zone of two"],
)
def test_surroundings_that_leave_nothing_are_refused_at_their_place(pattern: str, changes: dict[str, Any], code: str) -> None:
    assert code_with_place(request(pattern, **changes)) == {code}


@pytest.mark.parametrize("pattern", ["survey", "orbit"])
def test_a_fence_of_a_hundred_thousand_points_is_refused(pattern: str) -> None:
    assert code_with_place(request(pattern, fence=area(SHORE))) == {"too_many_vertices"}


def test_a_hole_larger_than_its_area_leaves_nothing() -> None:
    holed = {"type": "Polygon", "coordinates": [[*FIELD, FIELD[0]], *AROUND["coordinates"]]}
    assert code_with_place(request("survey", polygon=holed, home=[51.14, 43.63])) == {"nothing_to_fly"}


def test_points_on_both_sides_of_180_degrees_and_too_many_are_refused() -> None:
    assert code_with_place(request("points", OVER_180)) == {"antimeridian"}
    assert {finding.code for finding in errors(request("points", SHORE[::500]))} == {"too_many_points"}


@pytest.mark.parametrize(
    ("pattern", "gsd_cm"),
    [
        (pattern, gsd_cm)
        for pattern in ALL
        for gsd_cm in (0.001, 900.0, float("nan"), float("inf"), -3.0, 0.0)
        if not (pattern in OWN_DISTANCE and gsd_cm == 900.0)  # those are flown nearer than asked
    ],
)
def test_a_resolution_the_camera_cannot_reach_is_refused_with_its_value(pattern: str, gsd_cm: float) -> None:
    found = errors(request(pattern, gsd_cm=gsd_cm))
    assert found
    assert all(finding.message[-1] == "." for finding in found)


@pytest.mark.parametrize("pattern", ALL)
@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), -200.0])
def test_a_place_that_is_none_is_refused_by_its_member(pattern: str, wrong: float) -> None:
    with pytest.raises(SunqarError, match=r"Request member '.*': Longitude (nan|inf|-200.0) is outside"):
        request_from_json(request(pattern, [[wrong, 43.65], *FIELD[1:]]))


@pytest.mark.parametrize("pattern", AREAS)
def test_points_drawn_twice_in_an_area_do_not_matter(pattern: str) -> None:
    doubled = [place for place in FIELD for _ in range(2)]
    assert plan_request(request_from_json(request(pattern, doubled))).plan is not None


def test_six_square_kilometres_at_three_millimetres_name_the_photos_and_the_way_out() -> None:
    side = [[51.16, 43.65], [51.19, 43.65], [51.19, 43.672], [51.16, 43.672]]
    found = errors(request("survey", side, gsd_cm=0.3))
    assert [finding.code for finding in found] == ["too_many_photos"]
    assert "Choose a larger GSD or cut the area" in found[0].message
