"""Evidence from the command line: a scored scene leaves packages that verify, and one that was touched does not."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ground_station import film_evidence
from ground_station.cli import build_app
from ground_station.evidence.container import unpacked
from tests.support.evidence import SameHider

SCENE = """
summary: A car comes along the wrong lane.
origin: [51.16, 43.65]
duration_s: 4.4
map:
  roads: [{path: [[0, -60], [0, 80]], width_m: 8, lanes: 2}]
  lanes: [{id: in, polygon: [[0.1, -30], [4, -30], [4, 70], [0.1, 70]], heading_deg: 0, legal_order: DEMO-1}]
actors: [{kind: car, id: it, path: [[2, 55], [2, -20]], speed_mps: 10}]
cameras:
  - {kind: fixed, name: pole, at: [6, -12], height_m: 7, heading_deg: 355, pitch_deg: -14, size_px: [640, 360], fps: 10}
"""


def _sunqar(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(build_app(), list(arguments))
    return result.exit_code, result.output + str(result.exception or "")


def test_what_a_score_finds_leaves_as_packages_that_verify(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNQAR_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(film_evidence, "HidingDetector", lambda *_, **__: SameHider())
    scene, folder, key = tmp_path / "scene.yaml", tmp_path / "evidence", tmp_path / "key.pem"
    scene.write_text(SCENE)
    code, said = _sunqar("sim", "scenario", str(scene), "--score", "--model", "perfect", "--evidence-dir", str(folder))
    assert code == 0, said
    (package,) = folder.glob("*.zip")
    (day,) = folder.glob("evidence-day-*.json")
    assert "clip/original.mp4" in unpacked(package.read_bytes()).files
    assert _sunqar("evidence", "key", "--out", str(key))[0] == 0
    code, said = _sunqar("evidence", "verify", str(package), "--key", str(key), "--day", str(day))
    assert code == 0, said
    assert "wrong_way edition" in said
    assert "belongs to the sealed day" in said

    content = bytearray(package.read_bytes())
    content[len(content) // 2] ^= 0x10
    package.write_bytes(content)
    code, said = _sunqar("evidence", "verify", str(package))
    assert code == 1
    assert "NOT WHOLE" in said
    code, said = _sunqar("evidence", "verify", str(tmp_path / "nothing.zip"))
    assert code == 1
    assert "cannot be read" in said


def test_evidence_is_not_asked_for_where_none_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUNQAR_DATA_DIR", str(tmp_path))
    for arguments, said in (
        (("sim", "scenario", "red_light", "--evidence-dir", str(tmp_path)), "Add --score"),
        (("vision", "run", "film.mp4", "--evidence-dir", str(tmp_path)), "Give --rules"),
        (("vision", "run", "film.mp4", "--evidence-original", "why"), "Give --evidence-dir"),
    ):
        result = CliRunner().invoke(build_app(), list(arguments))
        assert result.exit_code != 0
        assert said in getattr(result.exception, "hint", "")
