"""Plates on their way to the store. Not a live topic: no browser hears them."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from ground_station.messages.base import Message


class PlateMessage(Message):
    """A legible plate of a tracked vehicle. `read_id` is derived from the observation, so a resend is the same read."""

    read_id: UUID
    source_id: str
    observation_id: UUID
    track_id: int
    at: datetime
    text: str = Field(pattern=r"^[0-9A-Z]{4,12}$")
    grammar: str | None
    label: str
    posterior: list[float] = Field(description="Probability of each character of the text")
    votes: int = Field(ge=1)
    lon_deg: float | None = None
    lat_deg: float | None = None
    accuracy_m: float | None = None
