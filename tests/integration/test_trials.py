"""Shipped flight trials flown on our simulator over a real link, as `sunqar sim scenario NAME --score` does."""

import subprocess
import sys
from pathlib import Path

import pytest

from sim import shipped_trials

SPEEDUP = "6"


def score(name: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ground_station", "sim", "scenario", name, "--score", "--speedup", SPEEDUP]
    return subprocess.run([*command, "--json", str(tmp_path / "score.json")], capture_output=True, text=True, timeout=160, check=False)


@pytest.mark.parametrize("name", ["rc_loss", "px4_mission"])
def test_a_trial_is_flown_judged_and_passed(name: str, tmp_path: Path) -> None:
    done = score(name, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"passed": true' in (tmp_path / "score.json").read_text()


def test_a_trial_that_asks_for_what_does_not_happen_fails_and_says_what_was_seen(tmp_path: Path) -> None:
    trial = tmp_path / "impossible.yaml"
    trial.write_text(
        "summary: a copter that never lands by itself\nlegs: [{east_m: 20, north_m: 0}]\naltitude_m: 10\n"
        "expectations: [{expect: mode, mode: CIRCLE, within_s: 15}]\n"
    )
    done = score(str(trial), tmp_path)
    assert done.returncode == 1
    assert "FAILED  mode CIRCLE within 15 s: modes: " in done.stdout


@pytest.mark.soak
@pytest.mark.parametrize("name", shipped_trials())
def test_every_shipped_trial_passes_on_our_simulator(name: str, tmp_path: Path) -> None:
    done = score(name, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
