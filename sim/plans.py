"""The three plans a vehicle carries, independent of each other: mission, geofence, rally points."""

from collections.abc import Callable
from dataclasses import dataclass

from sim.fence_store import FenceStore, RallyStore
from sim.mission_store import MissionStore, StoredItem


@dataclass(frozen=True, slots=True)
class Plans:
    mission: MissionStore
    fence: FenceStore
    rally: RallyStore


def empty_plans(*, home_is_item_zero: bool, rewrites: bool, winged: bool, refuses: Callable[[StoredItem], int]) -> Plans:
    mission = MissionStore(home_is_item_zero=home_is_item_zero, rewrites=rewrites, winged=winged, refuses=refuses)
    return Plans(mission, FenceStore(rewrites=rewrites), RallyStore(rewrites=rewrites))
