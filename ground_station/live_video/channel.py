"""One source being watched: starts its reader with the first viewer, stops it some seconds after the last."""

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

import anyio
from anyio import from_thread, to_thread

from geo.primitives import VisionError, utc_now
from ground_station.live_video.fragments import Sample, TrackFormat
from ground_station.live_video.reader import SourceSink
from ground_station.live_video.viewer import PLAUSIBLE_LATENCY_S, Viewer
from ground_station.messages import SourceStatus
from ground_station.video import cause_of

LINGER_S = 10.0  # a viewer that reloads the page finds the stream still running
FIRST_RETRY_S, LONGEST_RETRY_S = 1.0, 15.0
KEPT_PICTURES = 300  # since the last keyframe, for late joiners; a longer group means waiting for the next keyframe

Read = Callable[[str, SourceSink, Event], None]

logger = logging.getLogger(__name__)


class Channel:
    """Fans one source out. All methods run on the event loop; only the reader is in a thread."""

    def __init__(self, source_id: str, url: str, limiter: anyio.CapacityLimiter, read: Read) -> None:
        self.source_id = source_id
        self.url = url
        self.skipped_before = 0  # by viewers that have left
        self.status = SourceStatus(source_id=source_id, process="video", at=utc_now(), state="starting")
        self._limiter = limiter
        self._read = read
        self._viewers: set[Viewer] = set()
        self._format: TrackFormat | None = None
        self._group: list[Sample] = []  # from the last keyframe on
        self._arrivals: deque[float] = deque(maxlen=100)
        self._empty_since: float | None = time.monotonic()
        self._changed = anyio.Event()

    @contextmanager
    def viewer(self) -> Iterator[Viewer]:
        """A viewer for as long as the block lasts; it starts with the pictures since the last keyframe."""
        viewer = Viewer(self.source_id)
        self._viewers.add(viewer)
        self._set_empty_since(None)
        if self._format is not None:
            viewer.put_format(self._format)
            for sample in self._group:
                viewer.put(sample, catching_up=sample is not self._group[-1])
        try:
            yield viewer
        finally:
            self._viewers.discard(viewer)
            self.skipped_before += viewer.skipped
            if not self._viewers:
                self._set_empty_since(time.monotonic())

    @property
    def skipped(self) -> int:
        return self.skipped_before + sum(viewer.skipped for viewer in self._viewers)

    def _set_empty_since(self, instant_s: float | None) -> None:
        self._empty_since = instant_s
        self._changed.set()
        self._changed = anyio.Event()

    async def run(self) -> None:
        """Read, with back-off, until nobody has watched for `LINGER_S`."""
        stop = Event()
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._read_for_ever, stop)
                await self._until_abandoned()
                tasks.cancel_scope.cancel()
        finally:
            stop.set()  # the thread ends by itself within its read deadline
            self.status = self.status.model_copy(update={"state": "ended", "at": utc_now()})

    async def _until_abandoned(self) -> None:
        while True:
            changed = self._changed
            if self._empty_since is None:
                await changed.wait()
                continue
            with anyio.move_on_after(self._empty_since + LINGER_S - time.monotonic()):
                await changed.wait()
            if self._empty_since is not None and time.monotonic() - self._empty_since >= LINGER_S:
                return

    async def _read_for_ever(self, stop: Event) -> None:
        retry_s = FIRST_RETRY_S
        while True:
            self._format, self._group = None, []
            started_s = time.monotonic()
            sink = SourceSink(
                lambda track: from_thread.run_sync(self._on_format, track), lambda sample: from_thread.run_sync(self._on_sample, sample)
            )
            try:
                await to_thread.run_sync(self._read, self.url, sink, stop, limiter=self._limiter, abandon_on_cancel=True)
                error = VisionError(f"{self.source_id} has ended.", code="vision.ended", hint="It is opened again by itself.")
            except VisionError as failure:
                error = failure
            logger.warning("source %s: %s", self.source_id, error.message, extra={"source_id": self.source_id})
            self.status = self.status.model_copy(
                update={"state": "unreachable", "detail": error.message, "cause": cause_of(error), "at": utc_now()}
            )
            for viewer in self._viewers:
                viewer.put_error(error.code, error.message, error.hint)
            if time.monotonic() - started_s > LONGEST_RETRY_S:
                retry_s = FIRST_RETRY_S
            await anyio.sleep(retry_s)
            retry_s = min(LONGEST_RETRY_S, retry_s * 2)

    def _on_format(self, track: TrackFormat) -> None:
        self._format, self._group = track, []
        for viewer in self._viewers:
            viewer.put_format(track)

    def _on_sample(self, sample: Sample) -> None:
        if sample.keyframe:
            self._group = []
        if sample.keyframe or (self._group and len(self._group) < KEPT_PICTURES):
            self._group.append(sample)
        else:
            self._group = []  # too long a group, or its start is not known
        self._arrivals.append(sample.arrived_s)
        for viewer in self._viewers:
            viewer.put(sample)

    def report(self) -> SourceStatus:
        """Health as of now."""
        now_s = time.monotonic()
        recent = [arrived_s for arrived_s in self._arrivals if now_s - arrived_s < 3.0]
        if not recent:
            return self.status.model_copy(update={"at": utc_now(), "frames_per_second": 0.0, "frames_skipped": self.skipped})
        newest = self._group[-1] if self._group else None
        age_s = None if newest is None or newest.captured_at is None else (utc_now() - newest.captured_at).total_seconds()
        self.status = SourceStatus(
            source_id=self.source_id,
            process="video",
            at=utc_now(),
            state="running",
            frames_per_second=round((len(recent) - 1) / max(recent[-1] - recent[0], 0.1), 1),
            frames_skipped=self.skipped,
            latency_s=age_s if age_s is not None and 0 <= age_s < PLAUSIBLE_LATENCY_S else None,
        )
        return self.status
