"""Scenes with offenders, their cameras and the rules: everyone who broke one is found, and nobody else."""

import pytest

from ground_station.scene_score import score_of
from sim import read_scene


@pytest.mark.parametrize("name", ["red_light", "stop_line", "traffic_rules", "bus_lane", "pedestrian_crossing"])
def test_every_offender_is_found_and_nobody_else(name: str) -> None:
    scene = read_scene(name)
    camera = scene.cameras[0].model_copy(update={"fps": 8.0})  # a third of its pictures, for time
    verdicts = score_of(scene.model_copy(update={"cameras": [camera]}), None, None).verdicts
    assert (verdicts.missed, verdicts.false) == ((), ())
    assert {text.split()[0] for text in (*verdicts.found, *verdicts.unseen)} == {one.rule for one in scene.violations}
    assert verdicts.found
