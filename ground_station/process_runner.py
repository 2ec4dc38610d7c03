"""Runs one process module until it ends or a signal asks it to stop: the first cancels it cleanly, a second one ends it at once."""

import importlib
import logging
import signal
from collections.abc import Awaitable, Callable

import anyio
import anyio.abc

from ground_station.loading import loading
from ground_station.logs import set_up_logging
from ground_station.settings import Settings, load_settings

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

logger = logging.getLogger(__name__)


def run_process(name: str) -> None:
    """Run `ground_station.processes.<name>` with the settings in force. Returns after a clean stop; errors rise."""
    settings = load_settings()
    set_up_logging(settings.log_level)
    with loading():
        run: Callable[[Settings], Awaitable[None]] = importlib.import_module(f"ground_station.processes.{name}").run
    logger.info("%s starts", name)
    anyio.run(until_signalled, run, settings)
    logger.info("%s stopped", name)


async def until_signalled(run: Callable[[Settings], Awaitable[None]], settings: Settings) -> None:
    """Run until it returns, raises, or a stop signal cancels it."""
    async with anyio.create_task_group() as tasks:
        await tasks.start(_cancel_on_signal, tasks.cancel_scope)
        await run(settings)
        tasks.cancel_scope.cancel()


async def _cancel_on_signal(scope: anyio.CancelScope, *, task_status: anyio.abc.TaskStatus[None]) -> None:
    with anyio.open_signal_receiver(*STOP_SIGNALS) as received:
        task_status.started()
        async for _ in received:
            break
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_DFL)  # asked twice: the person does not want to wait for the clean-up
    scope.cancel()
