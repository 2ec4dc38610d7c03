"""A process run alone stops cleanly when asked once, and at once when asked twice."""

import signal
from pathlib import Path

import pytest

from tests.support.programs import start_program

PROGRAM = """
import sys, anyio
from ground_station.process_runner import until_signalled
from ground_station.settings import Settings
async def run(settings):
    try:
        print("running", flush=True)
        await anyio.sleep_forever()
    finally:
        with anyio.CancelScope(shield=True):
            print("cleaning", flush=True)
            await anyio.sleep(float(sys.argv[1]))
            print("clean", flush=True)
anyio.run(until_signalled, run, Settings())
print("ended", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_one_signal_lets_the_clean_up_finish(number: signal.Signals) -> None:
    with start_program(PROGRAM, 0.05) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "running\n"
        program.send_signal(number)
        assert program.stdout.read() == "cleaning\nclean\nended\n"
    assert program.returncode == 0


def test_second_signal_ends_it_at_once() -> None:
    with start_program(PROGRAM, 60) as program:
        assert program.stdout is not None
        program.stdout.readline()
        program.send_signal(signal.SIGTERM)
        assert program.stdout.readline() == "cleaning\n"
        program.send_signal(signal.SIGTERM)
        assert program.stdout.read() == ""
    assert program.returncode == -signal.SIGTERM


def test_known_errors_of_tasks_are_one_line(tmp_path: Path) -> None:
    source = (
        "import anyio, sys\n"
        "from unittest.mock import patch\n"
        "from geo.primitives import LinkError\n"
        "import ground_station.__main__ as program, ground_station.cli as cli\n"
        "async def fails():\n"
        "    raise LinkError('Link udpin:x cannot be opened.', hint='Write it right.')\n"
        "async def work():\n"
        "    async with anyio.create_task_group() as outer, anyio.create_task_group() as inner:\n"
        "        inner.start_soon(fails)\n"
        "with patch.object(cli, 'build_app', lambda: lambda: anyio.run(work)):\n"
        "    program.main()\n"
    )
    with start_program(source) as done:
        assert done.stdout is not None
        assert done.stdout.read() == "sunqar: Link udpin:x cannot be opened. Write it right.\n"
    assert done.returncode == 1
