"""kill −9 of the station while an aircraft flies its mission, then of the bus: the aircraft flies on, the station is back with all it
knew within seconds, and the track has no hole but the seconds in which nobody listened."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.stack import REPOSITORY, Stack, running_stack, wait_for

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp, pytest.mark.timeout(400)]

VEHICLE = "/api/v1/vehicles/mav-1"
HOME = (51.1600, 43.6505)
AREA = [[51.1602, 43.6506], [51.1610, 43.6506], [51.1610, 43.6511], [51.1602, 43.6511], [51.1602, 43.6506]]
BACK_WITHIN_S = 5.0
BESIDES_LOADING_S = 3.0  # half a second until it is started again, a heartbeat, the first answers
TRACK_GAP_S = 2.5  # a point a second, and a machine that may be busy
FLIGHT_S = 200.0


def command(http: httpx.Client, name: str, **parameters: Any) -> None:
    """Confirm, send, and follow to its end."""
    body: dict[str, Any] = {"command": name, "parameters": parameters}
    token = http.post(f"{VEHICLE}/confirmations", json=body).raise_for_status().json()["confirmation_token"]
    answer = http.post(f"{VEHICLE}/commands", json=body | {"confirmation_token": token})
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    sent = answer.json()
    ended = wait_for(
        f"the end of {name}",
        lambda: (u := http.get(f"{VEHICLE}/commands/{sent['command_id']}").json())["state"] in ("done", "failed") and u,
        60.0,
    )
    assert ended["state"] == "done", ended


def start_a_mission(http: httpx.Client) -> str:
    survey = {
        "polygon": {"type": "Polygon", "coordinates": [AREA]},
        "camera": "sunqar-sim-nadir",
        "altitude_m": 30,
        "front_overlap": 0.5,
        "side_overlap": 0.3,
        "angle_deg": 0,
        "speed_mps": 4,
        "home": list(HOME),
    }
    wait_for("a vehicle that is ready to arm", lambda: http.get(VEHICLE).json().get("ready_to_arm"), 90.0)
    mission = http.post("/api/v1/missions", json={"name": "Long", "survey": survey}).raise_for_status().json()
    approval = {"content_hash": mission["content_hash"]}
    http.post(f"/api/v1/missions/{mission['id']}/approval", json=approval).raise_for_status()
    http.post(f"{VEHICLE}/lease").raise_for_status()
    command(http, "upload_mission", mission_id=mission["id"])
    url = f"/api/v1/missions/{mission['id']}"
    wait_for("the mission known as uploaded", lambda: http.get(url).json()["state"] == "uploaded", 30.0)
    command(http, "start_mission")
    return str(mission["id"])


def loading_s() -> float:
    """What this machine, busy as it is, needs to load the station's program: the part of coming back that is not the station's."""
    began_s = time.monotonic()
    subprocess.run([sys.executable, "-c", "import ground_station.processes.station"], cwd=REPOSITORY, check=True, timeout=120)
    return time.monotonic() - began_s


def kill_the_bus(stack: Stack) -> None:
    """SIGKILL of the private server of this copy, told by the folder it works in."""
    for command_line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = command_line.read_bytes()
        except OSError:
            continue
        if b"nats-server" in words.split(b"\0")[0] and str(stack.data_dir).encode() in words:
            os.kill(int(command_line.parent.name), signal.SIGKILL)
            return
    raise AssertionError("the private bus was not found")


def test_the_aircraft_flies_on_and_the_station_is_back_with_all_it_knew(tmp_path: Path) -> None:
    with running_stack(tmp_path / "sunqar", arguments=(), SUNQAR_SIM__FLEET="1") as stack, stack.client() as http:
        mission_id = start_a_mission(http)
        before = wait_for("the second item", lambda: (v := http.get(VEHICLE).json())["mission"]["current_item"] >= 2 and v, 60.0)

        allowed_s = max(BACK_WITHIN_S, 2.0 * loading_s() + BESIDES_LOADING_S)
        os.kill(stack.child_pid("station"), signal.SIGKILL)
        killed_at, killed_s = datetime.now(UTC), time.monotonic()

        def back() -> Any:
            state = http.get(VEHICLE).json()
            whole = state["link"] == "online" and all(state[field] is not None for field in ("lon_deg", "battery", "gps", "home_lon_deg"))
            mission = state["mission"] or {}
            known = mission.get("mission_id") == mission_id and mission["state"] == "active" and mission["current_item"] > 0
            return datetime.fromisoformat(state["at"]) > killed_at and whole and known and state

        after = wait_for("the station with its full state", back, 90.0)
        back_after_s = time.monotonic() - killed_s
        assert after["armed"], "the aircraft flies on"
        assert after["flying"]
        assert after["mode"] == "AUTO"
        assert after["mission"]["current_item"] >= before["mission"]["current_item"]
        assert after["mission"]["total_items"] == before["mission"]["total_items"]
        assert back_after_s < allowed_s, f"back after {back_after_s:.1f} s, {allowed_s:.1f} s on this machine"

        time.sleep(3.0)  # let there be some track between the two failures
        kill_the_bus(stack)
        bus_killed_at = datetime.now(UTC)
        wait_for("the landing", lambda: not (v := http.get(VEHICLE).json())["flying"] and v["link"] == "online", FLIGHT_S)
        wait_for("the mission marked as flown", lambda: http.get(f"/api/v1/missions/{mission_id}").json()["state"] == "flown", 30.0)
        (flight,) = wait_for("the closed flight", lambda: [f for f in flights(http) if f["ended_at"]], 30.0)
        times = track_times(http, flight["flight_id"])

    gaps = [((later - earlier).total_seconds(), earlier) for earlier, later in pairwise(times)]
    holes = [(gap_s, at) for gap_s, at in gaps if gap_s > TRACK_GAP_S]
    assert times[0] < killed_at < bus_killed_at < times[-1]
    assert len(holes) <= 1, f"one hole, while no station listened: {holes}"
    assert all(at <= killed_at and gap_s < back_after_s + TRACK_GAP_S for gap_s, at in holes), holes


def flights(http: httpx.Client) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = http.get("/api/v1/flights", params={"vehicle_id": "mav-1"}).raise_for_status().json()["items"]
    return rows


def track_times(http: httpx.Client, flight_id: str) -> list[datetime]:
    track = http.get(f"/api/v1/flights/{flight_id}/track").raise_for_status().json()
    return [datetime.fromisoformat(text) for text in track["properties"]["times"]]
