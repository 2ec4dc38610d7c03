"""An officer reviews by keyboard alone, in a real browser over the real api, database and recorded video with people hidden."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Page, async_playwright, expect

from geo.core import MeasureRow, ReviewStore, SceneStore, VideoSource, VideoSourceStore, ViolationStore
from geo.primitives import LonLat
from ground_station.accounts import Role
from ground_station.settings import ReviewSettings, Settings
from ground_station.violation_letters import tell_cases
from tests.integration.test_recordings import START, recording_api
from tests.support.api import PASSWORD
from tests.support.browser import FLAGS, PATIENCE_MS, chromium_path
from tests.support.open_cases import found, write_cases

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus, pytest.mark.browser]

expect.set_options(timeout=PATIENCE_MS)  # as the other browser tests wait; this `expect` is another one

STOP_LINE = {
    "type": "Feature",
    "id": "stop-1",
    "properties": {"kind": "stop_line", "name_en": "Stop line, 4th microdistrict", "name_ru": "Стоп-линия, 4 мкр", "name_kk": "Стоп-сызық"},
    "geometry": {"type": "LineString", "coordinates": [[51.15996, 43.65001], [51.16008, 43.65001]]},
}


def recorded_case(number: int, **changes: object) -> object:
    """At the instants that were recorded."""
    at = START + timedelta(seconds=1.5, milliseconds=number)
    times = {"from_at": START, "at": at, "until_at": at, "proof_at": tuple(START + timedelta(seconds=s) for s in (0.5, 1.5, 2.5))}
    place = LonLat(51.16 + number * 2e-5, 43.65)
    return replace(found(number, position=place, scene_edition=1, bbox_px=(20.0, 230.0, 800.0, 750.0)), **times | changes)


async def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("SUNQAR_SCREENS"):
        await page.screenshot(path=Path(folder) / name)


async def test_a_whole_review_by_keyboard(api_settings: Settings, shared_data: Path) -> None:
    review = ReviewSettings(double_look_share=0.0, known_bad_share=0.0, two_person_tiers=[])
    async with recording_api(api_settings.model_copy(update={"review": review}), shared_data) as (api, _), async_playwright() as playwright:
        database = api.services.database
        names = {"name_kk": "Қақпа", "name_ru": "Ворота порта", "name_en": "Port gate"}
        calibration = {"image_size_px": [810, 1080], "points": []}
        await VideoSourceStore(database).upsert(VideoSource("gate", "fixed", **names, calibration=calibration))
        await SceneStore(database).save("gate", 0, {"type": "FeatureCollection", "features": [STOP_LINE]}, "admin")
        speed = MeasureRow(87.3, 3.6, 60.0, "km/h")
        cases = [
            recorded_case(1),
            recorded_case(2, rule="speeding", measure=speed, doubtful_why="The camera was moved at 12:40."),
            recorded_case(3),
        ]
        first, second, third = await write_cases(database, cases)  # type: ignore[arg-type]
        await api.account(Role.OFFICER, "aigul")
        chromium = chromium_path()
        assert chromium is not None
        browser = await playwright.chromium.launch(executable_path=chromium, args=[*FLAGS, "--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-US")
        page.set_default_timeout(PATIENCE_MS)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"http://127.0.0.1:{api.port}/#panel=violations")
        await page.get_by_test_id("login-name").fill("aigul")
        await page.get_by_test_id("login-password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("violations-queue")).to_have_attribute("data-count", "3")

        await page.keyboard.press("?")
        await expect(page.get_by_test_id("case-keys")).to_be_visible()
        await page.keyboard.press("?")
        await page.keyboard.press("n")
        case = page.get_by_test_id("case-panel")
        await expect(case.get_by_test_id("case-measure")).to_have_text("1.4 ± 0.2 s")
        await expect(case.get_by_test_id("case-machine")).to_contain_text("AI took part")
        await expect(case.get_by_text("Stop line, 4th microdistrict")).to_be_visible()
        stills = case.get_by_test_id("case-still")
        for number in range(3):
            await expect(stills.nth(number)).to_have_attribute("data-drawn", "true")
        await expect(case.get_by_test_id("case-film")).to_have_attribute("data-state", "ready")
        await page.keyboard.press("2")
        await picture(page, "case-light.png")
        await page.keyboard.press("a")
        await expect(page.get_by_test_id("violations-done")).to_have_attribute("data-count", "1")

        # Down the list to the last one and up again; the case left goes back to the others.
        await expect(case).to_contain_text("Speeding")
        await page.keyboard.press("j")
        await expect(case).to_contain_text("Red light")
        await page.keyboard.press("k")
        await expect(case).to_contain_text("The camera was moved")
        await page.keyboard.press(" ")
        await expect(case.get_by_test_id("case-film")).to_have_attribute("data-playing", "true")
        await page.keyboard.press("r")
        await expect(case.get_by_test_id("case-reason-picture_poor")).to_be_visible()
        await picture(page, "case-reasons.png")
        await page.keyboard.press("8")  # 'other' asks for a note first
        await page.keyboard.type("an ambulance on call")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("violations-done")).to_have_attribute("data-count", "2")
        await expect(case).to_contain_text("Red light")
        await page.keyboard.press("Escape")
        await expect(case).to_have_count(0)
        await expect(page.get_by_test_id("violations-queue")).to_have_attribute("data-count", "1")

        # What is found meanwhile comes by itself.
        (fourth,) = await write_cases(database, [recorded_case(4)])  # type: ignore[list-item]
        await tell_cases(api.bus, await ViolationStore(database).several([fourth]))
        await expect(page.get_by_test_id("violations-queue")).to_have_attribute("data-count", "2")
        await page.get_by_test_id("violations-tab-figures").click()
        await expect(page.get_by_test_id("figures-red_light")).to_contain_text("100 %")
        await picture(page, "figures.png")
        await page.get_by_test_id("violations-tab-handover").click()
        await expect(page.get_by_test_id("handover-ready")).to_have_attribute("data-count", "1")
        await page.get_by_test_id("handover-choose").check()
        await page.get_by_test_id("handover-recipient").fill("Road police")
        async with page.expect_download() as download:
            await page.get_by_test_id("handover-file").click()
        assert (await download.value).suggested_filename == "sunqar-cases-Road-police.zip"
        await expect(page.get_by_test_id("handovers")).to_have_attribute("data-count", "1")
        await picture(page, "handovers.png")
        await looks(page)
        assert errors == []
        await browser.close()

        states = {case.found.violation_id: case.state for case in await ViolationStore(database).several([first, second, third])}
        assert states == {first: "handed_over", second: "rejected", third: "new"}
        (said,) = await ReviewStore(database).reviews(second)
        assert (said.decision, said.reason, said.note) == ("reject", "other", "an ambulance on call")


async def looks(page: Page) -> None:
    """Pictures of both themes, three languages and a phone, for whoever wants to look."""
    if not os.environ.get("SUNQAR_SCREENS"):
        return
    await page.get_by_test_id("violations-tab-queue").click()
    await page.get_by_test_id("theme-toggle").click()
    await page.get_by_test_id("violations-next").click()
    await expect(page.get_by_test_id("case-still").nth(2)).to_have_attribute("data-drawn", "true")
    await page.get_by_test_id("violations-keys").click()
    await picture(page, "case-dark-keys.png")
    await page.get_by_test_id("violations-keys").click()
    for language, width in (("ru", 1280), ("kk", 390)):
        await page.get_by_test_id("language-select").select_option(language)
        await page.set_viewport_size({"width": width, "height": 800})
        await page.wait_for_timeout(600)
        await picture(page, f"case-{language}-{width}.png")
    await page.get_by_test_id("case-panel").get_by_role("button").nth(0).press("Escape")
    await expect(page.get_by_test_id("case-panel")).to_have_count(0)
    await picture(page, "queue-kk-390.png")
