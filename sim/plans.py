"""The three plans a vehicle carries, independent of each other: mission, geofence, rally points."""

from dataclasses import dataclass

from sim.fence_store import FenceStore, RallyStore
from sim.mission_store import MissionStore


@dataclass(frozen=True, slots=True)
class Plans:
    mission: MissionStore
    fence: FenceStore
    rally: RallyStore


def empty_plans(*, home_is_item_zero: bool, rewrites: bool, winged: bool) -> Plans:
    mission = MissionStore(home_is_item_zero=home_is_item_zero, rewrites=rewrites, winged=winged)
    return Plans(mission, FenceStore(rewrites=rewrites), RallyStore(rewrites=rewrites))
