"""One suite for every plan format. A new format is one more row here."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from geo.primitives import LonLat, MissionError
from missions import MissionItem, MissionPlan, format_of, losses, plan_bytes, read_plan, read_plan_bytes, write_plan
from tests.support.plans import camera_flights, odd_flights, plans

SUFFIXES = (".plan", ".waypoints", ".kml", ".geojson", ".kmz", ".csv")
# Formats that hold waypoints with camera actions and nothing else.
CAMERA_SUFFIXES = (".kmz", ".csv")
# MAV_FRAME of their heights: above the sea, above home, above the ground.
ALL_FRAMES, LITCHI_FRAMES = (0, 3, 10), (3, 10)
PLACE = LonLat(51.1, 43.6)
SMALL = MissionPlan(
    name="field",
    items=tuple(MissionItem(16, position=place, altitude_m=50.0) for place in (PLACE, LonLat(51.2, 43.6))),
    home=LonLat(51.0, 43.0),
)
EVERY_FORMAT = pytest.mark.parametrize("suffix", SUFFIXES)

NOT_PLANS = {
    "empty": b"",
    "blank": b" \n\n",
    "binary": bytes(range(256)),
    "nul": b"QGC WPL 110\n\x00\x00",
    "prose": "Бұл жоспар емес.".encode(),
    "list": b"[1, 2, 3]",
    "object": b'{"a": 1}',
    "cut off": b'{"fileType": "Plan", "version": 1, "mission": {"items": [',
    "deep": b"[" * 100_000,
    "xml": b"<?xml version='1.0'?><gpx><wpt/></gpx>",
    "not a number": b'{"fileType": "Plan", "version": NaN}',
}


def plans_for(suffix: str) -> st.SearchStrategy[MissionPlan]:
    return odd_flights(ALL_FRAMES if suffix == ".kmz" else LITCHI_FRAMES) if suffix in CAMERA_SUFFIXES else plans


@EVERY_FORMAT
@settings(max_examples=60, derandomize=True, deadline=None)
@given(data=st.data())
def test_reading_what_was_written_gives_the_plan_as_far_as_the_format_carries_it(suffix: str, data: st.DataObject) -> None:
    plan = data.draw(plans_for(suffix))
    try:
        expected = format_of(suffix).carried(plan)
    except MissionError as refusal:
        with pytest.raises(MissionError, match=re.escape(refusal.message)):
            plan_bytes(plan, suffix)
        return
    again = read_plan_bytes(plan_bytes(plan, suffix), f"{plan.name}{suffix}")
    assert replace(again, name="") == replace(expected, name="")


@EVERY_FORMAT
@settings(max_examples=60, derandomize=True, deadline=None)
@given(data=st.data())
def test_what_a_format_leaves_out_is_said(suffix: str, data: st.DataObject) -> None:
    plan = data.draw(plans_for(suffix))
    try:
        carried = replace(format_of(suffix).carried(plan), name=plan.name)
    except MissionError:
        # Refused, as the test above has it.
        return
    assert bool(losses(plan, format_of(suffix))) == (carried != plan)


@EVERY_FORMAT
@pytest.mark.parametrize("data", NOT_PLANS.values(), ids=NOT_PLANS)
def test_what_is_no_plan_is_refused_in_one_line_naming_the_file(suffix: str, data: bytes) -> None:
    with pytest.raises(MissionError) as refusal:
        read_plan_bytes(data, f"strange{suffix}")
    assert f"strange{suffix}" in refusal.value.message
    assert "\n" not in refusal.value.one_line()
    assert "expected" in refusal.value.message


@EVERY_FORMAT
def test_a_file_that_cannot_be_replaced_is_left_alone_and_nothing_half_written_stays(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"mission{suffix}"
    (target / "a folder in its place").mkdir(parents=True)
    with pytest.raises(MissionError, match="cannot be written"):
        write_plan(SMALL, target)
    assert [file.name for file in tmp_path.iterdir()] == [target.name]


@EVERY_FORMAT
def test_writing_into_a_missing_folder_is_refused(suffix: str, tmp_path: Path) -> None:
    with pytest.raises(MissionError, match="cannot be written"):
        write_plan(SMALL, tmp_path / "nowhere" / f"mission{suffix}")


@EVERY_FORMAT
def test_a_file_keeps_its_name_and_a_second_writing_is_the_same(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"field{suffix}"
    write_plan(SMALL, path)
    first = path.read_bytes()
    assert read_plan(path).name == "field"
    write_plan(read_plan(path), path)
    assert path.read_bytes() == first


@settings(max_examples=100, derandomize=True, deadline=None)
@given(plan=camera_flights(ALL_FRAMES))
def test_a_flight_of_stops_and_photos_goes_through_a_dji_file_without_a_loss(plan: MissionPlan) -> None:
    assert losses(plan, format_of(".kmz")) == ()
    assert replace(read_plan_bytes(plan_bytes(plan, ".kmz"), "flight.kmz"), name="flight") == plan


@settings(max_examples=100, derandomize=True, deadline=None)
@given(plan=camera_flights(LITCHI_FRAMES))
def test_all_stops_of_a_flight_go_through_litchi(plan: MissionPlan) -> None:
    """Litchi keeps neither take-off nor end nor splines; the places, heights, holds and rows of photos it keeps."""
    again = read_plan_bytes(plan_bytes(plan, ".csv"), "flight.csv")
    stops = [(item.position, item.altitude_m, item.frame, item.params) for item in plan.items if item.position is not None]
    assert [(item.position, item.altitude_m, item.frame, item.params) for item in again.items if item.position is not None] == stops
    rows = [item for item in plan.items if item.command in (206, 2001) or (item.command == 2000 and item.params[1])]
    assert [item for item in again.items if item.command in (206, 2001) or (item.command == 2000 and item.params[1])] == rows
