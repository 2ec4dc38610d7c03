"""kill −9 of the station while an aircraft flies its mission, then of the bus: the aircraft flies on, the station is back with all it
knew, the run of the mission stands where the aircraft is, and the track has no hole but the seconds in which nobody listened. How long
that is, `make bench ONLY=recovery` tells."""

import os
import signal
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.stack import Stack, command_line, running_stack, wait_for
from tests.support.station_killed import VEHICLE, kill_the_station, slot_of, start_a_mission

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp, pytest.mark.timeout(400)]

TRACK_GAP_S = 2.5  # a point a second, and a machine that may be busy
FLIGHT_S = 200.0
SPEEDUP = "3"  # two minutes of flight, most of them after both failures


def kill_the_bus(stack: Stack) -> None:
    """SIGKILL of the private server of this copy."""
    servers = [pid for pid in stack.family() if Path(command_line(pid)[0]).name == "nats-server"]
    assert servers, "the private bus was not found"
    for pid in servers:
        os.kill(pid, signal.SIGKILL)


def test_the_aircraft_flies_on_and_the_station_is_back_with_all_it_knew(tmp_path: Path) -> None:
    with (
        running_stack(tmp_path / "sunqar", arguments=(), SUNQAR_SIM__FLEET="1", SUNQAR_SIM__SPEEDUP=SPEEDUP) as stack,
        stack.client() as http,
    ):
        under_way = start_a_mission(http)
        recovery = kill_the_station(stack, http, under_way)
        before, after = recovery.before, recovery.after
        assert after["armed"], "the aircraft flies on"
        assert after["flying"]
        assert after["mode"] == "AUTO"
        assert after["mission"]["current_item"] >= before["mission"]["current_item"]
        assert after["mission"]["total_items"] == before["mission"]["total_items"]

        # The run is still this vehicle's first flight of it, and what it covers goes on growing.
        share = slot_of(http, under_way.run_id)["share"]
        wait_for("more ground covered", lambda: slot_of(http, under_way.run_id)["share"] > share, 60.0)

        time.sleep(3.0)  # let there be some track between the two failures
        kill_the_bus(stack)
        bus_killed_at = datetime.now(UTC)
        wait_for("the landing", lambda: (v := http.get(VEHICLE).json()).get("flying") is False and v["link"] == "online", FLIGHT_S)
        wait_for(
            "the mission marked as flown", lambda: http.get(f"/api/v1/missions/{under_way.mission_id}").json()["state"] == "flown", 30.0
        )
        slot = wait_for("the run at its end", lambda: (s := slot_of(http, under_way.run_id))["state"] == "finished" and s, 60.0)
        assert (slot["vehicle_id"], slot["sortie"]) == ("mav-1", 1)
        assert slot["share"] > 0.5, slot
        (flight,) = wait_for("the closed flight", lambda: [f for f in flights(http) if f["ended_at"]], 30.0)
        times = track_times(http, flight["flight_id"])

    gaps = [((later - earlier).total_seconds(), earlier) for earlier, later in pairwise(times)]
    holes = [(gap_s, at) for gap_s, at in gaps if gap_s > TRACK_GAP_S]
    assert times[0] < recovery.killed_at < bus_killed_at < times[-1]
    assert len(holes) <= 1, f"one hole, while no station listened: {holes}"
    assert all(at <= recovery.killed_at and gap_s < recovery.back_after_s + TRACK_GAP_S for gap_s, at in holes), holes


def flights(http: httpx.Client) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = http.get("/api/v1/flights", params={"vehicle_id": "mav-1"}).raise_for_status().json()["items"]
    return rows


def track_times(http: httpx.Client, flight_id: str) -> list[datetime]:
    track = http.get(f"/api/v1/flights/{flight_id}/track").raise_for_status().json()
    return [datetime.fromisoformat(text) for text in track["properties"]["times"]]
