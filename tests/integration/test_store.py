"""The store process for real: killed, and its database and bus restarted under it; every observation is there exactly once."""

import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import anyio
import pytest
from anyio import to_thread
from nats.aio.client import Client
from nats.aio.msg import Msg

from geo.core import (
    AuditLog,
    CommandStore,
    FlightFileStore,
    FlightStore,
    MissionContent,
    MissionStore,
    PrivateCluster,
    open_database,
    upgrade,
)
from geo.primitives import derived_id, new_id, utc_now
from ground_station.bus.connection import connect_bus, ensure_streams
from ground_station.bus.private_server import PrivateNats
from ground_station.messages import (
    CommandName,
    CommandState,
    CommandUpdate,
    FlightFileMessage,
    LeaseState,
    MissionProgress,
    ObservationMessage,
    ProcessStatus,
    TrackPoints,
)
from ground_station.track_points import track_point
from tests.support.api import vehicle_state
from tests.support.postgres import run_sql

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

START = utc_now() - timedelta(minutes=5)
COUNT = 1000


def observation(number: int, revision: int = 0) -> ObservationMessage:
    return ObservationMessage(
        observation_id=derived_id("test", number),
        revision=revision,
        source_id="gate",
        kind="track",
        label="car",
        confidence=0.5,
        track_id=number,
        started_at=START + timedelta(seconds=number / 100),
        ended_at=START + timedelta(seconds=number / 100 + 1),
        bbox_px=(1, 2, 3, 4),
        lon_deg=51.16,
        lat_deg=43.65,
        accuracy_m=2.0,
        model="sha256:test",
    )


@contextmanager
def store_process(database_url: str, nats_url: str, data_dir: Path) -> Iterator["subprocess.Popen[bytes]"]:
    settings = {"SUNQAR_DATABASE_URL": database_url, "SUNQAR_NATS_URL": nats_url, "SUNQAR_DATA_DIR": str(data_dir)}
    process = subprocess.Popen([sys.executable, "-m", "ground_station", "store"], env=os.environ | settings)
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)


async def publish(client: Client, numbers: range, *, revision: int = 0, times: int = 1) -> None:
    """Into the stream; `times` more than once under other message ids, so that the stream itself keeps the duplicates."""
    jetstream = client.jetstream()
    for number in numbers:
        message = observation(number, revision)
        for copy in range(times):
            headers = {"Nats-Msg-Id": f"{message.observation_id}:{revision}:{copy}"}
            await jetstream.publish("observation.gate", message.encode(), headers=headers)


def stored(url: str) -> int:
    return int(run_sql(url, "SELECT count(*) FROM observation"))


async def wait_stored(url: str, at_least: int, within_s: float = 40) -> None:
    with anyio.fail_after(within_s):
        while await to_thread.run_sync(stored, url) < at_least:
            await anyio.sleep(0.1)


async def acknowledged_all(client: Client) -> None:
    with anyio.fail_after(90):
        while True:
            consumer = await client.jetstream().consumer_info("OBSERVATIONS", "store-observations")
            if consumer.num_pending == 0 and consumer.num_ack_pending == 0:
                return
            await anyio.sleep(0.2)


@asynccontextmanager
async def own_bus(folder: Path) -> AsyncIterator[tuple[PrivateNats, Client]]:
    """A bus of this test alone, for streams are shared by all who use one."""
    async with PrivateNats(folder) as server, connect_bus(server.url, name="test") as client:
        await ensure_streams(client)
        yield server, client


