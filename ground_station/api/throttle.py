"""Back-off on failed sign-ins, by account name and address together: guessing slows down, the real user elsewhere does not."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

FREE_ATTEMPTS = 5
FIRST_DELAY_S = 1.0
LONGEST_DELAY_S = 300.0
REMEMBERED = 10_000  # pairs; the oldest goes first, so memory stays bounded under attack


@dataclass(slots=True)
class Failures:
    count: int
    blocked_until_s: float


class LoginThrottle:
    """After `FREE_ATTEMPTS` failures each further one doubles the wait, up to five minutes. Success forgets them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: dict[tuple[str, str], Failures] = {}

    def wait_s(self, name: str, address: str) -> int:
        """Whole seconds until the next attempt is allowed; 0 when it is allowed now."""
        failures = self._failures.get((name, address))
        return 0 if failures is None else max(0, math.ceil(failures.blocked_until_s - self._clock()))

    def failed(self, name: str, address: str) -> None:
        key = (name, address)
        failures = self._failures.pop(key, Failures(0, 0.0))
        failures.count += 1
        over = failures.count - FREE_ATTEMPTS
        if over >= 0:
            failures.blocked_until_s = self._clock() + min(LONGEST_DELAY_S, FIRST_DELAY_S * 2 ** min(over, 20))
        self._failures[key] = failures
        while len(self._failures) > REMEMBERED:
            del self._failures[next(iter(self._failures))]

    def succeeded(self, name: str, address: str) -> None:
        self._failures.pop((name, address), None)
