"""Things that happened once to a vehicle, before they get an id and a name on the bus."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "link_found", "link_lost", "armed", "disarmed", "mode_changed", "took_off", "landed", "item_reached", "mission_complete", "text"
]
Severity = Literal["info", "warning", "critical"]


@dataclass(frozen=True, slots=True)
class Happening:
    kind: Kind
    text: str
    severity: Severity = "info"
    detail: Mapping[str, Any] = field(default_factory=dict)
