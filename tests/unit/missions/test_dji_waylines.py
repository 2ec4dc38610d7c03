"""Heights of DJI waylines: above take-off, above the sea, above the ground; and actions of newer files."""

import io
import re
import zipfile
from dataclasses import replace

import pytest

from geo.primitives import LonLat, MissionError
from geo.terrain import geoid_height_m
from missions import MissionItem, MissionPlan, SurveyRequest, format_of, losses, plan_bytes, read_plan_bytes, read_plan_bytes_noting

AKTAU = LonLat(51.16, 43.65)
NEXT = LonLat(51.17, 43.65)
# EGM96 by NGA's grid of a quarter degree, metres: on points of ours, then between them in the highest mountains and on the steppe.
EGM96 = {(0.0, 0.0): 17.16, (51.0, 43.5): -10.91, (-180.0, 90.0): 13.61, (86.75, 27.75): -31.65, (71.5, 51.25): -32.15}


def flight(frame: int, *, height_m: float = 70.0, takeoff_frame: int = 3, takeoff_m: float = 20.0) -> MissionPlan:
    stops = tuple(MissionItem(16, frame, (0.0, 0.0, 0.0, None), place, height_m) for place in (AKTAU, NEXT))
    takeoff = MissionItem(22, takeoff_frame, (0.0, 0.0, 0.0, None), altitude_m=takeoff_m)
    return MissionPlan(name="flight", home=AKTAU, home_altitude_amsl_m=-10.0, items=(takeoff, *stops, MissionItem(20, 2)))


def parts(plan: MissionPlan) -> tuple[str, str]:
    with zipfile.ZipFile(io.BytesIO(plan_bytes(plan, ".kmz"))) as archive:
        return archive.read("wpmz/template.kml").decode(), archive.read("wpmz/waylines.wpml").decode()


def values(text: str, name: str) -> list[str]:
    return re.findall(rf"<wpml:{name}>([^<]*)</wpml:{name}>", text)


@pytest.mark.parametrize(("place", "height_m"), EGM96.items(), ids=[str(place) for place in EGM96])
def test_the_geoid_is_that_of_egm96(place: tuple[float, float], height_m: float) -> None:
    between = any(degrees % 0.5 for degrees in place)
    assert geoid_height_m(LonLat(*place)) == pytest.approx(height_m, abs=1.3 if between else 0.01)


def test_heights_above_the_sea_are_flown_above_the_ellipsoid() -> None:
    template, waylines = parts(flight(0))
    assert values(template, "heightMode") == ["EGM96"]
    assert values(waylines, "executeHeightMode") == ["WGS84"]
    assert values(template, "height") == ["70", "70"]
    lifted = [70.0 + geoid_height_m(place) for place in (AKTAU, NEXT)]
    assert [float(value) for value in values(waylines, "executeHeight")] == pytest.approx(lifted, abs=0.001)
    assert values(template, "ellipsoidHeight") == values(waylines, "executeHeight")
    # The way home counts from the take-off place, which lies 10 m below the sea.
    assert values(waylines, "globalRTHHeight") == ["80"]
    again = read_plan_bytes(plan_bytes(flight(0), ".kmz"), "flight.kmz")
    assert [(item.frame, item.altitude_m) for item in again.items if item.position] == [(0, 70.0)] * 2


def test_a_take_off_above_the_sea_is_written_above_the_take_off_place_and_said() -> None:
    plan = flight(0, takeoff_frame=0, takeoff_m=30.0)
    assert values(parts(plan)[1], "takeOffSecurityHeight") == ["40"]
    assert any(finding.item == 1 and "frame" in finding.message for finding in losses(plan, format_of(".kmz")))


def test_a_point_of_interest_above_take_off_is_refused_on_a_way_above_the_sea() -> None:
    plan = flight(0)
    looking = MissionItem(195, 3, position=NEXT, altitude_m=5.0)
    with pytest.raises(MissionError, match="looks at a point 5 m above take-off"):
        plan_bytes(replace(plan, items=(plan.items[0], looking, *plan.items[1:])), ".kmz")


