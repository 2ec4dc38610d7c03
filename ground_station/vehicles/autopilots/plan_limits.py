"""What a firmware takes of a fence and of rally points, as values. Nothing here asks which autopilot it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """None: as much as the board has room for, and the vehicle itself says when it is full."""

    fence_items: int | None = None
    """Corners of all polygons, and circles, together."""
    polygon_corners: int | None = None
    rally_points: int | None = None
    keeps_to_every_area: bool = False
    """It must be inside all areas to stay in at once, else inside any one of them."""
    any_area_by: tuple[str, int] | None = None
    """The parameter and its bit by which one of the areas is enough."""
    wants_home_inside: bool = False


# PX4: room for 64 fence points and 32 safe points (dataman.h of 1.15); geofence.cpp wants home inside before it takes a fence.
PX4_LIMITS = PlanLimits(fence_items=64, rally_points=32, wants_home_inside=True)
# ArduPilot: a byte counts the corners; AC_PolyFence_loader::breached asks for every inclusion unless INCLUSION_UNION is set.
ARDUPILOT_LIMITS = PlanLimits(polygon_corners=255, keeps_to_every_area=True, any_area_by=("FENCE_OPTIONS", 2))
