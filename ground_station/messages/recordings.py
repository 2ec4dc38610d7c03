"""Recordings of flights."""

from datetime import datetime
from uuid import UUID

from ground_station.messages.base import Message


class FlightFileMessage(Message):
    """A recording of the station: begun (no end), closed, or deleted to make room. `path` is below the folder of flights."""

    file_id: UUID
    vehicle_id: str
    path: str
    name: str
    size_bytes: int
    started_at: datetime
    ended_at: datetime | None = None
    deleted_at: datetime | None = None
