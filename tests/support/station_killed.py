"""A mission flown by the whole program, and the station killed while it is flown."""

import os
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.support.stack import Stack, wait_for

VEHICLE = "/api/v1/vehicles/mav-1"
HOME = (51.1600, 43.6505)
AREA = [[51.1602, 43.6506], [51.1610, 43.6506], [51.1610, 43.6511], [51.1602, 43.6511], [51.1602, 43.6506]]
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Recovery:
    """`before` and `after` are the vehicle as the API told it, before the kill and with the full state back."""

    killed_at: datetime
    back_after_s: float
    before: dict[str, Any]
    after: dict[str, Any]


@dataclass(frozen=True, slots=True)
class UnderWay:
    mission_id: str
    run_id: str


def start_a_mission(http: httpx.Client) -> UnderWay:
    """Draw and approve it, give it to the vehicle as a run, and start it."""
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
    mission = http.post("/api/v1/missions", json={"name": "Long", "request": survey}).raise_for_status().json()
    approval = {"content_hash": mission["content_hash"]}
    http.post(f"/api/v1/missions/{mission['id']}/approval", json=approval).raise_for_status()
    http.post(f"{VEHICLE}/lease").raise_for_status()
    run = {"missions": [{"mission_id": mission["id"]}], "least_battery": 0.1}
    run_id = http.post("/api/v1/runs", json=run).raise_for_status().json()["run_id"]
    http.post(f"/api/v1/runs/{run_id}/slots/1/vehicle", json={"vehicle_id": "mav-1"}).raise_for_status()
    wait_for("the mission on board", lambda: slot_of(http, run_id)["state"] == "ready", 60.0)
    url = f"/api/v1/missions/{mission['id']}"
    wait_for("the mission known as uploaded", lambda: http.get(url).json()["state"] == "uploaded", 30.0)
    _command(http, "start_mission")
    return UnderWay(str(mission["id"]), str(run_id))


def slot_of(http: httpx.Client, run_id: str) -> dict[str, Any]:
    """The one mission of the run as it stands."""
    (slot,) = http.get(f"/api/v1/runs/{run_id}").raise_for_status().json()["slots"]
    return dict(slot)


def kill_the_station(stack: Stack, http: httpx.Client, under_way: UnderWay) -> Recovery:
    """SIGKILL at the second item; ends when all that was known of the vehicle is known again, and newer."""
    before = wait_for("the second item", lambda: (v := http.get(VEHICLE).json())["mission"]["current_item"] >= 2 and v, 60.0)
    os.kill(stack.child_pid("station"), signal.SIGKILL)
    killed_at, killed_s = datetime.now(UTC), time.monotonic()

    def back() -> Any:
        state = http.get(VEHICLE).json()
        whole = state["link"] == "online" and all(state[field] is not None for field in ("lon_deg", "battery", "gps", "home_lon_deg"))
        mission = state["mission"] or {}
        known = mission.get("mission_id") == under_way.mission_id and mission["state"] == "active" and mission["current_item"] > 0
        return datetime.fromisoformat(state["at"]) > killed_at and whole and known and state

    after = wait_for("the station with its full state", back, 90.0, look_s=LOOK_S)
    return Recovery(killed_at, time.monotonic() - killed_s, before, after)


def _command(http: httpx.Client, name: str, **parameters: Any) -> None:
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
