"""What a pre-flight check looks at and what it says."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from geo.primitives import LonLat
from ground_station.messages import VehicleState
from ground_station.safety.conflicts import Conflict
from ground_station.safety.flight_path import TimedPath
from ground_station.safety.words import Words
from missions import Geofence, MissionPlan, Wind

Purpose = Literal["takeoff", "mission"]


class Severity(StrEnum):
    """`BLOCKER`: refused unless a named person signs for it; `WARNING`: a person decides; `OK`: looked at and good."""

    BLOCKER = "blocker"
    WARNING = "warning"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`text` says what is so, `cause` why, `next_step` what to do about it; the last two are empty when all is well."""

    code: str
    severity: Severity
    text: Words
    cause: Words | None = None
    next_step: Words | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "severity": self.severity.value,
            "text": self.text.to_json(),
            "cause": self.cause.to_json() if self.cause else None,
            "next_step": self.next_step.to_json() if self.next_step else None,
        }


@dataclass(frozen=True, slots=True)
class Limits:
    wind_mps: float = 10.0
    reserve_fraction: float = 0.25


@dataclass(frozen=True, slots=True)
class RemoteIdFacts:
    """What the transmitter on board says of itself; `reason` in its own words."""

    ready: bool
    reason: str


@dataclass(frozen=True, slots=True)
class OnboardFacts:
    """What the vehicle answered when asked just now.

    `parameters` holds the values it gave; a name asked for and missing was not answered. `prearm` are its reasons not to arm, in its own
    words; None when it does not know the question. `fence` is what it carries, read back; None when it could not be read.
    `remote_id` is None where it carries no transmitter. `asks_station`: it has asked this station for permission to arm.
    """

    parameters: Mapping[str, float] = field(default_factory=dict)
    prearm: tuple[str, ...] | None = None
    fence: Geofence | None = None
    remote_id: RemoteIdFacts | None = None
    asks_station: bool = False


@dataclass(frozen=True, slots=True)
class MissionFacts:
    """The mission of this system that the vehicle carries. `forecast` is its flight from where the vehicle stands; `beside` are the other
    flights of its plan."""

    mission_id: UUID
    name: str
    state: str
    approved_by: str | None
    content_hash: str
    plan: MissionPlan
    forecast: TimedPath | None
    beside: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class ZoneCrossed:
    """An airspace zone that the flight touches; `leg` is where: an item number, 0 the start, None the way home."""

    zone_id: str
    kind: str
    name: Words
    authority: str
    leg: int | None


@dataclass(frozen=True, slots=True)
class PreflightFacts:
    """Everything the checks may look at, gathered before; a check has no other source."""

    purpose: Purpose
    now: datetime
    user: str
    state: VehicleState
    lease_holder: str | None
    station_system_id: int
    limits: Limits = Limits()
    onboard: OnboardFacts | None = None
    mission: MissionFacts | None = None
    zones: tuple[ZoneCrossed, ...] | None = ()
    wind: Wind | None = None
    wind_entered: bool = False
    meets: tuple[Conflict, ...] = ()

    @property
    def home(self) -> LonLat | None:
        lon, lat = self.state.home_lon_deg, self.state.home_lat_deg
        return None if lon is None or lat is None else LonLat(lon, lat)

    def parameter(self, *names: str) -> float | None:
        """The first of several spellings that the vehicle knows."""
        known = self.onboard.parameters if self.onboard else {}
        return next((known[name] for name in names if name in known), None)


Check = Callable[[PreflightFacts], Iterable[CheckResult]]


def ok(code: str, text: Words) -> CheckResult:
    return CheckResult(code, Severity.OK, text)


def warning(code: str, text: Words, cause: Words, next_step: Words) -> CheckResult:
    return CheckResult(code, Severity.WARNING, text, cause, next_step)


def blocker(code: str, text: Words, cause: Words, next_step: Words) -> CheckResult:
    return CheckResult(code, Severity.BLOCKER, text, cause, next_step)
