"""Independent ground stations fly the simulator as they fly a real vehicle: MAVSDK's own client, and MAVProxy."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mavsdk.asyncio import Configuration, Mavsdk
from mavsdk.asyncio.plugins.action import ActionAsync
from mavsdk.asyncio.plugins.mission_raw import MissionItem, MissionRawAsync
from mavsdk.asyncio.plugins.telemetry import TelemetryAsync
from mavsdk.component_type import ComponentType

from tests.support.simulated_vehicles import free_udp_port
from tests.support.simulator import simulator_process

SPEEDUP = "8"
LAT, LON = 43.6505, 51.16
WAYPOINT, RETURN, TAKEOFF = 16, 20, 22
GLOBAL, RELATIVE_INT = 0, 6


def item(seq: int, command: int, *, north_deg: float = 0.0, east_deg: float = 0.0, up_m: float = 15.0, frame: int = RELATIVE_INT) -> Any:
    place = (0, 0) if command == RETURN else (round((LAT + north_deg) * 1e7), round((LON + east_deg) * 1e7))
    return MissionItem(seq=seq, frame=frame, command=command, current=int(seq == 0), autocontinue=1, x=place[0], y=place[1], z=up_m)


def mission(autopilot: str) -> list[Any]:
    """Up, two legs, home. ArduPilot's item 0 is home, as its users know."""
    home = [(WAYPOINT, {"up_m": 0.0, "frame": GLOBAL})] if autopilot == "ardupilot" else []
    flight = [
        (TAKEOFF, {}),
        (WAYPOINT, {"north_deg": 0.0004}),
        (WAYPOINT, {"north_deg": 0.0004, "east_deg": 0.0005}),
        (RETURN, {"up_m": 0.0}),
    ]
    return [item(seq, command, **place) for seq, (command, place) in enumerate([*home, *flight])]  # type: ignore[arg-type]


@asynccontextmanager
async def mavsdk_system(port: int) -> AsyncIterator[Any]:
    configuration = Configuration.create_with_component_type(ComponentType.GROUND_STATION)
    async with Mavsdk(configuration) as mavsdk:
        await mavsdk.add_any_connection(f"udpin://127.0.0.1:{port}")
        system = await mavsdk.first_autopilot(timeout_s=20.0)
        assert system is not None, "MAVSDK found no autopilot"
        yield system


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
            items = mission(autopilot)
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


class MavProxy:
    """MAVProxy driven as a person does: a line in, and wait for what it says."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process, self._said, self._read = process, "", 0
        self._grown = threading.Condition()
        self._reader = threading.Thread(target=self._listen, daemon=True)
        self._reader.start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            with self._grown:
                self._said += line
                self._grown.notify_all()

    def type(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def wait(self, pattern: str, within_s: float) -> None:
        """For words said after the ones waited for last."""
        end_s = time.monotonic() + within_s
        with self._grown:
            while not (match := re.search(pattern, self._said[self._read :])):
                if not self._grown.wait(end_s - time.monotonic()):
                    pytest.fail(f"MAVProxy did not say {pattern!r} within {within_s:g} s:\n{self._said[-3000:]}")
            self._read += match.end()


@contextmanager
def mavproxy(port: int, folder: Path) -> Iterator[MavProxy]:
    program = Path(sys.executable).with_name("mavproxy.py")
    command = [sys.executable, str(program), f"--master=udpin:127.0.0.1:{port}", "--no-state", f"--state-basedir={folder}"]
    command += ["--default-modules=link,param,wp,arm,mode,cmdlong,misc", "--force-connected"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=folder, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        try:
            yield MavProxy(process)
        finally:
            os.killpg(process.pid, signal.SIGKILL)  # asked politely, it waits for a person's next line


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
        station.wait(r"Flight plan received", 20.0)
        station.type("mode guided")
        station.wait(r"Mode GUIDED", 20.0)
        station.type("arm throttle")
        station.wait(r"\bARMED", 20.0)
        station.type("mode auto")
        station.type("long MISSION_START")
        station.wait(r"MISSION_START: ACCEPTED", 20.0)
        station.wait(r"(?i)(reached|mission: 3|waypoint 3)", 60.0)
        station.type("mode rtl")
        station.wait(r"Mode RTL", 20.0)
        station.wait(r"DISARMED", 60.0)
