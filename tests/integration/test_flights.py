"""Logs of real flights through the API into PostGIS and out again: lists, tracks, replays, the flight book, the files themselves."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from geo.core import EventStore, FlightRow, FlightStore, TrackRow, TrackStore, VehicleEventRow
from geo.primitives import LonLat, new_id
from ground_station.accounts import Role
from ground_station.settings import Settings
from missions import OrbitRequest, PerimeterRequest, VehicleStart, plan_request
from tests.support.api import RunningApi, running_api
from tests.support.plans import ring
from tests.support.problems import assert_problem
from tests.support.simulated_flight import AKTAU
from tests.support.whole_flights import fly

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

FLIGHTS = "/api/v1/flights"
START = datetime(2026, 5, 1, 12, tzinfo=UTC)
ORBIT = OrbitRequest(centre=LonLat(51.161, 43.651), radius_m=40.0, altitude_m=40.0, home=AKTAU)


@pytest.fixture
async def api(api_settings: Settings) -> AsyncIterator[RunningApi]:
    async with running_api(api_settings) as running:
        running.http.headers.update(await running.account(Role.PILOT, "aigul"))
        yield running


async def send(api: RunningApi, file: Path, **fields: str) -> httpx.Response:
    return await api.http.post(f"{FLIGHTS}/import", files={"file": (file.name, file.read_bytes())}, data=fields)


async def imported(api: RunningApi, file: Path, **fields: str) -> dict[str, Any]:
    answer = await send(api, file, **fields)
    assert answer.status_code == 201, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def flown(api: RunningApi, vehicle_id: str, pilot: str | None, minutes: int) -> FlightRow:
    """A flight as the station stores it: northwards at 10 m/s, to 50 m and back."""
    database, end = api.services.database, START + timedelta(minutes=minutes)
    flight = FlightRow(new_id(), vehicle_id, START, pilot=pilot)
    await FlightStore(database).begin(flight)
    seconds = range(0, minutes * 60 + 1)
    await TrackStore(database).append(
        [
            TrackRow(
                *(vehicle_id, START + timedelta(seconds=s), LonLat(51.16, 43.65 + s * 9e-5), 30.0 + min(50, s), float(min(50, s))),
                *(0.0, 10.0, 1.0 - 0.5 * s / (minutes * 60), "AUTO"),
            )
            for s in seconds
        ]
    )
    lost = VehicleEventRow(new_id(), vehicle_id, START + timedelta(seconds=20), "link_lost", "critical", f"{vehicle_id} lost")
    await EventStore(database).record([lost])
    await FlightStore(database).finish(flight.flight_id, end)
    return flight


async def test_an_imported_log_is_listed_found_by_place_and_time_replayed_and_given_back(api: RunningApi, shared_data: Path) -> None:
    file = shared_data / "flight-logs/tlog/uavlogviewer_vtol.tlog"
    report = await imported(api, file, vehicle="heron-1", pilot="aigul")
    (flight,) = report["flights"]
    assert (flight["state"], flight["vehicle_id"], flight["airborne"]) == ("new", "heron-1", True)
    listed = (await api.http.get(FLIGHTS)).json()["items"]
    assert [(row["flight_id"], row["pilot"], row["source"]) for row in listed] == [(flight["flight_id"], "aigul", "tlog")]
    assert listed[0]["max_height_m"] == pytest.approx(63.4, abs=1)
    assert 1000 < listed[0]["distance_m"] < 4000
    for question, hits in (
        ("bbox=149.1,-35.4,149.2,-35.3", 1),
        ("bbox=51,43,52,44", 0),
        ("datetime=2018-08-08T00:00:00Z/2018-08-09T00:00:00Z", 1),
        ("datetime=2019-01-01T00:00:00Z/..", 0),
        ("vehicle=heron-1", 1),
        ("pilot=marat", 0),
    ):
        assert len((await api.http.get(f"{FLIGHTS}?{question}")).json()["items"]) == hits, question
    one = f"{FLIGHTS}/{flight['flight_id']}"
    track = (await api.http.get(f"{one}/track")).json()
    assert len(track["geometry"]["coordinates"]) == len(track["properties"]["times"]) > 100
    assert all(len(vertex) == 3 for vertex in track["geometry"]["coordinates"])
    replay = (await api.http.get(f"{one}/replay")).json()
    assert len({len(column) for column in replay["columns"].values()}) == 1
    assert max(height for height in replay["columns"]["height_m"] if height is not None) == pytest.approx(63.4, abs=0.1)
    assert [mode["mode"] for mode in replay["modes"]] == ["QLOITER", "CIRCLE", "GUIDED", "QLAND"]
    thin = (await api.http.get(f"{one}/replay?max_points=50")).json()
    assert len(thin["columns"]["t_s"]) <= 50
    assert thin["columns"]["t_s"][-1] == replay["columns"]["t_s"][-1]
    whole = await api.http.get(f"{one}/tlog")
    assert whole.content == file.read_bytes()
    go_on = {"Range": "bytes=1000-", "If-Range": whole.headers["ETag"]}
    rest = await api.http.get(f"{one}/tlog", headers=go_on)
    assert (rest.status_code, rest.content) == (206, whole.content[1000:])
    assert rest.headers["Content-Range"] == f"bytes 1000-{len(whole.content) - 1}/{len(whole.content)}"
    another = await api.http.get(f"{one}/tlog", headers=go_on | {"If-Range": '"another"'})
    assert (another.status_code, another.content) == (200, whole.content), "it is another file now: the whole of it"
    beyond = await api.http.get(f"{one}/tlog", headers={"Range": f"bytes={len(whole.content)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(whole.content)}")
    detail = (await api.http.get(one)).json()
    assert [(log["name"], log["recorded"]) for log in detail["files"]] == [(file.name, False)]


@pytest.mark.parametrize(
    ("name", "flights", "airborne"),
    [
        ("dataflash/skapila_rc9_hop.BIN", 2, 1),
        ("dataflash/martin_d8.BIN", 1, 0),
        ("ulog/sample_px4_events.ulg", 1, 1),
        ("dji-srt/mavic_pro.SRT", 1, 1),
        ("dji-srt/mavic_2_style.SRT", 1, 1),
        ("dji-srt/air2s.srt", 1, 0),
        ("tlog/martin_drone.tlog", 1, 0),
    ],
)
async def test_every_format_becomes_flights_and_only_those_in_the_air_are_counted(
    api: RunningApi, shared_data: Path, name: str, flights: int, airborne: int
) -> None:
    report = await imported(api, shared_data / "flight-logs" / name, pilot="aigul")
    assert len(report["flights"]) == flights
    assert sum(flight["airborne"] for flight in report["flights"]) == airborne
    book = (await api.http.get("/api/v1/flight-book")).json()
    assert sum(line["flights"] for line in book["pilots"]) == airborne


async def test_the_same_file_twice_is_one_flight(api: RunningApi, shared_data: Path) -> None:
    file = shared_data / "flight-logs/ulog/sample_px4_events.ulg"
    first, second = await imported(api, file), await imported(api, file)
    assert [flight["state"] for flight in second["flights"]] == ["known"]
    assert first["flights"][0]["flight_id"] == second["flights"][0]["flight_id"]
    assert len((await api.http.get(FLIGHTS)).json()["items"]) == 1


async def test_a_log_of_a_flight_the_station_followed_joins_that_flight(api: RunningApi, shared_data: Path) -> None:
    start = datetime.fromtimestamp(1533737165, UTC)
    live = FlightRow(new_id(), "mav-1", start, pilot="marat")
    await FlightStore(api.services.database).begin(live)
    await FlightStore(api.services.database).finish(live.flight_id, start + timedelta(seconds=160))
    report = await imported(api, shared_data / "flight-logs/tlog/uavlogviewer_vtol.tlog")
    assert [(flight["state"], flight["flight_id"]) for flight in report["flights"]] == [("joined", str(live.flight_id))]
    assert len((await api.http.get(FLIGHTS)).json()["items"]) == 1
    replay = (await api.http.get(f"{FLIGHTS}/{live.flight_id}/replay")).json()
    assert len(replay["columns"]["t_s"]) > 500


async def test_a_flight_without_a_log_is_replayed_from_its_track(api: RunningApi) -> None:
    flight = await flown(api, "mav-7", "marat", minutes=2)
    replay = (await api.http.get(f"{FLIGHTS}/{flight.flight_id}/replay")).json()
    assert len(replay["columns"]["t_s"]) == 121
    assert [mode["mode"] for mode in replay["modes"]] == ["AUTO"]
    assert [(mark["t_s"], mark["kind"]) for mark in replay["incidents"]] == [(20.0, "link_lost")]
    assert_problem(await api.http.get(f"{FLIGHTS}/{flight.flight_id}/tlog"), 404, "flight_file_unknown")


async def test_the_flight_book_adds_up_hours_cycles_and_incidents_by_vehicle_and_pilot(api: RunningApi) -> None:
    await flown(api, "mav-1", "aigul", minutes=10)
    await flown(api, "mav-2", "aigul", minutes=5)
    await flown(api, "mav-3", "marat", minutes=1)
    book = (await api.http.get("/api/v1/flight-book")).json()
    assert [(line["name"], line["flights"], line["flown_s"], line["incidents"]) for line in book["pilots"]] == [
        ("aigul", 2, 900.0, 2),
        ("marat", 1, 60.0, 1),
    ]
    assert book["pilots"][0]["battery_cycles"] == pytest.approx(1.0)
    assert book["pilots"][0]["distance_m"] == pytest.approx(9000, rel=0.01)
    assert book["vehicles"][0]["max_height_m"] == 50
    mine = (await api.http.get("/api/v1/pilots/aigul/flight-book")).json()
    assert [line["name"] for line in mine["vehicles"]] == ["mav-1", "mav-2"]
    theirs = (await api.http.get("/api/v1/vehicles/mav-3/flight-book")).json()
    assert [line["name"] for line in theirs["pilots"]] == ["marat"]
    table = (await api.http.get("/api/v1/flight-book.csv?by=pilot")).text.splitlines()
    assert table[0].startswith("name,flights,flown_s")
    assert table[1].startswith("aigul,2,900.0")
    flights = (await api.http.get(f"{FLIGHTS}?format=csv")).text.splitlines()
    assert len(flights) == 4


async def test_flights_are_paged_newest_first(api: RunningApi) -> None:
    for minutes in (1, 2, 3):
        await flown(api, f"mav-{minutes}", None, minutes)
    first = (await api.http.get(f"{FLIGHTS}?limit=2")).json()
    second = (await api.http.get(f"{FLIGHTS}?limit=2&cursor={first['next_cursor']}")).json()
    assert len({row["flight_id"] for row in first["items"] + second["items"]}) == 3
    assert second["next_cursor"] is None


async def test_what_is_no_log_is_refused_in_one_sentence_and_leaves_nothing(api: RunningApi, shared_data: Path, tmp_path: Path) -> None:
    assert_problem(await send(api, shared_data / "flight-logs/dji-srt/broken_empty.SRT"), 422, "flight.unreadable")
    assert_problem(await send(api, shared_data / "flight-logs/ulog/sample_appended_multiple.ulg"), 422, "flight.no_position")
    assert_problem(await send(api, shared_data / "flight-logs/dji-srt/air2s.srt", vehicle="../../etc"), 422, "flight.vehicle")
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear pilot,")
    assert_problem(await send(api, letter), 422, "flight.format")
    assert_problem(await api.http.post(f"{FLIGHTS}/import", data={"vehicle": "x"}, files={"other": b"x"}), 422, "file_missing")
    assert (await api.http.get(FLIGHTS)).json()["items"] == []
    assert_problem(await api.http.get(f"{FLIGHTS}/{new_id()}"), 404, "flight_unknown")


async def test_only_pilots_import_and_strangers_see_nothing(api: RunningApi, shared_data: Path) -> None:
    file = shared_data / "flight-logs/dji-srt/air2s.srt"
    viewer = await api.account(Role.VIEWER)
    answer = await api.http.post(f"{FLIGHTS}/import", files={"file": (file.name, file.read_bytes())}, headers=viewer)
    assert_problem(answer, 403, "role_needed")
    assert (await api.http.get(FLIGHTS, headers=viewer)).status_code == 200
    assert (await api.http.get(FLIGHTS, headers={"Authorization": ""})).status_code == 401


async def test_a_vehicle_is_calibrated_from_its_flights_and_plans_that_name_it_count_with_that(
    api: RunningApi, shared_data: Path, tmp_path: Path
) -> None:
    energy = "/api/v1/vehicles/falcon-1/energy"
    assert_problem(await api.http.post(f"{energy}/calibrate", json={}), 404, "vehicle_unknown")
    await imported(api, shared_data / "flight-logs/ulog/sample_px4_events.ulg", vehicle="falcon-1")
    without = await api.http.post(f"{energy}/calibrate", json={})
    assert_problem(without, 422, "calibration_without_flights")
    log = tmp_path / "orbit.tlog"
    log.write_bytes(fly(plan_request(ORBIT), "ardupilot").flight.tlog())
    flight = (await imported(api, log, vehicle="falcon-1"))["flights"][0]["flight_id"]
    assumed = (await api.http.get(energy)).json()
    assert assumed["measured"] is False
    found = await api.http.post(f"{energy}/calibrate", json={"battery_wh": 200.0, "flights": [flight]})
    assert found.status_code == 200, found.text
    fitted = found.json()
    assert fitted["flights"] >= 1
    assert fitted["samples"] >= 30
    assert fitted["hover_w"] != assumed["hover_w"]
    assert (await api.http.get(energy)).json() == {name: fitted[name] for name in assumed} | {"measured": True, "battery_wh": 200.0}
    assert fitted["hover_w"] == pytest.approx(assumed["hover_w"], rel=0.1), "the simulated copter is the assumed one"
    named = replace(ORBIT, vehicles=(VehicleStart(AKTAU, "falcon-1"),))
    spent_wh = [
        (await api.http.post("/api/v1/missions/preview", json={"request": request.to_json()})).json()["statistics"]["energy_wh"]
        for request in (ORBIT, named)
    ]
    assert spent_wh[0] != spent_wh[1]
    of_nobody = await api.http.post(f"{energy}/calibrate", json={"flights": [str(new_id())]})
    assert_problem(of_nobody, 404, "flight_unknown")


async def test_a_plane_is_calibrated_from_its_flights_too(api: RunningApi, tmp_path: Path) -> None:
    energy = "/api/v1/vehicles/condor-1/energy"
    log = tmp_path / "perimeter.tlog"
    round_it = PerimeterRequest(
        polygon=ring([(150, 150), (950, 150), (950, 650), (600, 900), (150, 700)], AKTAU),
        camera="sunqar-sim-nadir",
        altitude_m=140.0,
        home=AKTAU,
        vehicle="plane",
    )
    log.write_bytes(fly(plan_request(round_it), "ardupilot", vehicle_type="plane").flight.tlog())
    await imported(api, log, vehicle="condor-1")
    assumed = (await api.http.get(energy)).json()
    assert (assumed["kind"], assumed["measured"], assumed["hover_w"]) == ("plane", False, None)
    found = await api.http.post(f"{energy}/calibrate", json={})
    assert found.status_code == 200, found.text
    fitted = found.json()
    assert fitted["kept"] == ["best_glide_mps"], "it flew at one airspeed"
    assert fitted["cruise_w"] == pytest.approx(assumed["cruise_w"], rel=0.1), "the simulated plane is the assumed one"
    assert fitted["cruise_w"] != assumed["cruise_w"]
    assert (await api.http.get(energy)).json() == {name: fitted[name] for name in assumed} | {"measured": True}
