"""Several vehicles in the browser: a fence drawn for one, one command and different missions for all, a dock's cycle, a schedule."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, TimeoutError, expect

from tests.support.browser import hold_button, keep_screen, look_at, open_page, pixel_of, sign_in
from tests.support.stack import ADMIN_PASSWORD, Stack, running_stack, wait_for

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.browser, pytest.mark.timeout(600)]

FLEET = ("mav-1", "mav-2")


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("fleet"), SUNQAR_SIM__FLEET="2") as running:
        yield running


def test_a_fence_and_a_rally_point_drawn_on_the_map_are_on_board(station: Stack) -> None:
    with station.client() as http:
        state = wait_for("a home", lambda: (s := http.get("/api/v1/vehicles/mav-1").json()).get("home_lon_deg") and s, 90.0)
        lon, lat = state["home_lon_deg"], state["home_lat_deg"]
        with open_page(station.url, width_px=1440, height_px=900) as page:
            sign_in(page, ADMIN_PASSWORD)
            page.get_by_test_id("vehicle-row-mav-1").click(timeout=45_000)
            page.get_by_test_id("take-control").click()
            expect(page.get_by_test_id("control-bar")).to_have_attribute("data-holder", "admin", timeout=45_000)
            look_at(page, lon, lat, 15.5)

            def click_at(east: float, north: float) -> None:
                x, y = pixel_of(page, lon + east, lat + north)
                page.mouse.move(x - 3, y - 3)
                page.mouse.move(x, y)
                page.mouse.click(x, y)

            page.get_by_test_id("vehicle-section-onboard").get_by_role("button").first.click()
            page.get_by_test_id("fence-draw").click(timeout=45_000)
            draft = page.get_by_test_id("fence-draft")
            page.get_by_test_id("draw-area.in").click()
            expect(draft).to_have_attribute("data-drawing", "area", timeout=45_000)
            for corner in ((-0.003, -0.002), (0.003, -0.002), (0.003, 0.002), (-0.003, 0.002), (-0.003, -0.002)):
                click_at(*corner)
            expect(draft).to_have_attribute("data-shapes", "1", timeout=45_000)
            for shapes, kind in ((2, "circle.out"), (3, "circle.in")):
                page.get_by_test_id(f"draw-{kind}").click()
                click_at(0.0018, 0.001 * (1 if kind == "circle.out" else -1))
                click_at(0.0024, 0.001 * (1 if kind == "circle.out" else -1))
                expect(draft).to_have_attribute("data-shapes", str(shapes), timeout=45_000)
            page.get_by_test_id("draw-rally").click()
            click_at(-0.001, -0.001)
            expect(draft).to_have_attribute("data-shapes", "4", timeout=45_000)
            keep_screen(page, "fence-drawn.png")
            page.get_by_test_id("shape-delete-3").click()
            expect(draft).to_have_attribute("data-shapes", "3", timeout=45_000)
            page.get_by_test_id("shape-radius-2").fill("40")
            page.get_by_test_id("shape-radius-2").blur()
            page.get_by_test_id("fence-check").click()
            expect(page.get_by_test_id("fence-judged")).to_have_attribute("data-may-upload", "true", timeout=45_000)
            page.get_by_test_id("fence-upload").click()
            expect(page.get_by_test_id("onboard-told")).to_have_attribute("data-failed", "false", timeout=60_000)
            fence = http.get("/api/v1/vehicles/mav-1/fence?refresh=true").json()
            assert [(shape["inclusion"], len(shape["vertices"])) for shape in fence["polygons"]] == [(True, 4)]
            assert [(shape["inclusion"], round(shape["radius_m"])) for shape in fence["circles"]] == [(False, 40)]
            page.get_by_test_id("rally-upload").click()
            wait_for("a rally point on board", lambda: http.get("/api/v1/vehicles/mav-1/rally?refresh=true").json()["points"], 45.0)
            page.get_by_test_id("theme-toggle").click()
            page.get_by_test_id("fence-draw").click()
            keep_screen(page, "fence-on-board.png")
            hold_button(page, "onboard-fence-clear")
            hold_button(page, "onboard-rally-clear")
            page.get_by_test_id("release-control").click()


def survey(east_deg: float) -> dict[str, Any]:
    west, south = 51.16 + east_deg, 43.6515
    ring = [[west, south], [west + 0.001, south], [west + 0.001, south + 0.0008], [west, south + 0.0008], [west, south]]
    area = {"type": "Polygon", "coordinates": [ring]}
    how = {"camera": "sunqar-sim-nadir", "front_overlap": 0.5, "side_overlap": 0.4, "angle_deg": "auto", "home": [51.16, 43.6505]}
    return {"polygon": area, "altitude_m": 40, "speed_mps": 8, **how}


def approved(http: httpx.Client, name: str, east_deg: float) -> str:
    made = http.post("/api/v1/missions", json={"name": name, "request": survey(east_deg)}).raise_for_status().json()
    http.post(f"/api/v1/missions/{made['id']}/approval", json={"content_hash": made["content_hash"]}).raise_for_status()
    return str(made["id"])


def choose_both(page: Page) -> None:
    page.get_by_test_id("vehicle-row-mav-1").click(timeout=45_000)
    page.get_by_test_id("fleet-select").click()
    page.get_by_test_id("vehicle-row-mav-2").click()


def test_two_take_off_together_one_of_them_from_its_dock_which_takes_it_in_again(station: Stack) -> None:
    with station.client() as http:
        for vehicle_id in FLEET:
            wait_for("ready to arm", lambda v=vehicle_id: http.get(f"/api/v1/vehicles/{v}").json().get("ready_to_arm"), 90.0)
        with open_page(station.url, width_px=1100, height_px=800) as page:
            sign_in(page, ADMIN_PASSWORD)
            page.get_by_test_id("nav-docks").click()
            page.get_by_test_id("dock-new").click()
            page.get_by_test_id("dock-name").fill("Harbour dock")
            page.get_by_test_id("dock-device").fill("sim:1")
            page.get_by_test_id("dock-vehicle").select_option("mav-1")
            page.get_by_test_id("dock-save").click()
            dock = page.get_by_test_id("dock-Harbour dock")
            expect(dock).to_have_attribute("data-state", "ready", timeout=45_000)

            page.get_by_test_id("nav-vehicles").click()
            choose_both(page)
            page.get_by_test_id("group-name").fill("Harbour")
            page.get_by_test_id("group-keep").click()
            expect(page.get_by_test_id("group-Harbour")).to_be_visible(timeout=45_000)
            page.get_by_test_id("fleet-take").click()
            page.get_by_test_id("fleet-takeoff").wait_for(state="visible", timeout=45_000)
            http.put("/api/v1/vehicles/mav-2/parameters", json={"name": "RTL_ALT_M", "value": 45}).raise_for_status()
            page.get_by_test_id("fleet-params-open").click()
            page.get_by_test_id("fleet-params-baseline").select_option("mav-1")
            page.get_by_test_id("fleet-param-mav-2-RTL_ALT_M").click(timeout=60_000)
            keep_screen(page, "fleet-parameters.png")
            hold_button(page, "fleet-params-apply")
            expect(page.get_by_test_id("fleet-params-told")).to_contain_text("RTL_ALT_M", timeout=45_000)
            expect(page.get_by_test_id("fleet-param-mav-2-RTL_ALT_M")).to_have_count(0, timeout=45_000)
            page.get_by_test_id("fleet-params-close").click()
            page.get_by_test_id("fleet-takeoff").click(timeout=45_000)
            keep_screen(page, "fleet-confirm.png")
            hold_button(page, "fleet-hold-confirm")
            for vehicle_id in FLEET:
                row = page.get_by_test_id(f"fleet-row-{vehicle_id}")
                expect(row).to_have_attribute("data-command", "takeoff", timeout=60_000)
                expect(row).to_have_attribute("data-state", "done", timeout=90_000)
            wait_for("a conflict of two that hang side by side", lambda: http.get("/api/v1/conflicts").json()["items"], 30.0)
            keep_screen(page, "fleet-flying.png")
            page.get_by_test_id("theme-toggle").click()
            page.get_by_test_id("fleet-rtl").click()
            for vehicle_id in FLEET:
                expect(page.get_by_test_id(f"fleet-row-{vehicle_id}")).to_have_attribute("data-command", "rtl", timeout=45_000)

            page.get_by_test_id("nav-docks").click()
            expect(dock).to_have_attribute("data-state", "away", timeout=45_000)
            pace = {"name": "SIM_SPEEDUP", "value": 6}  # nothing on the way home has to be seen
            http.put("/api/v1/vehicles/mav-1/parameters", json=pace).raise_for_status()
            expect(dock).to_have_attribute("data-state", "charging", timeout=150_000)
            dock.get_by_test_id("dock-history").locator("summary").click()
            expect(dock.locator("[data-action=close]")).to_be_visible(timeout=45_000)
            keep_screen(page, "docks.png")
            dock.get_by_test_id("dock-open").click()
            expect(dock).to_have_attribute("data-state", "open", timeout=45_000)


def test_missions_that_meet_are_compared_before_the_start_and_taken_on_by_name(station: Stack) -> None:
    with station.client() as http:
        missions = {vehicle_id: approved(http, f"Beach {vehicle_id}", 0.0005 * n) for n, vehicle_id in enumerate(FLEET)}
        for vehicle_id in FLEET:
            wait_for("on the ground", lambda v=vehicle_id: not http.get(f"/api/v1/vehicles/{v}").json()["armed"], 120.0)
            http.delete(f"/api/v1/vehicles/{vehicle_id}/lease")  # where the first test's page still holds it
        with open_page(station.url, width_px=1100, height_px=900) as page:
            sign_in(page, ADMIN_PASSWORD)
            choose_both(page)
            page.get_by_test_id("fleet-take").click()
            for vehicle_id, mission_id in missions.items():
                page.get_by_test_id(f"fleet-mission-{vehicle_id}").select_option(mission_id, timeout=45_000)
            page.get_by_test_id("fleet-upload").click()
            expect(page.get_by_test_id("fleet-check")).to_be_enabled(timeout=90_000)
            page.get_by_test_id("fleet-check").click()
            conflict = page.get_by_test_id("fleet-conflict")
            expect(conflict).to_be_visible(timeout=60_000)
            expect(conflict).to_have_attribute("data-against", "starting")
            expect(page.get_by_test_id("fleet-start")).to_be_disabled()
            keep_screen(page, "fleet-conflict.png")
            conflict.get_by_role("checkbox").check()
            hold_button(page, "fleet-start")
            for vehicle_id in FLEET:
                row = page.get_by_test_id(f"fleet-row-{vehicle_id}")
                expect(row).to_have_attribute("data-command", "start_mission", timeout=60_000)
                expect(row).to_have_attribute("data-state", "done", timeout=90_000)
            for vehicle_id in FLEET:
                http.post(f"/api/v1/vehicles/{vehicle_id}/commands", json={"command": "rtl"}).raise_for_status()


def test_what_a_schedule_proposes_waits_until_a_person_has_approved_it(station: Stack) -> None:
    with station.client() as http:
        body = {"name": "Dump by the pier", "target_kind": "polygon", "area": survey(0.01)["polygon"], "every_days": 30}
        made = http.post("/api/v1/schedules", json=body).raise_for_status().json()
        with open_page(station.url, width_px=1100, height_px=800) as page:
            sign_in(page, ADMIN_PASSWORD)
            page.get_by_test_id("nav-missions").click()
            page.get_by_test_id("schedules").locator("summary").click()
            row = page.get_by_test_id("schedule-Dump by the pier")
            expect(row).to_have_attribute("data-due", "true", timeout=45_000)
            # Once a minute the station proposes by itself what is due; a person may do it sooner.
            with suppress(TimeoutError):  # where the station was quicker, there is nothing to press
                row.get_by_test_id("schedule-propose").click(timeout=5_000)
            row.get_by_test_id("schedule-open").click(timeout=90_000)
            expect(page.get_by_test_id("mission-state")).to_have_attribute("data-state", "proposed", timeout=45_000)
            keep_screen(page, "schedule-proposed.png")
            mission_id = http.get("/api/v1/schedules").json()["items"][0]["mission_id"]
            order = {"command": "upload_mission", "parameters": {"mission_id": mission_id}}
            http.post("/api/v1/vehicles/mav-2/lease").raise_for_status()
            refused = http.post("/api/v1/vehicles/mav-2/commands", json=order)
            assert (refused.status_code, refused.json()["code"]) == (409, "mission_not_approved"), made
            page.get_by_test_id("mission-approve").click()
            expect(page.get_by_test_id("mission-state")).to_have_attribute("data-state", "approved", timeout=45_000)
