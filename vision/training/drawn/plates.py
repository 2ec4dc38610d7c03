"""Number plates of several shapes and colours, drawn sharp and seen slantwise, as no set of one country and one camera shows them.

Layouts: Kazakhstan (one and two lines, region in a field of its own), Europe (blue band), America (short and high). Letters are strokes of
OpenCV's own fonts: a detector of plates must not learn one typeface.
"""

import cv2
import numpy as np

from vision.frames import BgrImage
from vision.training.drawn.surfaces import blend, bounds, noise

Box = tuple[float, float, float, float]
LETTERS, DIGITS = "ABCDEFHKLMNOPRSTUVXYZ", "0123456789"
FONTS = (cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_COMPLEX)
WIDE, SHORT = (520, 112), (300, 160)  # millimetres, drawn at half that many pixels
DOUBLED = 2
# paper and ink, blue green red
COLOURS = (
    ((236, 238, 238), (34, 28, 26)), ((236, 238, 238), (34, 28, 26)), ((236, 238, 238), (120, 50, 30)), ((60, 200, 240), (30, 26, 24)),
    ((40, 30, 28), (226, 226, 226)), ((60, 60, 180), (236, 236, 236)), ((150, 80, 30), (236, 236, 236)), ((208, 224, 214), (70, 80, 20)),
)  # fmt: skip


def draw_plates(image: BgrImage, random: np.random.Generator) -> list[tuple[str, Box]]:
    """Draw one or two plates, and sometimes a sign that is none, in place. Returns name and corners of each plate."""
    side = image.shape[0]
    found: list[tuple[str, Box]] = []
    if random.random() < 0.35:
        _sign(image, random)
    for _ in range(int(random.integers(1, 3))):
        width = float(np.exp(random.uniform(np.log(18.0), np.log(0.75 * side))))
        at = random.uniform(0.12, 0.88, 2) * side
        box = _lay(image, random, _plate(random), at, width, mount=random.random() < 0.7)
        if box is not None:
            low, high = np.clip(box[:2], 0, side), np.clip(box[2:], 0, side)
            if float(np.prod(high - low)) > 0.5 * (box[2] - box[0]) * (box[3] - box[1]):
                found.append(("plate", (float(low[0]), float(low[1]), float(high[0]), float(high[1]))))
    return found


