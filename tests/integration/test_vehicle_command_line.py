"""`sunqar vehicle` and `sunqar mission` as a person types them, straight on a link to simulated copters."""

import json
import os
import subprocess
import sys
from pathlib import Path

import anyio
import pytest
from anyio.streams.text import TextReceiveStream

from geo.primitives import LonLat
from missions import FenceCircle, FencePolygon, Geofence, MissionItem, MissionPlan, RallyPoint, read_plan, write_plan
from sim.modes import Mode
from tests.support.simulated_vehicles import AKTAU, Simulation, free_udp_port, short_mission, simulated

pytestmark = pytest.mark.anyio

SQUARE = (LonLat(51.155, 43.645), LonLat(51.165, 43.645), LonLat(51.165, 43.656), LonLat(51.155, 43.656))
ROOT = Path(__file__).resolve().parents[2]


async def sunqar(*words: str, simulation: Simulation | None = None) -> "subprocess.CompletedProcess[str]":
    link = [] if simulation is None else ["--link", f"udpin:127.0.0.1:{simulation.port}"]
    with anyio.fail_after(90):
        done = await anyio.run_process(
            [sys.executable, "-m", "ground_station", *words, *link], check=False, cwd=ROOT, env={**os.environ, "COLUMNS": "200"}
        )
    return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())


async def test_a_plan_is_uploaded_started_and_watched_to_its_end(tmp_path: Path) -> None:
    plan = MissionPlan(name="short", home=AKTAU, items=tuple(short_mission()))
    write_plan(plan, tmp_path / "short.plan")
    async with simulated(2, speedup=8.0) as simulation:
        listed = await sunqar("vehicle", "list", "--seconds", "2.5", simulation=simulation)
        assert listed.returncode == 0, listed.stderr
        assert "mav-1" in listed.stdout
        assert "mav-2" in listed.stdout
        unnamed = await sunqar("vehicle", "arm", simulation=simulation)
        assert unnamed.returncode == 1
        assert unnamed.stderr.strip().splitlines()[-1] == "sunqar: 2 vehicles are on the link: mav-1, mav-2. Name one with --vehicle."
        uploaded = await sunqar("mission", "upload", str(tmp_path / "short.plan"), "--vehicle", "1", simulation=simulation)
        assert uploaded.returncode == 0, uploaded.stderr
        assert uploaded.stdout.splitlines()[-1].endswith("done: 4 items on board, read back and equal")
        downloaded = await sunqar("mission", "download", str(tmp_path / "back.plan"), "--vehicle", "1", simulation=simulation)
        assert downloaded.returncode == 0, downloaded.stderr
        assert [item.command for item in read_plan(tmp_path / "back.plan").items] == [item.command for item in plan.items]
        assert json.loads((tmp_path / "back.plan").read_text())["fileType"] == "Plan"
        started = await sunqar("mission", "start", "--yes", "--vehicle", "1", simulation=simulation)
        assert started.returncode == 0, started.stderr
        watched = await sunqar("mission", "watch", "--vehicle", "1", simulation=simulation)
        assert watched.returncode == 0, watched.stdout + watched.stderr
        assert watched.stdout.splitlines()[-1] == "mav-1 landed: the mission was flown to the end, 4 of 4 items"


async def test_a_mission_broken_off_is_watched_to_a_failure(tmp_path: Path) -> None:
    write_plan(MissionPlan(name="short", home=AKTAU, items=tuple(short_mission())), tmp_path / "short.waypoints")
    async with simulated(1, speedup=8.0) as simulation:
        uploaded = await sunqar("mission", "upload", str(tmp_path / "short.waypoints"), simulation=simulation)
        assert uploaded.returncode == 0, uploaded.stderr
        started = await sunqar("mission", "start", "--yes", simulation=simulation)
        vehicle = simulation.fleet.vehicles[0]
        vehicle.parameters.set("SIM_SPEEDUP", 0.5)  # the flight waits for whoever is to watch it, however slowly a program starts
        assert started.returncode == 0, started.stderr
        said: list[str] = []
        command = [sys.executable, "-u", "-m", "ground_station", "mission", "watch", "--link", f"udpin:127.0.0.1:{simulation.port}"]
        async with await anyio.open_process(command, cwd=ROOT, stderr=None) as watching:
            assert watching.stdout is not None
            with anyio.fail_after(90):
                async for text in TextReceiveStream(watching.stdout):
                    if not said and "AUTO item" in text:
                        vehicle.autopilot.set_mode(Mode.RTL)  # as a failsafe would
                        vehicle.parameters.set("SIM_SPEEDUP", 8)
                    said.append(text)
        assert watching.returncode == 1
        assert "".join(said).splitlines()[-1].startswith("mav-1 failed: landed after the mode changed to RTL at item")


async def test_a_mission_under_way_is_paused_continued_elsewhere_and_flown_at_another_speed(tmp_path: Path) -> None:
    far = (LonLat(51.16, 43.67), LonLat(51.19, 43.67))  # legs of 2 km: nothing is reached while it is talked to
    items = [
        MissionItem(22, 3, altitude_m=15.0),
        *(MissionItem(16, 3, position=place, altitude_m=15.0) for place in far),
        MissionItem(20, 2),
    ]
    write_plan(MissionPlan(name="far", home=AKTAU, items=tuple(items)), tmp_path / "far.plan")
    async with simulated(1, speedup=4.0) as simulation:
        for words in (("upload", str(tmp_path / "far.plan")), ("start", "--yes")):
            done = await sunqar("mission", *words, simulation=simulation)
            assert done.returncode == 0, done.stderr
        said: dict[str, str] = {}
        for words in (("pause",), ("skip", "3"), ("resume",), ("speed", "3")):
            done = await sunqar("mission", *words, simulation=simulation)
            assert done.returncode == 0, done.stderr
            said[words[0]] = done.stdout.splitlines()[-1]
        assert said["pause"].startswith("mav-1 pause_mission: done: paused at item")
        assert said["skip"] == "mav-1 skip_to_item: done: paused before item 3 of 4"
        assert said["resume"] == "mav-1 resume_mission: done: flying item 3 of 4 in AUTO"
        assert said["speed"].startswith("mav-1 change_speed: done: 3 m/s taken over")
        beyond = await sunqar("mission", "skip", "9", simulation=simulation)
        assert beyond.returncode == 1
        reason = "The mission on board of mav-1 has 4 items, no item 9. Choose one from 1 to 4."
        assert beyond.stderr.splitlines()[-1] == f"sunqar: skip_to_item failed: {reason}"


