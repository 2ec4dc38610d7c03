"""The limits of the law as data: each with its act, date and source, and whether it was read in a text of the authority itself.

The numbers are in `data/<country>.json`. Only what a plan tells can be checked; the rest is said as a reminder. Nothing here is an
error: permissions change what is allowed, and a person holds them.
"""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from typing import Any

import shapely

from geo.primitives import LocalFrame, MissionError
from missions.airspace.flown_legs import flown_plan
from missions.airspace.zone import AirspaceZone
from missions.findings import Finding, Severity, Values
from missions.plan import MissionPlan

# Zones of aerodromes as charts of the region name them.
_AERODROME = re.compile(r"\b(CTR|ATZ|CTZ)\b|aerodrome|airport|airfield|аэродром|аэропорт|әуежай|әуеайлақ", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class LimitMark:
    """A limit held against a plan. `met`: the plan goes beyond it; `here` says by what number, empty where no plan can tell; `values`
    are its kind, number and names, for those who say it in another language."""

    country: str
    limit: LawLimit
    met: bool
    here: str
    values: Values = field(default_factory=dict)

    def finding(self) -> Finding:
        here = f" Here {self.here}." if self.met else ""
        severity = Severity.WARNING if self.met else Severity.INFO
        return Finding(severity, f"law_{self.country}_{self.limit.id}", None, f"{self.limit.sentence()}{here}")

    def to_json(self) -> dict[str, Any]:
        limit = self.limit
        return {
            "id": limit.id,
            "country": self.country,
            "met": self.met,
            "here": self.here,
            "values": dict(self.values),
            "text": limit.text,
            "act": limit.act,
            "date": limit.date,
            "source": limit.source,
            "verified": limit.verified,
        }


@dataclass(frozen=True, slots=True)
class Aerodrome:
    """`distance_m` from the flight to the edge of its zone, which is nearer than its runway."""

    name: str
    distance_m: float


def nearest_aerodrome(plan: MissionPlan, zones: Iterable[AirspaceZone]) -> Aerodrome | None:
    """By the names of zones, in the languages of the region; None when none of them is an aerodrome's."""
    places = [item.position for item in plan.items if item.position is not None]
    places += [plan.home] if plan.home is not None else []
    named = [zone for zone in zones if _AERODROME.search(zone.name)]
    if not places or not named:
        return None
    frame = LocalFrame(places[0])
    flight = shapely.MultiPoint(frame.to_en_m([place.as_tuple() for place in places])).convex_hull
    away = [
        (float(shapely.Polygon(frame.to_en_m([place.as_tuple() for place in zone.rings[0]])).distance(flight)), zone.name) for zone in named
    ]
    distance_m, name = min(away)
    return Aerodrome(name, distance_m)


def limit_marks(plan: MissionPlan, law: LawLimits, *, mass_kg: float | None = None, aerodrome: Aerodrome | None = None) -> list[LimitMark]:
    """Every limit against a plan, those it goes beyond first. Heights count above home; an aerodrome of None is not known."""
    flown = flown_plan(plan)
    legs = flown.legs if flown is not None else ()
    high_m = max((leg.high_m for leg in legs), default=0.0)
    far_m = max((math.hypot(*leg.end[:2]) for leg in legs), default=0.0)
    named: dict[str, float | str] = {}
    measured = {
        "max_height_agl_m": (f"it rises to {high_m:.0f} m above home", high_m, 1),
        "sight_distance_m": (f"it goes {far_m:.0f} m from home", far_m, 1),
    }
    if aerodrome is not None:
        words = f"it comes within {aerodrome.distance_m:.0f} m of '{aerodrome.name}'"
        named = {"name": aerodrome.name}
        measured["aerodrome_distance_m"] = (words, aerodrome.distance_m, -1)
    if mass_kg is not None:
        measured |= dict.fromkeys(("registration_mass_kg", "marking_mass_kg"), (f"the take-off mass is {mass_kg:g} kg", mass_kg, 1))
    marks = []
    for limit in law.limits:
        here, number, sign = measured.get(limit.kind, ("", None, 1))
        beyond = number is not None and limit.value is not None and (number - limit.value) * sign > 0.0
        at_it = limit.kind == "registration_mass_kg" and number is not None and number == limit.value
        values: Values = {} if number is None else {"kind": limit.kind, "number": round(number, 2), **named}
        marks.append(LimitMark(law.country, limit, beyond or at_it, here, values))
    return sorted(marks, key=lambda mark: not mark.met)


def limit_findings(
    plan: MissionPlan,
    law: LawLimits,
    *,
    mass_kg: float | None = None,
    at: datetime | None = None,
    aerodrome: Aerodrome | None = None,
) -> list[Finding]:
    """What of a plan meets a limit (warnings), and what no plan can tell (one line each, info); limits it keeps are not said."""
    marks = limit_marks(plan, law, mass_kg=mass_kg, aerodrome=aerodrome)
    found = [mark.finding() for mark in marks if mark.met or not mark.here]
    if at is not None and law.limits:
        found.append(Finding(Severity.INFO, f"law_{law.country}_note", None, f"{law.note} Collected {law.collected}."))
    return found
