"""The private bus and the connection to it, on a real server."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import anyio
import pytest
from nats.js.api import StreamConfig

from geo.primitives import SettingsError, utc_now
from ground_station.bus.connection import connect_bus, ensure_streams
from ground_station.bus.heartbeat import announce
from ground_station.bus.private_server import PrivateNats
from ground_station.bus.subjects import (
    COMMAND_UPDATE,
    EVENT_STREAM,
    FLIGHT_FILE,
    OBSERVATION,
    SOURCE_EVENT,
    TRACK_POINTS,
    VEHICLE_EVENT,
)
from ground_station.messages import ProcessStatus

pytestmark = pytest.mark.bus


@pytest.mark.anyio
async def test_streams_keep_a_message_once_however_often_it_is_sent(nats_url: str) -> None:
    async with connect_bus(nats_url, name="test") as client:
        jetstream = await ensure_streams(client)
        await ensure_streams(client)
        first = await jetstream.publish("observation.test", b"{}", headers={"Nats-Msg-Id": "a:0"})
        again = await jetstream.publish("observation.test", b"{}", headers={"Nats-Msg-Id": "a:0"})
    assert first.seq == again.seq
    assert again.duplicate


@pytest.mark.anyio
async def test_whatever_must_not_be_lost_has_a_stream_that_keeps_it(nats_url: str) -> None:
    async with connect_bus(nats_url, name="test") as client:
        jetstream = await ensure_streams(client)
        for subject in (OBSERVATION, VEHICLE_EVENT, SOURCE_EVENT, COMMAND_UPDATE, FLIGHT_FILE):
            assert (await jetstream.publish(f"{subject}.probe", b"{}")).stream
        assert (await jetstream.publish(TRACK_POINTS, b"{}")).stream


@pytest.mark.anyio
async def test_a_stream_made_by_an_earlier_version_takes_what_this_one_sends(nats_url: str) -> None:
    async with connect_bus(nats_url, name="test") as client:
        await client.jetstream().add_stream(StreamConfig(name=EVENT_STREAM, subjects=[f"{VEHICLE_EVENT}.>"]))
        await client.jetstream().publish(f"{VEHICLE_EVENT}.mav-1", b"{}")
        assert (await (await ensure_streams(client)).publish(f"{SOURCE_EVENT}.gate", b"{}")).seq == 2


@pytest.mark.anyio
async def test_announce_publishes_status_at_once_and_follows_readiness(nats_url: str) -> None:
    state = (False, "starting")
    async with connect_bus(nats_url, name="test") as client, anyio.create_task_group() as tasks:
        heard = await client.subscribe("status.process.probe")
        tasks.start_soon(announce, client, "probe", lambda: state)
        first = ProcessStatus.model_validate_json((await heard.next_msg(timeout=45)).data)
        state = (True, "")
        second = ProcessStatus.model_validate_json((await heard.next_msg(timeout=45)).data)
        tasks.cancel_scope.cancel()
    assert (first.ready, first.detail) == (False, "starting")
    assert second.ready
    assert first.at < second.at <= utc_now()


@pytest.mark.anyio
async def test_server_keeps_port_password_and_messages_between_runs(tmp_path: Path) -> None:
    async with PrivateNats(tmp_path) as server:
        url = server.url
        async with connect_bus(url, name="test") as client:
            await (await ensure_streams(client)).publish("observation.x", b"kept")
    assert (tmp_path / "nats" / "access.json").stat().st_mode & 0o077 == 0
    assert (tmp_path / "nats" / "nats.conf").stat().st_mode & 0o077 == 0
    async with PrivateNats(tmp_path) as server:
        assert server.url == url
        async with connect_bus(url, name="test") as client:
            info = await client.jetstream().stream_info("OBSERVATIONS")
    assert info.state.messages == 1


@pytest.mark.anyio
async def test_server_moves_to_another_port_when_its_own_is_taken(tmp_path: Path) -> None:
    async with PrivateNats(tmp_path) as server:
        port = int(server.url.rsplit(":", 1)[1])
    with socket.create_server(("127.0.0.1", port)):
        async with PrivateNats(tmp_path) as server:
            assert int(server.url.rsplit(":", 1)[1]) != port


@pytest.mark.anyio
async def test_unreachable_bus_is_one_clear_error_without_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ground_station.bus.connection.CONNECT_TIMEOUT_S", 1.0)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(SettingsError, match="cannot be reached") as caught:
        async with connect_bus(f"nats://sunqar:topsecret@127.0.0.1:{port}", name="test"):
            pass
    assert "topsecret" not in caught.value.one_line()
    assert "SUNQAR_NATS_URL" in caught.value.hint


@pytest.mark.anyio
async def test_wrong_password_is_named_as_the_reason(nats_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ground_station.bus.connection.CONNECT_TIMEOUT_S", 3.0)
    port = nats_url.rsplit(":", 1)[1]
    with pytest.raises(SettingsError, match=r"(?i)authorization"):
        async with connect_bus(f"nats://sunqar:wrong@127.0.0.1:{port}", name="test"):
            pass


def test_server_dies_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    program = (
        "import anyio, pathlib, sys\n"
        "from ground_station.bus.private_server import PrivateNats\n"
        "async def main():\n"
        "    async with PrivateNats(pathlib.Path(sys.argv[1])) as server:\n"
        "        print(server.process.pid, flush=True)\n"
        "        await anyio.sleep_forever()\n"
        "anyio.run(main)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server_pid = int(parent.stdout.readline())
        os.kill(server_pid, 0)
        parent.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 5
    while Path(f"/proc/{server_pid}/stat").exists() and Path(f"/proc/{server_pid}/stat").read_text().split(")")[1].split()[0] != "Z":
        assert time.monotonic() < deadline, "the server outlived its parent"
        time.sleep(0.02)
