"""Corrections as they are told to the browser."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from ground_station.messages import Message


class RtkStatus(Message):
    """The source of corrections. Never holds a name or a password."""

    at: datetime
    source: str = Field(description="HOST:PORT/MOUNTPOINT")
    state: Literal["connecting", "receiving", "silent", "refused", "waiting"]
    detail: str = ""
    age_s: float | None = Field(None, description="Since the last whole frame; null before the first")
    bytes_per_second: float = 0.0
    frames: int = 0
    damaged: int = Field(0, description="Frames with a wrong checksum; they go no further")
    too_long: int = Field(0, description="Frames of more than 720 bytes, which MAVLink cannot carry")
    kinds: dict[str, int] = Field(default_factory=dict, description="RTCM message number: how many came")
    sent: int = Field(0, description="MAVLink messages sent to vehicles")
    vehicles: list[str] = Field(default_factory=list, description="To whom corrections go now")
