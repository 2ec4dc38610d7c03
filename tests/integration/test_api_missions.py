"""Missions from drawing to upload, on the real database, bus and planner."""

import json
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import pytest
import rasterio
from nats.aio.msg import Msg
from rasterio import Affine

from geo.primitives import LocalFrame, LonLat
from ground_station.accounts import Role
from ground_station.messages import CommandRequest, CommandState
from ground_station.settings import Settings
from missions import read_plan_bytes
from tests.integration.test_api_commands import update_of
from tests.support.api import RunningApi, running_api, vehicle_state
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

MISSIONS = "/api/v1/missions"
POLYGON = {"type": "Polygon", "coordinates": [[[51.16, 43.65], [51.163, 43.65], [51.163, 43.652], [51.16, 43.652], [51.16, 43.65]]]}


def survey(**changes: Any) -> dict[str, Any]:
    return {
        "polygon": POLYGON,
        "camera": "sunqar-sim-nadir",
        "altitude_m": 40,
        "front_overlap": 0.7,
        "side_overlap": 0.6,
        "angle_deg": "auto",
        "speed_mps": 8,
        "home": [51.16, 43.65],
    } | changes


def square(frame: LocalFrame, side_m: float) -> dict[str, Any]:
    corners = [frame.place(*corner).as_tuple() for corner in ((0, 0), (side_m, 0), (side_m, side_m), (0, side_m), (0, 0))]
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


