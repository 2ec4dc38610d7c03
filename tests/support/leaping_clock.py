"""Time that passes when nobody has anything left to do: a minute of waiting for silence costs nothing, and a busy machine is never
late. For tests whose vehicles and station live in this one process (`tests/simulated_time`).

Other processes know nothing of this clock, so neither the bus nor the database may be waited for. What threads of this process
do is waited for: time stands still meanwhile.
"""

import asyncio
import selectors
import time
from collections.abc import Iterator, Mapping
from typing import Any

import anyio.to_thread
import pytest

THREAD_LOOK_S = 0.001


class Clock:
    """Seconds of the simulated `time.monotonic`, and how many threads are at work for the loop."""

    def __init__(self) -> None:
        self.now_s = time.monotonic()
        self.threads = 0

    def monotonic(self) -> float:
        return self.now_s


class LeapingSelector(selectors.BaseSelector):
    """Instead of waiting for the next timer it puts the clock forward, once no socket has anything to say."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._real = clock, selectors.DefaultSelector()

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = self._real.select(0)
        if ready or (timeout is not None and timeout <= 0.0):
            return ready
        if self._clock.threads:
            return self._real.select(THREAD_LOOK_S)
        if timeout is None:  # nothing is planned: only a signal or a socket can go on
            return self._real.select(None)
        self._clock.now_s += timeout
        return []

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def close(self) -> None:
        self._real.close()

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._real.get_map()


class LeapingLoop(asyncio.SelectorEventLoop):
    """An event loop that lives in the time of `clock`."""

    def __init__(self, clock: Clock) -> None:
        self._simulated = clock
        super().__init__(LeapingSelector(clock))

    def time(self) -> float:
        return self._simulated.now_s

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:
        self._simulated.threads += 1
        done = super().run_in_executor(executor, func, *args)
        done.add_done_callback(self._back)
        return done

    def _back(self, _: object) -> None:
        self._simulated.threads -= 1


@pytest.fixture(scope="module")
def leaping_clock() -> Iterator[Clock]:
    """Every `time.monotonic()` of this process tells this clock while the module's tests run."""
    clock, run_sync = Clock(), anyio.to_thread.run_sync

    async def counted(*args: Any, **options: Any) -> Any:
        clock.threads += 1
        try:
            return await run_sync(*args, **options)
        finally:
            clock.threads -= 1

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(time, "monotonic", clock.monotonic)
        patched.setattr(anyio.to_thread, "run_sync", counted)
        yield clock
