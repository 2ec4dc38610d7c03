"""How much of a narrow link may be used: a bucket that fills at a steady rate."""

from collections.abc import Callable
from time import monotonic

BURST_S = 2.0  # after silence, so many seconds' worth may go at once


class ByteBudget:
    """`bytes_per_second` on average. One message larger than the burst passes whole and is paid for afterwards."""

    def __init__(self, bytes_per_second: float, clock_s: Callable[[], float] = monotonic) -> None:
        self._rate, self._clock_s = bytes_per_second, clock_s
        self._left = bytes_per_second * BURST_S
        self._at_s = clock_s()

    def spend(self, size_bytes: int) -> float:
        """Count a message that goes now. Returns the seconds to wait before the next one."""
        now_s = self._clock_s()
        self._left = min(self._rate * BURST_S, self._left + (now_s - self._at_s) * self._rate) - size_bytes
        self._at_s = now_s
        return max(0.0, -self._left / self._rate)
