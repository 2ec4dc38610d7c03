"""When failsafes look: each at its own rate, so that a step without one that is due costs a comparison."""

from typing import Protocol

PERIOD_S = 0.1
EARLY_S = 1e-6  # a step that falls short of its moment by a rounding error counts


class _Monitor(Protocol):
    def update(self, now_s: float) -> None: ...


class Watch:
    """Monitors, ten times a second or each `period_s` of their own. Within one period they look in the order given."""

    def __init__(self, monitors: list[_Monitor]) -> None:
        self._groups: dict[float, list[_Monitor]] = {}
        for monitor in monitors:
            self._groups.setdefault(getattr(monitor, "period_s", PERIOD_S), []).append(monitor)
        self._due_s = dict.fromkeys(self._groups, 0.0)
        self._next_s = 0.0

    def update(self, now_s: float) -> None:
        if now_s < self._next_s:
            return
        for period_s, monitors in self._groups.items():
            if now_s < self._due_s[period_s]:
                continue
            self._due_s[period_s] = now_s + period_s - EARLY_S
            for monitor in monitors:
                monitor.update(now_s)
        self._next_s = min(self._due_s.values(), default=now_s + PERIOD_S)
