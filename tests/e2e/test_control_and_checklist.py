"""Two people at two browsers: control is asked for and handed over; a blocker stops the start until it is signed for; all is audited."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import PATIENCE_MS, hold_button, keep_screen, open_page, sign_in
from tests.support.stack import ADMIN_PASSWORD, Stack, running_stack, wait_for

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.browser, pytest.mark.timeout(600)]

VEHICLE = "mav-1"
SECOND_VEHICLE = "/api/v1/vehicles/mav-2"
PILOT, PILOT_PASSWORD = "aigul", "correct-horse-aigul"


@pytest.fixture(scope="module")
def station(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("control"), SUNQAR_SIM__FLEET="2") as running:
        yield running


def second_person(page: Page, url: str) -> Page:
    """Somebody else at the same browser program: another session, nothing shared."""
    assert page.context.browser is not None
    context = page.context.browser.new_context(viewport={"width": 820, "height": 800}, locale="en-GB")
    other = context.new_page()
    other.set_default_timeout(PATIENCE_MS)
    # Two maps drawn in software on a busy machine: the page is there long before the last of its pictures.
    other.goto(url, wait_until="domcontentloaded", timeout=90_000)
    return other


def open_vehicle(page: Page) -> None:
    page.get_by_test_id(f"vehicle-row-{VEHICLE}").click(timeout=45_000)
    page.get_by_test_id("vehicle-panel").wait_for(state="visible")


def test_control_is_handed_over_and_a_blocker_is_signed_for(station: Stack) -> None:
    subprocess.run(
        [sys.executable, "-m", "ground_station", "user", "add", PILOT, "--role", "pilot", "--password-stdin"],
        input=PILOT_PASSWORD.encode(),
        env=station.environment,
        check=True,
        timeout=60,
    )
    with station.client() as http:
        wait_for("a vehicle that is ready to arm", lambda: http.get(f"/api/v1/vehicles/{VEHICLE}").json().get("ready_to_arm"), 90.0)
        with open_page(station.url, width_px=1100, height_px=800) as holder:
            asker = second_person(holder, station.url)
            sign_in(holder, ADMIN_PASSWORD)
            sign_in(asker, PILOT_PASSWORD, PILOT)
            open_vehicle(holder)
            holder.get_by_test_id("take-control").click()
            open_vehicle(asker)
            expect(asker.get_by_test_id("control-bar")).to_have_attribute("data-holder", "admin", timeout=45_000)
            expect(asker.get_by_test_id("control-left")).to_be_visible()
            asker.get_by_test_id("ask-control").click()
            expect(asker.get_by_test_id("control-asked")).to_be_visible(timeout=45_000)
            holder.get_by_test_id("control-request").wait_for(state="visible", timeout=45_000)
            keep_screen(holder, "control-asked.png")
            holder.get_by_test_id("grant-control").click()
            expect(asker.get_by_test_id("release-control")).to_be_visible(timeout=45_000)
            expect(holder.get_by_test_id("control-bar")).to_have_attribute("data-holder", PILOT, timeout=45_000)

            asker.get_by_test_id("preflight-verdict").wait_for(state="visible", timeout=45_000)
            asker.get_by_test_id("preflight-wind").click()
            asker.get_by_test_id("preflight-wind-speed").fill("14")
            asker.get_by_test_id("preflight-wind-speed").blur()
            asker.get_by_test_id("preflight-wind-keep").click()
            expect(asker.get_by_test_id("check-wind")).to_have_attribute("data-severity", "blocker", timeout=45_000)
            expect(asker.get_by_test_id("preflight")).to_have_attribute("data-may-start", "false")
            keep_screen(asker, "preflight-blocked.png")
            asker.get_by_test_id("preflight-sign").click()
            asker.get_by_test_id("preflight-reason").fill("gusts measured behind the hangar, calm at the site")
            hold_button(asker, "preflight-sign-hold")
            expect(asker.get_by_test_id("preflight-override")).to_be_visible(timeout=45_000)
            expect(asker.get_by_test_id("preflight")).to_have_attribute("data-may-start", "true")

            holder.get_by_test_id("nav-audit").click()
            holder.locator("[data-testid=audit-entry][data-action='preflight.overridden']").wait_for(state="visible", timeout=45_000)
            holder.get_by_test_id("audit-verify").click()
            expect(holder.get_by_test_id("audit-verdict")).to_have_attribute("data-whole", "true", timeout=45_000)
            keep_screen(holder, "audit.png")


def test_who_the_aircraft_obeys_where_its_operator_stands_and_a_calibration(station: Stack) -> None:
    with station.client() as http:
        wait_for("a second vehicle", lambda: http.get(f"{SECOND_VEHICLE}").json().get("ready_to_arm"), 90.0)
        with open_page(station.url, width_px=1100, height_px=1000) as page:
            sign_in(page, ADMIN_PASSWORD)
            page.get_by_test_id("vehicle-row-mav-2").click(timeout=45_000)
            page.get_by_test_id("take-control").click()
            expect(page.get_by_test_id("release-control")).to_be_visible(timeout=45_000)
            for name, value in (("DID_ENABLE", 1), ("AUTH_SYSID", 254), ("AUTH_ENABLE", 1)):
                assert http.put(f"{SECOND_VEHICLE}/parameters", json={"name": name, "value": value}).status_code == 200
            page.get_by_test_id("vehicle-section-operator").locator("h3 button").click()
            control = page.get_by_test_id("operator-control")
            expect(control).to_have_attribute("data-controller", "", timeout=45_000)
            page.get_by_test_id("operator-take").click()
            expect(control).to_have_attribute("data-ours", "true", timeout=45_000)
            expect(page.get_by_test_id("operator-arming")).to_have_attribute("data-state", "granted", timeout=45_000)

            remote = page.get_by_test_id("operator-remote")
            expect(remote).to_have_attribute("data-ready", "false", timeout=45_000)
            box = page.locator(".maplibregl-canvas").bounding_box()
            assert box is not None
            page.mouse.click(box["x"] + box["width"] * 0.45, box["y"] + box["height"] * 0.45, button="right")
            page.get_by_test_id("operator-here-mav-2").click()
            expect(remote).to_have_attribute("data-ready", "true", timeout=45_000)
            page.get_by_test_id("operator-id").fill("KAZ-OP-0001")
            page.get_by_test_id("operator-keep").click()
            expect(page.get_by_test_id("operator-keep")).to_be_hidden(timeout=45_000)
            remote.scroll_into_view_if_needed()
            keep_screen(page, "operator.png")

            page.get_by_test_id("vehicle-section-calibration").locator("h3 button").click()
            page.get_by_test_id("calibrate-compass").click()
            status = page.get_by_test_id("command-status")
            expect(status).to_have_attribute("data-command", "calibrate", timeout=45_000)
            expect(status).to_have_attribute("data-state", "done", timeout=60_000)
