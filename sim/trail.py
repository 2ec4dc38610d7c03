"""The way a vehicle has flown, as it remembers it for flying back along it."""

from sim.vector import Vector

STEP_M = 2.0
MOST_POINTS = 300


def way_flown(trail: list[Vector], here: Vector) -> list[Vector]:
    """The way with this place, if it is far enough from the last one. The list given is added to."""
    if not trail or here.minus(trail[-1]).length() >= STEP_M:
        trail.append(here)
        if len(trail) > MOST_POINTS:
            # The path is thinned, not forgotten: every second place of it stays.
            return trail[::2]
    return trail