async def test_duplicates_and_a_killed_store_leave_every_observation_once(database_url: str, tmp_path: Path) -> None:
    async with own_bus(tmp_path) as (server, client):
        await publish(client, range(COUNT), times=2)
        with store_process(database_url, server.url, tmp_path) as process:
            await wait_stored(database_url, 1)
            process.send_signal(signal.SIGKILL)
            await to_thread.run_sync(process.wait)
        await publish(client, range(COUNT // 2), revision=1)
        with store_process(database_url, server.url, tmp_path):
            await wait_stored(database_url, COUNT)
            await acknowledged_all(client)
        assert stored(database_url) == COUNT
        assert run_sql(database_url, "SELECT count(*) FROM observation WHERE revision = 1") == str(COUNT // 2)


async def test_nothing_is_lost_when_database_and_bus_restart(tmp_path: Path) -> None:
    cluster = PrivateCluster(tmp_path)
    url = await to_thread.run_sync(cluster.start)
    try:
        await to_thread.run_sync(upgrade, url)
        async with own_bus(tmp_path) as (server, client):
            with store_process(url, server.url, tmp_path) as process:
                await publish(client, range(200))
                await wait_stored(url, 1)

                await to_thread.run_sync(cluster.stop)
                await publish(client, range(200, 400))
                await to_thread.run_sync(cluster.start)
                await wait_stored(url, 400)

                await server.stop()
                await server.start()
                with anyio.fail_after(45):
                    while not client.is_connected:
                        await anyio.sleep(0.05)
                await publish(client, range(400, 600), times=2)
                await wait_stored(url, 600)
                await acknowledged_all(client)
                assert stored(url) == 600
                assert process.poll() is None, "the store rode out both restarts"
    finally:
        await to_thread.run_sync(cluster.stop)


async def test_observations_are_announced_after_they_can_be_read(database_url: str, tmp_path: Path) -> None:
    announced: list[ObservationMessage] = []
    readable: list[str] = []

    async def on_stored(message: Msg) -> None:
        announced.append(ObservationMessage.model_validate_json(message.data))
        readable.append(run_sql(database_url, f"SELECT count(*) FROM observation WHERE id = '{announced[-1].observation_id}'"))

    async with own_bus(tmp_path) as (server, client):
        await client.subscribe("stored.observation", cb=on_stored)
        with store_process(database_url, server.url, tmp_path):
            await publish(client, range(5), times=2)
            with anyio.fail_after(30):
                while len(announced) < 5:
                    await anyio.sleep(0.02)
    assert {o.track_id for o in announced} == set(range(5))
    assert set(readable) == {"1"}


async def test_a_message_that_cannot_be_read_does_not_stop_the_rest(database_url: str, tmp_path: Path) -> None:
    async with own_bus(tmp_path) as (server, client):
        await client.jetstream().publish("observation.gate", b"not an observation")
        await publish(client, range(3))
        with store_process(database_url, server.url, tmp_path):
            await wait_stored(database_url, 3)
            await acknowledged_all(client)


async def store_is_ready(client: Client) -> None:
    heard = anyio.Event()

    async def on_status(message: Msg) -> None:
        if ProcessStatus.model_validate_json(message.data).ready:
            heard.set()

    subscription = await client.subscribe("status.process.store", cb=on_status)
    with anyio.fail_after(30):
        await heard.wait()
    await subscription.unsubscribe()


async def fly(client: Client, mission_id: UUID) -> None:
    """Ten seconds north at 0.001 deg a second, five states a second, then the landing."""
    for step in range(50):
        mission = MissionProgress(mission_id=mission_id, current_item=1, total_items=5, state="active")
        state = vehicle_state(at=START + timedelta(seconds=step / 5), flying=True, lat_deg=43.65 + step // 5 * 0.001, mission=mission)
        await client.publish("telemetry.state.mav-1", state.encode())
        if step % 5 == 0 and (point := track_point(state)) is not None:
            await client.jetstream().publish("track.points", TrackPoints(points=(point,)).encode())
    await client.flush()


async def test_a_flight_leaves_track_flight_and_mission_state(database_url: str, tmp_path: Path) -> None:
    async with own_bus(tmp_path) as (server, client), open_database(database_url) as database:
        missions, flights = MissionStore(database), FlightStore(database)
        mission = await missions.create(MissionContent("Beach", "sha256:x", {}), "pilot")
        await missions.approve(mission.mission_id, "sha256:x", "pilot")
        with store_process(database_url, server.url, tmp_path):
            await store_is_ready(client)
            lease = LeaseState(vehicle_id="mav-1", at=START, holder="aigul", expires_at=START + timedelta(seconds=60))
            await client.publish("lease.state.mav-1", lease.encode())
            recording = FlightFileMessage(
                file_id=new_id(),
                vehicle_id="mav-1",
                path="recorded/mav-1/a.tlog",
                name="a.tlog",
                size_bytes=0,
                started_at=START - timedelta(seconds=10),
            )
            await client.jetstream().publish("flight.file.mav-1", recording.encode())
            await fly(client, mission.mission_id)
            with anyio.fail_after(30):
                while await flights.open_flight("mav-1") is None:
                    await anyio.sleep(0.05)
            done = MissionProgress(mission_id=mission.mission_id, current_item=5, total_items=5, state="complete")
            landed = vehicle_state(at=START + timedelta(seconds=11), mission=done)
            await client.publish("telemetry.state.mav-1", landed.encode())
            with anyio.fail_after(30):
                while (row := await missions.get(mission.mission_id)) is None or row.state != "flown":
                    await anyio.sleep(0.05)
            with anyio.fail_after(30):
                while (flight := (await flights.latest("mav-1"))[0]).ended_at is None:
                    await anyio.sleep(0.1)
        assert flight.pilot == "aigul", "the holder of the control lease"
        (file,) = await FlightFileStore(database).of_flight("mav-1", flight.started_at, flight.ended_at)
        assert (file.file_id, file.recorded, file.ended_at) == (recording.file_id, True, None)
        assert flight.ended_at == START + timedelta(seconds=11)
        # Nine seconds of a thousandth of a degree north each, in metres of the WGS84 ellipsoid.
        assert flight.distance_m == pytest.approx(9 * 111.1, rel=0.002)
        assert run_sql(database_url, "SELECT count(*) FROM track") == "10", "one point a second"
        assert row.vehicle_id == "mav-1"


async def test_commands_are_kept_and_their_end_is_audited(database_url: str, tmp_path: Path) -> None:
    async with own_bus(tmp_path) as (server, client), open_database(database_url) as database:
        command_id = new_id()
        states = [CommandState.SENT, CommandState.RUNNING, CommandState.DONE]
        for at, state in enumerate(states):
            update = CommandUpdate(
                command_id=command_id,
                vehicle_id="mav-1",
                command=CommandName.RTL,
                state=state,
                at=START + timedelta(seconds=at),
                effect="landed at home" if state is CommandState.DONE else None,
                requested_by="pilot",
            )
            await client.jetstream().publish("command.update.mav-1", update.encode())
        with store_process(database_url, server.url, tmp_path):
            with anyio.fail_after(30):
                while not (entries := await AuditLog(database).latest()):
                    await anyio.sleep(0.05)
            command = await CommandStore(database).get(command_id)
        assert command is not None
        assert (command.state, command.effect) == ("done", "landed at home")
        assert (entries[0].actor, entries[0].action, entries[0].detail["effect"]) == ("pilot", "command.done", "landed at home")
        assert (await AuditLog(database).verify()).whole
