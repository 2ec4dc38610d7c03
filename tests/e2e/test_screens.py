"""What people see first, in three languages; the pictures land in `<data dir>/screens` (and in SUNQAR_SCREENS when set,
which is how the README's picture is made)."""

import os
import shutil
from pathlib import Path

import pytest

from tests.support.browser import look_at, open_page, sign_in
from tests.support.stack import ADMIN_PASSWORD, Stack

pytestmark = [pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp, pytest.mark.browser, pytest.mark.timeout(300)]


def keep(stack: Stack, name: str, picture: bytes) -> None:
    folder = stack.data_dir / "screens"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(picture)
    if wanted := os.environ.get("SUNQAR_SCREENS"):
        Path(wanted).mkdir(parents=True, exist_ok=True)
        shutil.copy(folder / name, wanted)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_map_shows_the_region_in_each_language(stack: Stack, language: str) -> None:
    with open_page(stack.url, width_px=1440, height_px=900) as page:
        page.get_by_test_id("language-select").select_option(language)
        sign_in(page, ADMIN_PASSWORD)
        assert page.locator("html").get_attribute("lang") == language
        for vehicle in ("mav-1", "mav-2", "mav-3"):
            page.get_by_test_id(f"vehicle-row-{vehicle}").wait_for(state="visible", timeout=30_000)
        look_at(page, 51.0, 43.6, 7.4)
        keep(stack, f"region-{language}.png", page.screenshot())
        look_at(page, 51.165, 43.652, 13.2)
        keep(stack, f"city-{language}.png", page.screenshot())
