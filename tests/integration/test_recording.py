"""Flights of real simulated vehicles on `.tlog` files that others open: whole, without secrets, within their room, after a kill too."""

import os
import signal
import struct
import subprocess
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import nats
import pytest
from pymavlink import mavutil

from ground_station.bus.subjects import COMMAND_REQUEST
from ground_station.flight_data import read_flights
from ground_station.flight_data.recorder import FlightRecorder
from ground_station.flight_data.shelf import Shelf
from ground_station.flight_data.tape import OPEN_MARK
from ground_station.mavlink import mavlink
from ground_station.messages import CommandName, FlightFileMessage
from ground_station.vehicles import Happening, Vehicle
from tests.support.simulated_vehicles import Control, controlled, request_for, simulated

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]


@asynccontextmanager
async def recording(
    control: Control, folder: Path, *, budget_bytes: int = 10**9, delete_oldest: bool = False
) -> AsyncIterator[tuple[list[FlightFileMessage], list[Happening]]]:
    files: list[FlightFileMessage] = []
    told: list[Happening] = []

    def tell(_: Vehicle, happening: Happening) -> None:
        told.append(happening)

    shelf = Shelf(folder, budget_bytes, delete_oldest=delete_oldest)
    recorder = FlightRecorder(control.network, shelf, before_s=2.0, after_s=0.5, announce=files.append, tell=tell)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(recorder.run)
        yield files, told
        tasks.cancel_scope.cancel()


async def until(condition: object, within_s: float = 30.0) -> None:
    with anyio.fail_after(within_s):
        while not condition():  # type: ignore[operator]
            await anyio.sleep(0.05)


def messages_of(path: Path) -> tuple[Counter[str], list[float]]:
    """What pymavlink's own reader finds in a log."""
    log = mavutil.mavlink_connection(str(path))
    kinds: Counter[str] = Counter()
    times: list[float] = []
    while (message := log.recv_match()) is not None:
        kinds[message.get_type()] += 1
        times.append(message._timestamp)
    log.close()
    return kinds, times


async def test_a_flight_is_recorded_in_both_directions_from_before_arming_and_others_open_it(tmp_path: Path) -> None:
    async with controlled() as (control, _), recording(control, tmp_path) as (files, _):
        await anyio.sleep(1.0)  # the seconds before arming are part of what is looked at
        vehicle = control.network.fleet.require("mav-1")
        await control.carry_out(CommandName.TAKEOFF, altitude_m=5.0)
        vehicle.send([mavlink.MAVLink_setup_signing_message(1, 1, b"secret key of this link, 32 byte", 1)])
        await control.carry_out(CommandName.LAND)
        await until(lambda: len(files) == 2)
    begun, closed = files
    assert (begun.file_id, begun.ended_at) == (closed.file_id, None)
    path = tmp_path / "flights" / closed.path
    assert path.name == f"mav-1_{closed.started_at:%Y%m%dT%H%M%SZ}.tlog"
    assert path.stat().st_size == closed.size_bytes
    kinds, times = messages_of(path)
    assert kinds["BAD_DATA"] == 0
    assert kinds["GLOBAL_POSITION_INT"] > 10
    assert {"COMMAND_LONG", "COMMAND_ACK", "HEARTBEAT"} <= set(kinds)
    assert times == sorted(times)
    assert "SETUP_SIGNING" not in kinds
    assert b"secret key" not in path.read_bytes()
    (record,) = read_flights(path)
    assert [change.armed for change in record.arming] == [False, True, False]
    assert record.arming[1].at_s - record.started_s > 0.5
    assert max(point.altitude_above_home_m or 0 for point in record.points) == pytest.approx(5, abs=1)
    assert record.dropped == ()
    (first_us,) = struct.unpack(">Q", path.read_bytes()[:8])
    assert abs(first_us / 1e6 - closed.started_at.timestamp()) < 1e-3


