"""`sunqar up`: a whole station on one machine, from nothing to a ready map, and back to nothing."""

import json
import logging
import logging.handlers
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import anyio

import ground_station
from geo.demo import load_demo
from ground_station.endpoints import Endpoints, endpoints_file, write_endpoints
from ground_station.logs import LineFormatter
from ground_station.process_runner import until_signalled
from ground_station.settings import Settings
from ground_station.supervise.first_run import ADMIN, prepare_database
from ground_station.supervise.live_sources import add_cameras
from ground_station.supervise.lock import data_folder_lock
from ground_station.supervise.ports import check_ports
from ground_station.supervise.readiness import wait_ready
from ground_station.supervise.services import Services
from ground_station.supervise.supervised import SupervisedProcess
from ground_station.supervise.terminal import say

READY_DEADLINE_S = 90.0
STATION_PROCESSES = ("api", "station", "watch", "store", "video", "record")
# `store` ends last, so that what the others said in their last moment is written down.
LAST_TO_STOP = "store"

logger = logging.getLogger(__name__)


def run_up(settings: Settings, *, demo: bool, sim: bool) -> None:
    """Run until a stop signal. Raises: `SettingsError` when something that must be there is not."""

    async def run(settings: Settings) -> None:
        await _up(settings, demo=demo, sim=sim)

    settings = settings.model_copy(update={"data_dir": settings.data_dir.absolute()})
    with data_folder_lock(settings.data_dir):
        _log_to_file(settings)
        check_ports(settings, sim=sim)
        try:
            anyio.run(until_signalled, run, settings)
        finally:
            endpoints_file(settings.data_dir).unlink(missing_ok=True)
        say("Sunqar has stopped; nothing is left running.")


async def _up(settings: Settings, *, demo: bool, sim: bool) -> None:
    started = time.monotonic()
    say(f"Starting the database and the message bus in {settings.data_dir} …")
    async with Services(settings) as services:
        say("Bringing the database schema up to date …")
        password = await prepare_database(settings, services.database_url)
        if password is not None:
            say(f"First run: sign in as '{ADMIN}' with password {password} (shown only now; only its hash is kept).")
        if demo:
            say("Loading the demo region …")
            await load_demo(services.database_url)
        if sim and (demo or settings.sim.scenario is not None):
            await add_cameras(settings.sim, services.database_url)
        web_url = _web_url(settings)
        write_endpoints(settings.data_dir, Endpoints(services.database_url, services.nats_url, web_url, os.getpid()))
        names = (*STATION_PROCESSES, "sim") if sim and settings.sim.fleet else STATION_PROCESSES
        env = _child_environment(settings, services, names)
        say(f"Starting {', '.join(names)} …")
        processes = [SupervisedProcess(name, _argv(name), env, settings.data_dir / "logs" / f"{name}.log") for name in names]
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(services.keep_running)
            tasks.start_soon(_supervise, processes)
            missing = await wait_ready(web_url, READY_DEADLINE_S)
            for name, why in missing.items():
                say(f"{name:>8} | not ready after {READY_DEADLINE_S:g} s: {why} (log: {settings.data_dir / 'logs' / name}.log)")
            state = "is up, but not all of it is ready" if missing else "is ready"
            say(f"Sunqar {state} after {time.monotonic() - started:.1f} s: {web_url}   (Ctrl-C stops it)")
            if password is not None:
                say(f"Sign in as '{ADMIN}' with the password shown above.")


async def _supervise(processes: list[SupervisedProcess]) -> None:
    """Keep all running; when cancelled, stop `LAST_TO_STOP` after the others."""
    async with anyio.create_task_group() as tasks:
        last_scope = anyio.CancelScope(shield=True)
        for process in processes:
            if process.name == LAST_TO_STOP:
                tasks.start_soon(_within, last_scope, process)
        try:
            async with anyio.create_task_group() as others:
                for process in processes:
                    if process.name != LAST_TO_STOP:
                        others.start_soon(process.run)
        finally:
            last_scope.cancel()


async def _within(scope: anyio.CancelScope, process: SupervisedProcess) -> None:
    with scope:
        await process.run()


def _argv(name: str) -> list[str]:
    command = ["sim", "process"] if name == "sim" else [name]
    # Started from a checkout, the packages are found in the current folder; otherwise that folder must not shadow the installed ones.
    in_checkout = Path(ground_station.__file__).parent.parent == Path.cwd()
    return [sys.executable, *([] if in_checkout else ["-P"]), "-m", "ground_station", *command]


def _child_environment(settings: Settings, services: Services, names: tuple[str, ...]) -> Mapping[str, str]:
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "SUNQAR_DATA_DIR": str(settings.data_dir),
        "SUNQAR_DATABASE_URL": services.database_url,
        "SUNQAR_NATS_URL": services.nats_url,
        "SUNQAR_EXPECTED_PROCESSES": json.dumps([name for name in names if name != "api"]),
    }


def _web_url(settings: Settings) -> str:
    """How this machine itself reaches the web server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(settings.host, settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _log_to_file(settings: Settings) -> None:
    """`up` itself speaks to the person by `say`; the rest goes to its log."""
    folder = settings.data_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    handler = logging.handlers.RotatingFileHandler(folder / "up.log", maxBytes=5_000_000, backupCount=2)
    handler.setFormatter(LineFormatter())
    logging.basicConfig(level=settings.log_level.upper(), handlers=[handler], force=True)
