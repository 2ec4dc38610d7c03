"""One model for all sources: pictures that wait while it is busy go to it together, and never so many that one waits too long."""

import logging
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

import anyio
from anyio import CapacityLimiter, to_thread

from vision import Detections, Detector, Frame

logger = logging.getLogger(__name__)

LATENCY_BUDGET_S = 0.25  # a batch that takes longer holds up the sources that come after it
BATCH_AT_MOST = 8
FIRST_GUESS_S = 0.05  # of one picture, until measured
WINDOW_S = 5.0


@dataclass(slots=True, eq=False)
class _Request:
    frame: Frame
    answered: anyio.Event = field(default_factory=anyio.Event)
    answer: Detections | None = None
    error: Exception | None = None


class InferenceDesk:
    """`run` must run while `detect` is called. Waits for nobody: an idle detector takes a single picture at once.

    Desks of several models take turns on one `thread`: one inference already uses every core.
    """

    def __init__(self, detector: Detector, *, budget_s: float = LATENCY_BUDGET_S, thread: CapacityLimiter | None = None) -> None:
        self.detector = detector
        self._budget_s = budget_s
        self._picture_s = FIRST_GUESS_S
        self._waiting: deque[_Request] = deque()
        self._asked = anyio.Event()
        self._thread = thread or CapacityLimiter(1)
        self._began = 0.0
        self._busy: deque[tuple[float, float]] = deque()  # when each batch ended and how long it took

    @property
    def busy_share(self) -> float:
        """Of the last seconds: 1 when the detector never rested."""
        since = monotonic() - WINDOW_S
        while self._busy and self._busy[0][0] < since:
            self._busy.popleft()
        return min(1.0, sum(took_s for _, took_s in self._busy) / WINDOW_S)

    @property
    def picture_s(self) -> float:
        """What one picture takes of the detector, measured on the last ones."""
        return self._picture_s

    @property
    def batch_size(self) -> int:
        """As many as fit in the budget, by what one picture took."""
        return max(1, min(BATCH_AT_MOST, int(self._budget_s / self._picture_s)))

    async def detect(self, frame: Frame) -> Detections:
        request = _Request(frame)
        self._waiting.append(request)
        self._asked.set()
        try:
            await request.answered.wait()
        finally:
            if request in self._waiting:  # cancelled before its turn
                self._waiting.remove(request)
        if request.error is not None:
            raise request.error
        assert request.answer is not None, "answered with one or the other"
        return request.answer

    async def run(self) -> None:
        """Serve until cancelled, in the order of asking."""
        while True:
            while not self._waiting:
                self._asked = anyio.Event()
                await self._asked.wait()
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), self.batch_size))]
            try:
                answers = await to_thread.run_sync(
                    self._detect_many, [request.frame for request in batch], limiter=self._thread, abandon_on_cancel=True
                )
            except Exception as error:  # told to those who asked, who decide
                for request in batch:
                    request.error = error
            else:
                for request, answer in zip(batch, answers, strict=True):
                    request.answer = answer
            took_s = monotonic() - self._began
            self._busy.append((monotonic(), took_s))
            self._picture_s += (took_s / len(batch) - self._picture_s) * 0.2
            for request in batch:
                request.answered.set()

    def _detect_many(self, frames: Sequence[Frame]) -> list[Detections]:
        self._began = monotonic()  # here: the thread may have had another model's pictures first
        return self.detector.detect_many(frames)
