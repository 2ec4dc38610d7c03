"""What is known to be on board of a vehicle: missions put there, stored plans, other components."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from geo.primitives import LonLat
from ground_station.mavlink import WireItem
from missions import MissionItem


@dataclass(frozen=True, slots=True)
class UploadedMission:
    """What this station put on board. `endless_at`: where it ends by staying for good. `flown`: its items, forgotten by a restart."""

    mission_id: UUID | None
    items: int
    endless_at: LonLat | None = None
    flown: tuple[MissionItem, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MissionPause:
    """Where a mission was left by a pause, and the speed somebody has asked for since it began; None = the plan's own."""

    item: int = 0
    place: LonLat | None = None
    altitude_above_home_m: float | None = None
    speed_mps: float | None = None


@dataclass(frozen=True, slots=True)
class MissionOutcome:
    """How the last flight of a mission ended. `reason` is empty when it was flown to the end."""

    mission: UploadedMission
    flown: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Component:
    """Something else that speaks under the vehicle's system id. `mav_type` is MAV_TYPE of its heartbeat."""

    component_id: int
    mav_type: int
    heard_s: float


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """What the vehicle holds of mission, fence or rally, as read last. `revision` grows with each change seen."""

    items: tuple[WireItem, ...]
    at: datetime
    revision: int
