"""Desks of the models that sources are looked at with besides the default one: opened when the first source wants one, and let go after."""

import logging
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

from anyio import CancelScope, CapacityLimiter, to_thread
from anyio.abc import TaskGroup

from geo.primitives import SunqarError
from ground_station.watching.inference_desk import InferenceDesk
from vision import Detector

logger = logging.getLogger(__name__)

# The detector of road users waits for a batch of these on the one thread they share; nobody waits for a pothole.
BUDGET_S = 0.1


class ModelDesks:
    """`find` gives the models that are there, `open_model` opens one, in a thread; call `keep` when sources or files may have changed."""

    def __init__(
        self,
        find: Callable[[], dict[str, Path]],
        open_model: Callable[[Path], Detector],
        tasks: TaskGroup,
        thread: CapacityLimiter,
    ) -> None:
        self._find, self._open_model, self._tasks, self._thread = find, open_model, tasks, thread
        self._open: dict[str, tuple[InferenceDesk, CancelScope]] = {}
        self._troubles: dict[str, str] = {}

    @property
    def busy_share(self) -> float:
        """Of the last seconds, on all of them."""
        return sum(desk.busy_share for desk, _ in self._open.values())

    def desk(self, name: str) -> InferenceDesk | None:
        return self._open[name][0] if name in self._open else None

    def trouble(self, name: str) -> str:
        """Why there is no desk of that name though it is wanted."""
        return self._troubles.get(name, "")

    async def keep(self, wanted: Iterable[str]) -> None:
        """Open what is wanted and there, close the rest. One that cannot be opened is tried again, and told once."""
        names = set(wanted)
        for name in self._open.keys() - names:
            self._open.pop(name)[1].cancel()
        for name in self._troubles.keys() - names:
            del self._troubles[name]
        missing = sorted(names - self._open.keys())
        files = await to_thread.run_sync(self._find) if missing else {}
        for name in missing:
            if name not in files:
                self._say(name, f"There is no model '{name}'.")
                continue
            try:
                detector = await to_thread.run_sync(self._open_model, files[name])
            except SunqarError as error:
                self._say(name, error.one_line())
                continue
            logger.info("model %s (%s)", name, detector.model)
            self._troubles.pop(name, None)
            desk = InferenceDesk(detector, budget_s=BUDGET_S, thread=self._thread)
            self._open[name] = (desk, self.start(desk.run))

    def start(self, work: Callable[[], Awaitable[None]]) -> CancelScope:
        """Work for a desk that goes on until its scope is cancelled."""
        scope = CancelScope()
        self._tasks.start_soon(_within, scope, work)
        return scope

    def _say(self, name: str, trouble: str) -> None:
        if self._troubles.get(name) != trouble:
            logger.warning("model %s is not used: %s", name, trouble)
            self._troubles[name] = trouble


async def _within(scope: CancelScope, work: Callable[[], Awaitable[None]]) -> None:
    with scope:
        await work()
