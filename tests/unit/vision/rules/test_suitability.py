"""What a source is worth for a rule: enough of it says yes with a score, too little of anything says no and why."""

from dataclasses import replace

import pytest

from geo.primitives import from_unix_s
from sim import FixedCamera, read_scene, scene_file
from vision import RULES, KnownSource, RoadScene, ground_of, road_scene, scene_features, scene_on_timeline, suitabilities
from vision.rules.suitability import Suitability

CARDS = {rule.card.code: rule.card for rule in RULES}


def _source(**camera_changes: object) -> tuple[RoadScene, KnownSource]:
    """The junction with a red light: by the clock, and seen by its camera or another one in its place."""
    of = read_scene("red_light")
    part = of.cameras[0]
    assert isinstance(part, FixedCamera)
    part = part.model_copy(update=camera_changes)
    file = scene_file(of, part)
    for feature in file["features"]:
        if feature["properties"]["kind"] == "signal":
            feature["properties"]["schedule"]["since"] = "2026-05-01T12:00:00Z"
    ground = ground_of(file["calibration"], name="gate")
    assert ground.local is not None
    road = road_scene(scene_on_timeline(scene_features(file, name="gate"), from_unix_s(1.8e9)), ground.local)
    return road, KnownSource(ground, part.size_px, frames_per_second=20.0, clocked=True)


def _worth(rule: str, road: RoadScene, source: KnownSource) -> Suitability:
    return suitabilities([CARDS[rule]], road, source)[rule]


def _codes(found: Suitability) -> set[str]:
    return {reason.code for reason in found.reasons if reason.refuses}


def test_a_camera_over_the_line_is_worth_something_and_says_by_how_many_pixels() -> None:
    road, source = _source()
    found = _worth("red_light", road, source)
    assert found.possible
    assert found.score is not None
    assert 0.3 < found.score < 0.7, "plates are too small to be read, all else is good"
    pixels = next(one for one in found.reasons if one.code == "pixels_per_m")
    # 1280 pixels over 58 degrees, 40 m off: the stop line of the southern arm.
    assert pixels.value == pytest.approx(29.0, rel=0.15)
    assert pixels.feature == "south-stop"


@pytest.mark.parametrize(
    ("rule", "why", "changes"),
    [
        ("red_light", "signal_unknown", "no clock"),
        ("red_light", "frames_per_second", "slow"),
        ("red_light", "not_calibrated", "blind"),
        ("shoulder", "scene_lacks", "as it is"),
        ("red_light", "pixels_per_m", "small"),
        ("red_light", "not_seen", "turned"),
    ],
)
def test_what_cannot_be_judged_is_refused_with_the_reason(rule: str, why: str, changes: str) -> None:
    aside: dict[str, dict[str, object]] = {"small": {"size_px": (160, 90)}, "turned": {"heading_deg": 171.0}}
    road, source = _source(**aside.get(changes, {}))
    if changes == "no clock":
        road = replace(road, stop_lines=tuple(replace(line, signal=None) for line in road.stop_lines))
    if changes == "slow":
        source = replace(source, frames_per_second=2.0)
    if changes == "blind":
        source = replace(source, ground=None)
    found = _worth(rule, road, source)
    assert not found.possible
    assert why in _codes(found)


def test_a_camera_that_flies_is_not_judged_beforehand() -> None:
    road, source = _source()
    found = _worth("wrong_way", road, replace(source, ground=None, moves=True, frames_per_second=None))
    assert found.possible
    assert found.score is None
