"""Airspace files: every spelling is understood, what is repaired or left out is said, what is wrong is refused by line or feature."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import shapely
from shapely import Polygon

from geo.primitives import Altitude, AltitudeReference, LocalFrame, LonLat, MissionError
from missions import AirspaceZone, ZoneKind, read_airspace_bytes
from missions.airspace.height_words import UNLIMITED, height_in

AGL, AMSL, FL = AltitudeReference.ABOVE_TERRAIN, AltitudeReference.AMSL, AltitudeReference.STANDARD_PRESSURE
SQUARE = [[51.0, 43.0], [51.1, 43.0], [51.1, 43.1], [51.0, 43.1], [51.0, 43.0]]
BOW = [[51.0, 43.0], [51.1, 43.1], [51.1, 43.0], [51.0, 43.1], [51.0, 43.0]]
AROUND_180 = [[179.9, 43.0], [-179.9, 43.0], [-179.9, 43.1], [179.9, 43.1], [179.9, 43.0]]


def openair(outline: str, *, heights: str = "AL GND\nAH 900 m AMSL") -> bytes:
    return f"* made for a test\nAC R\nAN UAR7\n{heights}\n{outline}\n".encode()


def dp(ring: list[list[float]]) -> str:
    def axis(value: float, width: int, letters: str) -> str:
        return f"{int(abs(value)):0{width}}:{abs(value) % 1 * 60:.3f} {letters[value < 0]}"

    return "\n".join(f"DP {axis(lat, 2, 'NS')} {axis(lon, 3, 'EW')}" for lon, lat in ring)


def ed269(ring: list[list[float]]) -> bytes:
    volume = {
        "uomDimensions": "FT",
        "lowerLimit": 0,
        "lowerVerticalReference": "AGL",
        "upperLimit": 3000,
        "upperVerticalReference": "AMSL",
        "horizontalProjection": {"type": "Polygon", "coordinates": [ring]},
    }
    feature: dict[str, object] = {
        "identifier": "UAR7",
        "country": "KAZ",
        "name": "UAR7",
        "type": "COMMON",
        "restriction": "REQ_AUTHORISATION",
    }
    period = {"permanent": "NO", "schedule": [{"day": ["MON", "TUE"], "startTime": "06:00Z", "endTime": "18:00Z"}]}
    feature |= {"geometry": [volume], "applicability": [period], "zoneAuthority": [{"name": "AAK", "purpose": "AUTHORIZATION"}]}
    return json.dumps({"title": "t", "features": [feature]}).encode()


def ed318(ring: list[list[float]]) -> bytes:
    layer = {"lower": 0, "lowerReference": "AGL", "upper": 900, "upperReference": "AMSL", "uom": "m"}
    properties = {"identifier": "UAR7", "country": "KAZ", "type": "REQ_AUTHORIZATION", "name": [{"text": "UAR7", "lang": "en-GB"}]}
    geometry = {"type": "Polygon", "coordinates": [ring], "layer": layer}
    return json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": properties, "geometry": geometry}]}
    ).encode()


def kml(ring: list[list[float]]) -> bytes:
    coordinates = " ".join(f"{lon},{lat},0" for lon, lat in ring)
    polygon = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{coordinates}</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><name>UAR7 GND - 900 m AMSL</name>{polygon}</Placemark></kml>'.encode()


FILES = {
    "openair.txt": lambda ring: openair(dp(ring)),
    "ed269.json": ed269,
    "ed318.geojson": ed318,
    "zones.kml": kml,
}
EVERY_FORMAT = pytest.mark.parametrize("name", FILES)


@EVERY_FORMAT
def test_every_format_gives_the_same_zone(name: str) -> None:
    (zone,) = read_airspace_bytes(FILES[name](SQUARE), name).zones
    assert zone.kind is ZoneKind.RESTRICTED
    assert zone.name.startswith("UAR7")
    assert zone.floor == Altitude(0.0, AGL)
    assert zone.ceiling is not None
    assert zone.ceiling.reference is AMSL
    assert zone.ceiling.metres == pytest.approx(900.0 if name != "ed269.json" else 914.4)
    assert Polygon([p.as_tuple() for p in zone.rings[0]]).normalize().equals_exact(Polygon(SQUARE).normalize(), 2e-5)
    assert AirspaceZone.from_json(zone.to_json()) == zone


@EVERY_FORMAT
@pytest.mark.parametrize(("ring", "word"), [(BOW, "crosses itself"), (AROUND_180, "longitude 180")], ids=["bow", "180"])
def test_an_outline_that_cannot_be_is_refused_in_one_line_with_its_place(name: str, ring: list[list[float]], word: str) -> None:
    with pytest.raises(MissionError) as refusal:
        read_airspace_bytes(FILES[name](ring), name)
    assert word in refusal.value.message
    assert "UAR7" in refusal.value.message
    assert any(place in refusal.value.message for place in ("line 2", "feature 1", "placemark 1"))
    assert "\n" not in refusal.value.one_line()


@EVERY_FORMAT
@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01", b"[1, 2", b"<gpx/>", "проза".encode(), b"{}"], ids=["empty", "binary", "cut", "gpx", "prose", "{}"]
)
def test_what_is_no_airspace_is_refused_with_the_name_of_the_file(name: str, data: bytes) -> None:
    with pytest.raises(MissionError) as refusal:
        read_airspace_bytes(data, name)
    assert name in refusal.value.message


@EVERY_FORMAT
def test_an_open_outline_is_closed_and_that_is_said(name: str) -> None:
    read = read_airspace_bytes(FILES[name](SQUARE[:-1]), name)
    assert len(read.zones[0].rings[0]) == 4
    assert any("closed" in remark.message for remark in read.remarks)


@pytest.mark.parametrize(
    ("text", "height"),
    [
        ("GND", Altitude(0.0, AGL)),
        ("SFC", Altitude(0.0, AGL)),
        ("0", Altitude(0.0, AGL)),
        ("0 ft AGL", Altitude(0.0, AGL)),
        ("FL95", Altitude(2895.6, FL)),
        ("FL 95", Altitude(2895.6, FL)),
        ("9500 ft STD", Altitude(2895.6, FL)),
        ("1000ft", Altitude(304.8, AMSL)),
        ("1000", Altitude(304.8, AMSL)),
        ("1000 MSL", Altitude(304.8, AMSL)),
        ("1000ft AMSL", Altitude(304.8, AMSL)),
        ("1000 ALT", Altitude(304.8, AMSL)),
        ("300m", Altitude(300.0, AMSL)),
        ("300 m agl", Altitude(300.0, AGL)),
        ("1000 GND", Altitude(304.8, AGL)),
        ("1000 F AGL", Altitude(304.8, AGL)),
        ("1000ASFC", Altitude(304.8, AGL)),
        ("UNL", UNLIMITED),
        ("Unlimited", UNLIMITED),
        ("Ask on 122.8", None),
        ("", None),
    ],
)
def test_a_height_is_understood_in_all_spellings(text: str, height: object) -> None:
    found = height_in(text)
    if isinstance(height, Altitude):
        assert isinstance(found, Altitude)
        assert (round(found.metres, 6), found.reference) == (height.metres, height.reference)
    else:
        assert found is height


def metric(zone: AirspaceZone, origin: LonLat) -> Polygon:
    return Polygon(LocalFrame(origin).to_en_m([p.as_tuple() for p in zone.rings[0]]))


CENTRE = LonLat(51.09, 43.86)
V = "V X=43:51:36 N 051:05:24 E"


def test_a_circle_holds_all_of_itself_and_hardly_more() -> None:
    (zone,) = read_airspace_bytes(openair(f"{V}\nDC 3"), "a.txt").zones
    shape, disc = metric(zone, CENTRE), shapely.Point(0, 0).buffer(3 * 1852.0, quad_segs=512)
    assert shape.covers(shapely.Point(0, 0).buffer(3 * 1852.0 - 0.01, quad_segs=64))
    assert shape.area < disc.area * 1.001
    (same,) = read_airspace_bytes(
        json.dumps(
            {
                "features": [
                    {
                        "identifier": "c",
                        "restriction": "PROHIBITED",
                        "geometry": [{"horizontalProjection": {"type": "Circle", "center": [51.09, 43.86], "radius": 5556.0}}],
                    }
                ]
            }
        ).encode(),
        "a.json",
    ).zones
    assert metric(same, CENTRE).symmetric_difference(shape).area < 1.0


@pytest.mark.parametrize(
    ("outline", "share"),
    [
        (f"{V}\nDA 2, 0, 90\nDP 43:51:36 N 051:05:24 E", 0.25),
        (f"{V}\nV D=-\nDA 2, 0, 90\nDP 43:51:36 N 051:05:24 E", 0.75),
        (f"{V}\nDB 43:53:36.1 N 051:05:24 E, 43:51:36 N 051:08:10.2 E\nDP 43:51:36 N 051:05:24 E", 0.25),
    ],
    ids=["bearings", "counter-clockwise", "ends"],
)
def test_arcs_run_the_way_they_say(outline: str, share: float) -> None:
    (zone,) = read_airspace_bytes(openair(outline), "a.txt").zones
    assert metric(zone, CENTRE).area == pytest.approx(share * 3.14159 * 3704.0**2, rel=0.005)


def test_an_openair_file_of_many_habits_is_read_and_what_was_assumed_is_said() -> None:
    text = (
        "* Kazakhstan\r\nAC P\r\nAN UAP1 * the first\r\nAL SFC\r\nAH UNL\r\n" + dp(SQUARE) + "\r\nSP 0,1,0\r\n"
        "AC UNC\r\nAY Q\r\nAN UAD3\r\nAL 500 GND\r\nAH Ask on 122.8\r\nAA 2026-05-01T00:00Z/2026-05-01T24:00Z\r\n"
        f"{V}\r\nDC 1.5\r\nTO hill\r\n"
    )
    read = read_airspace_bytes(text.encode("cp1252"), "kz.txt")
    first, second = read.zones
    assert (first.kind, first.ceiling, first.name) == (ZoneKind.NO_FLY, None, "UAP1")
    assert (second.kind, second.floor.reference) == (ZoneKind.DANGER, AGL)
    assert second.in_force(datetime(2026, 5, 1, 23, 59, 58, tzinfo=UTC))
    assert not second.in_force(datetime(2026, 5, 2, 1, tzinfo=UTC))
    said = " ".join(remark.message for remark in read.remarks)
    assert "Ask on 122.8" in said
    assert "terrain" in said


@pytest.mark.parametrize(
    ("outline", "line", "word"),
    [
        ("DP 43:00 N", 6, "latitude and longitude"),
        ("DC 3", 6, "no centre"),
        (f"{V}\nDC -3", 7, "radius"),
        ("DP 43:75:00 N 051:00:00 E", 6, "75 minutes"),
        ("AA tomorrow/NONE", 6, "tomorrow"),
        ("", 2, "no outline"),
    ],
)
def test_a_bad_line_is_named(outline: str, line: int, word: str) -> None:
    with pytest.raises(MissionError) as refusal:
        read_airspace_bytes(openair(outline), "a.txt")
    assert f"line {line}:" in refusal.value.message
    assert word in refusal.value.message


def test_hours_of_the_week_hold_when_they_say() -> None:
    (zone,) = read_airspace_bytes(ed269(SQUARE), "a.json").zones
    monday, wednesday = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 25, tzinfo=UTC)
    assert zone.authority == "AAK"
    assert zone.in_force(monday.replace(hour=7))
    assert not zone.in_force(monday.replace(hour=19))
    assert zone.in_force(monday.replace(hour=5), monday.replace(hour=6, minute=30))
    assert not zone.in_force(wednesday.replace(hour=7))
    assert zone.in_force(None)


def test_the_next_change_of_a_zone_with_hours_of_the_week_is_told() -> None:
    (zone,) = read_airspace_bytes(ed269(SQUARE), "a.json").zones
    now = datetime(2026, 11, 23, 3, tzinfo=UTC)  # a Monday, before its hours
    changes = [now]
    for _ in range(4):
        following = zone.changes_after(changes[-1])
        assert following is not None
        changes.append(following)
    states = [zone.in_force(change + timedelta(minutes=1)) for change in changes]
    assert states == [False, True, False, True, False]
    assert changes == sorted(changes)


def test_local_hours_are_moved_to_utc_and_daylight_is_the_whole_day() -> None:
    value = json.loads(ed318(SQUARE))
    schedule = [{"day": ["MON"], "startTime": "02:00+05:00", "endTime": "04:00+05:00"}]
    value["features"][0]["properties"]["limitedApplicability"] = [{"schedule": schedule}]
    (zone,) = read_airspace_bytes(json.dumps(value).encode(), "a.geojson").zones
    assert zone.in_force(datetime(2026, 11, 22, 22, tzinfo=UTC))  # Monday 03:00 in Kazakhstan
    assert not zone.in_force(datetime(2026, 11, 23, 22, tzinfo=UTC))
    schedule[0] = {"day": ["MON"], "startEvent": "BMCT", "endEvent": "EECT"}
    value["features"][0]["properties"]["limitedApplicability"] = [{"schedule": schedule}]
    read = read_airspace_bytes(json.dumps(value).encode(), "a.geojson")
    assert read.zones[0].in_force(datetime(2026, 11, 23, 2, tzinfo=UTC))
    assert "daylight" in read.remarks[0].message


def test_plain_geojson_is_taken_at_its_worst_and_that_is_said() -> None:
    geometry = {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[x + 1, y] for x, y in SQUARE]]]}
    value = {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": None, "geometry": geometry}]}
    read = read_airspace_bytes(json.dumps(value).encode(), "avoid.json")
    assert [zone.id for zone in read.zones] == ["1", "1-2"]
    assert all(zone.kind is ZoneKind.RESTRICTED and zone.ceiling is None for zone in read.zones)
    assert {remark.code for remark in read.remarks} == {"airspace_assumed"}


def test_an_extruded_polygon_ends_at_its_height_and_holes_stay_holes() -> None:
    hole = " ".join(f"{51.02 + 0.02 * x},{43.02 + 0.02 * y},250" for x, y in [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0)])
    text = kml(SQUARE).decode().replace("UAR7 GND - 900 m AMSL", "Camp").replace(",0 ", ",250 ").replace(",0<", ",250<")
    text = text.replace("<Polygon>", "<Polygon><extrude>1</extrude><altitudeMode>relativeToGround</altitudeMode>")
    text = text.replace(
        "</outerBoundaryIs>",
        f"</outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>{hole}</coordinates></LinearRing></innerBoundaryIs>",
    )
    (zone,) = read_airspace_bytes(text.encode(), "a.kml").zones
    assert zone.ceiling == Altitude(250.0, AGL)
    assert len(zone.rings) == 2


def test_a_height_over_the_ellipsoid_is_widened_by_the_geoid() -> None:
    value = json.loads(ed318(SQUARE))
    value["features"][0]["geometry"]["layer"] |= {"upperReference": "WGS84", "lowerReference": "WGS84", "lower": 100}
    read = read_airspace_bytes(json.dumps(value).encode(), "a.geojson")
    zone = read.zones[0]
    assert (zone.floor.metres, zone.ceiling) == (14.0, Altitude(1006.0, AMSL))
    assert "ellipsoid" in read.remarks[0].message
