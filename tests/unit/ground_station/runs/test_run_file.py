"""What is kept beside a plan between two flights of it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from geo.core import RunShotRow
from geo.primitives import MissionError
from ground_station.messages import RunState
from ground_station.runs.run_file import RunFile, fingerprint
from missions import MissionItem, MissionPlan
from tests.support.plans import AKTAU

PLAN = MissionPlan(name="way", home=AKTAU, items=(MissionItem(22, 3, altitude_m=20.0), MissionItem(16, 3, position=AKTAU, altitude_m=20.0)))
SHOT = RunShotRow(1, "photos", 0, datetime(2026, 5, 1, 6, tzinfo=UTC), AKTAU, 40.0, 90.0)


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    file = tmp_path / "way.plan"
    kept = RunFile.beside(file, PLAN)
    assert not kept.begun
    kept.vehicle_id, kept.sortie, kept.share, kept.shots = "mav-1", 2, 0.43, [SHOT]
    kept.save(RunState.WAITING_FOR_DRONE, "landed at item 3 of 9")
    found = RunFile.beside(file, PLAN)
    assert found == kept
    assert found.begun
    found.save(RunState.FINISHED)
    assert not RunFile.beside(file, PLAN).begun


def test_a_file_of_another_plan_or_a_torn_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "way.plan"
    RunFile.beside(file, PLAN).save(RunState.READY)
    with pytest.raises(MissionError) as other:
        RunFile.beside(file, MissionPlan(name="way", home=AKTAU, items=PLAN.items[:1]))
    assert other.value.code == "run.other_plan"
    kept = tmp_path / "way.plan.run.json"
    kept.write_text(kept.read_text()[:40])
    with pytest.raises(MissionError) as torn:
        RunFile.beside(file, PLAN)
    assert torn.value.code == "run.unreadable"
    kept.write_text(json.dumps({"plan_hash": PLAN.content_hash()}))
    with pytest.raises(MissionError, match="cannot be read"):
        RunFile.beside(file, PLAN)


def test_what_an_autopilot_gives_back_has_the_fingerprint_of_what_was_sent() -> None:
    back = (MissionItem(22, 3, (1.0, 0.0, 0.0, 0.0), AKTAU, 20.0), MissionItem(16, 0, position=AKTAU, altitude_m=20.01))
    assert fingerprint(back) == fingerprint(PLAN.items)
    assert fingerprint(PLAN.items[:1]) != fingerprint(PLAN.items)
