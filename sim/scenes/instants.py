"""The instants of a scene."""

from sim.fleet import REPEATABLE_START_UNIX_MS


def unix_us_at(at_s: float) -> int:
    """Scenes begin at the instant seeded fleets begin."""
    return REPEATABLE_START_UNIX_MS * 1000 + round(at_s * 1e6)
