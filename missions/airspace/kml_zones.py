"""Zones drawn in a map program: KML polygons, their heights from ExtendedData, from the name, or from an extruded outline.

Extended data (any of the names, any case): kind | type | class; floor | lower | base | min; ceiling | upper | top | max; authority.
In a name: two heights with a dash between, as in "R-12 GND - 900 m AMSL". Format: OGC 12-007r2 (KML 2.3).
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from geo.primitives import Altitude, AltitudeReference, LonLat, MissionError
from missions.airspace.airspace_format import AirspaceFile, AirspaceFormat, ZoneCollector
from missions.airspace.height_words import Unlimited, height_in
from missions.airspace.openair import kind_of_class
from missions.airspace.zone import GROUND, AirspaceZone, ZoneKind
from missions.formats.json_node import lonlat_or_refuse
from missions.formats.plan_format import text_of, unreadable
from missions.requests.kinds import Ring

_FLOORS = ("floor", "lower", "lowerlimit", "base", "min", "bottom")
_CEILINGS = ("ceiling", "upper", "upperlimit", "top", "max")
_KINDS = ("kind", "type", "class")
_AUTHORITIES = ("authority", "controller")
_HEIGHT = r"(?:GND|SFC|UNL|FL ?\d+|\d+(?:[.,]\d+)? ?(?:ft|m|м)? ?(?:AGL|AMSL|MSL|ASFC|STD)?)"
_BAND = re.compile(rf"(?<![\w.])({_HEIGHT}) ?(?:-|–|—|/|\.\.) ?({_HEIGHT})(?![\w.])", re.IGNORECASE)
# The letter that tells prohibited, restricted and danger areas in the designators of ICAO annex 11: UAP1, UAR23, ED-D44.
_DESIGNATOR = re.compile(r"^[A-Z]{1,2}[- ]?([PRD])[- ]?\d", re.IGNORECASE)
_DESIGNATED = {"P": ZoneKind.NO_FLY, "R": ZoneKind.RESTRICTED, "D": ZoneKind.DANGER}


def read_kml_zones(data: bytes, source: str) -> AirspaceFile:
    text = text_of(data, source)
    if "<!DOCTYPE" in text:
        raise unreadable(source, "", "a document type declaration", "plain KML without one")
    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        line, column = error.position
        raise unreadable(source, f"line {line} column {column + 1}", f"not XML ({error.msg.split(':')[0]})", "KML") from error
    for element in root.iter():
        element.tag = element.tag.rsplit("}", 1)[-1]
    found = ZoneCollector(source, "placemark")
    for number, placemark in enumerate(root.iter("Placemark"), start=1):
        try:
            _placemark(placemark, number, found)
        except MissionError as error:
            found.problem(number, error.message.removeprefix(f"{source}, "))
    return found.file()


def _placemark(placemark: ET.Element, number: int, found: ZoneCollector) -> None:
    name = placemark.findtext("name", "").strip() or f"Placemark {number}"
    polygons = list(placemark.iter("Polygon"))
    if not polygons:
        found.dropped(number, "no_area", f"'{name}' is no polygon.", name=name)
        return
    data = dict(_extended(placemark))
    kind = _kind(name, data, number, found)
    for polygon in polygons:
        rings = [_ring(boundary, number, found) for boundary in (*polygon.iter("outerBoundaryIs"), *polygon.iter("innerBoundaryIs"))]
        if not rings:
            found.problem(number, f"'{name}' has no outline.")
            continue
        floor, ceiling = _band(name, data, polygon, number, found)
        found.add(
            AirspaceZone(
                id=name,
                name=name,
                kind=kind,
                rings=tuple(rings),
                floor=floor,
                ceiling=ceiling,
                authority=_first(data, _AUTHORITIES),
                source=found.source,
                message=re.sub(r"<[^>]*>", " ", placemark.findtext("description", "")).strip()[:2000],
            ),
            number,
        )


def _extended(placemark: ET.Element) -> Iterator[tuple[str, str]]:
    for element in placemark.iter("Data"):
        yield element.get("name", "").lower(), element.findtext("value", "").strip()
    for element in placemark.iter("SimpleData"):
        yield element.get("name", "").lower(), (element.text or "").strip()


def _first(data: dict[str, str], names: tuple[str, ...]) -> str:
    return next((data[name] for name in names if data.get(name)), "")


def _kind(name: str, data: dict[str, str], number: int, found: ZoneCollector) -> ZoneKind:
    word = _first(data, _KINDS)
    if word.lower() in list(ZoneKind):
        return ZoneKind(word.lower())
    if kind := kind_of_class(word):
        return kind
    if designator := _DESIGNATOR.match(name):
        return _DESIGNATED[designator[1].upper()]
    found.assumed(number, "no_kind_said", f"nothing says what '{name}' is; taken as restricted.", name=name)
    return ZoneKind.RESTRICTED


def _band(name: str, data: dict[str, str], polygon: ET.Element, number: int, found: ZoneCollector) -> tuple[Altitude, Altitude | None]:
    words = (_first(data, _FLOORS), _first(data, _CEILINGS))
    if not any(words) and (named := _BAND.search(name)):
        words = (named[1], named[2])
    if not any(words):
        if polygon.findtext("extrude", "0").strip() in ("1", "true"):
            return GROUND, _extruded(polygon)
        found.assumed(number, "no_heights_said", f"'{name}' has no heights; taken from the ground up without limit.", name=name)
        return GROUND, None
    heights = [height_in(word) if word else None for word in words]
    for word, height in zip(words, heights, strict=True):
        if word and height is None:
            message = f"height '{word:.40}' of '{name}' is not one; taken as without limit."
            found.assumed(number, "height", message, name=name, word=f"{word:.40}")
    floor, ceiling = heights
    return floor if isinstance(floor, Altitude) else GROUND, None if isinstance(ceiling, Unlimited) else ceiling


def _extruded(polygon: ET.Element) -> Altitude | None:
    heights = [
        float(parts[2]) for text in polygon.iter("coordinates") for word in (text.text or "").split() if len(parts := word.split(",")) > 2
    ]
    if not heights:
        return None
    absolute = polygon.findtext("altitudeMode", "").strip() == "absolute"
    return Altitude(max(heights), AltitudeReference.AMSL if absolute else AltitudeReference.ABOVE_TERRAIN)


def _ring(boundary: ET.Element, number: int, found: ZoneCollector) -> Ring:
    points: list[LonLat] = []
    for word in (boundary.findtext(".//coordinates") or "").split():
        try:
            numbers = [float(part) for part in word.split(",")]
        except ValueError as error:
            raise unreadable(found.source, "", f"coordinates '{word:.40}'", "longitude,latitude[,altitude]") from error
        if len(numbers) not in (2, 3):
            raise unreadable(found.source, "", f"coordinates '{word:.40}'", "longitude,latitude[,altitude]")
        points.append(lonlat_or_refuse(numbers[0], numbers[1], found.source, f"coordinates '{word:.40}'"))
    if points and points[0] != points[-1]:
        found.repaired(number, "outline_closed", "an outline was closed.")
    return tuple(points)


FORMAT = AirspaceFormat("kml", "KML", (".kml",), read_kml_zones)
