"""What ED-269 and ED-318 have in common: outlines, heights, times and the words for what a zone demands."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from geo.primitives import Altitude, AltitudeReference, GeoError, LonLat, MissionError, parse_instant
from missions.airspace.airspace_format import MAX_RADIUS_M, AirspaceFile, ZoneCollector
from missions.airspace.validity import DAY_S, WEEKDAYS, Validity, WeeklyHours
from missions.airspace.zone import FOOT_M, GROUND, AirspaceZone, ZoneKind
from missions.formats.json_node import JsonNode
from missions.requests.kinds import Ring

KINDS = {
    "PROHIBITED": ZoneKind.NO_FLY,
    "REQ_AUTHORISATION": ZoneKind.RESTRICTED,
    "REQ_AUTHORIZATION": ZoneKind.RESTRICTED,
    "CONDITIONAL": ZoneKind.CONDITIONAL,
    "USPACE": ZoneKind.CONDITIONAL,
    "NO_RESTRICTION": ZoneKind.ADVISORY,
}
_REFERENCES = {"AGL": AltitudeReference.ABOVE_TERRAIN, "AMSL": AltitudeReference.AMSL}
# The geoid lies between 106 m under and 86 m over the ellipsoid; the floor is lowered and the ceiling raised by that.
_GEOID_BELOW_M, _GEOID_ABOVE_M = 106.0, 86.0
_TIME = re.compile(r"^(\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")


def read_features(data: bytes, source: str, add: Callable[[JsonNode, int, ZoneCollector], None]) -> AirspaceFile:
    """Calls `add` for each member of `features`, numbered from 1; what is wrong with one is said, and the next one is read."""
    found = ZoneCollector(source, "feature")
    for number, feature in enumerate(JsonNode.parse(data, source).member("features"), start=1):
        try:
            add(feature, number, found)
        except MissionError as error:
            found.problem(number, error.message.removeprefix(f"{source}, "))
    return found.file()


def ring_of(node: JsonNode, found: ZoneCollector, number: int) -> Ring:
    ring = tuple(place_of(position) for position in node)
    if ring and ring[0] != ring[-1]:
        found.repaired(number, "closed", f"an outline ({node.place}) was closed.", name=node.place)
    return ring


def place_of(node: JsonNode) -> LonLat:
    parts = node.array()
    if len(parts) < 2:
        raise node.wrong("[longitude, latitude]")
    return node.lonlat(parts[0], parts[1])


def radius_of(node: JsonNode, metres_each: float = 1.0) -> float:
    radius_m = node.number() * metres_each
    if not 0.0 < radius_m <= MAX_RADIUS_M:
        raise node.wrong(f"a radius above 0 and up to {MAX_RADIUS_M / 1000:.0f} km, in metres")
    return radius_m


def metres_in(node: JsonNode, member: str) -> float:
    """Metres of the unit a member names, metres when it names none."""
    if not node.has(member):
        return 1.0
    word = node.member(member).text().upper()
    if word not in ("M", "FT"):
        raise node.member(member).wrong('"m" or "ft"')
    return 1.0 if word == "M" else FOOT_M


def height_of(node: JsonNode, limit: str, reference: str, metres_each: float, found: ZoneCollector, number: int) -> Altitude | None:
    """The height of two members, None without the first."""
    if not node.has(limit):
        return None
    metres = node.member(limit).number() * metres_each
    word = node.member(reference).text().upper() if node.has(reference) else ""
    if word == "WGS84":
        wide = -_GEOID_ABOVE_M if limit.startswith("lower") else _GEOID_BELOW_M
        form = "ellipsoid_floor" if limit.startswith("lower") else "ellipsoid_ceiling"
        message = f"{limit} counts from the ellipsoid; taken as {metres + wide:.0f} m above mean sea level."
        found.assumed(number, form, message, metres=round(metres + wide))
        return Altitude(metres + wide, AltitudeReference.AMSL)
    if word not in _REFERENCES:
        raise node.member(reference).wrong('"AGL" or "AMSL"')
    return Altitude(metres, _REFERENCES[word])


def validity_of(node: JsonNode, found: ZoneCollector, number: int) -> Validity:
    """One TimePeriod: its two ends and the schedule within."""
    hours = tuple(_hours(day, found, number) for day in node.member("schedule")) if node.has("schedule") else ()
    return Validity(_instant(node, "startDateTime"), _instant(node, "endDateTime"), hours)


def _instant(node: JsonNode, member: str) -> datetime | None:
    if not node.has(member):
        return None
    text = node.member(member).text()
    try:
        return parse_instant(text)
    except GeoError as error:
        raise node.member(member).wrong("an instant such as 2026-05-01T06:00:00Z") from error


def _hours(node: JsonNode, found: ZoneCollector, number: int) -> WeeklyHours:
    days: set[int] = set()
    for day in node.member("day").array():
        word = day.text().upper()
        if word == "ANY":
            days.update(range(7))
        elif word in WEEKDAYS:
            days.add(WEEKDAYS.index(word))
        else:
            raise day.wrong("MON, TUE, WED, THU, FRI, SAT, SUN or ANY")
    for event in ("startEvent", "endEvent"):
        if node.has(event):
            word = node.member(event).text()
            message = f"its hours begin or end with the daylight ({word}); taken as the whole day."
            found.assumed(number, "daylight", message, word=word)
            return WeeklyHours(tuple(sorted(days)))
    start_s, shift = _time_s(node, "startTime", 0.0)
    end_s, _ = _time_s(node, "endTime", DAY_S)
    # Hours given in a local time are moved to UTC, their days with them.
    start_utc_s, end_utc_s = start_s - shift, end_s - shift
    days_later = int(start_utc_s // DAY_S)
    moved = tuple(sorted((day + days_later) % 7 for day in days))
    whole = start_s == 0.0 and end_s >= DAY_S - 60.0
    return WeeklyHours(tuple(sorted(days))) if whole and not shift else WeeklyHours(moved, start_utc_s % DAY_S, end_utc_s % DAY_S or DAY_S)


def _time_s(node: JsonNode, member: str, default: float) -> tuple[float, float]:
    """Seconds after midnight and the offset of the zone from UTC."""
    if not node.has(member):
        return default, 0.0
    found = _TIME.match(node.member(member).text())
    if found is None:
        raise node.member(member).wrong("a time such as 08:00Z")
    zone = found[4]
    shift = 0.0
    if zone and zone != "Z":
        at = datetime.strptime(zone.replace(":", ""), "%z").utcoffset() or timedelta()
        shift = at.total_seconds()
    seconds = int(found[1]) * 3600.0 + int(found[2]) * 60.0 + float(found[3] or 0.0)
    if seconds > DAY_S:
        raise node.member(member).wrong("a time up to 24:00Z")
    return seconds, shift


def words_of(node: JsonNode, member: str) -> str:
    """A text, or a list of texts by language (the English one when there is one)."""
    if not node.has(member):
        return ""
    value = node.member(member)
    if isinstance(value.value, str):
        return value.value.strip()
    texts = [entry for entry in value if entry.has("text")] if isinstance(value.value, list) else []
    texts.sort(key=lambda entry: 0 if entry.has("lang") and entry.member("lang").text().lower().startswith("en") else 1)
    return texts[0].member("text").text().strip() if texts else ""


def authority_of(node: JsonNode) -> str:
    if not node.has("zoneAuthority"):
        return ""
    authorities = node.member("zoneAuthority")
    entries = authorities.array() if isinstance(authorities.value, list) else [authorities]
    named = [words_of(entry, "name") or words_of(entry, "service") for entry in entries]
    return ", ".join(name for name in named if name)


@dataclass(frozen=True, slots=True)
class GeoZone:
    """What holds for every volume of a feature; `words` holds its names and its authority."""

    words: JsonNode
    number: int
    found: ZoneCollector
    identifier: str
    kind: ZoneKind
    valid: tuple[Validity, ...]
    message: str

    def add(self, rings: tuple[Ring, ...], floor: Altitude | None, ceiling: Altitude | None) -> None:
        """One volume of it; without a floor from the ground up."""
        zone = AirspaceZone(
            id=self.identifier,
            name=words_of(self.words, "name") or self.identifier,
            kind=self.kind,
            rings=rings,
            floor=floor or GROUND,
            ceiling=ceiling,
            valid=self.valid,
            authority=authority_of(self.words),
            source=self.found.source,
            message=self.message,
        )
        self.found.add(zone, self.number)
