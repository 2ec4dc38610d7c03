"""Docks as they are now."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from ground_station.messages.base import Message


class DockStatus(Message):
    """A dock as it is now."""

    dock_id: UUID
    name: str
    kind: Literal["simulated", "http"]
    lon_deg: float
    lat_deg: float
    vehicle_id: str | None = Field(None, description="What stands in it, or starts from it")
    at: datetime
    state: Literal["closed", "opening", "open", "away", "closing", "charging", "ready", "fault", "unreachable"]
    fault: str = Field("", description="lid_stuck, no_charge, landed_beside, or the dock's own words")
    vehicle_present: bool | None = Field(None, description="Something stands on its contacts; null without such a sensor")
    charge_fraction: float | None = Field(None, description="Of the battery on its contacts, by the dock's own measurement")
    wind_mps: float | None = None
    rain_mm_h: float | None = None
    wind_limit_mps: float
    rain_limit_mm_h: float
    weather: str | None = Field(None, description="Why nothing may start from it now; null when it may")
