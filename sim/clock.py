"""The simulator's own clock: advanced by steps, never read from the machine, so that a run can be repeated exactly."""

from dataclasses import dataclass

STEP_MS = 20  # 50 Hz: fine enough for a point mass with 0.15 s attitude lag; whole milliseconds keep boot time exact
STEP_S = STEP_MS / 1000.0


@dataclass(slots=True)
class SimClock:
    """Simulated instants. `started_unix_ms` is the instant of boot; both counters move only by `advance`."""

    started_unix_ms: int
    boot_ms: int = 0

    def advance(self) -> None:
        self.boot_ms += STEP_MS

    @property
    def boot_s(self) -> float:
        return self.boot_ms / 1000.0

    @property
    def unix_us(self) -> int:
        return (self.started_unix_ms + self.boot_ms) * 1000


class Pace:
    """How many steps are due at a moment of the machine's monotonic clock, at `speedup` simulated seconds per second.

    A machine that was busy or asleep catches up at most `MAX_CATCH_UP_S`; what it missed beyond that is dropped and counted,
    so that a stall never turns into a burst of stale telemetry.
    """

    MAX_CATCH_UP_S = 0.5

    def __init__(self, speedup: float, now_s: float) -> None:
        self._speedup = speedup
        self._origin_s = now_s
        self._done = 0
        self.steps_dropped = 0

    def due(self, now_s: float) -> int:
        target = int((now_s - self._origin_s) * self._speedup / STEP_S)
        steps = target - self._done
        most = max(1, int(self.MAX_CATCH_UP_S * self._speedup / STEP_S))
        if steps > most:
            self.steps_dropped += steps - most
            steps = most
        self._done = target
        return max(0, steps)
