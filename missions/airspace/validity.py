"""When a zone is in force: one or more periods, each with the hours of the week it repeats on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from geo.primitives import parse_instant

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
DAY_S = 86_400.0
WEEK = timedelta(days=9)  # hours over midnight reach into the next day
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours of some days of the week, UTC. `days`: 0 = Monday … 6. From `start_s` to `end_s` after midnight; an end not after the
    start is on the next day, and 0 to 86400 is the whole day."""

    days: tuple[int, ...]
    start_s: float = 0.0
    end_s: float = DAY_S

    def meets(self, begins_at: datetime, ends_at: datetime) -> bool:
        if ends_at - begins_at >= timedelta(days=8):
            return bool(self.days)
        length = timedelta(seconds=self.end_s - self.start_s if self.end_s > self.start_s else self.end_s - self.start_s + DAY_S)
        # Yesterday's hours may reach over midnight.
        midnight = datetime.combine(begins_at.date(), time(), UTC) - timedelta(days=1)
        while midnight <= ends_at:
            opens = midnight + timedelta(seconds=self.start_s)
            if midnight.weekday() in self.days and opens <= ends_at and opens + length >= begins_at:
                return True
            midnight += timedelta(days=1)
        return False

    def edges(self, begins_at: datetime, ends_at: datetime) -> Iterator[datetime]:
        """Every instant of an interval at which these hours begin or end."""
        length = timedelta(seconds=self.end_s - self.start_s if self.end_s > self.start_s else self.end_s - self.start_s + DAY_S)
        midnight = datetime.combine(begins_at.date(), time(), UTC) - timedelta(days=1)
        while midnight <= ends_at:
            opens = midnight + timedelta(seconds=self.start_s)
            if midnight.weekday() in self.days:
                yield from (edge for edge in (opens, opens + length) if begins_at <= edge <= ends_at)
            midnight += timedelta(days=1)

    def to_json(self) -> dict[str, Any]:
        return {"days": [WEEKDAYS[day] for day in self.days], "start_s": self.start_s, "end_s": self.end_s}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "WeeklyHours":
        days = tuple(sorted({WEEKDAYS.index(day) for day in value["days"]}))
        return cls(days, float(value.get("start_s", 0.0)), float(value.get("end_s", DAY_S)))


@dataclass(frozen=True, slots=True)
class Validity:
    """From `begins_at` to `ends_at`, None = open; within it at the `hours` of the week, none = round the clock."""

    begins_at: datetime | None = None
    ends_at: datetime | None = None
    hours: tuple[WeeklyHours, ...] = ()

    def meets(self, begins_at: datetime, ends_at: datetime) -> bool:
        """Whether it is in force at any instant of an interval; both ends count."""
        first, last = max(self.begins_at or _EARLIEST, begins_at), min(self.ends_at or _LATEST, ends_at)
        return first <= last and (not self.hours or any(hours.meets(first, last) for hours in self.hours))

    def edges(self, after: datetime) -> Iterator[datetime]:
        """Instants after one at which it may come into force or leave it: its ends, and a week of its hours."""
        yield from (edge for edge in (self.begins_at, self.ends_at) if edge is not None and edge > after)
        first = max(self.begins_at or _EARLIEST, after)
        for hours in self.hours:
            yield from (edge for edge in hours.edges(first, first + WEEK) if edge > after)

    def to_json(self) -> dict[str, Any]:
        return {
            "begins_at": None if self.begins_at is None else self.begins_at.isoformat(),
            "ends_at": None if self.ends_at is None else self.ends_at.isoformat(),
            "hours": [hours.to_json() for hours in self.hours],
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> "Validity":
        return cls(
            _instant(value.get("begins_at")),
            _instant(value.get("ends_at")),
            tuple(WeeklyHours.from_json(hours) for hours in value.get("hours") or ()),
        )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
