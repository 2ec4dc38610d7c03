"""What people see first, in three languages; pictures land in the folder that SUNQAR_SCREENS names, which is how
the README's picture is made."""

import pytest

from tests.support.browser import keep_screen, look_at, open_page, sign_in
from tests.support.stack import ADMIN_PASSWORD, Stack

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp, pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_map_shows_the_region_in_each_language(stack: Stack, language: str) -> None:
    with open_page(stack.url, width_px=1440, height_px=900) as page:
        page.get_by_test_id("language-select").select_option(language)
        sign_in(page, ADMIN_PASSWORD)
        assert page.locator("html").get_attribute("lang") == language
        for vehicle in ("mav-1", "mav-2", "mav-3"):
            page.get_by_test_id(f"vehicle-row-{vehicle}").wait_for(state="visible", timeout=45_000)
        look_at(page, 51.0, 43.6, 7.4)
        keep_screen(page, f"region-{language}.png")
        look_at(page, 51.165, 43.652, 13.2)
        keep_screen(page, f"city-{language}.png")
