"""Missions being carried out: over batteries, over vehicles, to the share of the ground that was photographed."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from ground_station.messages.base import Message


class RunState(StrEnum):
    WAITING_FOR_DRONE = "waiting_for_drone"
    UPLOADING = "uploading"
    READY = "ready"
    FLYING = "flying"
    PAUSED = "paused"
    HANDING_OVER = "handing_over"
    FINISHED = "finished"
    ABORTED = "aborted"


class RunCandidate(Message):
    """A vehicle that may fly what waits, and why it cannot just now."""

    vehicle_id: str
    free: bool
    why: Literal["", "lost", "flying", "armed", "busy", "battery", "type"] = ""
    battery_fraction: float | None = None


class RunSlotState(Message):
    """One mission of a run. Shares are of the ground it is to photograph; null where it photographs none."""

    number: int
    mission_id: UUID = Field(description="As it was approved")
    name: str
    state: RunState
    reason: str | None = Field(None, description="Why it is in this state, where that is not plain")
    since: datetime
    vehicle_id: str | None = Field(None, description="Which has it now, or had it last")
    flying_id: UUID | None = Field(None, description="The mission on board for it: the approved one, its rest, or a change of it")
    link_lost: bool = Field(False, description="Its vehicle is not heard; it flies on by itself")
    sortie: int = Field(description="Flights, counted from 1")
    item: int = 0
    items: int = 0
    share: float | None = None
    covered_m2: float | None = None
    target_m2: float | None = None
    shots: int = 0
    expected_shots: int = 0
    shots_by: Literal["photos", "track"] | None = Field(
        None, description="photos: the camera told of each in this sortie; track: they follow from where it flew"
    )
    missed: list[tuple[float, float]] = Field(default_factory=list, description="Places of photographs that were due and not taken")
    battery_low: bool = Field(False, description="It is past its latest turn-back, or will be within a minute")
    candidates: list[RunCandidate] = Field(default_factory=list, description="While it waits: who may fly it, the first one offered first")
    covered: dict[str, Any] | None = Field(None, description="GeoJSON MultiPolygon, simplified for the map")


class MissionRunState(Message):
    """A run as it is now. Its state is that of the slot that is least far on; its share counts the ground of all."""

    run_id: UUID
    name: str
    at: datetime
    state: RunState
    share: float | None = None
    created_by: str
    created_at: datetime
    slots: list[RunSlotState]
