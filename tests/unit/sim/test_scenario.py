"""Scenario files: what is accepted, and what a user is told when one is wrong."""

import json
from pathlib import Path

import pytest

from geo.demo.live_sources import gate_calibration as demo_calibration
from geo.primitives import LocalFrame, SettingsError
from sim.gate import gate_calibration
from sim.scenario import built_in_scenario, read_scenario
from sim.traffic import Traffic

PICTURE = {"kind": "picture", "file": "bus.png", "lonlat": [51.16, 43.651], "width_m": 9, "heading_deg": 0, "label": "bus"}


def _write(folder: Path, content: object) -> Path:
    path = folder / "scene.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_objects_replace_the_built_in_ones_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / "bus.png").write_bytes(b"")
    scenario = read_scenario(_write(tmp_path, {"objects": [PICTURE]}))
    assert [picture.file for picture in scenario.pictures] == [tmp_path / "bus.png"]
    assert scenario.cars == []
    assert scenario.gate == built_in_scenario().gate


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{not json", "is not JSON"),
        ([], "holds a list, not an object"),
        ({"objects": [PICTURE]}, "names picture 'bus.png', which does not exist"),
        ({"objects": [{**PICTURE, "lonlat": [51.16, 143.0]}]}, "is wrong at objects.0.picture.lonlat"),
        ({"objects": [{**PICTURE, "widht_m": 3}]}, "widht_m"),
        ({"objects": [{"kind": "car"}]}, "either 'lonlat' (standing) or 'path' (driving)"),
        ({"objects": [{"kind": "camel"}]}, "is wrong at objects.0"),
    ],
    ids=["broken json", "a list", "missing picture", "latitude", "misspelt key", "car without a place", "unknown kind"],
)
def test_a_wrong_scenario_is_named_in_one_line(tmp_path: Path, content: object, said: str) -> None:
    path = _write(tmp_path, content)
    with pytest.raises(SettingsError) as raised:
        read_scenario(path)
    assert said in raised.value.one_line()
    assert str(path) in raised.value.one_line()
    assert "\n" not in raised.value.one_line()


def test_a_missing_scenario_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_scenario(tmp_path / "absent.json")


def test_the_built_in_gate_has_a_calibration_that_spans_the_street() -> None:
    points = gate_calibration(built_in_scenario())["points"]
    assert len(points) == 8
    rows = [point["px"][1] for point in points]
    assert max(rows) - min(rows) > 250


def test_the_demonstration_region_holds_the_calibration_of_the_built_in_gate() -> None:
    known = demo_calibration()["points"]
    for ours, theirs in zip(gate_calibration(built_in_scenario())["points"], known, strict=True):
        assert ours["px"] == pytest.approx(theirs["px"], abs=0.05)
        assert ours["lonlat"] == pytest.approx(theirs["lonlat"], abs=1e-7)


def test_driving_cars_move_at_their_speed_and_come_round_again() -> None:
    scenario = built_in_scenario()
    traffic = Traffic(scenario.cars, LocalFrame(scenario.gate_place))
    before, after = traffic.driving(1000.0), traffic.driving(1000.5)
    moving = [car for car in scenario.cars if car.path is not None]
    assert len(before) == len(moving) > 10
    travelled = [((b.east_m - a.east_m) ** 2 + (b.north_m - a.north_m) ** 2) ** 0.5 / 0.5 for a, b in zip(before, after, strict=True)]
    assert sum(abs(speed - car.speed_mps) < 0.05 for speed, car in zip(travelled, moving, strict=True)) >= len(moving) - 1
