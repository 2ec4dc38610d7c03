"""Several vehicles in the browser: a fence is drawn for one, all are started with one held confirmation, a dock is opened by hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

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
        with open_page(station.url, width_px=1100, height_px=800) as page:
            sign_in(page, ADMIN_PASSWORD)
            page.get_by_test_id("vehicle-row-mav-1").click(timeout=30_000)
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
            keep_screen(station.data_dir, "fence-drawn.png", page.screenshot())
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
            keep_screen(station.data_dir, "fence-on-board.png", page.screenshot())
            hold_button(page, "onboard-fence-clear")
            hold_button(page, "onboard-rally-clear")
            page.get_by_test_id("release-control").click()


def test_two_take_off_together_and_a_dock_opens(station: Stack) -> None:
    with station.client() as http:
        for vehicle_id in FLEET:
            wait_for("ready to arm", lambda v=vehicle_id: http.get(f"/api/v1/vehicles/{v}").json().get("ready_to_arm"), 90.0)
        with open_page(station.url, width_px=1100, height_px=800) as page:
            sign_in(page, ADMIN_PASSWORD)
            page.get_by_test_id("vehicle-row-mav-1").click(timeout=30_000)
            page.get_by_test_id("fleet-select").click()
            page.get_by_test_id("vehicle-row-mav-2").click()
            page.get_by_test_id("group-name").fill("Harbour")
            page.get_by_test_id("group-keep").click()
            expect(page.get_by_test_id("group-Harbour")).to_be_visible(timeout=45_000)
            page.get_by_test_id("fleet-take").click()
            page.get_by_test_id("fleet-takeoff").wait_for(state="visible", timeout=45_000)
            http.put("/api/v1/vehicles/mav-2/parameters", json={"name": "RTL_ALT_M", "value": 45}).raise_for_status()
            page.get_by_test_id("fleet-params-open").click()
            page.get_by_test_id("fleet-params-baseline").select_option("mav-1")
            page.get_by_test_id("fleet-param-mav-2-RTL_ALT_M").click(timeout=60_000)
            keep_screen(station.data_dir, "fleet-parameters.png", page.screenshot())
            hold_button(page, "fleet-params-apply")
            expect(page.get_by_test_id("fleet-params-told")).to_contain_text("RTL_ALT_M", timeout=45_000)
            expect(page.get_by_test_id("fleet-param-mav-2-RTL_ALT_M")).to_have_count(0, timeout=45_000)
            page.get_by_test_id("fleet-params-close").click()
            page.get_by_test_id("fleet-takeoff").click(timeout=45_000)
            keep_screen(station.data_dir, "fleet-confirm.png", page.screenshot())
            hold_button(page, "fleet-hold-confirm")
            for vehicle_id in FLEET:
                row = page.get_by_test_id(f"fleet-row-{vehicle_id}")
                expect(row).to_have_attribute("data-command", "takeoff", timeout=45_000)
                expect(row).to_have_attribute("data-state", "done", timeout=90_000)
            wait_for("a conflict of two that hang side by side", lambda: http.get("/api/v1/conflicts").json()["items"], 30.0)
            keep_screen(station.data_dir, "fleet-flying.png", page.screenshot())
            page.get_by_test_id("theme-toggle").click()
            page.get_by_test_id("fleet-rtl").click()
            for vehicle_id in FLEET:
                expect(page.get_by_test_id(f"fleet-row-{vehicle_id}")).to_have_attribute("data-command", "rtl", timeout=45_000)

            page.get_by_test_id("nav-docks").click()
            page.get_by_test_id("dock-new").click()
            page.get_by_test_id("dock-name").fill("Harbour dock")
            page.get_by_test_id("dock-device").fill("sim:")
            page.get_by_test_id("dock-save").click()
            dock = page.get_by_test_id("dock-Harbour dock")
            expect(dock).to_have_attribute("data-state", "closed", timeout=45_000)
            dock.get_by_test_id("dock-open").click()
            expect(dock).to_have_attribute("data-state", "open", timeout=45_000)
            keep_screen(station.data_dir, "docks.png", page.screenshot())
