"""What happened once, and is kept."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from ground_station.messages.base import Message

EventKind = Literal[
    "link_found",
    "link_lost",
    "armed",
    "disarmed",
    "mode_changed",
    "took_off",
    "landed",
    "item_reached",
    "mission_complete",
    "text",
    "alarm",
    "photo",
]
EventSeverity = Literal["info", "warning", "critical"]


class VehicleEvent(Message):
    """A thing that happened once: link found or lost, armed, mode changed, item reached, text from the autopilot, photograph taken."""

    event_id: UUID
    vehicle_id: str
    at: datetime
    kind: EventKind
    severity: EventSeverity = "info"
    text: str
    detail: dict[str, Any] = Field(default_factory=dict)
