"""A simulated dock behind real HTTP, on a clock of its own."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sim.docks import DockServer, SimulatedDock


@contextmanager
def dock_server(dock: SimulatedDock, speedup: float = 20.0) -> Iterator[str]:
    """Serves `dock` until the block ends; gives its address. Its clock runs `speedup` times faster."""
    over = threading.Event()
    began_s = time.monotonic()

    def tick() -> None:
        while not over.wait(0.02):
            server.advance((time.monotonic() - began_s) * speedup)

    with DockServer({1: dock}, 0) as server:
        thread = threading.Thread(target=tick)
        thread.start()
        try:
            yield server.url(1)
        finally:
            over.set()
            thread.join()
