"""When and for whom a rule is in force: hours of the week by the clock of the place, classes and plates it does not concern.

A feature of a scene may say so of itself, and a source of a rule; both are held against a verdict in one place, the `Judge`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from geo.primitives import VisionError

Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAYS: tuple[Day, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DEFAULT_ZONE = "Asia/Aqtau"
DOUBT_SHARE = 0.2  # a thing that got more of its votes as a class that is free may be of it
IN_DOUBT = "class in doubt"
NO_CLOCK = "no clock to hold the hours against"
NO_PLATE = "plate not read, and some are permitted"


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begins` until `ends` on some days (0 is Monday): over midnight where it ends earlier, a whole day where both are one."""

    days: frozenset[int]
    begins: time
    ends: time

    def hold(self, local: datetime) -> bool:
        clock = local.time()
        if self.begins < self.ends:
            return local.weekday() in self.days and self.begins <= clock < self.ends
        yesterday = (local - timedelta(days=1)).weekday()
        return (local.weekday() in self.days and clock >= self.begins) or (yesterday in self.days and clock < self.ends)


@dataclass(frozen=True, slots=True)
class Terms:
    """Without hours at all times. `classes` and `plates` are those it does not concern."""

    hours: tuple[Hours, ...] = ()
    zone: ZoneInfo | None = None
    classes: frozenset[str] = frozenset()
    plates: frozenset[str] = frozenset()

    def concern(self, label: str, shares: Mapping[str, float], at: datetime | None, plate: str | None) -> bool | str:
        """Whether a thing at an instant is concerned; a text says why that cannot be told."""
        if label in self.classes:
            return False
        if self.hours:
            if at is None:
                return NO_CLOCK
            local = at.astimezone(self.zone)
            if not any(one.hold(local) for one in self.hours):
                return False
        if sum(share for name, share in shares.items() if name in self.classes) > DOUBT_SHARE:
            return IN_DOUBT
        if self.plates:
            return NO_PLATE if plate is None else plain_plate(plate) not in self.plates
        return True


EVERYBODY_ALWAYS = Terms()


def plain_plate(text: str) -> str:
    """Without blanks and dashes, in capitals: as two of them are compared."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class _Hours(_Closed):
    days: list[Day] = Field(default_factory=lambda: list(DAYS), min_length=1)
    begins: time = Field(alias="from")
    ends: time = Field(alias="until")


class RuleSchedule(_Closed):
    """`hours`, each with `days`, `from` and `until`, by the clock of `zone`."""

    zone: str = DEFAULT_ZONE
    hours: list[_Hours] = Field(min_length=1)

    @field_validator("zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone '{name}'; one is '{DEFAULT_ZONE}'") from error
        return name


class Excluded(_Closed):
    """Whom a rule does not concern: `classes` by name, `plates` by text."""

    classes: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list)
    plates: list[Annotated[str, Field(min_length=1)]] = Field(default_factory=list)


def terms_of(schedule: Mapping[str, Any] | None, excluded: Mapping[str, Any] | None, *, of: str) -> Terms:
    """Of `schedule` and `excluded` as a feature or a source has them. Raises: `VisionError` naming `of` and what is wrong."""
    try:
        read = None if schedule is None else RuleSchedule.model_validate(dict(schedule))
        free = Excluded() if excluded is None else Excluded.model_validate(dict(excluded))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise VisionError(
            f"The terms of {of} are not usable: {where}: {first['msg']}.",
            code="vision.rule_terms",
            hint='Write schedule {"hours": [{"days": ["mon"], "from": "07:00", "until": "10:00"}]}, excluded {"classes": ["bus"]}.',
        ) from error
    hours = () if read is None else tuple(Hours(frozenset(DAYS.index(day) for day in one.days), one.begins, one.ends) for one in read.hours)
    zone = None if read is None else ZoneInfo(read.zone)
    return Terms(hours, zone, frozenset(free.classes), frozenset(plain_plate(plate) for plate in free.plates))
