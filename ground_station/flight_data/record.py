"""One flight as any log tells it: the same words whichever program wrote the file.

Instants are Unix seconds, UTC; angles degrees, headings clockwise from true north; altitudes metres with the reference in the name.
What a log does not say is None, never 0.
"""

from dataclasses import dataclass
from typing import Literal

from geo.primitives import LonLat

Severity = Literal["info", "warning", "critical"]


@dataclass(frozen=True, slots=True)
class FlightPoint:
    """Where the vehicle was, with the newest of everything else known at that instant."""

    at_s: float
    position: LonLat
    altitude_amsl_m: float | None = None
    altitude_above_home_m: float | None = None
    roll_deg: float | None = None
    pitch_deg: float | None = None
    heading_deg: float | None = None
    ground_speed_mps: float | None = None
    climb_mps: float | None = None
    battery_fraction: float | None = None
    battery_v: float | None = None
    armed: bool | None = None
    mode: str | None = None
    battery_a: float | None = None
    camera_deg: tuple[float, float, float] | None = None  # heading, pitch and roll of the camera on its gimbal


@dataclass(frozen=True, slots=True)
class FlightText:
    """A text of the autopilot."""

    at_s: float
    severity: Severity
    text: str


@dataclass(frozen=True, slots=True)
class ModeChange:
    at_s: float
    mode: str


@dataclass(frozen=True, slots=True)
class ArmedChange:
    at_s: float
    armed: bool


@dataclass(frozen=True, slots=True)
class ItemReached:
    """A mission item, counted from 1; home is not an item."""

    at_s: float
    item: int


@dataclass(frozen=True, slots=True)
class Photo:
    at_s: float
    position: LonLat | None
    altitude_amsl_m: float | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """What of the file was not used, and how many of it."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class FlightRecord:
    """What one file says of one vehicle. `dated` is False when the file holds no calendar time: then it starts where the caller said."""

    source_format: str
    vehicle_id: str
    autopilot: str
    vehicle_type: str
    firmware: str | None
    started_s: float
    ended_s: float
    dated: bool
    home: LonLat | None
    points: tuple[FlightPoint, ...]
    positions_read: int  # usable positions in the file; `points` holds at most ten of them a second
    arming: tuple[ArmedChange, ...] = ()
    modes: tuple[ModeChange, ...] = ()
    texts: tuple[FlightText, ...] = ()
    reached: tuple[ItemReached, ...] = ()
    photos: tuple[Photo, ...] = ()
    dropped: tuple[Dropped, ...] = ()

    @property
    def duration_s(self) -> float:
        return self.ended_s - self.started_s
