"""The verifier inside a package, in a real browser without a network: a whole package, and one with a flipped bit."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from ground_station.evidence.container import unpacked
from tests.support.browser import keep_screen, open_page
from tests.support.evidence import KEY, noisy_film, package_of


@pytest.mark.browser
def test_the_page_in_the_package_tells_a_whole_one_from_a_changed_one(tmp_path: Path) -> None:
    package = package_of(noisy_film(tmp_path / "film.mp4", seconds=10))
    page_file, whole = tmp_path / "verify.html", tmp_path / "whole.zip"
    page_file.write_bytes(unpacked(package.content).files["verify.html"])
    whole.write_bytes(package.content)
    content = package.content
    changed = {
        "track.json": content.index(b'"rows"'),
        "signature.json": content.index(b'"signature":"') + 20,
        "manifest.json": content.index(b'"evidence_tier":"B"') + 17,
    }
    with open_page(page_file.as_uri(), locale="en-US") as page:
        page.set_input_files("#file", whole)
        verdict = page.locator("#verdict")
        expect(verdict).to_have_attribute("data-state", "whole")
        expect(verdict).to_contain_text("case-1")
        expect(page.locator("#stills img")).to_have_count(3)
        assert page.evaluate("() => Promise.all([...document.images].map((one) => one.decode())).then(() => true)")
        keep_screen(page, "evidence-whole.png")
        page.fill("#expected", "0" * 32)
        expect(verdict).to_have_attribute("data-state", "broken")
        page.fill("#expected", KEY.key_id)
        expect(verdict).to_have_attribute("data-state", "whole")
        for name, position in changed.items():
            flipped = bytearray(content)
            flipped[position] ^= 1
            (tmp_path / f"{name}.zip").write_bytes(flipped)
            page.set_input_files("#file", tmp_path / f"{name}.zip")
            expect(page.locator("#faults")).to_contain_text(name)
            expect(verdict).to_have_attribute("data-state", "broken")
        (tmp_path / "longer.zip").write_bytes(content + b"x")
        page.set_input_files("#file", tmp_path / "longer.zip")
        expect(page.locator("#faults")).to_contain_text("1 bytes were added")
        page.get_by_role("button", name="Қазақша").click()
        expect(page.locator("#headline")).to_have_text("БҮТІН ЕМЕС")
        page.set_viewport_size({"width": 390, "height": 800})
        page.set_input_files("#file", whole)
        expect(verdict).to_have_attribute("data-state", "whole")
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
        keep_screen(page, "evidence-whole-narrow-kk.png")
