"""The whole program as a user starts it: `sunqar up` in its own data folder, on ports of its own, stopped afterwards."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.support.programs import free_port

READY_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 30.0
ADMIN_PASSWORD = "correct-horse-battery"
REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Stack:
    """A running copy: its address, its folder, its `up` process and the admin's token."""

    url: str
    data_dir: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes]
    token: str
    ready_after_s: float

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {self.token}"}, timeout=30.0)

    def child_pid(self, name: str) -> int:
        """Process id of the child `sunqar <name>` of this copy. Raises: `LookupError` when it is not running."""
        for command_line in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = command_line.read_bytes().split(b"\0")
                parent = int((command_line.parent / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, ValueError):
                continue  # the process ended while being looked at
            if b"ground_station" in words and name.encode() in words and parent == self.process.pid:
                return int(command_line.parent.name)
        raise LookupError(f"`sunqar {name}` is not a child of `up` ({self.process.pid})")


@contextmanager
def running_stack(data_dir: Path, *, arguments: tuple[str, ...] = ("--demo",), **settings: str) -> Iterator[Stack]:
    """Start `sunqar up`, wait until it is ready, stop it with SIGTERM and prove that it ended."""
    port = free_port()
    environment = os.environ | {
        "SUNQAR_DATA_DIR": str(data_dir),
        "SUNQAR_PORT": str(port),
        "SUNQAR_ADMIN_PASSWORD": ADMIN_PASSWORD,
        "SUNQAR_STATION__LINKS": json.dumps([f"udpin:127.0.0.1:{free_port(socket.SOCK_DGRAM)}"]),
        "SUNQAR_SIM__RTSP_PORT": str(free_port()),
        "SUNQAR_SIM__DOCK_PORT": str(free_port()),
        "SUNQAR_VIDEO__PORT": str(free_port()),
        **settings,
    }
    data_dir.mkdir(parents=True, exist_ok=True)
    output = data_dir / "up.log"
    began_s = time.monotonic()
    with output.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ground_station", "up", *arguments],
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_ready(url, process, output)
        ready_after_s = time.monotonic() - began_s
        token = httpx.post(f"{url}/api/v1/auth/token", data={"username": "admin", "password": ADMIN_PASSWORD}, timeout=30.0)
        yield Stack(url, data_dir, environment, process, token.raise_for_status().json()["access_token"], ready_after_s)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


def wait_ready(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline_s = time.monotonic() + READY_TIMEOUT_S
    answer = "no answer"
    while time.monotonic() < deadline_s:
        if process.poll() is not None:
            raise AssertionError(f"`sunqar up` ended with {process.returncode}:\n{output.read_text()[-4000:]}")
        try:
            response = httpx.get(f"{url}/readyz", timeout=2.0)
            if response.status_code == httpx.codes.OK:
                return
            answer = response.text
        except httpx.HTTPError as error:
            answer = repr(error)
        time.sleep(0.2)  # polling another process's HTTP port: there is no event to wait for
    raise AssertionError(f"not ready after {READY_TIMEOUT_S:.0f} s: {answer}\n{output.read_text()[-4000:]}")


def wait_for(what: str, probe: Callable[[], Any], timeout_s: float) -> Any:
    """Ask until the answer is truthy; the failure names what did not come and the last answer."""
    deadline_s = time.monotonic() + timeout_s
    answer = None
    while time.monotonic() < deadline_s:
        answer = probe()
        if answer:
            return answer
        time.sleep(0.5)  # polling HTTP of other processes
    raise AssertionError(f"{what} did not come within {timeout_s:.0f} s; last answer: {answer!r}")
