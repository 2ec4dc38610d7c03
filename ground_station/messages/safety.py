"""How far it still comes home, and who comes too close to whom."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ground_station.messages.base import Message


class TurnBackState(Message):
    """The latest turn-back of a flying vehicle: from there it still comes home with its reserve.

    Null `in_s`: all of its plan can be flown.
    """

    vehicle_id: str
    at: datetime
    in_s: float | None = Field(None, description="Seconds from now; 0 when it lies behind")
    lon_deg: float | None = None
    lat_deg: float | None = None
    altitude_m: float | None = Field(None, description="Above home")
    passed: bool
    margin_fraction: float = Field(description="What would be left above the reserve if it turned back now, as part of the battery")
    needed_fraction: float = Field(description="What coming home from here takes, as part of the battery")
    home_in_s: float = Field(description="How long coming home from here takes")
    consumption_factor: float = Field(description="Measured over modelled consumption in this flight")
    basis: Literal["mission", "position"] = Field(description="Whether a plan is followed, or it is taken to stay where it is")


class ConflictState(Message):
    """Two vehicles that would come too close, by their plans or by how they move now."""

    first: str
    second: str
    at: datetime
    in_s: float
    lon_deg: float
    lat_deg: float
    altitude_amsl_m: float
    horizontal_m: float
    vertical_m: float


class FleetConflicts(Message):
    """All conflicts now; an empty list says that there are none."""

    at: datetime
    items: list[ConflictState]