async def created(api: RunningApi, headers: dict[str, str], name: str = "Beach") -> dict[str, Any]:
    answer = await api.http.post(MISSIONS, headers=headers, json={"name": name, "request": survey()})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_preview_shows_path_photos_and_numbers_and_keeps_nothing(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        preview = (await api.http.post(f"{MISSIONS}/preview", headers=headers, json={"request": survey()})).json()
        assert preview["path"]["geometry"]["type"] == "LineString"
        assert len(preview["photos"]["geometry"]["coordinates"]) == preview["statistics"]["photos"] > 0
        assert preview["statistics"]["covered_share"] > 0.99
        assert {limit["id"] for limit in preview["limits"] if limit["met"]} <= {"height", "sight"}
        assert all(limit["act"] and limit["date"] for limit in preview["limits"])
        high = await api.http.post(f"{MISSIONS}/preview", headers=headers, json={"request": survey(altitude_m=80)})
        beyond = [limit for limit in high.json()["limits"] if limit["met"]]
        assert (beyond[0]["id"], beyond[0]["here"], beyond[0]["verified"]) == ("height", "it rises to 80 m above home", False)
        assert (await api.http.get(MISSIONS, headers=headers)).json()["items"] == []


async def test_a_station_with_an_elevation_model_plans_over_the_ground_and_draws_its_profile(
    api_settings: Settings, tmp_path: Path
) -> None:
    heights = np.tile(np.linspace(140.0, 100.0, 200, dtype=np.float32)[:, None], (1, 200))
    corner = Affine(0.0001, 0.0, 51.15, 0.0, -0.0001, 43.66)
    profile = {"driver": "GTiff", "width": 200, "height": 200, "count": 1, "dtype": "float32", "crs": "EPSG:4326", "transform": corner}
    with rasterio.open(tmp_path / "slope.tif", "w", **profile) as file:
        file.write(heights, 1)
    with_ground = api_settings.model_copy(update={"station": api_settings.station.model_copy(update={"dem": tmp_path / "slope.tif"})})
    async with running_api(with_ground) as api:
        headers = await api.account(Role.PILOT)
        answer = await api.http.post(MISSIONS, headers=headers, json={"name": "Slope", "request": survey(terrain="follow")})
        assert answer.status_code == 201, answer.text
        mission = answer.json()
        assert mission["statistics"]["least_agl_m"] >= 0.9 * 40
        drawn = (await api.http.get(f"{MISSIONS}/{mission['id']}/profile", headers=headers)).json()
        assert (drawn["model"], drawn["least_agl_m"]) == ("slope.tif", mission["statistics"]["least_agl_m"])
        above = [point["flight_m"] - point["ground_m"] for point in drawn["points"]]
        assert min(above) == pytest.approx(drawn["least_agl_m"], abs=0.05)
        assert {leg["kind"] for leg in drawn["legs"]} == {"takeoff", "mission", "return"}
        beyond = LocalFrame(LonLat(51.1695, 43.65))
        half_known = survey(terrain="follow", home=[51.1695, 43.65], polygon=square(beyond, 200.0))
        findings = (await api.http.post(f"{MISSIONS}/preview", headers=headers, json={"request": half_known})).json()["findings"]
        errors = [finding for finding in findings if finding["severity"] == "error"]
        assert [finding["code"] for finding in errors] == ["dem_gap"]
        assert errors[0]["place"][0] > 51.1695, "the place the model does not reach"


async def test_a_station_without_an_elevation_model_says_so(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        mission = await created(api, headers)
        drawn = (await api.http.get(f"{MISSIONS}/{mission['id']}/profile", headers=headers)).json()
        assert drawn["model"] is None
        photographed = [leg for leg in drawn["legs"] if leg["photographs"]]
        assert photographed
        assert all(leg["least_agl_m"] is None and leg["speed_mps"] == 8 and leg["gsd_cm"][0] > 0 for leg in photographed)
        preview = await api.http.post(f"{MISSIONS}/preview", headers=headers, json={"request": survey(terrain="follow")})
        assert [finding["code"] for finding in preview.json()["findings"]] == ["dem_missing"]


async def test_a_survey_that_cannot_be_planned_says_why(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        wrong = survey(camera="no-such-camera")
        preview = await api.http.post(f"{MISSIONS}/preview", headers=headers, json={"request": wrong})
        assert [finding["code"] for finding in preview.json()["findings"]] == ["camera_unknown"]
        angles = np.linspace(0.0, 2.0 * np.pi, 100_001)
        ring = np.round(np.column_stack([51.16 + 0.002 * np.cos(angles), 43.65 + 0.001 * np.sin(angles)]), 7).tolist()
        many = survey(polygon={"type": "Polygon", "coordinates": [[*ring[:-1], ring[0]]]})
        preview = await api.http.post(f"{MISSIONS}/preview", headers=headers, json={"request": many}, timeout=60.0)
        assert preview.status_code == 200, preview.text
        assert "100,000" in " ".join(finding["message"] for finding in preview.json()["findings"])
        assert_problem(await api.http.post(MISSIONS, headers=headers, json={"name": "x", "request": wrong}), 422, "mission_unplannable")


@pytest.mark.parametrize(
    ("polygon", "code"),
    [
        ({"type": "Polygon"}, "mission.request"),
        ({"type": "Polygon", "coordinates": "everywhere"}, "mission.request"),
        ({"type": "Point", "coordinates": [51, 43]}, "mission.request"),
        ({"type": "Polygon", "coordinates": [[["x", 43], [51, 44], [52, 43]]]}, "mission.request"),
        ({"type": "Polygon", "coordinates": [[[51, 143], [51, 44], [52, 43]]]}, "geo.latitude"),
        (None, "mission.request"),
    ],
)
async def test_malformed_geojson_is_one_clear_problem(api_settings: Settings, polygon: object, code: str) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        answer = await api.http.post(MISSIONS, headers=headers, json={"name": "x", "request": survey(polygon=polygon)})
        assert_problem(answer, 422, code)
        assert "polygon" in answer.json()["detail"]


async def test_a_body_that_is_no_json_is_one_clear_problem(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT) | {"Content-Type": "application/json"}
        assert_problem(await api.http.post(MISSIONS, headers=headers, content=b'{"name": '), 400, "invalid_json")
        answer = await api.http.post(MISSIONS, headers=headers, json={"request": survey()})
        assert_problem(answer, 422, "invalid_request")
        assert answer.json()["errors"] == [{"field": "name", "message": "Field required"}]


async def test_sorties_become_missions_of_one_group_that_are_approved_one_by_one(api_settings: Settings) -> None:
    homes = [{"home": [51.16, 43.65], "name": "west"}, {"home": [51.163, 43.652], "name": "east"}]
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        alone = await created(api, headers)
        assert alone["group_id"] is None
        answer = await api.http.post(MISSIONS, headers=headers, json={"name": "Shared", "request": survey(vehicles=homes)})
        assert answer.status_code == 201, answer.text
        first = answer.json()
        group = (await api.http.get(MISSIONS, headers=headers, params={"group_id": first["group_id"]})).json()["items"]
        names = [mission["name"].split(", ") for mission in group]
        assert [name[2] for name in names] == ["flight 1 of 2", "flight 2 of 2"]
        assert {name[1] for name in names} == {"west", "east"}
        assert group[0]["id"] == first["id"]
        assert len({mission["content_hash"] for mission in group}) == 2
        assert sum(mission["statistics"]["photos"] for mission in group) == alone["statistics"]["photos"]
        assert len((await api.http.get(MISSIONS, headers=headers)).json()["items"]) == 3
        approval = {"content_hash": group[1]["content_hash"]}
        approved = await api.http.post(f"{MISSIONS}/{group[1]['id']}/approval", headers=headers, json=approval)
        assert approved.json()["state"] == "approved"
        assert (await api.http.get(f"{MISSIONS}/{first['id']}", headers=headers)).json()["state"] == "draft"
        body = {"name": "Shared", "request": survey(vehicles=homes)}
        refused = await api.http.put(f"{MISSIONS}/{alone['id']}", headers=headers | {"If-Match": '"1"'}, json=body)
        assert_problem(refused, 422, "mission_several_flights")


async def test_a_revision_needs_the_newest_etag(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        mission = await created(api, headers)
        url, body = f"{MISSIONS}/{mission['id']}", {"name": "Beach, lower", "request": survey(altitude_m=30)}
        etag = (await api.http.get(url, headers=headers)).headers["etag"]
        assert_problem(await api.http.put(url, headers=headers, json=body), 412, "if_match_needed")
        revised = await api.http.put(url, headers=headers | {"If-Match": etag}, json=body)
        assert revised.status_code == 200, revised.text
        assert (revised.json()["revision"], revised.json()["name"]) == (2, "Beach, lower")
        assert revised.json()["content_hash"] != mission["content_hash"]
        assert_problem(await api.http.put(url, headers=headers | {"If-Match": etag}, json=body), 412, "geo.revision")


async def test_an_approval_binds_to_the_content_and_a_revision_undoes_it(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        mission = await created(api, headers)
        url = f"{MISSIONS}/{mission['id']}"
        assert_problem(
            await api.http.post(f"{url}/approval", headers=headers, json={"content_hash": "sha256:other"}), 409, "geo.content_hash"
        )
        approved = await api.http.post(f"{url}/approval", headers=headers, json={"content_hash": mission["content_hash"]})
        assert (approved.json()["state"], approved.json()["approved_by"]) == ("approved", "pilot")
        body = {"name": "Beach", "request": survey(altitude_m=50)}
        revised = (await api.http.put(url, headers=headers | {"If-Match": approved.headers["etag"]}, json=body)).json()
        assert (revised["state"], revised["approved_by"]) == ("draft", None)


async def test_only_an_approved_mission_is_uploaded_and_exactly_its_items(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        await api.hear(vehicle_state("mav-5"))
        vehicle = "/api/v1/vehicles/mav-5"
        await api.http.post(f"{vehicle}/lease", headers=headers)
        got: list[CommandRequest] = []

        async def on_request(message: Msg) -> None:
            got.append(CommandRequest.model_validate_json(message.data))
            await message.respond(update_of(got[-1], CommandState.SENT).encode())

        await api.bus.subscribe("command.request.mav-5", cb=on_request)
        mission = await created(api, headers)
        upload = {"command": "upload_mission", "parameters": {"mission_id": mission["id"]}}
        assert_problem(await api.http.post(f"{vehicle}/commands", headers=headers, json=upload), 409, "mission_not_approved")
        await api.http.post(f"{MISSIONS}/{mission['id']}/approval", headers=headers, json={"content_hash": mission["content_hash"]})
        assert (await api.http.post(f"{vehicle}/commands", headers=headers, json=upload)).status_code == 202
        with anyio.fail_after(30):
            while not got:
                await anyio.sleep(0.01)
        plan = json.loads((await api.http.get(f"{MISSIONS}/{mission['id']}/plan", headers=headers)).content)
        assert got[0].parameters["mission_id"] == mission["id"]
        assert len(got[0].parameters["items"]) > 4
        assert plan["fileType"] == "Plan"
        await api.http.delete(f"{vehicle}/lease", headers=headers)


async def test_an_exported_plan_comes_back_by_import(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        mission = await created(api, headers)
        file = (await api.http.get(f"{MISSIONS}/{mission['id']}/plan", headers=headers)).content
        answer = await api.http.post(f"{MISSIONS}/import", headers=headers, params={"name": "Back"}, content=file)
        assert answer.status_code == 201, answer.text
        assert answer.json()["path"]["type"] == "LineString"
        assert len(read_plan_bytes(file, "x.plan").items) > 4
        for suffix in ("kmz", "csv", "kml", "geojson", "waypoints"):
            named = {"name": suffix, "format": suffix}
            sent = await api.http.get(f"{MISSIONS}/{mission['id']}/plan", headers=headers, params=named)
            assert sent.headers["content-disposition"].endswith(f'.{suffix}"'), sent.text
            back = await api.http.post(f"{MISSIONS}/import", headers=headers, params=named, content=sent.content)
            assert back.status_code == 201, back.text
            assert len(back.json()["path"]["coordinates"]) >= 2
        lost = (await api.http.get(f"{MISSIONS}/{mission['id']}/plan-losses", headers=headers, params={"format": "csv"})).json()
        assert any("TAKEOFF" in finding["message"] and finding["item"] == 1 for finding in lost)
        unknown = await api.http.get(f"{MISSIONS}/{mission['id']}/plan", headers=headers, params={"format": "doc"})
        assert unknown.status_code == 422
        broken = await api.http.post(f"{MISSIONS}/import", headers=headers, params={"name": "Bad"}, content=b"{")
        assert broken.status_code == 422, broken.text
        assert broken.json()["hint"]


async def test_missions_are_listed_page_by_page_newest_first_and_deleted(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        ids = [(await created(api, headers, f"M{number}"))["id"] for number in range(3)]
        first = (await api.http.get(MISSIONS, headers=headers, params={"limit": 2})).json()
        rest = (await api.http.get(MISSIONS, headers=headers, params={"limit": 2, "cursor": first["next_cursor"]})).json()
        assert [mission["id"] for mission in first["items"] + rest["items"]] == ids[::-1]
        assert rest["next_cursor"] is None
        assert (await api.http.delete(f"{MISSIONS}/{ids[0]}", headers=headers)).status_code == 204
        assert_problem(await api.http.get(f"{MISSIONS}/{ids[0]}", headers=headers), 404, "mission_unknown")


async def test_camera_models_are_listed(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.VIEWER)
        items = (await api.http.get("/api/v1/camera-models", headers=headers)).json()["items"]
        assert "sunqar-sim-nadir" in {item["id"] for item in items}


async def test_the_certificate_of_a_mission_looks_at_the_zones_of_the_database(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        mission = await created(api, headers)
        path = f"{MISSIONS}/{mission['id']}/certificate"
        proof = (await api.http.get(path, headers=headers)).json()
        assert (proof["certificate"]["forbidden_m"], proof["certificate"]["passed"], proof["certificate"]["zones"]) == (0, True, [])
        assert proof["certificate"]["plan_hash"] == mission["content_hash"]
        await api.services.database.execute(
            "INSERT INTO airspace_zone (id, name_kk, name_ru, name_en, kind, authority, floor_m, ceiling_m, valid_from, valid_to, area)"
            " VALUES ('z', 'z', 'z', 'Camp', 'no_fly', 'A', 0, NULL, '2026-05-01', '2026-05-02',"
            " ST_Buffer(ST_SetSRID(ST_MakePoint(51.1615, 43.651), 4326)::geography, 30)::geometry)"
        )
        proof = (await api.http.get(path, headers=headers)).json()
        assert proof["certificate"]["forbidden_m"] > 0
        assert "inside_airspace" in {finding["code"] for finding in proof["findings"]}
        later = (await api.http.get(path, headers=headers, params={"at": "2026-06-01T06:00:00Z"})).json()
        assert later["certificate"]["passed"]


OWN_CAMERA = {
    "id": "lab-1",
    "name": "Laboratory camera",
    "sensor_width_mm": 13.2,
    "sensor_height_mm": 8.8,
    "focal_length_mm": 10.0,
    "image_width_px": 5472,
    "image_height_px": 3648,
    "min_interval_s": 0.5,
    "shutter": "global",
}


async def test_cameras_of_ones_own_are_kept_planned_with_changed_and_deleted(api_settings: Settings) -> None:
    path = "/api/v1/camera-models"
    async with running_api(api_settings) as api:
        pilot, viewer = await api.account(Role.PILOT), await api.account(Role.OPERATOR)
        assert_problem(await api.http.post(path, headers=viewer, json=OWN_CAMERA), 403, "role_needed")
        made = await api.http.post(path, headers=pilot, json=OWN_CAMERA)
        assert (made.status_code, made.json()["origin"]) == (201, "own"), made.text
        assert_problem(await api.http.post(path, headers=pilot, json=OWN_CAMERA), 409, "camera_exists")
        assert_problem(await api.http.post(path, headers=pilot, json=OWN_CAMERA | {"id": "dji-mavic-3e"}), 409, "camera_exists")
        listed = (await api.http.get(path, headers=viewer)).json()["items"]
        assert (listed[0]["id"], listed[0]["origin"], listed[-1]["origin"]) == ("lab-1", "own", "catalogue")
        planned = await api.http.post(f"{MISSIONS}/preview", headers=pilot, json={"request": survey(camera="lab-1", speed_mps=5)})
        gsd_cm = planned.json()["statistics"]["gsd_cm"]
        assert gsd_cm == pytest.approx(13.2 / 10.0 * 40 / 5472 * 100, rel=1e-3)
        wrong = OWN_CAMERA | {"focal_length_mm": -3, "image_width_px": "wide", "colour": "red"}
        del wrong["id"]
        refused = await api.http.put(f"{path}/lab-1", headers=pilot, json=wrong)
        assert_problem(refused, 422, "camera_invalid")
        assert all(said in refused.json()["detail"] for said in ("focal_length_mm -3", "image_width_px 'wide'", "member 'colour'"))
        right = {name: value for name, value in OWN_CAMERA.items() if name != "id"} | {"focal_length_mm": 20.0}
        assert (await api.http.put(f"{path}/lab-1", headers=pilot, json=right)).json()["focal_length_mm"] == 20.0
        assert_problem(await api.http.put(f"{path}/dji-mavic-3e", headers=pilot, json=right), 404, "geo.not_found")
        assert (await api.http.delete(f"{path}/lab-1", headers=pilot)).status_code == 204
        assert_problem(await api.http.delete(f"{path}/lab-1", headers=pilot), 404, "geo.not_found")


def _area(*points: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[*map(list, points), list(points[0])]]}


_BOW_TIE = _area((51.16, 43.65), (51.163, 43.652), (51.163, 43.65), (51.16, 43.652))
_OVER_180 = _area((179.999, 43.65), (-179.998, 43.65), (-179.998, 43.653), (179.999, 43.653))
_AROUND = _area((51.15, 43.64), (51.175, 43.64), (51.175, 43.665), (51.15, 43.665))
_NARROW = _area((51.1605, 43.6505), (51.17, 43.6505), (51.17, 43.66), (51.1605, 43.66))
_WRONG_DRAWINGS: dict[str, tuple[dict[str, Any], str]] = {
    "crosses itself": ({"polygon": _BOW_TIE}, "self_crossing"),
    "over 180": ({"polygon": _OVER_180}, "antimeridian"),
    "on a line": ({"polygon": _area((51.16, 43.65), (51.161, 43.65), (51.163, 43.65))}, "no_area"),
    "two points": ({"polygon": _area((51.16, 43.65), (51.163, 43.65))}, "too_few_points"),
    "home outside the fence": ({"fence": _NARROW}, "home_blocked"),
    "inside a zone": ({"avoid": [_AROUND], "home": [51.14, 43.63]}, "nothing_to_fly"),
    "a hole larger than the area": (
        {"polygon": {"type": "Polygon", "coordinates": [*POLYGON["coordinates"], *_AROUND["coordinates"]]}, "home": [51.14, 43.63]},
        "nothing_to_fly",
    ),
    "home far away": ({"home": [71.4, 51.1]}, "home_far"),
    "exchanged": ({"polygon": _area((43.65, 51.16), (43.65, 51.163), (43.652, 51.163))}, "home_far"),
    "huge": ({"polygon": _area((51.0, 43.0), (53.0, 43.0), (53.0, 45.0)), "home": [51.5, 43.5]}, "area_too_large"),
    "too fine": ({"polygon": _area((51.16, 43.65), (51.19, 43.65), (51.19, 43.672), (51.16, 43.672)), "altitude_m": 3}, "too_many_photos"),
}


async def test_what_is_drawn_wrongly_is_answered_at_its_place_and_nothing_is_kept(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)
        for name, (changes, code) in _WRONG_DRAWINGS.items():
            answer = await api.http.post(f"{MISSIONS}/preview", headers=headers, json={"request": survey(speed_mps=None) | changes})
            assert answer.status_code == 200, (name, answer.text)
            wrong = [finding for finding in answer.json()["findings"] if finding["severity"] == "error"]
            assert [finding["code"] for finding in wrong] == [code], (name, wrong)
            assert wrong[0]["place"] is not None, name
        body = '{"request": {"pattern": "survey", "polygon": {"type": "Polygon", "coordinates": [[[NaN, 43], [51, 44], [52, 44]]]}}}'
        refused = await api.http.post(f"{MISSIONS}/preview", headers=headers | {"Content-Type": "application/json"}, content=body)
        assert refused.status_code in (400, 422)
        assert refused.headers["content-type"].startswith("application/problem+json")
        assert_problem(
            await api.http.post(MISSIONS, headers=headers, json={"name": "x", "request": survey(polygon=_BOW_TIE)}),
            422,
            "mission_unplannable",
        )
        assert (await api.http.get(MISSIONS, headers=headers)).json()["items"] == []
