"""What a check is, and how one ends.

A check is one async function over a `Bench`, registered with an id, a sentence that a conforming vehicle makes true, and the page
of the MAVLink guide it comes from. It returns its measured detail, or raises how it ended otherwise.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Flag, StrEnum, auto
from typing import TYPE_CHECKING

from geo.primitives import VehicleError

if TYPE_CHECKING:
    from ground_station.conformance.bench import Bench

GUIDE = "https://mavlink.io/en/"


class Profile(StrEnum):
    """Whose known deviations are expected. `STANDARD` expects none."""

    ARDUPILOT = "ardupilot"
    PX4 = "px4"
    STANDARD = "standard"


class Needs(Flag):
    """What must be allowed before a check may run."""

    NOTHING = 0
    MOTION = auto()  # arms the vehicle and flies it
    SIGNING = auto()  # sets a signing key over this link and takes it away again


class Verdict(StrEnum):
    PASS = "pass"
    DEVIATION = "known deviation"
    FAIL = "fail"
    UNSUPPORTED = "not supported"
    SKIPPED = "skipped"


class _Ending(VehicleError):
    """How a check ended that did not pass; the message is its measured detail."""

    code = "conformance"
    hint = "Read the page of the guide that the check names."


class CheckFailed(_Ending):
    """The vehicle did what the guide does not allow."""


class NothingCame(CheckFailed):
    """The vehicle accepted a request and sent nothing; for some optional services that is how a firmware says that it has none."""


class Deviates(_Ending):
    """The vehicle differs from the guide in the one way this check knows of; a fail unless its profile is known for it."""


class NotSupported(_Ending):
    """The vehicle says, or shows, that it has no such service. The guide makes most services optional."""


class Skipped(_Ending):
    """The check could not be made here."""


Examination = Callable[["Bench"], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Check:
    id: str
    title: str
    spec: str
    examine: Examination
    needs: Needs = Needs.NOTHING
    deviations: Mapping[Profile, str] = field(default_factory=dict)

    @property
    def group(self) -> str:
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Result:
    """How one check ended. `seconds` is wall time."""

    check: Check
    verdict: Verdict
    detail: str
    seconds: float


CATALOGUE: list[Check] = []


def check(
    check_id: str,
    title: str,
    page: str,
    *,
    needs: Needs = Needs.NOTHING,
    ardupilot: str = "",
    px4: str = "",
) -> Callable[[Examination], Examination]:
    """Register a check. `page` is relative to the guide; `ardupilot`, `px4` name the deviation that firmware is known for."""

    def register(examine: Examination) -> Examination:
        deviations = {profile: text for profile, text in ((Profile.ARDUPILOT, ardupilot), (Profile.PX4, px4)) if text}
        CATALOGUE.append(Check(check_id, title, GUIDE + page, examine, needs, deviations))
        return examine

    return register


def require(condition: object, otherwise: str) -> None:
    """Raises: `CheckFailed` with what was seen."""
    if not condition:
        raise CheckFailed(otherwise)
