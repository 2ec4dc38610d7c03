"""Several vehicles in the browser: chosen, kept as a group, started with one held confirmation; and a dock that is opened by hand."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.support.browser import hold_button, keep_screen, open_page, sign_in
from tests.support.stack import ADMIN_PASSWORD, Stack, running_stack, wait_for

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.browser, pytest.mark.timeout(600)]

FLEET = ("mav-1", "mav-2")


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("fleet"), SUNQAR_SIM__FLEET="2") as running:
        yield running


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
