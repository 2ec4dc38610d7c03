"""Our requests as patterns of QGroundControl, its patterns as our requests, and patterns that say not what they fly."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from geo.primitives import LonLat, MissionError, distance_m
from missions import (
    CorridorRequest,
    MissionItem,
    MissionPlan,
    PlanRequest,
    StructureRequest,
    SurveyRequest,
    check_plan,
    format_of,
    losses,
    plan_bytes,
    plan_request,
    read_plan,
    read_plan_bytes,
    read_plan_bytes_noting,
    read_plan_noting,
)
from tests.support.plans import ring

HOME = LonLat(51.1595, 43.6495)
FIELD = ring([(0.0, 0.0), (400.0, 0.0), (400.0, 300.0), (0.0, 300.0)])
SURVEY = SurveyRequest(polygon=FIELD, camera="dji-mavic-3e", gsd_cm=3.0, home=HOME, angle_deg=20.0, name="field")
CORRIDOR = CorridorRequest(axis=FIELD[:2], camera="dji-mavic-3e", altitude_m=100.0, width_m=120.0, home=HOME, name="road")
HOLE = ring([(150.0, 100.0), (200.0, 100.0), (200.0, 150.0)])
MANUAL = {
    "AdjustedFootprintFrontal": 8.0,
    "AdjustedFootprintSide": 10.0,
    "CameraName": "Manual (no camera specs)",
    "DistanceMode": 1,
    "DistanceToSurface": 20.0,
    "version": 2,
}


def planned(request: PlanRequest) -> MissionPlan:
    plan = plan_request(request).plan
    assert plan is not None
    return plan


def items_of(plan: MissionPlan) -> list[dict[str, Any]]:
    return list(json.loads(plan_bytes(plan, ".plan"))["mission"]["items"])


def file_with(*items: dict[str, Any]) -> bytes:
    mission = {"version": 2, "firmwareType": 3, "vehicleType": 2, "plannedHomePosition": [43.65, 51.16, 20.0], "items": items}
    return json.dumps({"fileType": "Plan", "version": 1, "mission": mission}).encode()


def corners(places: tuple[LonLat, ...]) -> list[list[float]]:
    return [[place.lat_deg, place.lon_deg] for place in places]


@pytest.mark.parametrize(
    ("request_", "kind"),
    [(SURVEY, "survey"), (replace(SURVEY, passes="crosshatch"), "survey"), (CORRIDOR, "CorridorScan")],
    ids=["survey", "crosshatch", "corridor"],
)
def test_a_request_is_a_pattern_in_qgroundcontrol_and_flies_the_same(request_: PlanRequest, kind: str) -> None:
    plan = planned(request_)
    items = items_of(plan)
    assert [item["type"] for item in items] == ["SimpleItem", "SimpleItem", "ComplexItem", "SimpleItem"]
    pattern = items[2]
    assert pattern["complexItemType"] == kind
    style = pattern["TransectStyleComplexItem"]
    flown = [item for one in items for item in (style["Items"] if one is pattern else [one])]
    assert flown == items_of(replace(plan, request=None))
    assert style["CameraCalc"]["DistanceToSurface"] == plan.items[0].altitude_m
    assert style["Refly90Degrees"] is (request_.to_json().get("passes") == "crosshatch")
    again = read_plan_bytes(plan_bytes(plan, ".plan"), f"{plan.name}.plan")
    assert again == plan
    assert losses(plan, format_of(".plan")) == ()


def test_the_pattern_has_every_member_qgroundcontrol_asks_for() -> None:
    pattern = items_of(planned(SURVEY))[2]
    assert {"type", "complexItemType", "version", "entryLocation", "angle", "splitConcavePolygons", "polygon"} <= set(pattern)
    assert pattern["angle"] == pytest.approx(20.0, abs=1.0)
    assert pattern["polygon"] == corners(FIELD)
    style = pattern["TransectStyleComplexItem"]
    assert {"version", "TurnAroundDistance", "CameraTriggerInTurnAround", "HoverAndCapture", "Refly90Degrees", "CameraShots"} <= set(style)
    calc = style["CameraCalc"]
    assert {"SensorWidth", "SensorHeight", "FocalLength", "ImageWidth", "ImageHeight", "Landscape", "FixedOrientation"} <= set(calc)
    assert (calc["CameraName"], calc["FrontalOverlap"], calc["SideOverlap"]) == ("Custom Camera", 75.0, 65.0)
    corridor = items_of(planned(CORRIDOR))[2]
    assert (corridor["CorridorWidth"], corridor["EntryPoint"], corridor["polyline"]) == (120.0, 0, corners(FIELD[:2]))
    assert corridor["TransectStyleComplexItem"]["TurnAroundDistance"] == CORRIDOR.overshoot_m


@pytest.mark.parametrize(
    "request_",
    [
        replace(SURVEY, holes=(HOLE,)),
        replace(SURVEY, avoid=(HOLE,)),
        replace(SURVEY, fence=ring([(-100.0, -100.0), (500.0, -100.0), (500.0, 400.0), (-100.0, 400.0)])),
        replace(SURVEY, passes="oblique"),
        StructureRequest(centre=FIELD[0], camera="dji-mavic-3e", home=HOME),
    ],
    ids=["hole", "zone", "fence", "oblique", "structure"],
)
def test_what_a_pattern_of_qgroundcontrol_cannot_stand_for_stays_simple_items(request_: PlanRequest) -> None:
    plan = planned(request_)
    assert {item["type"] for item in items_of(plan)} == {"SimpleItem"}
    assert read_plan_bytes(plan_bytes(plan, ".plan"), f"{plan.name}.plan").request == request_


def test_a_survey_whose_heights_were_changed_is_no_pattern_any_more() -> None:
    plan = planned(SURVEY)
    higher = replace(plan, items=tuple(replace(item, altitude_m=80.0) if item.position else item for item in plan.items))
    assert {item["type"] for item in items_of(higher)} == {"SimpleItem"}


def test_a_pattern_changed_in_qgroundcontrol_is_its_pattern_and_our_request() -> None:
    """QGroundControl writes what it knows: its pattern, and not our own members."""
    document = json.loads(plan_bytes(planned(SURVEY), ".plan"))
    del document["sunqar"]
    document["mission"]["items"][2]["TransectStyleComplexItem"]["Items"][0]["params"][6] = 80.0
    plan, notes = read_plan_bytes_noting(json.dumps(document).encode(), "field.plan")
    assert [pattern.kind for pattern in plan.complex_items] == ["survey"]
    assert notes == ()
    asked = plan.request
    assert isinstance(asked, SurveyRequest)
    assert (asked.polygon, asked.camera, asked.passes, asked.home) == (FIELD, "dji-mavic-3e", "single", HOME)
    assert asked.altitude_m == planned(SURVEY).items[0].altitude_m
    assert asked.angle_deg == pytest.approx(20.0, abs=1.0)
    assert (asked.front_overlap, asked.side_overlap) == pytest.approx((0.75, 0.65), abs=1e-3)
    assert items_of(plan)[2] == document["mission"]["items"][2]


def test_a_survey_of_qgroundcontrol_can_be_planned_again_with_its_own_spacings(shared_data: Path) -> None:
    plan, notes = read_plan_noting(shared_data / "missions" / "qgc" / "qgroundcontrol_sample_with_survey.plan")
    asked = plan.request
    assert isinstance(asked, SurveyRequest)
    assert (asked.altitude_m, asked.angle_deg, len(asked.polygon)) == (50.0, 90.0, 4)
    assert {note.message.split(":")[0] for note in notes} == {"Planned again, the 'survey' pattern would lose or change"}
    lost = {note.values["form"]: note for note in notes}
    assert "turn-arounds of 10 m" in lost["lost_turn_arounds"].message
    assert lost["lost_turn_arounds"].values["metres"] == 10.0
    triggers = sorted({item.params[0] for item in planned(asked).items if item.command == 206 and item.params[0]})
    assert triggers == pytest.approx([25.0], abs=0.01)


def test_a_survey_without_items_is_planned_when_it_is_read_and_says_so(shared_data: Path) -> None:
    files = shared_data / "missions" / "qgc"
    plan, notes = read_plan_noting(files / "qgroundcontrol_sample_with_survey_missing_items.plan")
    theirs = read_plan(files / "qgroundcontrol_sample_with_survey.plan")
    assert any("items 2 to 13 were planned here" in note.message for note in notes)
    assert "pattern_without_items" not in {finding.code for finding in check_plan(plan)}
    assert [item.command for item in plan.flight_items()].count(206) > 0
    # The same lines as QGroundControl's own, within the turn-arounds it flies beyond the area.
    for item in plan.items:
        if item.position is not None:
            assert min(distance_m(item.position, other.position) for other in theirs.items if other.position is not None) < 30.0
    again = read_plan_bytes(plan_bytes(plan, ".plan"), f"{plan.name}.plan")
    assert again == plan
    style = items_of(plan)[1]["TransectStyleComplexItem"]
    assert len(style["Items"]) == 12


def test_a_structure_scan_is_flown_in_circles_and_kept_for_qgroundcontrol() -> None:
    tower = ring([(0.0, 0.0), (8.0, 0.0), (8.0, 8.0), (0.0, 8.0)])
    scan = {
        "CameraCalc": MANUAL,
        "EntranceAltitude": 50.0,
        "GimbalPitch": 0,
        "Layers": 3,
        "ScanBottomAlt": 5.0,
        "StartFromTop": False,
        "StructureHeight": 25.0,
        "complexItemType": "StructureScan",
        "polygon": corners(tower),
        "type": "ComplexItem",
        "version": 3,
    }
    plan, notes = read_plan_bytes_noting(file_with(scan), "tower.plan")
    asked = plan.request
    assert isinstance(asked, StructureRequest)
    assert (asked.distance_m, asked.bottom_m, asked.top_m) == (20.0, 9.0, 25.0)
    assert any("flown around in circles" in note.message for note in notes)
    heights = {item.altitude_m for item in plan.flight_items() if item.command == 16}
    assert {9.0, 25.0} <= heights
    again = read_plan_bytes(plan_bytes(plan, ".plan"), "tower.plan")
    assert again == plan
    written = items_of(plan)[0]
    assert {name: value for name, value in written.items() if name != "sunqar"} == scan


def test_a_corridor_above_the_sea_is_planned_above_home_and_says_so() -> None:
    scan = {
        "CorridorWidth": 40.0,
        "EntryPoint": 0,
        "TransectStyleComplexItem": {
            "CameraCalc": MANUAL | {"DistanceMode": 2, "DistanceToSurface": 60.0},
            "HoverAndCapture": True,
            "Items": [],
            "TurnAroundDistance": 15.0,
            "version": 2,
        },
        "complexItemType": "CorridorScan",
        "polyline": corners(FIELD[:2]),
        "type": "ComplexItem",
        "version": 2,
    }
    plan, notes = read_plan_bytes_noting(file_with(scan), "road.plan")
    asked = plan.request
    assert isinstance(asked, CorridorRequest)
    assert (asked.altitude_m, asked.width_m, asked.overshoot_m) == (40.0, 40.0, 15.0)
    message = " ".join(note.message for note in notes if "lose or change" in note.message)
    assert "60 m above the sea" in message
    assert "stopping for each photo" in message
    assert {item.altitude_m for item in plan.items if item.position is not None} == {40.0}


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ({"complexItemType": "circleOfTheFuture", "version": 1}, "no such pattern"),
        ({"complexItemType": "fwLandingPattern", "version": 2}, "loiterAltitudeRelative: missing"),
        ({"complexItemType": "survey", "version": 5}, "TransectStyleComplexItem: missing"),
        ({"complexItemType": "survey", "version": 3, "TransectStyleComplexItem": {"CameraCalc": MANUAL}}, "version 4 or 5"),
        (
            {
                "complexItemType": "survey",
                "version": 5,
                "angle": 0,
                "polygon": corners(FIELD),
                "TransectStyleComplexItem": {"CameraCalc": MANUAL | {"DistanceMode": 3}},
            },
            "heights follow the ground",
        ),
        (
            {
                "complexItemType": "survey",
                "version": 5,
                "angle": 0,
                "polygon": corners((FIELD[0], FIELD[2], FIELD[1], FIELD[3])),
                "TransectStyleComplexItem": {"CameraCalc": MANUAL},
            },
            "cannot be planned",
        ),
    ],
    ids=["unknown", "landing", "empty", "old", "terrain", "crossed"],
)
def test_a_pattern_that_cannot_be_planned_is_kept_said_and_not_flown(pattern: dict[str, Any], reason: str) -> None:
    item = {"type": "ComplexItem", **pattern}
    plan, notes = read_plan_bytes_noting(file_with(item), "theirs.plan")
    assert any(reason in note.message for note in notes)
    assert "pattern_without_items" in {finding.code for finding in check_plan(plan)}
    with pytest.raises(MissionError, match=pattern["complexItemType"]):
        plan_bytes(plan, ".waypoints")
    assert items_of(plan) == [item]


def test_waypoints_beside_a_pattern_are_named_because_planning_again_leaves_them_out() -> None:
    waypoint = items_of(MissionPlan(items=(MissionItem(16, position=HOME, altitude_m=30.0),)))[0] | {"doJumpId": 99}
    document = json.loads(plan_bytes(planned(SURVEY), ".plan"))
    del document["sunqar"]
    document["mission"]["items"].insert(2, waypoint)
    _, notes = read_plan_bytes_noting(json.dumps(document).encode(), "field.plan")
    assert [note.item for note in notes if "no part of the 'survey' pattern" in note.message] == [3]


LANDING = {
    "type": "ComplexItem",
    "complexItemType": "fwLandingPattern",
    "version": 2,
    "altitudesAreRelative": True,
    "landCoordinate": [43.65, 51.16, 0.0],
    "landingApproachCoordinate": [43.66, 51.16, 40.0],
    "loiterClockwise": False,
    "loiterRadius": 75.0,
    "stopTakingPhotos": True,
    "stopVideoPhotos": False,
    "useLoiterToAlt": True,
    "valueSetIsDistance": True,
}


def test_a_landing_of_wings_is_flown_as_qgroundcontrol_flies_it() -> None:
    plan, notes = read_plan_bytes_noting(file_with(LANDING), "landing.plan")
    assert [item.command for item in plan.flight_items()] == [189, 206, 2001, 31, 21]
    circle, landing = plan.items[-2:]
    assert (circle.params, circle.position, circle.altitude_m, circle.frame) == ((1.0, -75.0, 0.0, 1.0), LonLat(51.16, 43.66), 40.0, 3)
    assert (landing.position, landing.altitude_m) == (LonLat(51.16, 43.65), 0.0)
    assert [note.item for note in notes] == [1]
    again = read_plan_bytes(plan_bytes(plan, ".plan"), "landing.plan")
    assert again == plan
    assert {name: value for name, value in items_of(plan)[0].items() if name != "sunqar"} == LANDING


def test_a_landing_of_a_vtol_straight_in_above_the_sea() -> None:
    straight = LANDING | {"complexItemType": "vtolLandingPattern", "version": 1, "useLoiterToAlt": False, "altitudesAreRelative": False}
    plan = read_plan_bytes(file_with(straight), "landing.plan")
    assert [(item.command, item.frame) for item in plan.items[-2:]] == [(16, 0), (85, 0)]


def test_a_survey_with_a_landing_behind_it_can_be_planned_again() -> None:
    document = json.loads(plan_bytes(planned(SURVEY), ".plan"))
    del document["sunqar"]
    document["mission"]["items"][3] = LANDING
    plan, notes = read_plan_bytes_noting(json.dumps(document).encode(), "field.plan")
    assert isinstance(plan.request, SurveyRequest)
    assert [one.kind for one in plan.complex_items] == ["survey", "fwLandingPattern"]
    assert any("are no part of the 'survey' pattern" in note.message for note in notes)
    assert plan.flight_items()[-1].command == 21


def test_a_pattern_in_a_plan_of_wings_is_planned_for_wings() -> None:
    document = json.loads(plan_bytes(planned(SURVEY), ".plan"))
    del document["sunqar"]
    document["mission"]["vehicleType"] = 1
    plan = read_plan_bytes(json.dumps(document).encode(), "field.plan")
    assert plan.vehicle_type == "plane"
    assert plan.request is not None
    assert plan.request.vehicle == "plane"
