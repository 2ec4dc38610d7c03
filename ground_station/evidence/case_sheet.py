"""The printed case sheet: what was found, why, that artificial intelligence took part and how, and how to check it. A4, PDF.

Source of what it has to say: Law of the Republic of Kazakhstan on Artificial Intelligence of 17 November 2025 (the right to know that it
took part, and to an explanation).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import cast

from fpdf import FPDF, XPos, YPos
from fpdf.enums import MethodReturnValue
from PIL import Image

from ground_station.evidence.manifest import CaseFacts, RedactionFacts
from ground_station.evidence.stills import FONTS, instant_text, place_text
from ground_station.evidence.words import decimal, label_word, rule_title, unit, word, words

MARGIN_MM, WIDTH_MM = 15.0, 180.0
LABEL_MM = 44.0
INK, QUIET, RULE, TINT, ACCENT = (20, 24, 28), (95, 104, 112), (205, 211, 216), (239, 243, 246), (0, 84, 110)
LINE_MM = 4.5
LARGE_MM, SMALL_MM, PLATE_MM, GAP_MM, CAPTION_MM = 101.3, 49.8, 14.0, 3.0, 4.5  # heights of pictures, and what is between them


@dataclass(frozen=True, slots=True)
class SheetPictures:
    """JPEG files: before, at, after; the plate when there is one. Without data bars: the sheet has the words."""

    before: bytes
    at: bytes
    after: bytes
    plate: bytes | None = None


def case_sheet(
    language: str,
    case: CaseFacts,
    pictures: SheetPictures,
    redactions: RedactionFacts,
    *,
    original_reason: str | None,
    original_sha256: str,
    key_id: str,
    made_at: datetime,
) -> bytes:
    """The PDF in one language."""
    sheet = _Sheet(language, case)
    sheet.set_creation_date(made_at)
    sheet.add_page()
    sheet.heading()
    sheet.facts()
    sheet.pictures(pictures)
    sheet.section("sheet.why", [_why(language, case)])
    sheet.section("sheet.ai", _ai(language, case))
    sheet.section("sheet.review", _reviews(language, case))
    sheet.section("sheet.hidden", _hidden(language, redactions, original_reason, original_sha256))
    sheet.section("sheet.check", [word(language, "check.how"), word(language, "check.key", key_id=key_id), word(language, "check.limit")])
    sheet.signature_line()
    return bytes(sheet.output())


class _Sheet(FPDF):
    def __init__(self, language: str, case: CaseFacts) -> None:
        super().__init__(format="A4")
        self._language, self._case = language, case
        for style, file in (("", "NotoSans-Regular.ttf"), ("B", "NotoSans-Bold.ttf")):
            self.add_font("Noto", style, FONTS / file)
        self.set_margins(MARGIN_MM, 12, MARGIN_MM)
        self.c_margin = 0
        self.set_auto_page_break(True, 15)
        self.set_title(f"{word(language, 'sheet.title')} {case.case_id}")
        self.set_author("Sunqar")
        self.set_lang(language)

    def footer(self) -> None:
        self.set_y(-12)
        self._write(8, QUIET)
        number = word(self._language, "page", number=str(self.page_no()), total="{nb}")
        self.cell(WIDTH_MM / 2, 5, f"Sunqar · {self._case.case_id}")
        self.cell(WIDTH_MM / 2, 5, number, align="R")

    def heading(self) -> None:
        self._write(19, INK, bold=True)
        self.cell(WIDTH_MM, 9, word(self._language, "sheet.title"), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._write(13, ACCENT, bold=True)
        self.multi_cell(WIDTH_MM, 6.5, rule_title(self._language, self._case.rule.code), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)
        self.set_fill_color(*TINT)
        self._write(10, ACCENT, bold=True)
        self.multi_cell(WIDTH_MM, 7, word(self._language, "sheet.ai_mark"), fill=True, padding=(0, 3), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(2)

    def facts(self) -> None:
        for key, value in _facts(self._language, self._case):
            top = self.get_y()
            self._write(9, QUIET)
            self.multi_cell(LABEL_MM, LINE_MM, word(self._language, key), align="L", new_x=XPos.RIGHT, new_y=YPos.TOP)
            self._write(9, INK)
            self.set_xy(MARGIN_MM + LABEL_MM, top)
            self.multi_cell(WIDTH_MM - LABEL_MM, LINE_MM, value, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1.5)

    def pictures(self, pictures: SheetPictures) -> None:
        """The instant as large as the page allows, before and after side by side below it."""
        ratio = self._ratio(pictures.at)
        large, small = min(WIDTH_MM * ratio, LARGE_MM), min((WIDTH_MM - GAP_MM) / 2 * ratio, SMALL_MM)
        if self.get_y() + large + small + 2 * CAPTION_MM > self.page_break_trigger:
            self.add_page()
        top = self.get_y()
        self._picture(pictures.at, MARGIN_MM, top, large, "at")
        below = top + large + CAPTION_MM
        self._picture(pictures.before, MARGIN_MM, below, small, "before")
        self._picture(pictures.after, MARGIN_MM + small / ratio + GAP_MM, below, small, "after")
        self.set_xy(MARGIN_MM, below + small + CAPTION_MM)
        if pictures.plate is not None:
            self.image(BytesIO(pictures.plate), MARGIN_MM, self.get_y(), h=PLATE_MM)
            self.ln(PLATE_MM + 2)

    def _picture(self, picture: bytes, x: float, y: float, height: float, what: str) -> None:
        self.image(BytesIO(picture), x, y, h=height)
        self.set_xy(x, y + height)
        self._write(7.5, QUIET)
        self.cell(WIDTH_MM / 2, CAPTION_MM, word(self._language, f"still.{what}"))

    @staticmethod
    def _ratio(picture: bytes) -> float:
        width, height = Image.open(BytesIO(picture)).size
        return height / width

    def section(self, key: str, paragraphs: Sequence[str]) -> None:
        height = 8 + sum(self._height(text) for text in paragraphs)
        if self.get_y() + min(height, 40) > self.page_break_trigger:
            self.add_page()
        self.ln(1.5)
        self.set_draw_color(*RULE)
        self.line(MARGIN_MM, self.get_y(), MARGIN_MM + WIDTH_MM, self.get_y())
        self.ln(1.5)
        self._write(10.5, ACCENT, bold=True)
        self.cell(WIDTH_MM, 5.5, word(self._language, key), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._write(9, INK)
        for text in paragraphs:
            self.multi_cell(WIDTH_MM, LINE_MM, text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
            self.ln(0.8)

    def _height(self, text: str) -> float:
        self._write(9, INK)
        height = self.multi_cell(WIDTH_MM, LINE_MM, text, dry_run=True, output=MethodReturnValue.HEIGHT)
        return cast(float, height) + 0.8

    def signature_line(self) -> None:
        if self.get_y() + 15 > self.page_break_trigger:
            self.add_page()
        self.ln(10)
        self.set_draw_color(*INK)
        self.line(MARGIN_MM, self.get_y(), MARGIN_MM + 95, self.get_y())
        self._write(8, QUIET)
        self.cell(WIDTH_MM, 5, word(self._language, "sheet.signature"))

    def _write(self, size: float, ink: tuple[int, int, int], *, bold: bool = False) -> None:
        self.set_font("Noto", "B" if bold else "", size)
        self.set_text_color(*ink)


def _facts(language: str, case: CaseFacts) -> list[tuple[str, str]]:
    found = [("sheet.case", case.case_id)]
    edition = word(language, "sheet.edition", edition=case.rule.edition)
    found.append(("sheet.rule", f"{rule_title(language, case.rule.code)} ({case.rule.code}, {edition})"))
    if case.at is None:
        found.append(("sheet.when", f"{word(language, 'no_date')}; {decimal(language, case.at_s)} {unit(language, 's')}"))
    else:
        utc = case.at.astimezone(UTC)
        found.append(("sheet.when", f"{instant_text(case.at)}  ({utc:%Y-%m-%d %H:%M:%S}.{utc.microsecond // 1000:03d} UTC)"))
    if case.place is not None:
        found.append(("sheet.where", place_text(case)))
    found.append(
        ("sheet.source", case.source.name if case.source.name == case.source.source_id else f"{case.source.name} ({case.source.source_id})")
    )
    found.append(("sheet.thing", label_word(language, case.label)))
    found.append(("sheet.plate", word(language, "sheet.plate_unread") if case.plate is None else case.plate.text))
    if case.measured is not None:
        found.append(("sheet.measured", _measured(language, case)))
        found.append(("sheet.limit", _with_unit(language, case.measured.limit, case.measured.unit)))
    found.append(("sheet.order", _order(language, case)))
    found.append(("sheet.tier", word(language, f"tier.{case.evidence_tier}")))
    found.append(("sheet.clock", _clock(language, case)))
    return found


def _with_unit(language: str, value: float, name: str) -> str:
    return f"{decimal(language, value)} {unit(language, name)}"


def _measured(language: str, case: CaseFacts) -> str:
    measured = case.measured
    assert measured is not None, "asked only where something was measured"
    return f"{decimal(language, measured.value)} ± {decimal(language, measured.uncertainty)} {unit(language, measured.unit)}"


def _order(language: str, case: CaseFacts) -> str:
    order = case.order
    if order is None:
        return word(language, "sheet.no_order")
    title = order.title.get(language) or order.title.get("ru") or ""
    number = "" if order.number is None else f"№ {order.number}"
    dates = " – ".join(f"{one:%d.%m.%Y}" for one in (order.valid_from, order.valid_to) if one is not None)
    return ", ".join(part for part in (order.reference, title, order.authority or "", number, dates) if part)


def _clock(language: str, case: CaseFacts) -> str:
    told = word(language, f"clock.{case.clock.kind}")
    if case.clock.offset_s is None:
        return told
    sigma = "?" if case.clock.sigma_s is None else decimal(language, case.clock.sigma_s)
    return f"{told}; {word(language, 'clock.off', offset=decimal(language, case.clock.offset_s), sigma=sigma)}"


def _why(language: str, case: CaseFacts) -> str:
    rule = rule_title(language, case.rule.code)
    if case.measured is None:
        return word(language, "why.unmeasured", rule=rule)
    key = f"why.{case.rule.code}"
    limit = _with_unit(language, case.measured.limit, case.measured.unit)
    return words(language).get(key, words(language)["why.generic"]).format(rule=rule, value=_measured(language, case), limit=limit)


def _ai(language: str, case: CaseFacts) -> list[str]:
    return [
        word(
            language,
            "ai.detector",
            model=case.model.name or word(language, "unknown"),
            sha=case.model.sha256.removeprefix("sha256:"),
            observations=str(case.observations),
            label=label_word(language, case.label),
            confidence=f"{100 * case.confidence:.0f}",
        ),
        word(language, "ai.rule", rule=rule_title(language, case.rule.code), edition=case.rule.edition),
        *([word(language, "ai.limits")] if case.model.card else []),
        word(language, "ai.person"),
    ]


def _reviews(language: str, case: CaseFacts) -> list[str]:
    if not case.reviews:
        return [word(language, "sheet.unreviewed")]
    return [
        f"{instant_text(one.at)} · {one.reviewer}: {words(language).get(f'decision.{one.decision}', one.decision)}"
        + (f" ({one.reason})" if one.reason else "")
        for one in case.reviews
    ]


def _hidden(language: str, redactions: RedactionFacts, original_reason: str | None, original_sha256: str) -> list[str]:
    what = (
        word(language, "hidden.whole")
        if redactions.whole_picture
        else word(language, "hidden.boxes", people=str(redactions.people), plates=str(redactions.plates))
    )
    if redactions.plate_of_the_case_shown:
        what = f"{what} {word(language, 'hidden.own')}"
    if original_reason is None:
        return [what, word(language, "hidden.clip", sha=original_sha256)]
    return [what, word(language, "original.clip", reason=original_reason)]
