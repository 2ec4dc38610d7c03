"""Stills with a data bar below them: the picture itself stays free, and says when, where, what was measured and which frame it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from geo.primitives import VisionError
from ground_station.evidence.hiding import Hidden
from ground_station.evidence.manifest import CaseFacts, StillFacts
from ground_station.evidence.track_rows import TrackRow, box_at
from ground_station.evidence.words import decimal, rule_title, unit, word
from ground_station.video import VideoReader
from vision import BgrImage, Box

REGION_TIME = timezone(timedelta(hours=5), "UTC+5")  # all of Kazakhstan since 1 March 2024
FONTS = Path(__file__).parent / "fonts"
INK, PAPER, QUIET, MARK = (255, 255, 255), (17, 22, 28), (172, 184, 196), (255, 196, 0)
JPEG_QUALITY = 92
LEAST_TEXT_PX, TEXT_SHARE = 12, 0.0165  # of the picture's width
StillKind = Literal["before", "at", "after"]
WHATS: tuple[StillKind, ...] = ("before", "at", "after")


@dataclass(frozen=True, slots=True, eq=False)
class Still:
    """A picture out of the clip, hidden what has to be; when it was asked for and when it was taken."""

    what: StillKind
    asked_s: float
    time_s: float
    image: BgrImage
    box: Box | None


def stills_of(clip: Path, begins_s: float, proof_s: Sequence[float], track: Sequence[TrackRow], hidden: Hidden) -> list[Still]:
    """The pictures nearest to the proof's instants: before, at, after. Raises: `VisionError` when the clip shows none."""
    asked = (proof_s[0], proof_s[len(proof_s) // 2], proof_s[-1])
    nearest: list[tuple[float, float, BgrImage] | None] = [None, None, None]
    with VideoReader(str(clip)) as reader:
        for picture in reader.images():
            time_s = begins_s + picture.time_s
            for index, wanted_s in enumerate(asked):
                best = nearest[index]
                if best is None or abs(time_s - wanted_s) < best[0]:
                    nearest[index] = (abs(time_s - wanted_s), time_s, picture.image.copy())
    found = []
    for what, wanted_s, best in zip(WHATS, asked, nearest, strict=True):
        if best is None:
            raise VisionError("The clip shows no picture.", code="evidence.no_film", hint="Check that the film can be played.")
        _, time_s, image = best
        found.append(Still(what, wanted_s, time_s, hidden.apply(image, time_s), box_at(track, time_s)))
    return found


def instant_at(case: CaseFacts, time_s: float) -> datetime | None:
    return None if case.at is None else case.at + timedelta(seconds=time_s - case.at_s)


def jpeg(image: BgrImage) -> bytes:
    done, content = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    assert done, "an array of pixels can be encoded"
    return content.tobytes()


def marked(still: Still) -> BgrImage:
    """The picture with the thing marked at its corners."""
    picture = still.image.copy()
    if still.box is not None:
        _mark(picture, still.box)
    return picture


def with_data_bar(still: Still, facts: StillFacts, case: CaseFacts) -> bytes:
    """JPEG: the picture, the thing marked, the bar below."""
    picture = marked(still)
    width = picture.shape[1]
    size = max(LEAST_TEXT_PX, round(width * TEXT_SHARE))
    bold = ImageFont.truetype(str(FONTS / "NotoSans-Bold.ttf"), size)
    regular = ImageFont.truetype(str(FONTS / "NotoSans-Regular.ttf"), size)
    margin, line = size, round(size * 1.5)
    lines = [
        (font, ink, part) for font, ink, text in _lines(facts, case, bold, regular) for part in _wrapped(text, font, width - 2 * margin)
    ]
    bar = Image.new("RGB", (width, margin + line * len(lines) + margin // 2), PAPER)
    draw = ImageDraw.Draw(bar)
    for index, (font, ink, text) in enumerate(lines):
        draw.text((margin, margin // 2 + index * line), text, font=font, fill=ink)
    whole = Image.new("RGB", (width, picture.shape[0] + bar.height))
    whole.paste(Image.fromarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)), (0, 0))
    whole.paste(bar, (0, picture.shape[0]))
    content = BytesIO()
    whole.save(content, "JPEG", quality=JPEG_QUALITY)
    return content.getvalue()


Font = ImageFont.FreeTypeFont
Ink = tuple[int, int, int]


def _lines(facts: StillFacts, case: CaseFacts, bold: Font, regular: Font) -> list[tuple[Font, Ink, str]]:
    """In Kazakh and Russian where there are words; one bar for all readers."""
    both = f"{word('kk', 'still.' + facts.what)} · {word('ru', 'still.' + facts.what)}"
    when = f"{word('kk', 'no_date')} · {word('ru', 'no_date')}"
    if facts.at is not None:
        when = f"{instant_text(facts.at)} · {facts.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.{facts.at.microsecond // 1000:03d} UTC"
    lines = [(bold, INK, when), (bold, MARK, f"{rule_title('kk', case.rule.code)} · {rule_title('ru', case.rule.code)}")]
    if case.measured is not None:
        lines.append((regular, INK, measured_text("kk", case) + "  |  " + measured_text("ru", case)))
    where = [] if case.place is None else [place_text(case)]
    lines.append((regular, INK, " · ".join([*where, case.source.name])))
    order = "" if case.order is None else f" · {case.order.reference}"
    frame = f"{both} · {facts.time_s:.3f} s · PTS {facts.pts} ({facts.time_base})"
    lines.append((regular, QUIET, f"{frame} · {case.rule.code} {case.rule.edition}{order} · {case.case_id}"))
    return lines


def instant_text(instant: datetime) -> str:
    local = instant.astimezone(REGION_TIME)
    return f"{local:%d.%m.%Y %H:%M:%S}.{local.microsecond // 1000:03d} UTC+5"


def place_text(case: CaseFacts) -> str:
    assert case.place is not None, "asked only where there is one"
    return f"{case.place.lat_deg:.6f}° N {case.place.lon_deg:.6f}° E ± {case.place.accuracy_m:.1f} m"


def measured_text(language: str, case: CaseFacts) -> str:
    measured = case.measured
    assert measured is not None, "asked only where something was measured"
    name = unit(language, measured.unit)
    told = f"{decimal(language, measured.value)} ± {decimal(language, measured.uncertainty)} {name}"
    return f"{word(language, 'measured')}: {told}, {word(language, 'limit')}: {decimal(language, measured.limit)} {name}"


def _wrapped(text: str, font: Font, width_px: int) -> list[str]:
    lines: list[str] = []
    for part in text.split(" "):
        if lines and font.getlength(f"{lines[-1]} {part}") <= width_px:
            lines[-1] += f" {part}"
        else:
            lines.append(part)
    return lines


def _mark(image: NDArray[np.uint8], box: Box) -> None:
    """Corners around the thing: nothing of it is covered."""
    height, width = image.shape[:2]
    thick = max(2, round(width / 640))
    pad = 2 * thick
    x1, y1, x2, y2 = (round(one) for one in box)
    x1, y1, x2, y2 = max(0, x1 - pad), max(0, y1 - pad), min(width - 1, x2 + pad), min(height - 1, y2 + pad)
    arm = max(6, min(x2 - x1, y2 - y1) // 4)
    for x, y, right, down in ((x1, y1, 1, 1), (x2, y1, -1, 1), (x1, y2, 1, -1), (x2, y2, -1, -1)):
        cv2.line(image, (x, y), (x + right * arm, y), MARK[::-1], thick)
        cv2.line(image, (x, y), (x, y + down * arm), MARK[::-1], thick)
