"""Progress of an analysis on standard error: one line that is rewritten on a terminal, a line now and then elsewhere."""

import sys
from time import monotonic

from ground_station.video import SourceInfo

TERMINAL_PERIOD_S = 0.3
LOG_PERIOD_S = 5.0


class Progress:
    """Call `step` for each analysed picture and `close` at the end."""

    def __init__(self, info: SourceInfo, duration_s: float | None, *, shown: bool) -> None:
        self._shown = shown
        self._terminal = sys.stderr.isatty()
        known = [limit for limit in (duration_s, info.duration_s) if limit]
        self._total_s = min(known) if known else None
        self._started = self._last = monotonic()
        self._pictures = 0
        self._time_s = 0.0

    def step(self, index: int, time_s: float) -> None:
        self._pictures += 1
        self._time_s = time_s
        period_s = TERMINAL_PERIOD_S if self._terminal else LOG_PERIOD_S
        if self._shown and monotonic() - self._last >= period_s:
            self._last = monotonic()
            self._print(end="" if self._terminal else "\n")

    def close(self) -> None:
        if self._shown and self._pictures:
            self._print(end="\n")

    def _print(self, end: str) -> None:
        elapsed_s = max(monotonic() - self._started, 1e-6)
        rate_hz = self._pictures / elapsed_s
        text = f"{self._pictures} pictures, {rate_hz:.1f} a second, {self._time_s:.1f} s of the source"
        if self._total_s:
            share = min(1.0, self._time_s / self._total_s)
            text += f" ({share:.0%})"
        print(("\r" if self._terminal else "") + text + ("   " if self._terminal else ""), file=sys.stderr, end=end, flush=True)  # noqa: T201
