"""Airspace files over HTTP: taken in whole, on the map, in the certificate, listed, replaced, removed."""

import json
from typing import Any

import pytest

from ground_station.accounts import Role
from ground_station.settings import Settings
from tests.integration.test_api_missions import MISSIONS, created
from tests.support.api import running_api
from tests.support.problems import assert_problem

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus]

AIRSPACE = "/api/v1/airspace"


def geozones(ring: list[list[float]], lower: float = 0.0) -> bytes:
    period = {"startDateTime": "2026-05-01T00:00:00Z", "endDateTime": "2026-06-01T00:00:00Z"}
    period |= {"schedule": [{"day": ["FRI"], "startTime": "06:00Z", "endTime": "18:00Z"}]}  # type: ignore[dict-item]
    layer = {"lower": lower, "lowerReference": "AGL", "upper": 500, "upperReference": "AMSL", "uom": "m"}
    properties = {"identifier": "UAR7", "type": "PROHIBITED", "name": "Port", "limitedApplicability": [period]}
    geometry = {"type": "Polygon", "coordinates": [ring], "layer": layer}
    return json.dumps(
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": properties, "geometry": geometry}]}
    ).encode()


OVER_THE_FIELD = [[51.161, 43.6505], [51.162, 43.6505], [51.162, 43.6515], [51.161, 43.6515], [51.161, 43.6505]]
BOW = [[51.0, 43.0], [51.1, 43.1], [51.1, 43.0], [51.0, 43.1], [51.0, 43.0]]


async def test_a_file_is_taken_in_seen_used_replaced_and_removed(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        headers = await api.account(Role.PILOT)

        async def put(data: bytes, name: str = "port.geojson") -> Any:
            return await api.http.post(f"{AIRSPACE}/import", headers=headers, params={"source": name}, content=data)

        taken = await put(geozones(OVER_THE_FIELD))
        assert taken.status_code == 201, taken.text
        assert (taken.json()["zones"], taken.json()["remarks"]) == (1, [])
        listed = (await api.http.get(AIRSPACE, headers=headers)).json()
        assert [(source["source"], source["zones"]) for source in listed["sources"]] == [("port.geojson", 1)]
        assert {"openair", "ed269", "ed318", "kml"} <= {known["id"] for known in listed["formats"]}

        on_map = (await api.http.get("/api/v1/zones", headers=headers, params={"datetime": "2026-05-15T00:00:00Z"})).json()["features"]
        shown = next(feature["properties"] for feature in on_map if feature["properties"]["source"] == "port.geojson")
        assert (shown["kind"], shown["ceiling_m"], shown["ceiling_reference"]) == ("no_fly", 500, "amsl")

        for at, active, changes in (
            ("2026-05-01T08:00:00Z", True, "2026-05-01T18:00:00Z"),
            ("2026-05-02T08:00:00Z", False, "2026-05-08T06:00:00Z"),
            ("2026-05-30T08:00:00Z", False, None),
        ):
            force = (await api.http.get(f"{AIRSPACE}/in-force", headers=headers, params={"at": at})).json()["items"]
            assert [(zone["active"], zone["changes_at"]) for zone in force if zone["id"].startswith("port.geojson:")] == [(active, changes)]

        mission = await created(api, headers)
        path = f"{MISSIONS}/{mission['id']}/certificate"
        for at, free in (("2026-05-01T08:00:00Z", False), ("2026-05-02T08:00:00Z", True), ("2026-07-03T08:00:00Z", True)):
            proof = (await api.http.get(path, headers=headers, params={"at": at})).json()["certificate"]
            assert proof["passed"] is free, at

        assert_problem(await put(geozones(BOW)), 422, "mission.airspace_file")
        assert (await put(geozones(OVER_THE_FIELD, lower=200))).status_code == 201
        proof = (await api.http.get(path, headers=headers, params={"at": "2026-05-01T08:00:00Z"})).json()["certificate"]
        assert (proof["passed"], len(proof["zones"])) == (True, 1)

        viewer = await api.account(Role.VIEWER, "guest")
        assert_problem(await api.http.delete(f"{AIRSPACE}/sources", headers=viewer, params={"source": "port.geojson"}), 403, "role_needed")
        gone = await api.http.delete(f"{AIRSPACE}/sources", headers=headers, params={"source": "port.geojson"})
        assert gone.status_code == 204
        again = await api.http.delete(f"{AIRSPACE}/sources", headers=headers, params={"source": "port.geojson"})
        assert_problem(again, 404, "airspace_unknown")
