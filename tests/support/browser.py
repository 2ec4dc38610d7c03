"""Chromium with the flags that work headless and offline, driven by Playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Error as PlaywrightError, Page, expect, sync_playwright

# What the page showed when a test failed.
FAILURES = Path(__file__).resolve().parents[2] / ".sunqar" / "failures"
CANDIDATES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

# A page drawn in software on a busy machine takes its time; what never comes costs this long once.
PATIENCE_MS = 60_000
expect.set_options(timeout=PATIENCE_MS)


def chromium_path() -> str | None:
    return next((path for name in CANDIDATES if (path := shutil.which(name))), None)


@contextmanager
def open_page(url: str, *, width_px: int = 1280, height_px: int = 800, locale: str = "en-US") -> Iterator[Page]:
    """A page whose uncaught errors fail the test."""
    executable = chromium_path()
    assert executable is not None, "Chromium is not installed; `make test` installs it."
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        try:
            page = browser.new_page(viewport={"width": width_px, "height": height_px}, locale=locale)
            page.set_default_timeout(PATIENCE_MS)
            errors: list[str] = []
            page.on("pageerror", lambda error: errors.append(str(error)))
            page.goto(url)
            try:
                yield page
            except BaseException:
                FAILURES.mkdir(parents=True, exist_ok=True)
                # A page too busy to be pictured must not hide why the test failed.
                with suppress(PlaywrightError):
                    page.screenshot(path=FAILURES / "page-at-failure.png", timeout=15_000)
                raise
            assert errors == []
        finally:
            browser.close()


def sign_in(page: Page, password: str, name: str = "admin") -> None:
    page.get_by_test_id("login-name").fill(name)
    page.get_by_test_id("login-password").fill(password)
    page.get_by_test_id("login-submit").click()
    page.wait_for_function("() => document.documentElement.dataset.mapIdle === 'true'", timeout=60_000)


def hold_button(page: Page, test_id: str) -> None:
    """Hold a button until it has done what it is for and is gone."""
    button = page.get_by_test_id(test_id)
    expect(button).to_be_enabled(timeout=45_000)
    button.scroll_into_view_if_needed()
    button.hover()
    page.mouse.down()
    button.wait_for(state="detached", timeout=45_000)
    page.mouse.up()


def pixel_of(page: Page, lon_deg: float, lat_deg: float) -> tuple[float, float]:
    """Where a place stands on the page, in CSS pixels."""
    x, y = page.evaluate(
        "([lon, lat]) => { const map = window.sunqarMap; const p = map.project([lon, lat]);"
        " const box = map.getCanvas().getBoundingClientRect(); return [p.x + box.left, p.y + box.top]; }",
        [lon_deg, lat_deg],
    )
    return x, y


def look_at(page: Page, lon_deg: float, lat_deg: float, zoom: float) -> None:
    page.evaluate(
        "([lon, lat, zoom]) => new Promise((done) => { const map = window.sunqarMap; map.once('idle', () => done(null));"
        " map.jumpTo({center: [lon, lat], zoom}); map.triggerRepaint(); })",
        [lon_deg, lat_deg, zoom],
    )


def keep_screen(page: Page, name: str) -> None:
    """Keep a picture of the page in the folder that SUNQAR_SCREENS names; without it none is taken, which is what takes time."""
    if folder := os.environ.get("SUNQAR_SCREENS"):
        page.screenshot(path=Path(folder) / name)