async def test_each_vehicle_has_its_own_recording(tmp_path: Path) -> None:
    async with controlled(2) as (control, _), recording(control, tmp_path) as (files, _):
        async with anyio.create_task_group() as both:
            for name in ("mav-1", "mav-2"):
                both.start_soon(control.carry_out, CommandName.ARM, name)
        await until(lambda: len(files) == 2)
    for file in files:
        (record,) = read_flights(tmp_path / "flights" / file.path)
        assert record.vehicle_id == file.vehicle_id


async def test_a_lost_vehicle_is_recorded_on_and_its_file_is_closed_whole_when_the_station_stops(tmp_path: Path) -> None:
    async with controlled(heartbeat_timeout_s=1.0) as (control, simulation), recording(control, tmp_path) as (files, _):
        await control.carry_out(CommandName.ARM)
        await until(lambda: len(files) == 1)
        simulation.stop()
        await until(lambda: "link_lost" in control.kinds())
        await anyio.sleep(1.0)  # longer than what is recorded after disarming
        assert len(files) == 1
    assert files[-1].ended_at is not None
    assert not list(tmp_path.rglob(f"*{OPEN_MARK}"))


async def test_a_used_up_budget_is_said_and_nothing_is_deleted_unless_that_is_allowed(tmp_path: Path) -> None:
    old = tmp_path / "flights/recorded/mav-9/mav-9_20200101T000000Z.tlog"
    old.parent.mkdir(parents=True)
    old.write_bytes(bytes(5000))
    async with controlled() as (control, _), recording(control, tmp_path, budget_bytes=4000) as (files, told):
        await control.carry_out(CommandName.ARM)
        await until(lambda: len(told) == 1)
        assert (told[0].severity, files, old.exists()) == ("critical", [], True)
        await control.carry_out(CommandName.DISARM)
    async with controlled() as (control, _), recording(control, tmp_path, budget_bytes=4000, delete_oldest=True) as (files, told):
        await control.carry_out(CommandName.ARM)
        await until(lambda: len(files) == 2)
        assert (told, old.exists()) == ([], False)
        assert files[0].deleted_at is not None
        assert files[0].vehicle_id == "mav-9"


@pytest.mark.bus
async def test_a_killed_station_loses_at_most_a_second_and_closes_the_file_when_it_is_back(
    nats_url: str, tmp_path: Path, repository: Path
) -> None:
    async with simulated(1, speedup=4.0) as simulation:
        environment = os.environ | {
            "SUNQAR_DATA_DIR": str(tmp_path),
            "SUNQAR_NATS_URL": nats_url,
            "SUNQAR_STATION__LINKS": f'["udpin:127.0.0.1:{simulation.port}"]',
        }
        client = await nats.connect(nats_url)
        files = await client.subscribe("flight.file.*")

        def start() -> subprocess.Popen[bytes]:
            return subprocess.Popen([sys.executable, "-m", "ground_station", "station"], cwd=repository, env=environment)

        station = start()
        try:
            states = await client.subscribe("telemetry.state.mav-1")
            with anyio.fail_after(30):
                while b'"ready_to_arm":true' not in (await states.next_msg(30)).data:
                    pass
            request = request_for(CommandName.TAKEOFF, altitude_m=10.0)
            await client.request(f"{COMMAND_REQUEST}.mav-1", request.encode(), timeout=30)
            begun = FlightFileMessage.model_validate_json((await files.next_msg(45)).data)
            path = tmp_path / "flights" / begun.path
            await until(lambda: path.exists() and path.stat().st_size > 50_000)
            killed_s = time.time()
            station.send_signal(signal.SIGKILL)
            station.wait()
            _, times = messages_of(path)
            assert killed_s - times[-1] < 1.0
            (record,) = read_flights(path)
            assert record.points
            station = start()
            with anyio.fail_after(30):
                while True:
                    told = FlightFileMessage.model_validate_json((await files.next_msg(30)).data)
                    if told.file_id == begun.file_id:
                        break
            assert told.ended_at is not None
            assert told.size_bytes == path.stat().st_size
        finally:
            station.terminate()
            station.wait(45)
            await client.close()
