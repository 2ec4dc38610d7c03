"""kill −9 of the station while an aircraft flies: seconds until the API tells its full state again.

The peer is the promise: five seconds. A part of it is the machine's own time to load the program, so it is told beside it.
"""

import os
import sys
import time
from pathlib import Path
from statistics import median
from subprocess import run
from tempfile import TemporaryDirectory

from anyio.to_thread import run_sync

from ground_station.supervise.supervised import SETTLED_S
from tests.benchmarks.measurement import Measurement
from tests.support.stack import REPOSITORY, running_stack
from tests.support.station_killed import kill_the_station, start_a_mission

ROUNDS = 3
PROMISED_S = 5.0


async def measure() -> Measurement:
    return await run_sync(_measured)


def _measured() -> Measurement:
    times_s: list[float] = []
    with (
        TemporaryDirectory(prefix="sunqar-recovery-") as folder,
        running_stack(Path(folder), arguments=(), SUNQAR_SIM__FLEET="1") as stack,
        stack.client() as http,
    ):
        under_way = start_a_mission(http)
        for _ in range(ROUNDS):
            times_s.append(kill_the_station(stack, http, under_way).back_after_s)
            time.sleep(SETTLED_S)  # a station that dies as soon as it lives is started again later each time
    began_s = time.monotonic()
    run([sys.executable, "-c", "import ground_station.processes.station"], cwd=REPOSITORY, check=True)
    loading_s = time.monotonic() - began_s
    told = ", ".join(f"{seconds:.1f}" for seconds in times_s)
    return Measurement(
        ours=median(times_s),
        peer=PROMISED_S,
        peer_name="the promise",
        unit="s",
        detail=f"{told} s in {ROUNDS} kills; loading the program takes {loading_s:.1f} s of it; load {os.getloadavg()[0]:.1f}",
        better="lower",
    )
