"""Who may command a vehicle."""

from datetime import datetime
from typing import Literal

from ground_station.messages.base import Message


class LeaseRequest(Message):
    """Somebody asks the holder to hand control over."""

    user: str
    reason: str = ""
    asked_at: datetime
    expires_at: datetime


class LeaseChange(Message):
    """What just happened to a lease: `by` did it, `to` has it now (or was refused), `of` had it before."""

    kind: Literal["taken", "released", "asked", "withdrawn", "granted", "refused", "taken_over"]
    by: str
    to: str | None = None
    of: str | None = None
    reason: str = ""


class LeaseState(Message):
    """Who may command a vehicle, until when, and who asks for it. `change` is absent on a renewal."""

    vehicle_id: str
    at: datetime
    holder: str | None = None
    expires_at: datetime | None = None
    asked: LeaseRequest | None = None
    change: LeaseChange | None = None
