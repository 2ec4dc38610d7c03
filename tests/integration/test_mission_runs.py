"""A mission carried out through the api over two vehicles, with everything real behind it, and the api gone for a while in between."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import anyio
import pytest

from geo.core import AuditFilter, AuditLog, EventStore, MissionStore, RunStore, VehicleEventRow
from geo.primitives import new_id, utc_now
from ground_station.accounts import Role
from ground_station.messages import MissionProgress
from ground_station.processes import station, store
from ground_station.settings import Settings
from missions import photo_legs, plan_from_json, planned_shots
from sim import Fleet, parse_address, parse_home, parse_wind
from tests.support.api import PASSWORD, RunningApi, running_api, vehicle_state
from tests.support.problems import assert_problem
from tests.support.programs import free_port

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus, pytest.mark.timeout(400)]

HOME = (51.1600, 43.6505)
RING = [[51.1602, 43.6506], [51.1616, 43.6506], [51.1616, 43.6512], [51.1602, 43.6512], [51.1602, 43.6506]]
SURVEY = {
    "polygon": {"type": "Polygon", "coordinates": [RING]},
    "camera": "sunqar-sim-nadir",
    "altitude_m": 25,
    "front_overlap": 0.5,
    "side_overlap": 0.3,
    "angle_deg": 0,
    "speed_mps": 6,
    "home": list(HOME),
}
WITHIN_S = 150.0
Json = dict[str, Any]


class Pilot:
    """A person with an account, at one api after another."""

    def __init__(self, api: RunningApi, headers: dict[str, str]) -> None:
        self.api, self.headers = api, headers

    async def ask(self, method: str, path: str, **body: Any) -> Any:
        return await self.api.http.request(method, f"/api/v1{path}", headers=self.headers, json=body or None)

    async def told(self, method: str, path: str, **body: Any) -> Json:
        answer = await self.ask(method, path, **body)
        assert answer.is_success, answer.text
        found: Json = answer.json()
        return found

    async def command(self, vehicle_id: str, name: str) -> None:
        body: Json = {"command": name, "parameters": {}}
        await self.told("POST", f"/vehicles/{vehicle_id}/lease")  # renewed: it runs out while a slow machine comes this far
        token = (await self.told("POST", f"/vehicles/{vehicle_id}/confirmations", **body))["confirmation_token"]
        sent = await self.told("POST", f"/vehicles/{vehicle_id}/commands", **body, confirmation_token=token)
        done = await self.until(
            f"/vehicles/{vehicle_id}/commands/{sent['command_id']}", lambda update: update["state"] in ("done", "failed")
        )
        assert done["state"] == "done", done

    async def until(self, path: str, wanted: Callable[[Json], object]) -> Json:
        answer: Json = {}
        with anyio.move_on_after(WITHIN_S):
            while True:
                got = await self.ask("GET", path)
                if got.is_success:
                    answer = got.json()
                    if wanted(answer):
                        return answer
                await anyio.sleep(0.2)
        pytest.fail(f"{path} was not as wanted within {WITHIN_S:g} s: {answer}")

    async def slot(self, run_id: str, wanted: Callable[[Json], object]) -> Json:
        run = await self.until(f"/runs/{run_id}", lambda run: wanted(run["slots"][0]))
        slot: Json = run["slots"][0]
        return slot


@asynccontextmanager
async def two_copters(settings: Settings) -> AsyncIterator[Fleet]:
    """Station and store with two vehicles; no api yet."""
    port = free_port()
    settings.station.links = [f"udpin:127.0.0.1:{port}"]
    out, home = parse_address(f"udpout:127.0.0.1:{port}"), parse_home(f"{HOME[1]},{HOME[0]}")
    with Fleet(2, home, out, seed=1, speedup=4.0, wind=parse_wind("0,0")) as fleet:
        async with anyio.create_task_group() as tasks:
            for run in (station.run, store.run):
                tasks.start_soon(run, settings)
            tasks.start_soon(fleet.run)
            yield fleet
            tasks.cancel_scope.cancel()


async def test_a_mission_is_handed_over_to_a_second_vehicle_and_an_api_that_was_away_goes_on_with_it(api_settings: Settings) -> None:
    async with two_copters(api_settings) as fleet:
        clock = fleet.vehicles[0].parameters
        async with running_api(api_settings) as api:
            pilot = Pilot(api, await api.account(Role.PILOT))
            for vehicle_id in ("mav-1", "mav-2"):
                await pilot.until(f"/vehicles/{vehicle_id}", lambda state: state["ready_to_arm"] and state["link"] == "online")
                await pilot.told("POST", f"/vehicles/{vehicle_id}/lease")
            mission = await pilot.told("POST", "/missions", name="Field", request=SURVEY)
            assert_problem(await pilot.ask("POST", "/runs", missions=[{"mission_id": mission["id"]}]), 409, "mission_not_approved")
            await pilot.told("POST", f"/missions/{mission['id']}/approval", content_hash=mission["content_hash"])
            run_id = (await pilot.told("POST", "/runs", missions=[{"mission_id": mission["id"]}], least_battery=0.1))["run_id"]
            waiting = await pilot.slot(run_id, lambda slot: [one["free"] for one in slot["candidates"]] == [True, True])
            assert waiting["state"] == "waiting_for_drone"

            await pilot.told("POST", f"/runs/{run_id}/slots/1/vehicle", vehicle_id="mav-1")
            await pilot.slot(run_id, lambda slot: slot["state"] == "ready")
            await pilot.command("mav-1", "start_mission")
            clock.set("SIM_SPEEDUP", 1.5)  # it waits for whoever is to stop it, however slow a machine is
            await pilot.slot(run_id, lambda slot: slot["state"] == "flying" and slot["share"] > 0.2)
            # It stands in the air while nobody looks: how long that is, depends on the machine.
            await pilot.command("mav-1", "pause_mission")
            clock.set("SIM_SPEEDUP", 4.0)
            before = await pilot.slot(run_id, lambda slot: slot["state"] == "paused")

        async with running_api(api_settings) as api:
            token = (await api.http.post("/api/v1/auth/token", data={"username": "pilot", "password": PASSWORD})).json()["access_token"]
            pilot = Pilot(api, {"Authorization": f"Bearer {token}"})
            after = await pilot.slot(run_id, lambda slot: slot["state"] == "paused" and not slot["link_lost"] and slot["item"] > 0)
            assert (after["vehicle_id"], after["sortie"]) == ("mav-1", 1)
            assert after["share"] >= before["share"]
            for vehicle_id in ("mav-1", "mav-2"):
                await pilot.until(f"/vehicles/{vehicle_id}", lambda state: state["link"] == "online")  # this api has to hear it first
                await pilot.told("POST", f"/vehicles/{vehicle_id}/lease")

            await pilot.told("POST", f"/runs/{run_id}/slots/1/hand-over")
            left = await pilot.slot(run_id, lambda slot: slot["state"] == "waiting_for_drone")
            assert (left["sortie"], left["flying_id"]) == (2, None)
            assert 0.2 < left["share"] < 0.9
            await pilot.told("POST", f"/runs/{run_id}/slots/1/vehicle", vehicle_id="mav-2")
            ready = await pilot.slot(run_id, lambda slot: slot["state"] == "ready")
            rest = await MissionStore(api.services.database).get(ready["flying_id"])
            assert rest is not None
            assert rest.approved_by == "pilot"
            legs = photo_legs(plan_from_json(rest.content.plan))
            assert sum(len(leg.along_m) for leg in legs) < 0.85 * ready["expected_shots"]
            await pilot.command("mav-2", "start_mission")
            over = await pilot.slot(run_id, lambda slot: slot["state"] == "finished")
            assert over["share"] > 0.9, over
            told = await AuditLog(api.services.database).search(AuditFilter(action="run.finished"))
            assert [entry.detail["vehicle_id"] for entry in told] == ["mav-2"]


async def test_photographs_taken_while_no_api_listened_count(api_settings: Settings) -> None:
    async with running_api(api_settings) as api:
        pilot, database = Pilot(api, await api.account(Role.PILOT)), api.services.database
        mission = await pilot.told("POST", "/missions", name="Field", request=SURVEY)
        await pilot.told("POST", f"/missions/{mission['id']}/approval", content_hash=mission["content_hash"])
        run = await RunStore(database).create("Field", [(UUID(mission["id"]), ["mav-1"])], 0.5, "pilot")
        (slot,) = run.slots
        flying = replace(slot, state="flying", vehicle_id="mav-1", flying_id=slot.mission_id)
        row = await MissionStore(database).get(slot.mission_id)
        assert row is not None
        shots = planned_shots(photo_legs(plan_from_json(row.content.plan)))
        half = shots[: len(shots) // 2]
        assert await RunStore(database).change(flying) is not None
        began = utc_now()
        details = [
            {"lon_deg": s.position.lon_deg, "lat_deg": s.position.lat_deg, "height_m": s.height_m, "heading_deg": s.heading_deg}
            for s in half
        ]
        await EventStore(database).record(
            [VehicleEventRow(new_id(), "mav-1", began, "photo", "info", f"Photo {n}", detail) for n, detail in enumerate(details)]
        )
        seen = await pilot.slot(str(run.run_id), lambda slot: slot["shots"] > 0)
        assert (seen["shots"], seen["shots_by"]) == (len(half), "photos")
        assert 0.3 < seen["share"] < 0.7
        assert seen["covered"]["type"] == "MultiPolygon"
        # Changed in the air, it is still this mission: the vehicle carries it under another id.
        change = {"kind": "altitude", "item": 3, "by_m": 10.0}
        higher = await pilot.told("POST", f"/missions/{mission['id']}/changes", change=change)
        assert (higher["state"], higher["proposal"]["source_id"]) == ("draft", mission["id"])
        assert [finding for finding in higher["findings"] if finding["severity"] == "error"] == []
        aboard = MissionProgress(mission_id=UUID(higher["id"]), current_item=3, total_items=9, state="active")

        async def fly_on() -> None:
            while True:
                await api.hear(vehicle_state(mission=aboard, armed=True, flying=True, mode="AUTO"))
                await anyio.sleep(0.5)  # silent for longer, it would be lost

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(fly_on)
            carried = await pilot.slot(str(run.run_id), lambda slot: slot["flying_id"] == higher["id"])
            tasks.cancel_scope.cancel()
        assert carried["state"] == "flying"
        stopped = await pilot.told("POST", f"/runs/{run.run_id}/abort", reason="enough for today")
        assert (stopped["state"], stopped["slots"][0]["reason"]) == ("aborted", "enough for today")
        assert_problem(await pilot.ask("POST", f"/runs/{run.run_id}/abort", reason="enough for today"), 409, "run_state")


async def test_one_plan_is_flown_by_two_vehicles_at_once_and_a_third_flight_waits_for_one_of_them(api_settings: Settings) -> None:
    async with two_copters(api_settings), running_api(api_settings) as api:
        pilot = Pilot(api, await api.account(Role.PILOT))
        for vehicle_id in ("mav-1", "mav-2"):
            await pilot.until(f"/vehicles/{vehicle_id}", lambda state: state["ready_to_arm"] and state["link"] == "online")
        shared = {key: value for key, value in SURVEY.items() if key != "home"} | {
            "vehicles": [{"home": list(HOME), "name": "mav-1"}, {"home": [HOME[0] + 0.00008, HOME[1]], "name": "mav-2"}],
        }
        first = await pilot.told("POST", "/missions", name="Shared", request=shared)
        flights = (await pilot.told("GET", f"/missions?group_id={first['group_id']}"))["items"]
        single = await pilot.told("POST", "/missions", name="Alone", request=SURVEY)
        for mission in (*flights, single):
            await pilot.told("POST", f"/missions/{mission['id']}/approval", content_hash=mission["content_hash"])
        rows = [await MissionStore(api.services.database).get(UUID(flight["id"])) for flight in flights]
        ways_m = [highest_m(row.content.plan) for row in rows if row is not None]
        assert abs(ways_m[1] - ways_m[0]) == pytest.approx(16.0), "on their ways one is above the other"
        run = await pilot.told("POST", "/runs", group_id=first["group_id"], least_battery=0.1)
        run_id = run["run_id"]
        assert_problem(await pilot.ask("POST", "/runs", group_id=first["group_id"]), 409, "run_open")
        assert_problem(await pilot.ask("POST", f"/runs/{run_id}/slots/1/vehicle", vehicle_id="mav-1"), 403, "lease_needed")
        assert_problem(await pilot.ask("POST", f"/runs/{run_id}/slots/4/vehicle", vehicle_id="mav-1"), 404, "run_slot_unknown")
        assert_problem(await pilot.ask("POST", f"/runs/{run_id}/slots/1/hand-over"), 409, "run_state")

        # Each is offered the one it was planned for.
        run = await pilot.until(
            f"/runs/{run_id}", lambda run: [[one["why"] for one in slot["candidates"]] for slot in run["slots"]] == [["", ""], ["", "busy"]]
        )
        given = [slot["candidates"][0]["vehicle_id"] for slot in run["slots"]]
        assert [slot["name"].split(", ")[1] for slot in run["slots"]] == given
        for number, vehicle_id in enumerate(given, start=1):
            await pilot.told("POST", f"/vehicles/{vehicle_id}/lease")
            await pilot.told("POST", f"/runs/{run_id}/slots/{number}/vehicle", vehicle_id=vehicle_id)
        ready = await pilot.until(f"/runs/{run_id}", lambda run: [slot["state"] for slot in run["slots"]] == ["ready", "ready"])
        alone = (await pilot.told("POST", "/runs", missions=[{"mission_id": single["id"]}], least_battery=0.1))["run_id"]
        # Nobody is free for the third, until one of the two has flown its own to the end.
        await pilot.slot(alone, lambda slot: [candidate["why"] for candidate in slot["candidates"]] == ["busy", "busy"])
        # Both at once: they land side by side, which whoever starts them takes on by name.
        starts: Json = {
            "starts": [{"vehicle_id": slot["vehicle_id"], "mission_id": slot["flying_id"]} for slot in ready["slots"]],
            "accepted": [["mav-1", "mav-2"]],
        }
        token = (await pilot.told("POST", "/fleet/missions/confirmations", **starts))["confirmation_token"]
        sent = await pilot.told("POST", "/fleet/missions/start", **starts, confirmation_token=token)
        assert [row["refusal"] for row in sent["items"]] == [None, None], sent
        over = await pilot.until(f"/runs/{run_id}", lambda run: run["state"] == "finished")
        assert [(slot["vehicle_id"], slot["sortie"]) for slot in over["slots"]] == [(vehicle_id, 1) for vehicle_id in given]
        waiting = await pilot.slot(alone, lambda slot: any(candidate["free"] for candidate in slot["candidates"]))
        free = waiting["candidates"][0]["vehicle_id"]
        await pilot.told("POST", f"/vehicles/{free}/lease")
        await pilot.told("POST", f"/runs/{alone}/slots/1/vehicle", vehicle_id=free)
        third = await pilot.slot(alone, lambda slot: slot["state"] == "ready")
        assert (third["vehicle_id"], third["flying_id"]) == (free, single["id"])


def highest_m(plan: Json) -> float:
    items = plan_from_json(plan).flight_items()
    return max(item.altitude_m or 0.0 for item in items)
