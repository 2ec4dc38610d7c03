"""Real plan files of QGroundControl, MAVSDK, ArduPilot and Mission Planner; and what each format writes."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from geo.primitives import LonLat, MissionError
from missions import (
    Command,
    FencePolygon,
    Geofence,
    MissionItem,
    MissionPlan,
    RallyPoint,
    format_of,
    losses,
    plan_bytes,
    read_plan,
    read_plan_bytes,
    read_plan_noting,
)

# Items, complex items, fence polygons, rally points; counted in the files by hand or stated by their authors.
QGC_FILES = {
    "qgroundcontrol_sample.plan": (6, 0, 0, 0),
    "qgroundcontrol_sample_with_survey.plan": (13, 1, 0, 0),
    "qgroundcontrol_sample_with_survey_missing_items.plan": (13, 1, 0, 0),
    "qgroundcontrol_sample_without_mission.plan": (0, 0, 0, 0),
    "idt_mission.plan": (14, 0, 0, 0),
    "idt_ros2_mission.plan": (4, 0, 0, 0),
    "mission_planner_sample.txt": (4, 0, 0, 0),
}


@pytest.mark.parametrize(("name", "counts"), QGC_FILES.items(), ids=QGC_FILES)
def test_real_qgc_files_open(shared_data: Path, name: str, counts: tuple[int, int, int, int]) -> None:
    plan = read_plan(shared_data / "missions" / "qgc" / name)
    assert (len(plan.items), len(plan.complex_items), len(plan.geofence.polygons), len(plan.rally_points)) == counts


def test_a_wrong_mission_version_is_refused_by_name_and_number(shared_data: Path) -> None:
    with pytest.raises(MissionError, match=r"wrong_mission_version\.plan, mission\.version: 7; expected mission version 2"):
        read_plan(shared_data / "missions" / "qgc" / "qgroundcontrol_sample_wrong_mission_version.plan")


def test_every_ardupilot_file_opens_and_survives_every_format(shared_data: Path) -> None:
    files = sorted((shared_data / "missions" / "ardupilot").glob("*.txt"))
    assert len(files) == 34
    for file in files:
        plan = read_plan(file)
        assert plan.items or plan.geofence or plan.rally_points, file.name
        for suffix in (".plan", ".kml", ".geojson", ".waypoints"):
            again = read_plan_bytes(plan_bytes(plan, suffix), f"again{suffix}")
            assert again.items == plan.items, (file.name, suffix)
            assert again.geofence == plan.geofence
            assert again.rally_points == plan.rally_points


def test_home_of_an_ardupilot_table_is_row_0(shared_data: Path) -> None:
    plan = read_plan(shared_data / "missions" / "ardupilot" / "Generic_Missions__CMAC-grid.txt")
    assert plan.home == LonLat(149.165085, -35.362938)
    assert plan.home_altitude_amsl_m == pytest.approx(584.41)
    assert plan.items[0].command == Command.TAKEOFF
    assert plan.items[0].position is None


def test_mavsdk_table_without_home_keeps_its_take_off(shared_data: Path) -> None:
    plan = read_plan(shared_data / "missions" / "qgc" / "mission_planner_sample.txt")
    assert plan.home is None
    assert [item.command for item in plan.items] == [22, 16, 16, 20]


def test_qgc_kml_export_opens(shared_data: Path) -> None:
    plan = read_plan(shared_data / "missions" / "kml" / "test_export.kml")
    assert plan.home == LonLat(10.4328479, 55.3678531)
    assert len(plan.items) == 8
    assert all(item.altitude_m == 50.0 for item in plan.items)


def test_a_waylines_file_of_dji_fly_opens(shared_data: Path) -> None:
    """33 waypoints on curves with a photo each 2.6 s all along, a gimbal turned down first, two stops of 2 s, the way home."""
    plan, notes = read_plan_noting(shared_data / "missions" / "dji-wpml" / "hover_waylines.wpml")
    waypoints = [item for item in plan.items if item.position is not None]
    assert len(waypoints) == 33
    assert waypoints[0].position == LonLat(98.32187313866513, 7.798316218444109)
    assert sum(item.params[0] or 0.0 for item in waypoints) == 4.0
    assert next(item.params[1] for item in plan.items if item.command == Command.IMAGE_START_CAPTURE) == pytest.approx(2.6)
    assert next(item.params[0] for item in plan.items if item.command == Command.DO_MOUNT_CONTROL) == -90.0
    assert plan.items[-1].command == Command.RETURN_TO_LAUNCH
    assert [note.message for note in notes] == ["Made for a drone of DJI Fly; a plan does not keep the aircraft."]


def test_a_survey_of_qgc_is_written_back_untouched(shared_data: Path) -> None:
    file = shared_data / "missions" / "qgc" / "qgroundcontrol_sample_with_survey.plan"
    written = json.loads(plan_bytes(read_plan(file), ".plan"))
    assert written["mission"]["items"][1] == json.loads(file.read_text())["mission"]["items"][1]
    assert len(written["mission"]["items"]) == 2


def test_a_survey_whose_items_were_changed_is_written_as_items(shared_data: Path) -> None:
    plan = read_plan(shared_data / "missions" / "qgc" / "qgroundcontrol_sample_with_survey.plan")
    higher = tuple(replace(item, altitude_m=80.0) if item.position else item for item in plan.items)
    written = json.loads(plan_bytes(replace(plan, items=higher), ".plan"))
    assert [item["type"] for item in written["mission"]["items"]] == ["SimpleItem"] * 13


def test_the_plan_file_has_every_member_qgroundcontrol_asks_for() -> None:
    place = LonLat(51.16, 43.65)
    plan = MissionPlan(
        home=place,
        home_altitude_amsl_m=12.0,
        items=(MissionItem(22, altitude_m=40.0), MissionItem(16, position=place, altitude_m=40.0), MissionItem(20, 2)),
        geofence=Geofence(polygons=(FencePolygon((place, LonLat(51.2, 43.65), LonLat(51.2, 43.7))),)),
        rally_points=(RallyPoint(place, 30.0),),
    )
    root = json.loads(plan_bytes(plan, ".plan"))
    assert (root["fileType"], root["groundStation"], root["version"]) == ("Plan", "QGroundControl", 1)
    mission = root["mission"]
    assert {name: mission[name] for name in ("version", "firmwareType", "vehicleType", "plannedHomePosition")} == {
        "version": 2,
        "firmwareType": 3,
        "vehicleType": 2,
        "plannedHomePosition": [43.65, 51.16, 12.0],
    }
    assert {"cruiseSpeed", "hoverSpeed", "globalPlanAltitudeMode"} <= set(mission)
    assert mission["items"][1] == {
        "AMSLAltAboveTerrain": None,
        "Altitude": 40.0,
        "AltitudeMode": 1,
        "autoContinue": True,
        "command": 16,
        "doJumpId": 2,
        "frame": 3,
        "params": [0.0, 0.0, 0.0, 0.0, 43.65, 51.16, 40.0],
        "type": "SimpleItem",
    }
    fence, rally = root["geoFence"], root["rallyPoints"]
    assert (fence["version"], fence["circles"], rally) == (2, [], {"points": [[43.65, 51.16, 30.0]], "version": 2})
    assert fence["polygons"][0] == {"inclusion": True, "polygon": [[43.65, 51.16], [43.65, 51.2], [43.7, 51.2]], "version": 1}


def test_jumps_follow_their_item_when_ids_do_not_run_from_one() -> None:
    document = json.loads(plan_bytes(MissionPlan(items=(MissionItem(16, position=LonLat(51, 43), altitude_m=9.0),) * 3), ".plan"))
    items = document["mission"]["items"]
    for item, jump_id in zip(items, (10, 20, 30), strict=True):
        item["doJumpId"] = jump_id
    items[2] |= {"command": 177, "frame": 2, "params": [20, 3, 0, 0, 0, 0, 0]}
    plan = read_plan_bytes(json.dumps(document).encode(), "jump.plan")
    assert plan.items[2].params[0] == 2.0


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("QGC WPL 99\n", "line 1: 'QGC WPL 99'"),
        ("QGC WPL 110\n0\t1\t0\t16\t0\t0\n", "line 2: 6 columns; expected 12 columns"),
        ("QGC WPL 110\n0 1 0 16 0 0 0 0 north 51 0 1\n", "line 2 column 9: 'north'"),
        ("QGC WPL 110\n0 1 0 16 0 0 0 0 143.6 51 0 1\n", "latitude 143.6"),
        ("QGC WPL 110\n0 0 0 5001 4 0 0 0 43 51 0 1\n1 0 0 5001 4 0 0 0 43 52 0 1\n", "a fence polygon of 4 vertices"),
        ("RALLY 40.0 -105.2\n", "line 1: 'RALLY 40.0 -105.2'"),
        ("43 51\n43 52\n", "a fence of 1 vertices"),
        ("hello world and more\n", "line 1: 'hello world and more'"),
    ],
)
def test_a_broken_table_names_line_and_column(text: str, complaint: str) -> None:
    with pytest.raises(MissionError, match=r"broken\.waypoints") as refusal:
        read_plan_bytes(text.encode(), "broken.waypoints")
    assert complaint in refusal.value.message


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"version": 2}, "version: 2; expected plan file version 1"),
        ({"fileType": "Params"}, 'fileType: "Params"'),
        ({"mission": []}, "mission: []; expected an object"),
        ({"mission": {"version": 2}}, "mission.items: missing"),
        ({"mission": {"version": 2, "items": [{"type": "SimpleItem"}]}}, "mission.items[0].command: missing"),
        ({"mission": {"version": 2, "items": [{"type": "Other"}]}}, "mission.items[0].type"),
        ({"geoFence": {"version": 9}}, "geoFence.version: 9"),
        ({"rallyPoints": {"version": 2, "points": [[1, 2]]}}, "rallyPoints.points[0]"),
    ],
)
def test_a_broken_plan_file_names_the_member(change: dict[str, object], complaint: str) -> None:
    document = {"fileType": "Plan", "version": 1} | change
    with pytest.raises(MissionError) as refusal:
        read_plan_bytes(json.dumps(document).encode(), "broken.plan")
    assert complaint in refusal.value.message


def test_a_line_of_others_is_flown_only_when_its_altitude_is_known() -> None:
    line = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [[51, 43, 40], [51.1, 43, 40]]}}
    assert len(read_plan_bytes(json.dumps(line).encode(), "line.geojson").items) == 2
    line["geometry"] = {"type": "LineString", "coordinates": [[51, 43], [51.1, 43]]}
    with pytest.raises(MissionError, match="altitude"):
        read_plan_bytes(json.dumps(line).encode(), "line.geojson")
    line["geometry"] = {"type": "Polygon", "coordinates": [[[51, 43], [51.1, 43], [51, 44], [51, 43]]]}
    with pytest.raises(MissionError, match="plan survey"):
        read_plan_bytes(json.dumps(line).encode(), "area.geojson")


def test_kml_with_a_document_type_is_refused() -> None:
    with pytest.raises(MissionError, match="document type"):
        read_plan_bytes(b'<!DOCTYPE kml [<!ENTITY a "b">]><kml/>', "bomb.kml")


def test_what_another_program_kept_in_an_item_goes_with_the_item_and_is_named() -> None:
    field = tuple(MissionItem(16, position=LonLat(51.0, 43.0), altitude_m=height) for height in (9.0, 10.0))
    document = json.loads(plan_bytes(MissionPlan(items=field), ".plan"))
    document["mission"]["weather"] = "fine"
    document["mission"]["items"][0]["colour"] = "red"
    document["mission"]["items"][1]["colour"] = "blue"
    plan = read_plan_bytes(json.dumps(document).encode(), "other.plan")
    assert plan.content_hash() == replace(plan, extras=()).content_hash()
    higher = replace(plan, items=(replace(plan.items[0], altitude_m=50.0), plan.items[1]))
    (finding,) = losses(higher, format_of(".plan"))
    assert "'mission.items[1].colour'" in finding.message
    written = json.loads(plan_bytes(higher, ".plan"))["mission"]
    assert (written["weather"], "colour" in written["items"][0], written["items"][1]["colour"]) == ("fine", False, "blue")
    (finding,) = losses(plan, format_of(".waypoints"))[-1:]
    assert "'mission.weather', 'mission.items[1].colour', 'mission.items[2].colour'" in finding.message


@pytest.mark.parametrize("value", ["1e999", '"\\ud800"'], ids=["endless number", "half a character"])
def test_a_value_no_file_can_hold_again_is_refused(value: str) -> None:
    with pytest.raises(MissionError, match=r"odd\.plan"):
        read_plan_bytes(b'{"fileType": "Plan", "version": 1, "x": ' + value.encode() + b"}", "odd.plan")
