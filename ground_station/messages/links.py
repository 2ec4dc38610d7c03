"""Health of MAVLink links."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ground_station.messages.base import Message


class LinkStatus(Message):
    """One MAVLink link of the station, counted on the physical link before any merging of links. Totals since it was opened."""

    url: str
    role: Literal["vehicles", "forward"] = Field(description="forward: another station or router is at the other end")
    commands: bool = Field(False, description="Whether what comes from a forwarding endpoint may go to vehicles")
    at: datetime
    state: Literal["open", "opening", "unreachable", "closed"]
    detail: str = ""
    vehicles: list[str] = Field(default_factory=list, description="Vehicles heard on it in the last minute")
    heard_age_s: float | None = Field(None, description="Since anything came; null before the first")
    frames_per_second: float = 0.0
    bytes_per_second: float = 0.0
    frames: int = 0
    lost: int = 0
    lost_fraction: float | None = Field(None, ge=0, le=1, description="Of the last ten seconds, from the senders' sequence numbers")
    bad_crc: int = 0
    refused: int = Field(0, description="Unsigned, wrongly signed or replayed; from a read-only endpoint everything")
    duplicates: int = Field(0, description="Frames that had come over another link already")
    sent: int = 0
    unsent: int = 0
