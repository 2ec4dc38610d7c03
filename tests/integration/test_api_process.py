"""`sunqar api` and `sunqar user` as a person starts them."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import httpx
import pytest
from anyio import to_thread

from tests.support.programs import free_port

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]


def environment(database_url: str, nats_url: str, data_dir: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "SUNQAR_DATABASE_URL": database_url,
        "SUNQAR_NATS_URL": nats_url,
        "SUNQAR_DATA_DIR": str(data_dir),
        "SUNQAR_PORT": str(port),
        "SUNQAR_EXPECTED_PROCESSES": "[]",
    }


def sunqar(*arguments: str, env: dict[str, str], typed: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ground_station", *arguments]
    return subprocess.run(command, env=env, input=typed, capture_output=True, text=True, timeout=60, check=False)


def test_a_taken_port_is_one_clear_line_and_nothing_starts(database_url: str, nats_url: str, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = sunqar("api", env=environment(database_url, nats_url, tmp_path, port))
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert str(port) in last
    assert "SUNQAR_PORT" in last
    assert "Traceback" not in done.stderr


def test_a_wrong_database_is_one_clear_line_without_its_password(nats_url: str, tmp_path: Path) -> None:
    env = environment(f"postgresql://u:secret@127.0.0.1:{free_port()}/x", nats_url, tmp_path, free_port())
    done = sunqar("api", env=env)
    assert done.returncode != 0
    assert "SUNQAR_DATABASE_URL" in done.stderr.strip().splitlines()[-1]
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_accounts_are_made_and_listed_from_the_shell(database_url: str, nats_url: str, tmp_path: Path) -> None:
    env = environment(database_url, nats_url, tmp_path, free_port())
    made = sunqar("user", "add", "Aigul", "--role", "pilot", "--password-stdin", env=env, typed="correct horse\n")
    assert made.returncode == 0, made.stderr
    assert sunqar("user", "list", env=env).stdout.split("\t")[:2] == ["aigul", "pilot"]
    for arguments, said in (
        (("aigul", "--role", "pilot"), "already"),
        (("bolat", "--role", "king"), "viewer, inspector"),
        (("b b", "--role", "pilot"), "letters"),
    ):
        refused = sunqar("user", "add", *arguments, "--password-stdin", env=env, typed="correct horse\n")
        assert refused.returncode == 1
        assert said in refused.stderr
        assert "Traceback" not in refused.stderr


@contextmanager
def api_process(env: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen([sys.executable, "-m", "ground_station", "api"], env=env, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)


async def answer_of(http: httpx.AsyncClient, path: str) -> httpx.Response:
    """As soon as the server listens."""
    with anyio.fail_after(30):
        while True:
            try:
                return await http.get(path)
            except httpx.TransportError:
                await anyio.sleep(0.1)


async def test_the_process_serves_signs_in_and_stops_cleanly(database_url: str, nats_url: str, tmp_path: Path) -> None:
    port = free_port()
    env = environment(database_url, nats_url, tmp_path, port)
    add = ("user", "add", "aigul", "--role", "admin", "--password-stdin")
    await to_thread.run_sync(lambda: sunqar(*add, env=env, typed="correct horse\n"))
    base = f"http://127.0.0.1:{port}"
    with api_process(env) as process:
        async with httpx.AsyncClient(base_url=base, trust_env=False) as http:
            ready = await answer_of(http, "/readyz")
            assert ready.json()["processes"].keys() == {"database", "bus"}
            assert ready.status_code == 200
            answer = await http.post("/api/v1/auth/token", data={"username": "aigul", "password": "correct horse"})
            headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
            metrics = (await http.get("/metrics", headers=headers)).text
            assert 'sunqar_vehicles{link="online"} 0' in metrics.splitlines()
            sources = (await http.get("/api/v1/video-sources", headers=headers)).json()
            assert (sources["type"], sources["features"]) == ("FeatureCollection", [])
        process.send_signal(signal.SIGTERM)
        _, log = await to_thread.run_sync(lambda: process.communicate(timeout=30))
        assert process.returncode == 0, log
        assert "Traceback" not in log