def test_heights_above_ground_are_followed_by_aircraft_that_can() -> None:
    template, waylines = parts(flight(10))
    assert values(template, "heightMode") == ["aboveGroundLevel"]
    assert values(waylines, "executeHeightMode") == ["realTimeFollowSurface"]
    cannot = SurveyRequest(polygon=(AKTAU, NEXT, LonLat(51.165, 43.66)), camera="dji-zenmuse-p1-35", gsd_cm=2.0)
    with pytest.raises(MissionError, match="cannot follow"):
        plan_bytes(replace(flight(10), request=cannot), ".kmz")


def test_heights_of_two_kinds_in_one_wayline_are_refused_by_the_item() -> None:
    plan = flight(0)
    other = replace(plan.items[2], frame=3)
    with pytest.raises(MissionError, match="item 3 has another height reference"):
        plan_bytes(replace(plan, items=(*plan.items[:2], other, plan.items[3])), ".kmz")


def test_bare_waylines_above_the_ellipsoid_are_read_above_the_sea_and_said() -> None:
    waylines = parts(flight(0))[1]
    plan, notes = read_plan_bytes_noting(waylines.encode(), "flight.wpml")
    assert [item.frame for item in plan.items if item.position] == [0, 0]
    assert [item.altitude_m for item in plan.items if item.position] == pytest.approx([70.0, 70.0], abs=0.01)
    assert any("EGM96" in note.message for note in notes)


def test_an_aimed_photo_and_a_held_gimbal_of_newer_files_are_read_or_said() -> None:
    aimed = (
        "<wpml:actionGroup><wpml:actionGroupStartIndex>0</wpml:actionGroupStartIndex><wpml:actionGroupEndIndex>0</wpml:actionGroupEndIndex>"
        "<wpml:actionTrigger><wpml:actionTriggerType>reachPoint</wpml:actionTriggerType></wpml:actionTrigger><wpml:action>"
        "<wpml:actionActuatorFunc>orientedShoot</wpml:actionActuatorFunc><wpml:actionActuatorFuncParam>"
        "<wpml:gimbalPitchRotateAngle>-30</wpml:gimbalPitchRotateAngle><wpml:aircraftHeading>90</wpml:aircraftHeading>"
        "<wpml:focalLength>48</wpml:focalLength></wpml:actionActuatorFuncParam></wpml:action></wpml:actionGroup>"
        "<wpml:waypointGimbalHeadingParam><wpml:waypointGimbalPitchAngle>-20</wpml:waypointGimbalPitchAngle>"
        "</wpml:waypointGimbalHeadingParam></Placemark>"
    )
    newer = parts(flight(3))[1].replace("wpmz/1.0.2", "wpmz/1.0.6").replace("</Placemark>", aimed, 1)
    plan, notes = read_plan_bytes_noting(newer.encode(), "newer.wpml")
    done = [(item.command, item.params[:2]) for item in plan.items if item.command in (115, 205, 531, 2000)]
    assert done == [(115, (90.0, 0.0)), (205, (-30.0, 0.0)), (531, (3.0, 48.0)), (2000, (0.0, 0.0))]
    said = " ".join(note.message for note in notes)
    assert "marked thing" in said
    assert "waypointGimbalHeadingParam" in said


@pytest.mark.parametrize("suffix", [".kmz", ".csv"])
def test_a_point_of_interest_above_the_sea_is_left_out_and_said_rather_than_looked_past(suffix: str) -> None:
    plan = flight(3)
    looking = MissionItem(195, 0, position=NEXT, altitude_m=-5.0)
    plan = replace(plan, items=(plan.items[0], looking, *plan.items[1:]))
    assert any(finding.item == 2 and "leave it out" in finding.message for finding in losses(plan, format_of(suffix)))
    assert 195 not in {item.command for item in read_plan_bytes(plan_bytes(plan, suffix), f"flight{suffix}").items}
