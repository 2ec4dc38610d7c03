"""A whole station started as a user starts it: `sunqar up` in a process of its own."""

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
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.programs import free_port, wait_gone

ROOT = Path(__file__).resolve().parents[2]
_READY = re.compile(r"Sunqar is ready after (?P<seconds>[\d.]+) s: (?P<url>\S+)")
_PASSWORD = re.compile(r"sign in as 'admin' with password (?P<password>\S+)")


@dataclass
class RunningStation:
    """`lines` grows as it speaks."""

    process: "subprocess.Popen[str]"
    data_dir: Path
    web_url: str
    rtsp_url: str
    lines: list[str] = field(default_factory=list)

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    @property
    def password(self) -> str | None:
        match = _PASSWORD.search(self.output)
        return match["password"] if match else None

    def wait_ready(self, within_s: float = 120.0) -> float:
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
            with urllib.request.urlopen(f"{self.web_url}/readyz", timeout=5) as answer:
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

    def end(self, number: signal.Signals = signal.SIGTERM, within_s: float = 40.0) -> int:
        """Send a signal to `up` alone, and wait until it and all it started are gone. Returns its exit status."""
        family = self.family()
        self.process.send_signal(number)
        status = self.process.wait(within_s)
        wait_gone(*family, within_s=within_s)
        return status


def station_environment(data_dir: Path) -> dict[str, str]:
    """Settings of a copy that disturbs no other: its own folder and free ports."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SUNQAR_") or name == "SUNQAR_TEST_DATA"}
    link = f"udpin:127.0.0.1:{free_port(socket.SOCK_DGRAM)}"
    return clean | {
        "PYTHONPATH": str(ROOT),
        "SUNQAR_DATA_DIR": str(data_dir),
        "SUNQAR_PORT": str(free_port()),
        "SUNQAR_VIDEO__PORT": str(free_port()),
        "SUNQAR_SIM__RTSP_PORT": str(free_port()),
        "SUNQAR_SIM__DOCK_PORT": str(free_port()),
        "SUNQAR_STATION__LINKS": json.dumps([link]),
    }


def start_station(data_dir: Path, *options: str, env: Mapping[str, str] | None = None) -> RunningStation:
    """Start `sunqar up`; returns at once. End it with `end()`."""
    environment = station_environment(data_dir) | dict(env or {})
    process = subprocess.Popen(
        [sys.executable, "-m", "ground_station", "up", *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
    )
    station = RunningStation(
        process,
        data_dir,
        f"http://127.0.0.1:{environment['SUNQAR_PORT']}",
        f"rtsp://127.0.0.1:{environment['SUNQAR_SIM__RTSP_PORT']}",
    )
    threading.Thread(target=_listen, args=(station,), daemon=True).start()
    return station


def _listen(station: RunningStation) -> None:
    assert station.process.stdout is not None
    with station.process.stdout as output:
        for line in output:
            station.lines.append(line.rstrip("\n"))


def _parent_of(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return 0
