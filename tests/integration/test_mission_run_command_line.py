"""`sunqar mission run` as a person types it: broken off for a battery, and the rest flown by another vehicle."""

import json
import os
import sys
from pathlib import Path

import anyio
import pytest
from anyio.streams.text import TextReceiveStream

from missions import SurveyRequest, plan_survey, write_plan
from tests.integration.test_vehicle_command_line import ROOT, sunqar
from tests.support.plans import ring
from tests.support.simulated_vehicles import AKTAU, simulated

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(400)]

WITHIN_S = 150.0


async def test_a_mission_broken_off_is_finished_by_another_vehicle_from_the_first_uncovered_footprint(tmp_path: Path) -> None:
    area = ring([(20, 20), (180, 20), (180, 110), (20, 110)], AKTAU)
    request = SurveyRequest(
        polygon=area,
        camera="sunqar-sim-nadir",
        altitude_m=40.0,
        front_overlap=0.5,
        side_overlap=0.3,
        speed_mps=8.0,
        angle_deg=90.0,
        home=AKTAU,
    )
    plan = plan_survey(request).plan
    assert plan is not None
    file, kept = tmp_path / "field.plan", tmp_path / "field.plan.run.json"
    write_plan(plan, file)
    async with simulated(2, speedup=2.0) as simulation:
        nothing = await sunqar("mission", "resume", str(file), "--yes", "--vehicle", "1", simulation=simulation)
        assert nothing.returncode == 1
        assert "has not been begun" in nothing.stderr
        command = [sys.executable, "-u", "-m", "ground_station", "mission", "run", str(file), "--yes", "--vehicle", "1"]
        command += ["--link", f"udpin:127.0.0.1:{simulation.port}"]
        said, asked, clock = "", False, simulation.fleet.vehicles[0].parameters
        async with await anyio.open_process(command, cwd=ROOT, env={**os.environ, "COLUMNS": "200"}) as flying:
            assert flying.stdout is not None
            assert flying.stdin is not None
            with anyio.fail_after(WITHIN_S):
                async for text in TextReceiveStream(flying.stdout):
                    said += text
                    if not asked and kept.exists() and (json.loads(kept.read_text())["share"] or 0.0) > 0.1:
                        asked = True
                        await flying.stdin.send(b"home\n")
                    if "handing over" in said:
                        clock.set("SIM_SPEEDUP", 8)  # nothing more has to happen in time
        assert flying.returncode == 3, said
        assert "mav-1 handing over" in said
        broken_off = json.loads(kept.read_text())
        assert (broken_off["state"], broken_off["sortie"], broken_off["vehicle_id"]) == ("waiting_for_drone", 2, "mav-1")
        assert 0.1 < broken_off["share"] < 0.95
        again = await sunqar("mission", "run", str(file), "--yes", "--vehicle", "2", simulation=simulation)
        assert again.returncode == 1
        assert "is being carried out already" in again.stderr
        rest = await sunqar("mission", "resume", str(file), "--yes", "--vehicle", "2", simulation=simulation)
        assert rest.returncode == 0, rest.stdout + rest.stderr
        assert "photographs are left" in rest.stdout
        assert rest.stdout.splitlines()[-1].startswith("mav-2 finished, ")
        finished = json.loads(kept.read_text())
        assert finished["state"] == "finished"
        assert finished["share"] > 0.9
