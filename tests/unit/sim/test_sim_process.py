"""The `sim` process as `up` starts it: says when it is ready, and leaves nothing running."""

import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import nats
import pytest

from ground_station.bus.subjects import PROCESS_STATUS
from ground_station.messages import ProcessStatus
from tests.support.programs import free_port

pytestmark = [pytest.mark.bus, pytest.mark.rtsp]


def started(repository: Path, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "ground_station", "sim", "process"], cwd=repository, env=environment)


def children_of(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for file in listed for child in file.read_text().split()]


@pytest.mark.anyio
async def test_the_process_gets_ready_and_stops_with_its_children(nats_url: str, repository: Path, tmp_path: Path) -> None:
    rtsp_port = free_port()
    environment = {
        **os.environ,
        "SUNQAR_NATS_URL": nats_url,
        "SUNQAR_DATA_DIR": str(tmp_path),
        "SUNQAR_SIM__RTSP_PORT": str(rtsp_port),
        "SUNQAR_SIM__DOCK_PORT": str(free_port()),
        "SUNQAR_STATION__LINKS": json.dumps([f"udpin:127.0.0.1:{free_port(socket.SOCK_DGRAM)}"]),
    }
    client = await nats.connect(nats_url)
    heard = await client.subscribe(f"{PROCESS_STATUS}.sim")
    with started(repository, environment) as process:
        try:
            while True:
                status = ProcessStatus.model_validate_json((await heard.next_msg(timeout=30)).data)
                if status.ready:
                    break
            children = children_of(process.pid)
            assert children
        finally:
            process.send_signal(signal.SIGTERM)
            code = process.wait(timeout=15)
    await client.close()
    assert code == 0
    assert not [child for child in children if Path(f"/proc/{child}").exists()]
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", rtsp_port)) != 0


@pytest.mark.anyio
async def test_the_rtsp_server_dies_with_a_killed_process(nats_url: str, repository: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "SUNQAR_NATS_URL": nats_url,
        "SUNQAR_DATA_DIR": str(tmp_path),
        "SUNQAR_SIM__FLEET": "0",
        "SUNQAR_SIM__RTSP_PORT": str(free_port()),
        "SUNQAR_SIM__DOCK_PORT": str(free_port()),
    }
    client = await nats.connect(nats_url)
    heard = await client.subscribe(f"{PROCESS_STATUS}.sim")
    with started(repository, environment) as process:
        while not ProcessStatus.model_validate_json((await heard.next_msg(timeout=30)).data).ready:
            pass
        servers = [os.pidfd_open(child) for child in children_of(process.pid)]
        process.kill()
        process.wait()
    await client.close()
    assert servers
    for server in servers:
        assert select.select([server], [], [], 10)[0]  # readable once its process has ended
        os.close(server)
