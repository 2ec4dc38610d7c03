"""Sources being recorded now: one copying thread each, opened again with growing pauses, and what they write put into the index."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from time import monotonic

import anyio
from anyio import CancelScope, CapacityLimiter, from_thread, to_thread
from anyio.abc import TaskGroup

from geo.core import VideoSource
from geo.primitives import SunqarError
from ground_station.footage.copying import Recording, copy_source
from ground_station.footage.segment_writer import SegmentNews
from ground_station.footage.shelf import Shelf

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 30.0
STEADY_S = 20.0
FINISH_DEADLINE_S = 5.0
LARGEST_FLEET_OF_RECORDERS = 1024  # threads; copying costs hardly anything

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Running:
    source: VideoSource
    scope: CancelScope
    trouble: str = ""


class Recorder:
    """Keeps what is recorded equal to what is wanted. `on_news` is called for each segment begun and finished, in order for a source."""

    def __init__(
        self,
        shelf: Shelf,
        segment_s: float,
        tasks: TaskGroup,
        on_news: Callable[[VideoSource, SegmentNews], None],
        has_room: Callable[[], bool],
    ) -> None:
        self._shelf, self._segment_s, self._tasks, self._on_news, self._has_room = shelf, segment_s, tasks, on_news, has_room
        self._running: dict[str, _Running] = {}
        self._limiter = CapacityLimiter(LARGEST_FLEET_OF_RECORDERS)

    @property
    def troubles(self) -> dict[str, str]:
        """Sources that should be recorded and are not, with the cause."""
        return {source_id: running.trouble for source_id, running in self._running.items() if running.trouble}

    @property
    def count(self) -> int:
        return len(self._running)

    def adopt(self, wanted: dict[str, VideoSource]) -> None:
        for source_id, running in list(self._running.items()):
            new = wanted.get(source_id)
            if new is None or (new.url, new.vehicle_id) != (running.source.url, running.source.vehicle_id):
                running.scope.cancel()
                del self._running[source_id]
        for source_id, source in wanted.items():
            if source_id not in self._running and source.url is not None:
                running = self._running[source_id] = _Running(source, CancelScope())
                self._tasks.start_soon(self._record, running, source.url)

    async def _record(self, running: _Running, url: str) -> None:
        source, pause_s = running.source, FIRST_PAUSE_S

        def tell(news: SegmentNews) -> None:
            running.trouble = ""
            from_thread.run_sync(self._on_news, source, news)

        recording = Recording(source.source_id, url, self._shelf.segments, self._segment_s, tell, self._has_room)
        with running.scope:
            while True:
                began, stop = monotonic(), Event()
                try:
                    await self._copy(recording, stop)
                    trouble = "The stream was closed by its sender."
                except SunqarError as error:
                    trouble = error.one_line()
                except Exception as error:  # one camera must not end the recording of the others
                    logger.exception("recording of %s failed", source.source_id, extra={"source_id": source.source_id})
                    trouble = f"{type(error).__name__}: {error}"
                if running.trouble != trouble:
                    logger.warning("recording of %s: %s", source.source_id, trouble, extra={"source_id": source.source_id})
                running.trouble = trouble
                pause_s = FIRST_PAUSE_S if monotonic() - began > STEADY_S else min(2 * pause_s, LONGEST_PAUSE_S)
                await anyio.sleep(pause_s)

    async def _copy(self, recording: Recording, stop: Event) -> None:
        """Run the copying thread. When cancelled it is given a moment to finish its segment; a stuck one is left to its read deadline."""
        ended = anyio.Event()
        failure: Exception | None = None
        async with anyio.create_task_group() as thread:
            with CancelScope(shield=True) as shield:
                thread.start_soon(self._stop_when_cancelled, stop, ended, shield)
                try:
                    await to_thread.run_sync(copy_source, recording, stop, limiter=self._limiter, abandon_on_cancel=True)
                except Exception as error:  # raised outside of the group, which would wrap it
                    failure = error
                finally:
                    ended.set()
        if failure is not None:
            raise failure

    @staticmethod
    async def _stop_when_cancelled(stop: Event, ended: anyio.Event, shield: CancelScope) -> None:
        try:
            await ended.wait()
        finally:
            stop.set()
            if not ended.is_set():
                shield.deadline = anyio.current_time() + FINISH_DEADLINE_S
