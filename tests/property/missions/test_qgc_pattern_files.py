"""Surveys and corridors go through patterns of QGroundControl without a loss; patterns of any kind are flown whole or not at all."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from geo.primitives import MissionError
from missions import (
    CorridorRequest,
    PlanRequest,
    SurveyRequest,
    format_of,
    losses,
    plan_bytes,
    plan_request,
    read_plan_bytes,
    read_plan_bytes_noting,
)
from tests.support.plans import AKTAU, ring

sides = st.floats(60.0, 300.0)
shapes = st.tuples(sides, sides, st.floats(-60.0, 60.0)).map(lambda s: ring([(0.0, 0.0), (s[0], 0.0), (s[0] + s[2], s[1]), (s[2], s[1])]))
common: dict[str, Any] = {
    "camera": st.sampled_from(["dji-mavic-3e", "sunqar-sim-nadir", "dji-phantom-4-pro"]),
    "orientation": st.sampled_from(["landscape", "portrait"]),
    "front_overlap": st.floats(0.3, 0.8),
    "side_overlap": st.floats(0.3, 0.8),
    "altitude_m": st.floats(40.0, 120.0).map(lambda m: round(m, 2)),
    "home": st.sampled_from([None, AKTAU]),
    "name": st.just("field"),
}
requests = st.one_of(
    st.builds(
        SurveyRequest,
        polygon=shapes,
        angle_deg=st.one_of(st.none(), st.floats(0.0, 359.0)),
        passes=st.sampled_from(["single", "crosshatch", "oblique"]),
        **common,
    ),
    st.builds(CorridorRequest, axis=shapes.map(lambda shape: shape[:3]), width_m=st.floats(10.0, 150.0), **common),
)
spacings = st.floats(2.0, 90.0)
calcs = st.fixed_dictionaries(
    {
        "AdjustedFootprintFrontal": spacings,
        "AdjustedFootprintSide": spacings,
        "CameraName": st.just("Manual (no camera specs)"),
        "DistanceToSurface": st.floats(20.0, 100.0),
        "DistanceMode": st.sampled_from([1, 2, 3, 4]),
        "version": st.just(2),
    }
)
shapes_lat_lon = shapes.map(lambda shape: [[place.lat_deg, place.lon_deg] for place in shape])
patterns = st.one_of(
    st.builds(
        lambda calc, shape, angle, turn: {
            "complexItemType": "survey",
            "version": 5,
            "angle": angle,
            "polygon": shape,
            "TransectStyleComplexItem": {"CameraCalc": calc, "TurnAroundDistance": turn, "version": 2},
        },
        calcs,
        shapes_lat_lon,
        st.floats(-360.0, 720.0),
        st.sampled_from([0.0, 12.0]),
    ),
    st.builds(
        lambda calc, shape, layers: {
            "complexItemType": "StructureScan",
            "version": 3,
            "CameraCalc": calc,
            "Layers": layers,
            "ScanBottomAlt": 3.0,
            "StructureHeight": 30.0,
            "StartFromTop": bool(layers % 2),
            "GimbalPitch": 0,
            "EntranceAltitude": 50.0,
            "polygon": shape,
        },
        calcs,
        shapes_lat_lon,
        st.integers(1, 3),
    ),
)


@settings(max_examples=20, derandomize=True, deadline=None)
@given(request=requests)
def test_a_planned_request_goes_through_a_plan_file_without_a_loss(request: PlanRequest) -> None:
    plan = plan_request(request).plan
    if plan is None:
        return  # a camera too slow for its overlap, say: nothing to write
    kept = plan if plan.home is not None else format_of(".plan").carried(plan)
    data = plan_bytes(plan, ".plan")
    assert read_plan_bytes(data, f"{plan.name}.plan") == kept
    assert losses(kept, format_of(".plan")) == ()
    # As QGroundControl sees it: its own items and those inside its pattern, in order, are the items of the plan.
    document = json.loads(data)
    seen = replace(kept, request=None)
    del document["sunqar"]
    theirs = read_plan_bytes(json.dumps(document).encode(), f"{plan.name}.plan")
    assert theirs.items == seen.items
    assert theirs.content_hash() == seen.content_hash()


@settings(max_examples=20, derandomize=True, deadline=None)
@given(pattern=patterns)
def test_a_pattern_without_items_is_flown_whole_or_not_at_all(pattern: dict[str, Any]) -> None:
    items = [{"type": "ComplexItem", **pattern}]
    mission = {"version": 2, "plannedHomePosition": [43.65, 51.16, 12.0], "items": items}
    data = json.dumps({"fileType": "Plan", "version": 1, "mission": mission}).encode()
    plan, notes = read_plan_bytes_noting(data, "theirs.plan")
    assert notes
    assert [one.kind for one in plan.complex_items] == [pattern["complexItemType"]]
    if plan.unexpanded():
        with pytest.raises(MissionError, match=pattern["complexItemType"]):
            plan.flight_items()
        assert json.loads(plan_bytes(plan, ".plan"))["mission"]["items"] == items
    else:
        assert plan.complex_items[0].count == len(plan.flight_items()) > 0
    assert read_plan_bytes(plan_bytes(plan, ".plan"), "theirs.plan") == plan
