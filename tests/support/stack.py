"""The whole program as a user starts it: `sunqar up` in its own data folder, on ports of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.programs import free_port, wait_gone

READY_TIMEOUT_S = 180.0
ADMIN_PASSWORD = "correct-horse-battery"
REPOSITORY = Path(__file__).resolve().parents[2]
_READY = re.compile(r"Sunqar is ready after (?P<seconds>[\d.]+) s: (?P<url>\S+)")
_PASSWORD = re.compile(r"sign in as 'admin' with password (?P<password>\S+)")


@dataclass
class Stack:
    """A copy of the program: its address, its folder and its `up` process. `lines` grows as `up` speaks."""

    process: "subprocess.Popen[str]"
    data_dir: Path
    environment: dict[str, str]
    url: str
    lines: list[str] = field(default_factory=list)

    def client(self) -> httpx.Client:
        """Signed in as `admin`, where the copy was started with `ADMIN_PASSWORD`."""
        answer = httpx.post(f"{self.url}/api/v1/auth/token", data={"username": "admin", "password": ADMIN_PASSWORD}, timeout=30.0)
        token = answer.raise_for_status().json()["access_token"]
        return httpx.Client(base_url=self.url, headers={"Authorization": f"Bearer {token}"}, timeout=30.0)

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    @property
    def password(self) -> str | None:
        match = _PASSWORD.search(self.output)
        return match["password"] if match else None

    def wait_ready(self, within_s: float = READY_TIMEOUT_S) -> float:
        """Seconds from start to ready, as `up` measured them."""
        return float(self.wait_line(_READY, within_s)["seconds"])

    def wait_line(self, pattern: "re.Pattern[str] | str", within_s: float = 30.0) -> "re.Match[str]":
        deadline = time.monotonic() + within_s
        while not (match := re.search(pattern, self.output)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"no line like {pattern!r} from sunqar up (status {self.process.poll()}); it said:\n{self.output}")
            time.sleep(0.05)
        return match

    def readiness(self) -> dict[str, object]:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            with error:
                return dict(json.load(error))
        except OSError as error:
            return {"ready": False, "reason": str(error)}

    def family(self) -> list[int]:
        """Pids of `up` and everything it started, however deep."""
        parents = {int(path.name): _parent_of(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
        family = [self.process.pid]
        for pid in family:
            family.extend(child for child, parent in parents.items() if parent == pid)
        return family

    def child_pid(self, name: str) -> int:
        """Process id of the child `sunqar <name>` of this copy. Raises: `LookupError` when it is not running."""
        for pid in self.family()[1:]:
            words = command_line(pid)
            if "ground_station" in words and name in words:
                return pid
        raise LookupError(f"`sunqar {name}` is not a child of `up` ({self.process.pid})")

    def end(self, number: signal.Signals = signal.SIGTERM, within_s: float = 40.0) -> int:
        """Send a signal to `up` alone, and wait until it and all it started are gone. Returns its exit status."""
        family = self.family()
        self.process.send_signal(number)
        status = self.process.wait(within_s)
        wait_gone(*family, within_s=within_s)
        return status


def own_environment(data_dir: Path) -> dict[str, str]:
    """Settings of a copy that disturbs no other: its own folder and free ports."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SUNQAR_") or name == "SUNQAR_TEST_DATA"}
    return clean | {
        "PYTHONPATH": str(REPOSITORY),
        "SUNQAR_DATA_DIR": str(data_dir),
        "SUNQAR_PORT": str(free_port()),
        "SUNQAR_VIDEO__PORT": str(free_port()),
        "SUNQAR_FOOTAGE__ENABLED": "false",  # recording is tested on its own; here it would only take a share of every camera
        "SUNQAR_WATCH__DETECT": "false",  # likewise: who looks at observations switches it on
        "SUNQAR_SIM__RTSP_PORT": str(free_port()),
        "SUNQAR_SIM__DOCK_PORT": str(free_port()),
        "SUNQAR_STATION__LINKS": json.dumps([f"udpin:127.0.0.1:{free_port(socket.SOCK_DGRAM)}"]),
    }


def start_stack(data_dir: Path, *options: str, env: Mapping[str, str] | None = None) -> Stack:
    """Start `sunqar up`; returns at once. End it with `end()`."""
    environment = own_environment(data_dir) | dict(env or {})
    process = subprocess.Popen(
        [sys.executable, "-m", "ground_station", "up", *options],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
        start_new_session=True,
    )
    stack = Stack(process, data_dir, environment, f"http://127.0.0.1:{environment['SUNQAR_PORT']}")
    threading.Thread(target=_listen, args=(stack,), daemon=True).start()
    return stack


@contextmanager
def running_stack(data_dir: Path, *, arguments: tuple[str, ...] = ("--demo",), **settings: str) -> Iterator[Stack]:
    """A copy that is ready, with `ADMIN_PASSWORD`; stopped with SIGTERM afterwards, and proved to have ended with all it started."""
    stack = start_stack(data_dir, *arguments, env={"SUNQAR_ADMIN_PASSWORD": ADMIN_PASSWORD, **settings})
    try:
        stack.wait_ready()
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.end()


def wait_for(what: str, probe: Callable[[], Any], timeout_s: float, *, look_s: float = 0.2) -> Any:
    """Ask until the answer is truthy; the failure names what did not come and the last answer."""
    deadline_s = time.monotonic() + timeout_s
    answer = None
    while time.monotonic() < deadline_s:
        answer = probe()
        if answer:
            return answer
        time.sleep(look_s)  # polling HTTP of other processes
    raise AssertionError(f"{what} did not come within {timeout_s:.0f} s; last answer: {answer!r}")


def command_line(pid: int) -> list[str]:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().decode().rstrip("\0").split("\0")
    except OSError:
        return [""]


def _listen(stack: Stack) -> None:
    assert stack.process.stdout is not None
    with stack.process.stdout as output:
        for line in output:
            stack.lines.append(line.rstrip("\n"))


def _parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0
