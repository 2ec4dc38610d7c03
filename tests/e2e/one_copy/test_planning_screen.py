"""Planning as a pilot does it: drawn, changed, undone, saved, revised, compared; kept as a template; proposed from the map."""

import json
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from geo.primitives import LocalFrame, LonLat
from tests.support.browser import keep_screen, look_at, open_page, pixel_of, sign_in
from tests.support.stack import ADMIN_PASSWORD, Stack

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp, pytest.mark.browser, pytest.mark.timeout(300)]

CENTRE = LonLat(51.17, 43.662)
PATIENCE_MS = 45_000


def click_at(page: Page, east_m: float, north_m: float) -> None:
    place = LocalFrame(CENTRE).place(east_m, north_m)
    page.mouse.click(*pixel_of(page, place.lon_deg, place.lat_deg))


def draw(page: Page, button: str, *corners_m: tuple[float, float]) -> None:
    page.get_by_test_id(button).click()
    expect(page.get_by_test_id("plan-help")).not_to_have_attribute("data-drawing", "none")
    for east_m, north_m in corners_m:
        click_at(page, east_m, north_m)
    page.keyboard.press("Enter")


def fill(page: Page, test_id: str, value: float) -> None:
    field = page.get_by_test_id(test_id)
    field.fill(str(value))
    field.blur()


def shapes(page: Page, count: int) -> None:
    expect(page.get_by_test_id("plan-shapes")).to_have_attribute("data-count", str(count), timeout=PATIENCE_MS)


def planned(page: Page) -> None:
    expect(page.get_by_test_id("mission-save")).to_be_enabled(timeout=PATIENCE_MS)


def mission_named(http: httpx.Client, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in http.get("/api/v1/missions").json()["items"] if one["name"] == name)
    return found


def test_a_plan_is_drawn_undone_saved_and_its_revisions_compared_on_the_map(stack: Stack) -> None:
    with open_page(stack.url, width_px=1180, height_px=760) as page, stack.client() as http:
        sign_in(page, ADMIN_PASSWORD)
        page.get_by_test_id("nav-missions").click()
        page.get_by_test_id("mission-new").click()
        page.get_by_test_id("mission-name").fill("Shore")
        look_at(page, CENTRE.lon_deg, CENTRE.lat_deg, 16.0)
        draw(page, "mission-draw", (-120, -80), (120, -80), (120, 80), (-120, 80))
        planned(page)
        draw(page, "plan-draw-hole", (-30, -20), (30, -20), (30, 20), (-30, 20))
        shapes(page, 2)
        planned(page)
        keep_screen(page, "plan-editor.png")
        page.keyboard.press("Control+z")
        shapes(page, 1)
        page.keyboard.press("Control+Shift+z")
        shapes(page, 2)
        fill(page, "mission-front", 80)
        planned(page)
        page.get_by_test_id("plan-undo").click()
        expect(page.get_by_test_id("mission-front")).to_have_value("75")
        page.get_by_test_id("plan-templates").locator("summary").click()
        page.get_by_test_id("template-name").fill("Shores")
        page.get_by_test_id("template-keep").click()
        expect(page.get_by_test_id("template-Shores")).to_be_visible(timeout=PATIENCE_MS)
        planned(page)
        page.get_by_test_id("mission-save").click()
        expect(page.get_by_test_id("mission-detail")).to_be_visible(timeout=PATIENCE_MS)

        page.get_by_test_id("mission-revise").click()
        shapes(page, 3)  # the home the planner took is kept with the plan
        page.get_by_test_id("mission-by").select_option("altitude")
        fill(page, "mission-altitude", 140)
        planned(page)
        page.get_by_test_id("mission-save").click()
        revisions = page.get_by_test_id("revisions")
        expect(revisions).to_have_attribute("data-count", "2", timeout=PATIENCE_MS)
        revisions.locator("summary").click()
        page.get_by_test_id("revision-compare-2").click()
        expect(page.get_by_test_id("difference")).to_have_attribute("data-same", "false", timeout=PATIENCE_MS)
        page.wait_for_function(
            "() => new Set(window.sunqarMap.queryRenderedFeatures({layers: ['plan-difference-added', 'plan-difference-removed']})"
            ".map((feature) => feature.properties.part)).size === 2",
            timeout=PATIENCE_MS,
        )
        keep_screen(page, "plan-difference.png")
        before = mission_named(http, "Shore")
        page.get_by_test_id("revision-restore-1").click()
        expect(revisions).to_have_attribute("data-count", "3", timeout=PATIENCE_MS)
        after = mission_named(http, "Shore")
        assert (before["revision"], after["revision"], after["request"]["gsd_cm"]) == (2, 3, 3)
        assert len(after["request"]["polygon"]["coordinates"]) == 2
        page.get_by_test_id("mission-approve").click()
        expect(page.get_by_test_id("mission-state")).to_have_attribute("data-state", "approved", timeout=PATIENCE_MS)
        assert mission_named(http, "Shore")["content_hash"] == page.get_by_test_id("mission-hash").inner_text()


def test_a_thing_on_the_map_is_proposed_and_waits_for_a_person(stack: Stack) -> None:
    with open_page(stack.url, width_px=1024, height_px=760) as page, stack.client() as http:
        sites = http.get("/api/v1/cleanup-sites", params={"limit": 1}).raise_for_status().json()["features"]
        corners = json.loads(json.dumps(sites[0]["geometry"]["coordinates"][0]))
        middle = [sum(corner[axis] for corner in corners[:-1]) / (len(corners) - 1) for axis in (0, 1)]
        sign_in(page, ADMIN_PASSWORD)
        # The desk has opened its panel and made room for it; from here on the map stays where it is put.
        page.get_by_test_id("vehicle-row-mav-1").wait_for(state="visible", timeout=PATIENCE_MS)
        look_at(page, middle[0], middle[1], 17.0)
        page.wait_for_function(
            "([lon, lat]) => { const map = window.sunqarMap; return map.queryRenderedFeatures(map.project([lon, lat]))"
            ".some((feature) => feature.source === 'cleanup'); }",
            arg=middle,
            timeout=PATIENCE_MS,
        )
        page.mouse.click(*pixel_of(page, middle[0], middle[1]))
        page.get_by_test_id("propose-mission").click()
        expect(page.get_by_test_id("mission-reason")).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_test_id("mission-state")).to_have_attribute("data-state", "proposed")
        keep_screen(page, "plan-proposal.png")
        page.get_by_test_id("mission-detail").get_by_role("button").first.click()
        expect(page.get_by_test_id("missions-waiting")).to_be_visible()
