"""A real flight replayed in the browser: from its log on disk to the aircraft on the map."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import keep_screen, open_page, sign_in
from tests.support.stack import ADMIN_PASSWORD, Stack

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp, pytest.mark.browser, pytest.mark.timeout(300)]

LOG = "flight-logs/tlog/uavlogviewer_vtol.tlog"


def replayed_place(page: Page, *, other_than: tuple[float, float] | None = None) -> tuple[float, float]:
    """Where the map shows the aircraft of the replay, once it shows it elsewhere than at `other_than`."""
    for _ in range(200):
        at = page.evaluate("async () => (await window.sunqarMap.getSource('replay-vehicle').getData()).features[0]?.geometry.coordinates")
        if at and tuple(at) != other_than:
            return at[0], at[1]
        page.wait_for_timeout(100)  # the map takes data a few times a second and has no event for it
    raise AssertionError(f"the replayed aircraft is still at {other_than}")


def test_a_log_brought_by_hand_is_replayed_scrubbed_and_counted(stack: Stack, shared_data: Path) -> None:
    with open_page(stack.url, width_px=1440, height_px=900) as page:
        sign_in(page, ADMIN_PASSWORD)
        page.get_by_test_id("nav-flights").click()
        page.get_by_test_id("flight-import").click()
        page.get_by_test_id("flight-import-file").set_input_files(shared_data / LOG)
        page.get_by_test_id("flight-import-vehicle").fill("heron-1")
        page.get_by_test_id("flight-import-pilot").fill("aigul")
        page.get_by_test_id("flight-import-send").click()
        expect(page.get_by_test_id("flight-import-report")).to_contain_text("uavlogviewer_vtol.tlog")
        row = page.locator("[data-testid^=flight-row-]", has_text="heron-1")
        expect(row).to_contain_text("aigul")
        page.get_by_test_id("flight-import").click()
        row.click()

        bar = page.get_by_test_id("replay-bar")
        expect(page.get_by_test_id("replay-mode")).to_have_text("QLOITER", timeout=45_000)
        expect(page.get_by_test_id("replay-mark-mode")).to_have_count(4)
        start = replayed_place(page)
        scrub = page.get_by_test_id("replay-scrub")
        scrub.fill("110")
        expect(page.get_by_test_id("replay-time")).to_contain_text("1:50")
        expect(page.get_by_test_id("replay-mode")).to_have_text(re.compile("CIRCLE|GUIDED"))
        halfway = replayed_place(page, other_than=start)
        assert halfway == pytest.approx((149.165, -35.362), abs=0.01)
        assert page.evaluate("() => window.sunqarMap.getPaintProperty('vehicles-symbol', 'icon-opacity')") < 0.5, "live things step back"
        keep_screen(page, "replay-dark.png")

        page.get_by_test_id("replay-speed").select_option("32")
        page.get_by_test_id("replay-speed").blur()
        page.keyboard.press("Space")
        expect(bar).to_have_attribute("data-state", "playing")
        expect(page.get_by_test_id("replay-mode")).to_have_text("QLAND", timeout=60_000)
        expect(bar).to_have_attribute("data-state", "paused", timeout=60_000)
        replayed_place(page, other_than=halfway)
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_test_id("replay-time")).to_contain_text("2:51")
        page.keyboard.press("Home")
        expect(page.get_by_test_id("replay-mode")).to_have_text("QLOITER")

        page.get_by_test_id("flight-book-tab").click()
        expect(page.get_by_test_id("flight-book-pilot")).to_contain_text("aigul")
        expect(page.get_by_test_id("flight-book-vehicle")).to_contain_text("heron-1")
        scrub.fill("60")
        page.get_by_test_id("theme-toggle").click()
        keep_screen(page, "replay-book-light.png")
        page.get_by_test_id("flights-tab").click()
        page.get_by_test_id("language-select").select_option("kk")
        keep_screen(page, "replay-light-kk.png")
        page.get_by_test_id("language-select").select_option("en")

        page.keyboard.press("Escape")
        expect(bar).to_have_count(0)
        assert page.evaluate("() => window.sunqarMap.getPaintProperty('vehicles-symbol', 'icon-opacity')") == 1
