"""Independent ground stations fly the simulator as they fly a real vehicle: MAVSDK's own client, and MAVProxy."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mavsdk.asyncio.plugins.action import ActionAsync
from mavsdk.asyncio.plugins.mission_raw import MissionRawAsync
from mavsdk.asyncio.plugins.telemetry import TelemetryAsync

from tests.support.mavproxy import mavproxy
from tests.support.mavsdk_station import LAT, LON, TAKEOFF, WAYPOINT, mavsdk_mission, mavsdk_system
from tests.support.simulated_vehicles import free_udp_port
from tests.support.simulator import simulator_process

SPEEDUP = "8"


async def until(stream: AsyncIterator[Any], wanted: Any, what: str, within_s: float) -> Any:
    """The first value that is as wanted."""
    value = None
    with anyio.move_on_after(within_s):
        async for value in stream:
            if wanted(value):
                return value
    pytest.fail(f"{what}: not within {within_s:g} s, the last was {value}")


@pytest.mark.anyio
@pytest.mark.timeout(120)
@pytest.mark.parametrize("autopilot", ["ardupilot", "px4"])
async def test_mavsdk_flies_a_mission_and_comes_home(autopilot: str) -> None:
    port = free_udp_port()
    with simulator_process(port, "--autopilot", autopilot, "--speedup", SPEEDUP):
        async with mavsdk_system(port) as system:
            telemetry, action, missions = TelemetryAsync(system), ActionAsync(system), MissionRawAsync(system)
            await until(telemetry.subscribe_health_all_ok(), bool, "every health of the vehicle", 30.0)
            items = mavsdk_mission(autopilot)
            await missions.upload_mission(items)
            back = await missions.download_mission()
            assert [(one.command, one.x, one.y) for one in back[1:]] == [(one.command, one.x, one.y) for one in items[1:]]
            await action.arm()
            await missions.start_mission()
            highest = await until(telemetry.subscribe_position(), lambda p: p.relative_altitude_m > 14.0, "15 m", 30.0)
            assert highest.relative_altitude_m < 20.0
            await until(telemetry.subscribe_armed(), lambda armed: not armed, "disarmed after the return", 60.0)
            home = await until(telemetry.subscribe_position(), lambda _: True, "a position", 5.0)
            assert abs(home.latitude_deg - LAT) < 2e-5
            assert abs(home.longitude_deg - LON) < 2e-5


@pytest.mark.timeout(120)
def test_mavproxy_flies_a_mission_and_comes_home(tmp_path: Path) -> None:
    port = free_udp_port()
    plan = tmp_path / "mission.txt"
    rows = [
        (0, 0, WAYPOINT, 0.0, 0.0, 10),
        (1, 3, TAKEOFF, 0.0, 0.0, 15),
        (2, 3, WAYPOINT, 0.0004, 0.0, 15),
        (3, 3, WAYPOINT, 0.0004, 0.0005, 15),
    ]
    lines = [
        f"{n}\t{int(n == 0)}\t{frame}\t{cmd}\t0\t0\t0\t0\t{LAT + north}\t{LON + east}\t{up}\t1" for n, frame, cmd, north, east, up in rows
    ]
    plan.write_text("\n".join(["QGC WPL 110", *lines]) + "\n")
    with simulator_process(port, "--speedup", SPEEDUP), mavproxy(port, tmp_path) as station:
        station.wait(r"online system 1", 30.0)
        station.wait(r"Received \d+ parameters", 60.0)
        station.type(f"wp load {plan}")
        station.wait(r"Flight plan received", 45.0)
        station.type("mode guided")
        station.wait(r"Mode GUIDED", 45.0)
        station.type("arm throttle")
        station.wait(r"\bARMED", 45.0)
        station.type("mode auto")
        station.type("long MISSION_START")
        station.wait(r"MISSION_START: ACCEPTED", 45.0)
        station.wait(r"(?i)(reached|mission: 3|waypoint 3)", 60.0)
        station.type("mode rtl")
        station.wait(r"Mode RTL", 45.0)
        station.wait(r"DISARMED", 60.0)