async def test_a_plans_fence_goes_on_board_and_comes_back(tmp_path: Path) -> None:
    fence = Geofence((FencePolygon(SQUARE),), (FenceCircle(LonLat(51.163, 43.654), 60.0, inclusion=False),))
    write_plan(MissionPlan(name="around", home=AKTAU, geofence=fence), tmp_path / "around.plan")
    elsewhere = Geofence(circles=(FenceCircle(LonLat(51.3, 43.7), 100.0), FenceCircle(AKTAU, 100.0)))
    write_plan(MissionPlan(name="elsewhere", geofence=elsewhere), tmp_path / "elsewhere.plan")
    async with simulated(1) as simulation:
        uploaded = await sunqar("mission", "fence", "upload", str(tmp_path / "around.plan"), simulation=simulation)
        assert (uploaded.returncode, uploaded.stdout.strip()) == (0, "5 items: fence on board, read back and equal")
        refused = await sunqar("mission", "fence", "upload", str(tmp_path / "elsewhere.plan"), simulation=simulation)
        assert refused.returncode == 1
        assert "must be inside all 2 areas at once, and its home is not" in refused.stderr
        back = await sunqar("mission", "fence", "download", str(tmp_path / "back.plan"), simulation=simulation)
        assert back.returncode == 0, back.stderr
        assert read_plan(tmp_path / "back.plan").geofence == fence


async def test_a_plans_rally_points_go_on_board_come_back_and_go(tmp_path: Path) -> None:
    rally = (RallyPoint(LonLat(51.158, 43.648), 25.0), RallyPoint(LonLat(51.161, 43.649), 30.0))
    write_plan(MissionPlan(name="around", rally_points=rally), tmp_path / "around.plan")
    async with simulated(1, autopilot="px4") as simulation:
        uploaded = await sunqar("mission", "rally", "upload", str(tmp_path / "around.plan"), simulation=simulation)
        assert (uploaded.returncode, uploaded.stdout.strip()) == (0, "2 items: rally points on board, read back and equal")
        back = await sunqar("mission", "rally", "download", str(tmp_path / "back.plan"), simulation=simulation)
        assert back.returncode == 0, back.stderr
        assert read_plan(tmp_path / "back.plan").rally_points == rally
        cleared = await sunqar("mission", "rally", "clear", simulation=simulation)
        assert (cleared.returncode, cleared.stdout.strip()) == (0, "rally points cleared")


async def test_a_mission_never_started_is_a_failure() -> None:
    async with simulated(1) as simulation:
        watched = await sunqar("mission", "watch", "--start-within-s", "1", simulation=simulation)
        assert watched.returncode == 1
        assert watched.stdout.splitlines()[-1] == "mav-1 failed: the mission did not start within 1 s"


async def test_start_without_a_yes_is_not_started() -> None:
    async with simulated(1) as simulation:
        declined = await sunqar("mission", "start", simulation=simulation)
        assert declined.returncode == 1
        assert not simulation.fleet.vehicles[0].autopilot.armed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("vehicle", "arm", "--link", "radio:1"), "Link address 'radio:1' is not known"),
        (("vehicle", "goto", "north", "--altitude-m", "5", "--link", "udpin:127.0.0.1:{port}"), "'north' is not a place"),
        (("vehicle", "list", "--seconds", "0.5", "--link", "udpin:127.0.0.1:{port}"), "No vehicle was heard"),
        (("vehicle", "rtl", "--wait-s", "0.5", "--vehicle", "4", "--link", "udpin:127.0.0.1:{port}"), "No heartbeat of 4 within 0.5 s"),
        (("mission", "upload", "/no/such.plan", "--link", "udpin:127.0.0.1:{port}"), "/no/such.plan"),
    ],
    ids=["bad link", "bad place", "nobody there", "not that one", "no such plan"],
)
async def test_bad_input_is_one_clear_line(words: tuple[str, ...], said: str) -> None:
    result = await sunqar(*(word.format(port=free_udp_port()) for word in words))
    assert result.returncode == 1
    (line,) = result.stderr.strip().splitlines()
    assert line.startswith("sunqar: ")
    assert said in line


async def test_control_of_a_vehicle_is_taken_seen_and_given_up() -> None:
    async with simulated(1) as simulation:
        free = await sunqar("vehicle", "control", "status", simulation=simulation)
        assert free.stdout == "mav-1: no station is in control; every station is obeyed\n", free.stderr
        taken = await sunqar("vehicle", "control", "take", "--allow-takeover", simulation=simulation)
        assert taken.stdout == "mav-1: this station (system 253) is in control; others may take over\n", taken.stderr
        seen = await sunqar("vehicle", "control", "status", simulation=simulation)
        assert seen.stdout == taken.stdout, seen.stderr
        released = await sunqar("vehicle", "control", "release", simulation=simulation)
        assert released.stdout == free.stdout, released.stderr
