"""What cannot be planned is told in the browser: at its place on the map, in the list, and nothing of it can be saved."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from anyio import to_thread
from playwright.sync_api import Page, expect

from geo.primitives import LocalFrame, LonLat
from ground_station.accounts import Role
from ground_station.settings import Settings
from tests.support.api import PASSWORD, running_api
from tests.support.browser import look_at, open_page, pixel_of, sign_in

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus, pytest.mark.browser, pytest.mark.timeout(600)]

CENTRE = LonLat(51.17, 43.662)
ANTIMERIDIAN = LonLat(180.0, 43.662)
PATIENCE_MS = 60_000
BOX = ((-120.0, -80.0), (120.0, -80.0), (120.0, 80.0), (-120.0, 80.0))
# Tiles round places to decimetres at this zoom; 1e-5 degrees are a metre.
MARKED_AT = """([lon, lat]) => window.sunqarMap.queryRenderedFeatures({ layers: ["plan-findings"] }).some(({ properties, geometry }) => {
  const [east, north] = geometry.coordinates;
  return properties.severity === "error" && properties.text && Math.abs(east - lon) < 2e-5 && Math.abs(north - lat) < 2e-5;
})"""


def heights_west_of(edge: LonLat, path: Path) -> Path:
    """Level ground, known as far as a meridian."""
    step_deg, count = 0.00025, 80
    north_west = Affine(step_deg, 0.0, edge.lon_deg - count * step_deg, 0.0, -step_deg, edge.lat_deg + count / 2 * step_deg)
    shape = {"height": count, "width": count, "count": 1, "dtype": "float32"}
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:4326", transform=north_west, **shape) as model:
        model.write(np.full((count, count), 20.0, dtype="float32"), 1)
    return path


def draw(page: Page, button: str, *corners_m: tuple[float, float], centre: LonLat = CENTRE) -> None:
    page.get_by_test_id(button).click()
    expect(page.get_by_test_id("plan-help")).not_to_have_attribute("data-drawing", "none")
    for corner_m in corners_m:
        place = LocalFrame(centre).place(*corner_m)
        # A map at the antimeridian counts on beyond it.
        lon_deg = place.lon_deg + 360.0 if place.lon_deg < centre.lon_deg - 180.0 else place.lon_deg
        page.mouse.click(*pixel_of(page, lon_deg, place.lat_deg))
    page.keyboard.press("Enter")


def crossing_itself(page: Page) -> LonLat:
    draw(page, "mission-draw", BOX[0], BOX[2], BOX[1], BOX[3])
    return CENTRE


def across_the_antimeridian(page: Page) -> LonLat:
    look_at(page, 180.0, CENTRE.lat_deg, 16.0)
    draw(page, "mission-draw", *BOX, centre=ANTIMERIDIAN)
    return LocalFrame(ANTIMERIDIAN).place(*BOX[0])


def home_outside_the_fence(page: Page) -> LonLat:
    draw(page, "mission-draw", *BOX)
    draw(page, "plan-draw-home", (0.0, 140.0))
    draw(page, "plan-draw-fence", *((east * 1.2, north * 1.3) for east, north in BOX))
    return LocalFrame(CENTRE).place(0.0, 140.0)


def coarser_than_the_camera_can(page: Page) -> LonLat:
    draw(page, "mission-draw", *BOX)
    field = page.get_by_test_id("mission-gsd")
    field.fill("100")
    field.blur()
    return CENTRE


def nothing_left_to_fly(page: Page) -> LonLat:
    draw(page, "mission-draw", *BOX)
    draw(page, "plan-draw-avoid", *((east * 1.2, north * 1.2) for east, north in BOX))
    return CENTRE


def ground_nobody_knows(page: Page) -> LonLat:
    draw(page, "mission-draw", *BOX)
    draw(page, "plan-draw-home", (0.0, 140.0))
    page.get_by_test_id("plan-group-safety").locator("summary").click()
    page.get_by_test_id("plan-terrain").select_option("follow")
    return LocalFrame(CENTRE).place(0.0, 140.0)


BAD: dict[str, Callable[[Page], LonLat]] = {
    "self_crossing": crossing_itself,
    "antimeridian": across_the_antimeridian,
    "home_blocked": home_outside_the_fence,
    "altitude": coarser_than_the_camera_can,
    "nothing_to_fly": nothing_left_to_fly,
    "dem_no_home": ground_nobody_knows,
}


async def test_every_bad_plan_is_marked_where_it_is_wrong_and_cannot_be_saved(api_settings: Settings, tmp_path: Path) -> None:
    model = heights_west_of(LocalFrame(CENTRE).place(-200.0, 0.0), tmp_path / "known.tif")
    station = api_settings.station.model_copy(update={"dem": model})

    def in_the_browser(url: str) -> None:
        with open_page(url, width_px=1180, height_px=760) as page:
            sign_in(page, PASSWORD, "pilot")
            page.get_by_test_id("nav-missions").click()
            for code, draw_it in BAD.items():
                page.get_by_test_id("mission-new").click()
                page.get_by_test_id("plan-help").wait_for(state="visible", timeout=PATIENCE_MS)
                look_at(page, CENTRE.lon_deg, CENTRE.lat_deg, 16.0)
                place = draw_it(page)
                told = page.get_by_test_id(f"finding-{code}")
                expect(told).to_have_attribute("data-severity", "error", timeout=PATIENCE_MS)
                page.wait_for_function(MARKED_AT, arg=[*place.as_tuple()], timeout=PATIENCE_MS)
                expect(page.get_by_test_id("plan-strip-findings")).to_be_visible()
                expect(page.get_by_test_id("mission-save")).to_be_disabled()
                page.get_by_test_id("plan-discard").click()

    async with running_api(api_settings.model_copy(update={"station": station})) as api:
        await api.account(Role.PILOT)
        await to_thread.run_sync(in_the_browser, f"http://127.0.0.1:{api.port}")
