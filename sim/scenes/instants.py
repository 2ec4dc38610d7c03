"""Instants and the seconds of a scene."""

from sim.fleet import REPEATABLE_START_UNIX_MS


def unix_us_at(at_s: float) -> int:
    """Recordings begin at the instant seeded fleets begin."""
    return REPEATABLE_START_UNIX_MS * 1000 + round(at_s * 1e6)


class SceneTime:
    """Which second of a live scene an instant is. It starts anew after its duration, and when its vehicle sets out along its legs."""

    def __init__(self, began_unix_us: int, duration_s: float) -> None:
        self._began_unix_us = began_unix_us
        self._duration_s = duration_s

    def restart(self, unix_us: int) -> None:
        self._began_unix_us = unix_us

    def second_at(self, unix_us: int) -> float:
        return (unix_us - self._began_unix_us) / 1e6 % self._duration_s
