"""OpenAir, the text format of glider and paraglider maps: AC, AY, AN, AL, AH, AA and the outlines DP, DA, DB, DC with V.

Source: WinPilot's description of 1998 and Naviter's extension 2.1 (AY, AA, AG, AF). Directions and radii are true and in nautical miles;
without a word about it heights are feet above mean sea level. A file has no mark for the end of an airspace: the next AC is it.
"""

import math
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from geo.primitives import Altitude, GeoError, LocalFrame, LonLat
from missions.airspace.airspace_format import MAX_RADIUS_M, AirspaceFile, AirspaceFormat, ZoneCollector, arc, circle
from missions.airspace.height_words import Unlimited, height_in
from missions.airspace.validity import Validity
from missions.airspace.zone import GROUND, AirspaceZone, ZoneKind
from missions.formats.plan_format import unreadable

NAUTICAL_MILE_M = 1852.0
_COORDINATE = r"(\d+(?:\.\d+)?)(?:[:°](\d+(?:\.\d+)?))?(?:[:'](\d+(?:\.\d+)?))?\"?\s*([{letters}])"
_LATITUDE = re.compile(_COORDINATE.format(letters="NS"), re.IGNORECASE)
_LONGITUDE = re.compile(_COORDINATE.format(letters="EW"), re.IGNORECASE)
_KINDS = {
    ZoneKind.NO_FLY: "P PROHIBITED",
    ZoneKind.RESTRICTED: "R RESTRICTED TFR TRA TSA GP OFR N MTA NFZ",
    ZoneKind.DANGER: "Q DANGER WARNING ALERT",
    ZoneKind.CONTROLLED: "A B C D CTR CTA TMA ATZ MATZ MCTR HTZ TIZ TIA TMZ RMZ ADIZ MTR",
    ZoneKind.ADVISORY: "E F G W UNC UNCLASSIFIED UKN OTH OTHER NONE CUSTOM FIR UIR FIS FISSEC AWY GSEC ASRA LTA UTA TRZ TRAFR VFRR VFRSEC"
    " ACCSEC",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_STRICTEST = (ZoneKind.NO_FLY, ZoneKind.RESTRICTED, ZoneKind.DANGER, ZoneKind.CONDITIONAL, ZoneKind.CONTROLLED, ZoneKind.ADVISORY)
# Both ends of an arc are given and its centre too; the radii of published arcs differ by the rounding of coordinates.
_RADII_DIFFER = 0.02


@dataclass(slots=True)
class _Airspace:
    """What was read of one airspace so far; `line` is where it began."""

    line: int
    kind: ZoneKind
    name: str = ""
    floor: Altitude = GROUND
    ceiling: Altitude | None = None
    heights_said: set[str] = field(default_factory=set)
    points: list[LonLat] = field(default_factory=list)
    round: tuple[LonLat, ...] = ()
    centre: LonLat | None = None
    clockwise: bool = True
    valid: list[Validity] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    airway: bool = False
    broken: bool = False


def read_openair(data: bytes, source: str) -> AirspaceFile:
    found = ZoneCollector(source, "line")
    text = _text(data, found)
    airspace: _Airspace | None = None
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.split("*", 1)[0].strip()
        if not line:
            continue
        command, _, value = line.partition(" ")
        command, value = command.upper(), value.strip()
        if not value and "=" in command:
            command, value = "V", command[1:]
        if command == "AC":
            _finish(airspace, found)
            airspace = _Airspace(number, _kind(value, number, found))
        elif command in ("TO", "TC"):
            _finish(airspace, found)
            airspace = None
            found.dropped(number, "terrain", f"terrain record '{line:.40}' is no airspace.", record=f"{line:.40}")
        elif airspace is None:
            if command not in _WITHOUT_AIRSPACE:
                found.problem(number, f"'{line:.60}' before the first AC.")
        else:
            _take(airspace, command, value, number, found)
    _finish(airspace, found)
    return found.file()


_WITHOUT_AIRSPACE = frozenset({"SP", "SB", "V", "DP", "DC", "DA", "DB"})
_NOT_NEEDED = frozenset({"SP", "SB", "AT", "AI", "AX", "AS", "AZ"})
_LIMITS = {"AL": "floor", "AH": "ceiling"}


def _text(data: bytes, found: ZoneCollector) -> str:
    if not data.strip():
        raise unreadable(found.source, "", "the file is empty", "OpenAir airspace")
    if b"\x00" in data:
        raise unreadable(found.source, f"byte {data.index(0)}", "not text (a binary file?)", "OpenAir airspace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found.repaired(
            1, "encoding", f"not UTF-8 from byte {error.start} on: read as Windows-1252, so names may look odd.", byte=error.start
        )
        return data.decode("cp1252", errors="replace")


def kind_of_class(word: str) -> ZoneKind | None:
    """What a class or type of OpenAir (P, R, CTR, TMA, …) demands of a drone."""
    return _KIND_OF.get(word.upper())


def _kind(word: str, number: int, found: ZoneCollector) -> ZoneKind:
    kind = kind_of_class(word)
    if kind is None:
        found.assumed(number, "kind", f"class '{word:.20}' is not known; taken as restricted.", word=f"{word:.20}")
    return kind or ZoneKind.RESTRICTED


def _take(airspace: _Airspace, command: str, value: str, number: int, found: ZoneCollector) -> None:
    try:
        if command == "AN":
            airspace.name = value
        elif command == "AY":
            airspace.kind = min(airspace.kind, _kind(value, number, found), key=_STRICTEST.index)
        elif command in ("AL", "AH"):
            _height(airspace, command, value, number, found)
        elif command == "AA":
            _activation(airspace, value, number, found)
        elif command in ("AF", "AG"):
            airspace.notes.append(value)
        elif command == "V":
            _variable(airspace, value)
        elif command == "DP":
            airspace.points += _places(value, 1)
        elif command == "DC":
            airspace.round = circle(_centre(airspace), _radius_m(value))
        elif command == "DA":
            radius, start, end = (part.strip() for part in value.split(","))
            airspace.points += arc(
                _centre(airspace), _radius_m(radius), math.radians(float(start)), math.radians(float(end)), clockwise=airspace.clockwise
            )
        elif command == "DB":
            airspace.points += _arc_between(airspace, *_places(value, 2), number=number, found=found)
        elif command == "DY":
            airspace.airway = True
        elif command not in _NOT_NEEDED:
            found.dropped(number, "unknown", f"'{command:.20}' is not known and was passed over.", word=f"{command:.20}")
    except (ValueError, GeoError) as error:
        airspace.broken = True
        reason = error.message if isinstance(error, GeoError) else str(error)
        found.problem(number, f"{command} '{value:.60}' of '{airspace.name}' is not readable: {reason.rstrip('.')}.")


def _height(airspace: _Airspace, command: str, value: str, number: int, found: ZoneCollector) -> None:
    height = height_in(value)
    if height is None:
        usual = "the ground" if command == "AL" else "unlimited"
        message = f"height '{value:.40}' of '{airspace.name}' is not one; taken as {usual}."
        found.assumed(number, _LIMITS[command], message, name=airspace.name, word=f"{value:.40}")
    elif command == "AL" and isinstance(height, Altitude):
        airspace.floor = height
    elif command == "AH" and isinstance(height, Altitude):
        airspace.ceiling = height
    elif command == "AL" and isinstance(height, Unlimited):
        raise ValueError("a floor has a height")
    airspace.heights_said.add(command)


def _activation(airspace: _Airspace, value: str, number: int, found: ZoneCollector) -> None:
    words = value.split("/")
    if len(words) != 2:
        message = f"'{airspace.name}' is active at times the file does not say; taken as always in force."
        found.assumed(number, "times", message, name=airspace.name)
        return
    begins_at, ends_at = (None if word.strip().upper() == "NONE" else _instant(word.strip()) for word in words)
    airspace.valid.append(Validity(begins_at, ends_at))


def _instant(text: str) -> datetime:
    # ISO 8601 lets the last instant of a day be written as 24:00.
    last = "T24:00" in text
    at = datetime.fromisoformat(text.replace("T24:00", "T23:59"))
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.replace(second=59) if last else at


def _variable(airspace: _Airspace, value: str) -> None:
    name, _, content = value.partition("=")
    match name.strip().upper():
        case "X":
            airspace.centre = _places(content, 1)[0]
        case "D":
            if content.strip() not in ("+", "-"):
                raise ValueError("a direction is + or -")
            airspace.clockwise = content.strip() == "+"


def _places(text: str, count: int) -> list[LonLat]:
    latitudes, longitudes = _LATITUDE.findall(text), _LONGITUDE.findall(text)
    if len(latitudes) != count or len(longitudes) != count:
        raise ValueError(f"expected {count} times latitude and longitude such as 43:39:00N 051:10:30E")
    return [LonLat(_degrees(lon), _degrees(lat)) for lat, lon in zip(latitudes, longitudes, strict=True)]


def _degrees(parts: tuple[str, str, str, str]) -> float:
    minutes, seconds = float(parts[1] or 0), float(parts[2] or 0)
    if minutes >= 60.0 or seconds >= 60.0:
        raise ValueError(f"{minutes:g} minutes {seconds:g} seconds")
    degrees = float(parts[0]) + minutes / 60.0 + seconds / 3600.0
    return -degrees if parts[3].upper() in "SW" else degrees


def _centre(airspace: _Airspace) -> LonLat:
    if airspace.centre is None:
        raise ValueError("no centre before it; write V X=… first")
    return airspace.centre


def _radius_m(text: str) -> float:
    radius_m = float(text) * NAUTICAL_MILE_M
    if not 0.0 < radius_m <= MAX_RADIUS_M:
        raise ValueError(f"a radius of {radius_m / 1000:g} km")
    return radius_m


def _arc_between(airspace: _Airspace, start: LonLat, end: LonLat, *, number: int, found: ZoneCollector) -> tuple[LonLat, ...]:
    centre = _centre(airspace)
    (east, north), (east_end, north_end) = LocalFrame(centre).to_en_m([start.as_tuple(), end.as_tuple()])
    radius_m, radius_end_m = math.hypot(east, north), math.hypot(east_end, north_end)
    if not 0.0 < radius_m <= MAX_RADIUS_M:
        raise ValueError(f"a radius of {radius_m / 1000:g} km")
    if abs(radius_m - radius_end_m) > _RADII_DIFFER * radius_m:
        message = f"the ends of an arc of '{airspace.name}' are {radius_m:.0f} and {radius_end_m:.0f} m from its centre."
        found.repaired(number, "arc", message, name=airspace.name, radius=round(radius_m), radius_end=round(radius_end_m))
    middle = arc(
        centre,
        max(radius_m, radius_end_m),
        math.atan2(east, north),
        math.atan2(east_end, north_end),
        clockwise=airspace.clockwise,
    )
    return (start, *middle[1:-1], end)


def _finish(airspace: _Airspace | None, found: ZoneCollector) -> None:
    if airspace is None or airspace.broken:
        return
    line = airspace.line
    rings = [ring for ring in (airspace.round, tuple(airspace.points)) if ring]
    if airspace.airway:
        message = f"'{airspace.name}' is an airway (DY), which is not read. Draw it as a polygon."
        found.dropped(line, "airway", message, name=airspace.name)
    if not rings:
        if not airspace.airway:
            found.problem(line, f"'{airspace.name}' has no outline.")
        return
    for command, what in _LIMITS.items():
        if command not in airspace.heights_said:
            usual = "the ground" if command == "AL" else "unlimited"
            found.assumed(line, f"no_{what}", f"'{airspace.name}' has no {what}; taken as {usual}.", name=airspace.name)
    name = airspace.name or f"Line {line}"
    if airspace.points and airspace.points[0] != airspace.points[-1]:
        found.repaired(line, "closed", f"the outline of '{name}' was closed.", name=name)
    for ring in rings:
        found.add(
            AirspaceZone(
                id=name,
                name=name,
                kind=airspace.kind,
                rings=(ring,),
                floor=airspace.floor,
                ceiling=airspace.ceiling,
                valid=tuple(airspace.valid),
                source=found.source,
                message=" ".join(airspace.notes),
            ),
            line,
        )


FORMAT = AirspaceFormat("openair", "OpenAir", (".txt", ".openair", ".air"), read_openair)
