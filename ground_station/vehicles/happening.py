"""Things that happened once to a vehicle, before they get an id and a name on the bus."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ground_station.messages import EventKind, EventSeverity


@dataclass(frozen=True, slots=True)
class Happening:
    """`at`: when it happened, where that is not now. `key`: what makes it the same thing when it is told again."""

    kind: EventKind
    text: str
    severity: EventSeverity = "info"
    detail: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    key: str | None = None
