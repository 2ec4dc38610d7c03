"""Long work between station and vehicle."""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from ground_station.messages.base import Message


class TransferState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TransferUpdate(Message):
    """Long work between station and vehicle: parameters, logs, files, fences. The newest of each `transfer_id` counts."""

    transfer_id: UUID
    vehicle_id: str
    name: str = Field(description="The service at work, e.g. 'log_download'")
    state: TransferState
    at: datetime
    done: int = 0
    total: int | None = Field(None, description="None while it is not known")
    unit: Literal["items", "bytes"] = "items"
    message: str = Field("", description="What is being done, or how it ended, in words")
    requested_by: str = ""
