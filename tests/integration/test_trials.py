"""Shipped flight trials flown on our simulator over a real link, as `sunqar sim scenario NAME --score` does."""

import subprocess
import sys
from pathlib import Path

import pytest

from ground_station.links import make_link
from ground_station.trials import TrialRun
from ground_station.vehicles import VehicleNetwork
from sim import read_trial, shipped_trials
from tests.support.simulated_vehicles import simulated

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


@pytest.mark.anyio
async def test_a_vehicle_is_left_as_it_was_found(tmp_path: Path) -> None:
    trial = tmp_path / "short.yaml"
    trial.write_text(
        "summary: the transmitter is lost and the next trial must not begin so\nparameters: {FS_THR_ENABLE: 3}\naltitude_m: 8\n"
        "legs: [{east_m: 60, north_m: 0}]\nfaults: [{name: rc_loss}]\nexpectations: [{expect: mode, mode: LAND, within_s: 6}]\n"
    )
    async with simulated(1) as simulation, VehicleNetwork(system_id=255, heartbeat_period_s=0.2) as network:
        parameters = simulation.fleet.vehicles[0].parameters
        before = parameters["FS_THR_ENABLE"]
        async with make_link(f"udpin:127.0.0.1:{simulation.port}") as link:
            network.attach(link)
            vehicle = await network.wait_for("mav-1", 45)
            run = TrialRun(read_trial(str(trial)), network, vehicle, speedup=8.0, tell=lambda text: None)
            record = await run.fly()
        assert any(sample.mode == "LAND" for sample in record.since_fault())
        assert (parameters["SIM_RC_FAIL"], parameters["FS_THR_ENABLE"]) == (0.0, before)
