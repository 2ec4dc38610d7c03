"""ED-318, UAS geographical zones as GeoJSON: layers on geometries, circles as points with an extent (EUROCAE ED-318, chapter 4).

Plain GeoJSON polygons are read too: without a layer from the ground up without limit, without a type by permission only, and said so.
"""

from collections.abc import Iterator

from geo.primitives import Altitude
from missions.airspace.airspace_format import AirspaceFile, AirspaceFormat, ZoneCollector, circle
from missions.airspace.geozone_json import (
    KINDS,
    GeoZone,
    height_of,
    metres_in,
    place_of,
    radius_of,
    read_features,
    ring_of,
    validity_of,
    words_of,
)
from missions.airspace.zone import GROUND, ZoneKind
from missions.formats.json_node import JsonNode
from missions.requests.kinds import Ring


def read_ed318(data: bytes, source: str) -> AirspaceFile:
    return read_features(data, source, _feature)


def _feature(feature: JsonNode, number: int, found: ZoneCollector) -> None:
    properties = feature.member("properties") if feature.has("properties") else JsonNode({}, found.source)
    kind = _kind(properties, number, found)
    identifier = words_of(properties, "identifier") or words_of(properties, "name") or str(number)
    valid = (
        tuple(validity_of(period, found, number) for period in properties.member("limitedApplicability"))
        if properties.has("limitedApplicability")
        else ()
    )
    shapes = list(_shapes(feature.member("geometry"), None, number, found))
    if not shapes:
        found.dropped(number, "no_area", f"'{identifier}' has no area.", name=identifier)
    zone = GeoZone(properties, number, found, identifier, kind, valid, words_of(properties, "message"))
    for rings, (floor, ceiling) in shapes:
        zone.add(rings, floor, ceiling)


def _kind(properties: JsonNode, number: int, found: ZoneCollector) -> ZoneKind:
    if properties.has("type"):
        word = properties.member("type").text().upper()
        if word in KINDS:
            return KINDS[word]
        raise properties.member("type").wrong("PROHIBITED, REQ_AUTHORIZATION, CONDITIONAL, NO_RESTRICTION or USPACE")
    if properties.has("kind") and properties.member("kind").value in list(ZoneKind):
        return ZoneKind(properties.member("kind").value)
    found.assumed(number, "no_kind", "it has no type; taken as restricted.")
    return ZoneKind.RESTRICTED


Band = tuple[Altitude, Altitude | None]


def _shapes(node: JsonNode, band: Band | None, number: int, found: ZoneCollector) -> Iterator[tuple[tuple[Ring, ...], Band]]:
    if node.value is None:
        return
    kind = node.member("type")
    if node.has("layer"):
        band = _layer(node.member("layer"), number, found)
    if kind.value == "GeometryCollection":
        for part in node.member("geometries"):
            yield from _shapes(part, band, number, found)
        return
    if kind.value == "Point" and node.has("extent"):
        rings: list[tuple[Ring, ...]] = [(circle(place_of(node.member("coordinates")), radius_of(node.member("extent").member("radius"))),)]
    elif kind.value == "Polygon":
        rings = [tuple(ring_of(ring, found, number) for ring in node.member("coordinates"))]
    elif kind.value == "MultiPolygon":
        rings = [tuple(ring_of(ring, found, number) for ring in polygon) for polygon in node.member("coordinates")]
    else:
        found.dropped(number, "not_area", f"a {kind.value} is no area.", shape=str(kind.value))
        return
    if band is None:
        found.assumed(number, "no_heights", "it has no layer; taken from the ground up without limit.")
        band = (GROUND, None)
    for shape in rings:
        if not shape:
            raise node.member("coordinates").wrong("at least one ring")
        yield shape, band


def _layer(layer: JsonNode, number: int, found: ZoneCollector) -> Band:
    metres = metres_in(layer, "uom")
    floor = height_of(layer, "lower", "lowerReference", metres, found, number)
    return floor or GROUND, height_of(layer, "upper", "upperReference", metres, found, number)


FORMAT = AirspaceFormat("ed318", "ED-318 GeoJSON", (".geojson",), read_ed318)
