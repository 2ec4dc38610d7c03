"""What a check or a conversion has to say. Findings are collected, so that a person sees all of them at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from geo.primitives import LonLat

# Numbers and names of a sentence.
Values = Mapping[str, float | str]


class Severity(StrEnum):
    """`ERROR` = must not be flown; `WARNING` = a person decides; `INFO` = good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. `item` is the number of the mission item it is about, counted from 1, None for the whole plan.

    `place` is where to look, when there is one place. `values` are the numbers and names in the message, for those who say the same
    by its code in another language.
    """

    severity: Severity
    code: str
    item: int | None
    message: str
    place: LonLat | None = None
    values: Values = field(default_factory=dict, compare=False)

    def to_json(self) -> dict[str, Any]:
        place = None if self.place is None else list(self.place.as_tuple())
        return {
            "severity": self.severity.value,
            "code": self.code,
            "item": self.item,
            "message": self.message,
            "place": place,
            "values": dict(self.values),
        }


def error(code: str, message: str, place: LonLat | None = None, /, **values: float | str) -> Finding:
    """What must not be flown, about the plan as a whole."""
    return Finding(Severity.ERROR, code, None, message, place, values)


def thing(what: str) -> Values:
    """The values of what a sentence speaks of: "Avoid zone 2" is `avoid_zone` number 2."""
    words = what.lower().split()
    number = int(words.pop()) if words[-1].isdigit() else 0
    return {"what": "_".join(words), "n": number}


def placed(findings: Iterable[Finding], where: LonLat) -> tuple[Finding, ...]:
    """The findings, errors that speak of the whole put at one place: a map has to show them somewhere."""
    return tuple(
        replace(finding, place=where) if finding.severity is Severity.ERROR and finding.place is None else finding for finding in findings
    )


def has_errors(findings: Iterable[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)
