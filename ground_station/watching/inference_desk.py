"""One detector for all sources: pictures that wait while it is busy go to it together, and never so many that one waits too long."""

import logging
from collections import deque
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
    """`run` must run while `detect` is called. Waits for nobody: an idle detector takes a single picture at once."""

    def __init__(self, detector: Detector, *, budget_s: float = LATENCY_BUDGET_S) -> None:
        self.detector = detector
        self._budget_s = budget_s
        self._picture_s = FIRST_GUESS_S
        self._waiting: deque[_Request] = deque()
        self._asked = anyio.Event()
        self._thread = CapacityLimiter(1)  # one inference already uses every core
        self._busy: deque[tuple[float, float]] = deque()  # when each batch ended and how long it took

    @property
    def busy_share(self) -> float:
        """Of the last seconds: 1 when the detector never rested."""
        since = monotonic() - WINDOW_S
        while self._busy and self._busy[0][0] < since:
            self._busy.popleft()
        return min(1.0, sum(took_s for _, took_s in self._busy) / WINDOW_S)

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
            began = monotonic()
            try:
                answers = await to_thread.run_sync(
                    self.detector.detect_many, [request.frame for request in batch], limiter=self._thread, abandon_on_cancel=True
                )
            except Exception as error:  # told to those who asked, who decide
                for request in batch:
                    request.error = error
            else:
                for request, answer in zip(batch, answers, strict=True):
                    request.answer = answer
            took_s = monotonic() - began
            self._busy.append((monotonic(), took_s))
            self._picture_s += (took_s / len(batch) - self._picture_s) * 0.2
            for request in batch:
                request.answered.set()
