"""One viewer's queue: bounded, and a slow viewer loses pictures, never anyone else."""

import json
import time
from collections import deque
from datetime import datetime

import anyio

from geo.primitives import utc_now
from ground_station.live_video.fragments import Sample, TrackFormat, ViewerTimeline, init_segment

QUEUED_SAMPLES = 60  # 2–6 s of a usual stream; more would only be late
PLAUSIBLE_LATENCY_S = 60.0  # a capture time further off than this comes from a clock that is not set


class Viewer:
    """Takes samples from the channel, gives websocket messages: text (str) and fMP4 (bytes), in order.

    After a loss it waits for the next keyframe, so what it gets always decodes; `skipped` counts what it did not get.
    """

    def __init__(self, source_id: str) -> None:
        self.source_id = source_id
        self.skipped = 0
        self._queue: deque[tuple[Sample, bool]] = deque()
        self._format: TrackFormat | None = None
        self._notice: str | None = None
        self._timeline = ViewerTimeline()
        self._waiting_for_keyframe = True
        self._news = anyio.Event()
        self._sent_since_stats = 0
        self._latency_s: float | None = None

    def put_format(self, track: TrackFormat) -> None:
        """A new format starts a new init segment; what is queued in the old one is dropped."""
        self.skipped += len(self._queue)
        self._queue.clear()
        self._format = track
        self._waiting_for_keyframe = True
        self._news.set()

    def put(self, sample: Sample, *, catching_up: bool = False) -> None:
        if len(self._queue) >= QUEUED_SAMPLES:
            self.skipped += len(self._queue)
            self._queue.clear()
            self._waiting_for_keyframe = True
        if self._waiting_for_keyframe and not sample.keyframe:
            self.skipped += 1
            return
        self._waiting_for_keyframe = False
        self._queue.append((sample, catching_up))
        self._news.set()

    def put_error(self, code: str, message: str, hint: str) -> None:
        self._notice = json.dumps({"type": "error", "code": code, "message": message, "hint": hint})
        self._news.set()

    async def next_messages(self) -> list[str | bytes]:
        """Waits for something to send, then everything there is."""
        await self._news.wait()
        self._news = anyio.Event()
        messages: list[str | bytes] = []
        if self._notice is not None:
            messages.append(self._notice)
            self._notice = None
        if self._format is not None:
            self._timeline = ViewerTimeline()
            messages.append(json.dumps({"type": "init", "mime": self._format.mime, "source_id": self.source_id}))
            messages.append(init_segment(self._format))
            self._format = None
        while self._queue:
            sample, catching_up = self._queue.popleft()
            messages.append(self._timeline.fragment(sample, catching_up=catching_up))
            self._sent_since_stats += 1
            self._latency_s = latency_s(sample, utc_now(), time.monotonic())
        return messages

    def stats(self, period_s: float) -> str:
        """`latency_s` runs from the camera's own instant when the stream carries it, else from arrival at the reader."""
        fps = self._sent_since_stats / period_s
        self._sent_since_stats = 0
        latency = None if self._latency_s is None else round(self._latency_s, 3)
        return json.dumps({"type": "stats", "latency_s": latency, "fps": round(fps, 1), "skipped": self.skipped})


def latency_s(sample: Sample, now: datetime, monotonic_s: float) -> float:
    """Age of the picture when it leaves."""
    if sample.captured_at is not None:
        age_s = (now - sample.captured_at).total_seconds()
        if 0 <= age_s < PLAUSIBLE_LATENCY_S:
            return age_s
    return max(0.0, monotonic_s - sample.arrived_s)