def _plate(random: np.random.Generator) -> BgrImage:
    """A plate as its maker delivers it."""
    two_lines = random.random() < 0.4
    width, height = (length // DOUBLED for length in (SHORT if two_lines else WIDE))
    paper, ink = COLOURS[int(random.integers(len(COLOURS)))]
    plate = np.full((height, width, 3), paper, np.uint8)
    left = 4
    if not two_lines and random.random() < 0.6:  # the band of the country
        left = width // 11
        plate[:, :left] = (150, 70, 20) if random.random() < 0.7 else paper
        cv2.circle(plate, (left // 2, height // 3), max(2, left // 4), (60, 200, 230), 1)
    right = width - 4
    if random.random() < 0.45:  # the region's field
        right = int(width * 0.8)
        cv2.line(plate, (right, 3), (right, height - 4), ink, 1)
        _write(plate, random, _text(random, 2), (right + 2, 4, width - 4, height - 4), ink)
    if two_lines and random.random() < 0.5:
        _write(plate, random, _text(random, int(random.integers(3, 5))), (left, 3, right, height // 2), ink)
        _write(plate, random, _text(random, int(random.integers(3, 5))), (left, height // 2, right, height - 3), ink)
    else:
        top = int(height * 0.2) if two_lines else 5
        _write(plate, random, _text(random, int(random.integers(5, 8))), (left + 2, top, right - 2, height - top), ink)
    cv2.rectangle(plate, (1, 1), (width - 2, height - 2), ink, 1)
    return plate


def _text(random: np.random.Generator, length: int) -> str:
    return "".join(random.choice(list(DIGITS if random.random() < 0.55 else LETTERS)) for _ in range(length))


def _write(plate: BgrImage, random: np.random.Generator, text: str, field: tuple[int, int, int, int], ink: tuple[int, int, int]) -> None:
    """Letters as high and as wide as the field allows."""
    x0, y0, x1, y1 = field
    font, thick = FONTS[int(random.integers(len(FONTS)))], int(random.integers(2, 5))
    (wide, tall), below = cv2.getTextSize(text, font, 1.0, thick)
    letters = np.zeros((tall + below + 2 * thick, wide + 2 * thick), np.uint8)
    cv2.putText(letters, text, (thick, tall + thick), font, 1.0, 255, thick, cv2.LINE_AA)
    if x1 - x0 < 4 or y1 - y0 < 4:
        return
    share = cv2.resize(letters, (x1 - x0, y1 - y0), interpolation=cv2.INTER_AREA).astype(np.float32) / 255.0
    blend(plate, y0, x0, np.broadcast_to(np.array(ink, np.float64), (*share.shape, 3)), share)


def _lay(image: BgrImage, random: np.random.Generator, plate: BgrImage, at: np.ndarray, width_px: float, *, mount: bool) -> Box | None:
    """The plate hung up, seen from a side, in some light. `mount`: on a darker or lighter panel, as on a bumper."""
    side = image.shape[0]
    height, width = plate.shape[:2]
    turn, lean = float(random.normal(0, 0.07)), float(random.normal(0, 0.12))
    narrow, far = float(random.uniform(0.55, 1.0)), float(random.uniform(0.88, 1.12))
    half = np.array([width_px / 2, width_px / 2 * height / width / narrow])
    half = half * narrow**0.5
    corners = np.array([(-1.0, -1.0), (1.0, -far), (1.0, far), (-1.0, 1.0)]) * half
    corners[:, 1] += lean * corners[:, 0]
    corners = corners @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + at
    if mount:
        panel = (corners - at) * [random.uniform(1.1, 2.2), random.uniform(1.2, 3.0)] + at
        cover = np.zeros((side, side), np.uint8)
        cv2.fillConvexPoly(cover, np.round(panel * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        tone = random.uniform(10, 230) * random.uniform(0.85, 1.15, 3)
        slope = 1.0 + 0.35 * np.linspace(1, -1, side, dtype=np.float32)[:, None] + 0.05 * noise(random, side, side, 40.0)
        blend(image, 0, 0, tone * slope[..., None], cv2.GaussianBlur(cover, (0, 0), 1.2).astype(np.float32) / 255.0)
    given = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    if width_px < width:  # averaged first, else the letters flicker
        smaller = max(0.05, width_px / width)
        plate = np.asarray(cv2.resize(plate, None, fx=smaller, fy=smaller, interpolation=cv2.INTER_AREA), np.uint8)
        given = given * [plate.shape[1] / width, plate.shape[0] / height]
    matrix = cv2.getPerspectiveTransform(given.astype(np.float32), corners.astype(np.float32))
    laid = cv2.warpPerspective(plate, matrix, (side, side), flags=cv2.INTER_LINEAR).astype(np.float64)
    cover = cv2.warpPerspective(np.full(plate.shape[:2], 255, np.uint8), matrix, (side, side))
    around = float(image.mean())
    light = np.clip(random.uniform(0.35, 1.0) if around < 110 else random.uniform(0.6, 1.1), 0, 1.1)
    shade = 1.0 + 0.25 * float(random.uniform(-1, 1)) * np.linspace(-1, 1, side)[None, :] + 0.08 * noise(random, side, side, 30.0)
    dirt = np.clip(1.0 - 0.5 * np.clip(noise(random, side, side, 12.0) + random.uniform(-1.0, 0.3), 0, 1), 0.4, 1.0)
    laid *= (light * shade * dirt)[..., None]
    box = bounds(cover > 127, 0, 0)
    blend(image, 0, 0, laid, cover.astype(np.float32) / 255.0)
    return box


def _sign(image: BgrImage, random: np.random.Generator) -> None:
    """Text on a wall, a bus or a shop: letters alone make no plate."""
    side = image.shape[0]
    text = _text(random, int(random.integers(3, 12)))
    colour = random.uniform(0, 255, 3).tolist()
    if random.random() < 0.5:
        x, y = random.uniform(0, side, 2).astype(int).tolist()
        width, height = int(side * random.uniform(0.2, 0.9)), int(side * random.uniform(0.15, 0.5))
        cv2.rectangle(image, (x, y), (x + width, y + height), random.uniform(0, 255, 3).tolist(), -1)
        x, y = x + 5, y + height // 2
    else:
        x, y = int(random.uniform(0, side * 0.6)), int(random.uniform(0.1, 1.0) * side)
    cv2.putText(
        image,
        text,
        (x, y),
        FONTS[int(random.integers(len(FONTS)))],
        random.uniform(0.4, 2.5),
        colour,
        int(random.integers(1, 6)),
        cv2.LINE_AA,
    )
