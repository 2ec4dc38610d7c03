"""Scenes with offenders, their cameras and the rules: everyone who broke one is found, and nobody else."""

import pytest

from ground_station.scene_score import SceneScore, score_of
from sim import read_scene

STREETS = ("red_light", "stop_line", "traffic_rules", "bus_lane", "pedestrian_crossing")
OTHERS = ("overtaking", "forbidden_turns", "rail_crossing", "shoulder", "box_junction", "stalled_vehicle", "closed_area")


def scored(name: str) -> SceneScore:
    scene = read_scene(name)
    camera = scene.cameras[0].model_copy(update={"fps": 8.0})  # a third of its pictures, for time
    return score_of(scene.model_copy(update={"cameras": [camera]}), None, None)


@pytest.mark.parametrize("name", [*STREETS, *OTHERS])
def test_every_offender_is_found_and_nobody_else(name: str) -> None:
    verdicts = scored(name).verdicts
    assert (verdicts.missed, verdicts.false) == ((), ())
    assert {text.split()[0] for text in (*verdicts.found, *verdicts.unseen)} == {one.rule for one in read_scene(name).violations}
    assert verdicts.found
    assert all(one.precision == one.recall == 1.0 for one in verdicts.by_rule.values())


@pytest.mark.parametrize("name", ["red_light", "traffic_rules", "forbidden_turns"])
def test_a_drone_over_the_scene_finds_the_same_violations_as_the_camera_on_its_pole(name: str) -> None:
    seen = scored(f"{name}_drone")
    assert {*seen.verdicts.found} == {f"{one.rule} {one.actor}" for one in read_scene(name).violations}
    assert seen.verdicts.false == ()
    middle = seen.verdicts.middle_error_m()
    assert middle is not None
    assert middle["p95"] < 1.5
