"""ED-269, the JSON of UAS geographical zones (EUROCAE ED-269, chapter 8, as national authorities publish it)."""

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
from missions.airspace.validity import Validity
from missions.formats.json_node import JsonNode
from missions.requests.kinds import Ring


def read_ed269(data: bytes, source: str) -> AirspaceFile:
    return read_features(data, source, _feature)


def _feature(feature: JsonNode, number: int, found: ZoneCollector) -> None:
    restriction = feature.member("restriction")
    kind = KINDS.get(restriction.text().upper())
    if kind is None:
        raise restriction.wrong("PROHIBITED, REQ_AUTHORISATION, CONDITIONAL or NO_RESTRICTION")
    identifier = words_of(feature, "identifier") or str(number)
    valid = _applicability(feature, found, number)
    notes = [words_of(feature, "message"), words_of(feature, "restrictionConditions")]
    volumes = feature.member("geometry").array()
    if not volumes:
        raise feature.member("geometry").wrong("at least one volume")
    zone = GeoZone(feature, number, found, identifier, kind, valid, " ".join(text for text in notes if text))
    for volume in volumes:
        metres = metres_in(volume, "uomDimensions")
        zone.add(
            _projection(volume.member("horizontalProjection"), found, number),
            height_of(volume, "lowerLimit", "lowerVerticalReference", metres, found, number),
            height_of(volume, "upperLimit", "upperVerticalReference", metres, found, number),
        )


def _applicability(feature: JsonNode, found: ZoneCollector, number: int) -> tuple[Validity, ...]:
    if not feature.has("applicability"):
        return ()
    periods = feature.member("applicability")
    listed = periods.array() if isinstance(periods.value, list) else [periods]
    valid = []
    for period in listed:
        limits = validity_of(period, found, number)
        permanent = period.has("permanent") and period.member("permanent").value in ("YES", True)
        if permanent and not limits.hours:
            return ()
        valid.append(Validity(None, None, limits.hours) if permanent else limits)
    return tuple(valid)


def _projection(node: JsonNode, found: ZoneCollector, number: int) -> tuple[Ring, ...]:
    kind = node.member("type")
    if kind.value == "Circle":
        # The radius is in metres whatever the unit of the heights (ED-269 8.1.4).
        return (circle(place_of(node.member("center")), radius_of(node.member("radius"))),)
    if kind.value != "Polygon":
        raise kind.wrong('"Circle" or "Polygon"')
    rings = node.member("coordinates").array()
    if not rings:
        raise node.member("coordinates").wrong("at least one ring")
    return tuple(ring_of(ring, found, number) for ring in rings)


FORMAT = AirspaceFormat("ed269", "ED-269 JSON", (".json",), read_ed269)
