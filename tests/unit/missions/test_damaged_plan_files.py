"""Files damaged on the way, made by other programs or made to do harm: read or refused in words, never anything else."""

import contextlib
import io
import random
import zipfile
from pathlib import Path

import pytest

from geo.primitives import LonLat, MissionError
from missions import FencePolygon, Geofence, MissionItem, MissionPlan, RallyPoint, plan_bytes, read_plan_bytes

MUTATIONS_EACH = 300
SNIPPETS = [
    b"",
    b"-1",
    b"1e309",
    b"nan",
    b"null",
    b"[]",
    b"{}",
    b'"',
    b"<",
    b">",
    b",",
    b"\t",
    b"\n",
    b"\x00",
    b"\xff",
    b"999999999999999999999",
]
PLACES = [LonLat(51.16 + 0.001 * number, 43.65) for number in range(5)]
PLAN = MissionPlan(
    name="field",
    home=LonLat(51.15, 43.64),
    items=(
        MissionItem(22, altitude_m=40.0),
        MissionItem(205, 2, (-90.0, 0.0, 0.0, 0.0), altitude_m=2.0),
        MissionItem(16, position=PLACES[0], altitude_m=40.0),
        MissionItem(206, 2, (12.5, 0.0, 1.0, 0.0)),
        MissionItem(16, params=(2.0, 0.0, 0.0, 90.0), position=PLACES[1], altitude_m=40.0),
        MissionItem(206, 2),
        MissionItem(195, position=PLACES[2], altitude_m=3.0),
        MissionItem(16, position=PLACES[3], altitude_m=50.0),
        MissionItem(2000, 2, (0.0, 0.0, 1.0, 0.0)),
        MissionItem(20, 2),
    ),
    geofence=Geofence(polygons=(FencePolygon(tuple(PLACES[:3])),)),
    rally_points=(RallyPoint(PLACES[4], 30.0),),
)


def mutated(data: bytes, generator: random.Random) -> bytes:
    """One to four cuts, doublings, swaps or foreign pieces."""
    changed = bytearray(data)
    for _ in range(generator.randint(1, 4)):
        at, length = generator.randrange(len(changed) + 1), generator.choice([1, 1, 3, 20, 200])
        kind = generator.randrange(4)
        if kind == 0:
            del changed[at : at + length]
        elif kind == 1:
            changed[at:at] = changed[at : at + length]
        elif kind == 2:
            changed[at : at + generator.choice([0, 1, 4])] = generator.choice(SNIPPETS)
        elif at < len(changed):
            changed[at] = generator.randrange(256)
    return bytes(changed)


@pytest.mark.parametrize("suffix", [".plan", ".waypoints", ".kml", ".geojson", ".kmz", ".csv"])
def test_damaged_files_are_read_or_refused_in_words(suffix: str) -> None:
    generator = random.Random(suffix)
    whole = plan_bytes(PLAN, suffix)
    for _ in range(MUTATIONS_EACH):
        with contextlib.suppress(MissionError):
            read_plan_bytes(mutated(whole, generator), f"damaged{suffix}")


def test_damaged_waylines_inside_a_whole_archive_are_read_or_refused_in_words() -> None:
    generator = random.Random("wpmz")
    with zipfile.ZipFile(io.BytesIO(plan_bytes(PLAN, ".kmz"))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for _ in range(2 * MUTATIONS_EACH):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, mutated(content, generator))
        with contextlib.suppress(MissionError):
            read_plan_bytes(buffer.getvalue(), "damaged.kmz")


def test_an_archive_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("missions.formats.archive.MAX_MEMBER_BYTES", 1 << 20)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("wpmz/waylines.wpml", b" " * (8 << 20))
    assert len(buffer.getvalue()) < 20_000
    with pytest.raises(MissionError, match="MiB unpacked"):
        read_plan_bytes(buffer.getvalue(), "bomb.kmz")


@pytest.mark.parametrize("suffix", [".kml", ".wpml"])
def test_entities_are_refused(suffix: str) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a SYSTEM "file:///etc/passwd">]><kml>&a;</kml>'
    for data in (bomb, bomb.decode().encode("utf-16")):
        with pytest.raises(MissionError, match="document type"):
            read_plan_bytes(data, f"bomb{suffix}")


def test_tables_of_spreadsheets_open() -> None:
    """Byte order mark, CRLF, semicolons, decimal commas, feet, columns in another order, a comment."""
    table = "# made by hand\r\nlongitude;latitude;altitude(ft);heading(deg);speed(mph);actiontype1;actionparam1\r\n"
    table += "51,16;43,65;100;90;10;1;0\r\n51,17;43,65;200;0;0;0;1500\r\n"
    plan = read_plan_bytes("\ufeff".encode() + table.encode(), "sheet.csv")
    places = [item for item in plan.items if item.position is not None]
    assert [item.position for item in places] == [LonLat(51.16, 43.65), LonLat(51.17, 43.65)]
    assert [item.altitude_m for item in places] == pytest.approx([30.48, 60.96])
    assert places[0].params[3] == 90.0
    assert places[1].params[0] == 1.5
    assert next(item.params[1] for item in plan.items if item.command == 178) == pytest.approx(4.4704)


def test_an_old_map_file_in_its_own_encoding_opens() -> None:
    text = '<?xml version="1.0" encoding="windows-1251"?>\n<kml><Document><Placemark><name>Маршрут</name><LineString>'
    text += "<altitudeMode>absolute</altitudeMode><coordinates>51.1,43.6,40 51.2,43.6,40</coordinates>"
    text += "</LineString></Placemark></Document></kml>"
    assert len(read_plan_bytes(text.encode("cp1251"), "old.kml").items) == 2


def test_every_file_of_the_collection_opens_or_is_refused_with_its_reason(shared_data: Path) -> None:
    refused = {}
    files = [file for file in sorted((shared_data / "missions").rglob("*")) if file.is_file()]
    for file in files:
        try:
            read_plan_bytes(file.read_bytes(), file.name)
        except MissionError as refusal:
            refused[file.name] = refusal.message
    assert len(files) > 40
    assert list(refused) == ["qgroundcontrol_sample_wrong_mission_version.plan"]
    assert "mission.version: 7; expected mission version 2" in refused["qgroundcontrol_sample_wrong_mission_version.plan"]
