"""The limits of the law as data: each with its act, date and source, and whether it was read in a text of the authority itself.

The numbers are in `data/<country>.json`. Only what a plan tells can be checked; the rest is said as a reminder. Nothing here is an
error: permissions change what is allowed, and a person holds them.
"""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

from geo.primitives import MissionError
from missions.airspace.flown_legs import flown_plan
from missions.findings import Finding, Severity
from missions.plan import MissionPlan


@dataclass(frozen=True, slots=True)
class LawLimit:
    """`verified`: read on a page of the authority; otherwise second-hand. `value` in the unit its kind ends with."""

    id: str
    kind: str
    value: float | None
    text: str
    act: str
    date: str
    source: str
    verified: bool

    def sentence(self) -> str:
        note = "" if self.verified else " NOT VERIFIED: ask the authority."
        return f"{self.text} ({self.act}, {self.date}; {self.source}.){note}"


@dataclass(frozen=True, slots=True)
class LawLimits:
    country: str
    name: str
    note: str
    collected: str
    limits: tuple[LawLimit, ...]


def law_limits(country: str) -> LawLimits:
    """The limits of a country by its two letters. Raises `MissionError` naming the countries there are."""
    folder = files("missions.airspace").joinpath("data")
    known = sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json"))
    if country.lower() not in known:
        raise MissionError(f"There are no limits for '{country:.20}'.", code="mission.limits", hint=f"There are: {', '.join(known)}.")
    value = json.loads(folder.joinpath(f"{country.lower()}.json").read_text(encoding="utf-8"))
    fields = ("id", "kind", "value", "text", "act", "date", "source", "verified")
    limits = tuple(LawLimit(**{name: limit[name] for name in fields}) for limit in value["limits"])
    return LawLimits(value["country"], value["name"], value["note"], value["collected"], limits)


def limit_findings(
    plan: MissionPlan,
    law: LawLimits,
    *,
    mass_kg: float | None = None,
    at: datetime | None = None,
    aerodrome_m: float | None = None,
) -> list[Finding]:
    """What of a plan meets a limit (warnings), and what no plan can tell (one line each, info).

    `aerodrome_m` is the distance of the nearest aerodrome to the flight, None = not known. Heights count above home.
    """
    flown = flown_plan(plan)
    legs = flown.legs if flown is not None else ()
    high_m = max((leg.high_m for leg in legs), default=0.0)
    far_m = max((math.hypot(*leg.end[:2]) for leg in legs), default=0.0)
    measured = {
        "max_height_agl_m": ("it rises to {:.0f} m above home", high_m, 1),
        "sight_distance_m": ("it goes {:.0f} m from home", far_m, 1),
        "aerodrome_distance_m": ("the nearest aerodrome is {:.0f} m away", aerodrome_m, -1),
        "registration_mass_kg": ("the take-off mass is {:g} kg", mass_kg, 1),
        "marking_mass_kg": ("the take-off mass is {:g} kg", mass_kg, 1),
    }
    found = []
    for limit in law.limits:
        words, number, sign = measured.get(limit.kind, ("", None, 1))
        code = f"law_{law.country}_{limit.id}"
        if number is None or limit.value is None:
            found.append(Finding(Severity.INFO, code, None, limit.sentence()))
        elif (number - limit.value) * sign > 0.0 or (limit.kind == "registration_mass_kg" and number >= limit.value):
            found.append(Finding(Severity.WARNING, code, None, f"{limit.sentence()} Here {words.format(number)}."))
    if at is not None and law.limits:
        found.append(Finding(Severity.INFO, f"law_{law.country}_note", None, f"{law.note} Collected {law.collected}."))
    return found
