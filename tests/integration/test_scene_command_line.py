"""A scene from the command line: rendered to a transport stream with its truth, read back, and scored."""

import json
from pathlib import Path

import av
import pytest
from typer.testing import CliRunner

from ground_station.cli import build_app
from sim.scenes.klv import parsed

SCENE = """
summary: A short scene for a test.
origin: [51.16, 43.65]
duration_s: 1.6
map: {roads: [{path: [[0, -40], [0, 60]], width_m: 8, lanes: 2}]}
actors: [{kind: car, id: it, path: [[2, 8], [2, 60]], speed_mps: 8}]
vehicles: [{name: falcon, home: [0, 0], altitude_m: 20, legs: [{east_m: 0, north_m: 40}]}]
cameras:
  - {kind: fixed, name: pole, at: [5, -12], height_m: 7, heading_deg: 355, pitch_deg: -16, size_px: [640, 360], fps: 10}
  - {kind: drone, name: nadir, vehicle: falcon, size_px: [640, 360], fps: 10}
thresholds: {median_m: 3, missed_at_most: 0, false_at_most: 0}
"""


@pytest.fixture
def scene(tmp_path: Path) -> Path:
    path = tmp_path / "scene.yaml"
    path.write_text(SCENE)
    return path


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(build_app(), ["sim", "scenario", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_drone_scene_leaves_with_its_pose_and_truth_in_step(scene: Path, tmp_path: Path) -> None:
    film, truth = tmp_path / "a.ts", tmp_path / "a.jsonl"
    _run(str(scene), "--camera", "nadir", "--video-out", str(film), "--truth", str(truth))
    lines = [json.loads(line) for line in truth.read_text().splitlines()]
    with av.open(str(film)) as container:
        packets = [(packet.stream.type, bytes(packet)) for packet in container.demux() if packet.size]
    sets = [parsed(data) for kind, data in packets if kind == "data"]
    assert len(sets) == len(lines) == 16
    assert sum(kind == "video" for kind, _ in packets) == 16
    for told, line in zip(sets, lines, strict=True):
        assert told["precision_time_us"] == line["unix_us"]
        assert told["sensor_lat_deg"] == pytest.approx(line["camera"]["lonlat"][1], abs=5e-5)  # what its navigation believes
        assert told["sensor_elevation_deg"] == pytest.approx(-90, abs=21)


def test_a_scene_is_scored(scene: Path, tmp_path: Path) -> None:
    said = _run(str(scene), "--score", "--model", "perfect", "--json", str(tmp_path / "score.json"))
    score = json.loads((tmp_path / "score.json").read_text())
    assert "no detector model was used" in said
    assert (score["found"], score["missed"], score["false"]) == (["it"], [], [])
    assert score["position_error_m"]["median"] < 3.0
