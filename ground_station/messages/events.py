"""What happened once, and is kept."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from ground_station.messages.base import Message
from ground_station.messages.observations import SourceCause, SourceTrouble

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
SourceEventKind = Literal["lost", "back", "trouble", "trouble_over"]


class VehicleEvent(Message):
    """A thing that happened once: link found or lost, armed, mode changed, item reached, text from the autopilot, photograph taken."""

    event_id: UUID
    vehicle_id: str
    at: datetime
    kind: EventKind
    severity: EventSeverity = "info"
    text: str
    detail: dict[str, Any] = Field(default_factory=dict)


class SourceEvent(Message):
    """A change in what a video source can do: lost (with the cause), back, a trouble of its picture or clock and the end of one."""

    event_id: UUID
    source_id: str
    at: datetime
    kind: SourceEventKind
    severity: EventSeverity = "info"
    what: SourceCause | SourceTrouble | None = Field(None, description="The cause of a loss and of what is over after it, or the trouble")
    text: str
    lasted_s: float | None = Field(None, description="Of back and trouble_over: how long it was away")
    doubtful_since: datetime | None = Field(
        None, description="Of a camera that has moved: the last look that was good; places given between then and `at` may be wrong"
    )
