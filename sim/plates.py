"""Number plates of Kazakhstan as their maker delivers them, and as a camera sees them: slantwise, small, blurred, dirty, at dusk.

The letters are strokes of our own, after the plain shapes of road lettering; no typeface is copied. Sizes follow the plates: 520 by
112 mm in one row and 280 by 200 mm in two, letters 76 mm high.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Colour = tuple[int, int, int]
ONE_ROW_MM, TWO_ROWS_MM = (520, 112), (280, 200)
LETTER_MM, STROKE_MM = (44.0, 76.0), 10.5
INK: Colour = (28, 24, 22)
PAPER: Colour = (238, 240, 240)
YELLOW: Colour = (60, 200, 245)
RED: Colour = (50, 40, 190)
SKY_BLUE: Colour = (190, 160, 40)
# Strokes in a box of width 1 and height 1, y downwards. A letter is polylines by ";", each of points "x,y"; "(" draws an arc
# "x,y,rx,ry,from,to" in degrees, clockwise from the right.
STROKES = {
    "0": "(.5,.28,.5,.28,180,360;(.5,.72,.5,.28,0,180;0,.28 0,.72;1,.28 1,.72",
    "1": ".15,.2 .6,0 .6,1",
    "2": "(.5,.28,.48,.28,190,385;.93,.4 .02,1 1,1",
    "3": "(.48,.26,.46,.26,200,450;(.48,.74,.5,.26,-90,160",
    "4": ".7,1 .7,0 0,.72 1,.72",
    "5": ".95,0 .12,0 .06,.46;(.48,.68,.5,.32,215,510",
    "6": "(.5,.68,.5,.32,0,360;.02,.62 .62,0",
    "7": "0,0 1,0 .38,1",
    "8": "(.5,.25,.43,.25,0,360;(.5,.74,.5,.26,0,360",
    "9": "(.5,.32,.5,.32,0,360;.98,.38 .38,1",
    "A": "0,1 .5,0 1,1;.2,.66 .8,.66",
    "B": "0,0 0,1 .6,1;0,0 .55,0;0,.48 .6,.48;(.55,.24,.38,.24,-90,90;(.6,.74,.4,.26,-90,90",
    "C": "(.5,.28,.5,.28,180,345;(.5,.72,.5,.28,15,180;0,.28 0,.72",
    "D": "0,0 0,1 .5,1;0,0 .5,0;(.5,.3,.5,.3,-90,0;(.5,.7,.5,.3,0,90;1,.3 1,.7",
    "E": "1,0 0,0 0,1 1,1;0,.49 .85,.49",
    "F": "1,0 0,0 0,1;0,.49 .85,.49",
    "G": "(.5,.28,.5,.28,180,345;(.5,.72,.5,.28,0,180;0,.28 0,.72;1,.74 1,.55 .55,.55",
    "H": "0,0 0,1;1,0 1,1;0,.49 1,.49",
    "I": ".5,0 .5,1",
    "J": ".85,0 .85,.74;(.42,.74,.43,.26,0,170",
    "K": "0,0 0,1;1,0 .05,.6;.36,.42 1,1",
    "L": "0,0 0,1 1,1",
    "M": "0,1 0,0 .5,.62 1,0 1,1",
    "N": "0,1 0,0 1,1 1,0",
    "O": "(.5,.3,.5,.3,180,360;(.5,.7,.5,.3,0,180;0,.3 0,.7;1,.3 1,.7",
    "P": "0,1 0,0 .55,0;0,.54 .55,.54;(.55,.27,.44,.27,-90,90",
    "Q": "(.5,.3,.5,.3,180,360;(.5,.7,.5,.3,0,180;0,.3 0,.7;1,.3 1,.7;.62,.72 1.02,1.02",
    "R": "0,1 0,0 .55,0;0,.52 .55,.52;(.55,.26,.44,.26,-90,90;.5,.52 1,1",
    "S": "(.5,.26,.48,.26,90,340;(.5,.74,.5,.25,-90,160",
    "T": "0,0 1,0;.5,0 .5,1",
    "U": "0,0 0,.7;1,0 1,.7;(.5,.7,.5,.3,0,180",
    "V": "0,0 .5,1 1,0",
    "W": "0,0 .24,1 .5,.3 .76,1 1,0",
    "X": "0,0 1,1;1,0 0,1",
    "Y": "0,0 .5,.5 1,0;.5,.5 .5,1",
    "Z": "0,0 1,0 0,1 1,1",
}  # fmt: skip
NARROW = {"1": 0.55, "I": 0.4, "M": 1.12, "W": 1.2, "J": 0.85}


@dataclass(frozen=True, slots=True)
class PlateText:
    """What stands on a plate in the order it is said, with the parts it is laid out in: number, letters, region."""

    parts: tuple[str, ...]
    two_rows: bool = False
    paper: Colour = PAPER
    ink: Colour = INK

    @property
    def text(self) -> str:
        return "".join(self.parts)


@lru_cache(maxsize=256)
def plate_picture(plate: PlateText, px_per_mm: float = 1.0) -> Image:
    """The plate, seen straight, clean and evenly lit."""
    width_mm, height_mm = TWO_ROWS_MM if plate.two_rows else ONE_ROW_MM
    image = np.full((round(height_mm * px_per_mm), round(width_mm * px_per_mm), 3), plate.paper, np.uint8)
    band_mm = 46.0
    if plate.two_rows:
        above, below = plate.parts[:1], plate.parts[1:]
        _row(image, above, (band_mm, width_mm - 10.0), 12.0, plate.ink, px_per_mm)
        _row(image, below, (14.0, width_mm - 10.0), 108.0, plate.ink, px_per_mm)
        _flag(image, (10.0, 14.0), plate, px_per_mm)
    else:
        region_mm = 105.0 if len(plate.parts) == 3 else 0.0
        main = plate.parts[:2] if region_mm else plate.parts
        _row(image, main, (band_mm + 8.0, width_mm - region_mm - 12.0), 18.0, plate.ink, px_per_mm)
        if region_mm:
            x = round((width_mm - region_mm - 4.0) * px_per_mm)
            cv2.line(image, (x, 0), (x, image.shape[0]), plate.ink, max(1, round(2.5 * px_per_mm)))
            _row(image, plate.parts[2:], (width_mm - region_mm + 4.0, width_mm - 10.0), 18.0, plate.ink, px_per_mm)
        _flag(image, (10.0, 22.0), plate, px_per_mm)
    edge = max(1, round(2.5 * px_per_mm))
    cv2.rectangle(image, (edge, edge), (image.shape[1] - 1 - edge, image.shape[0] - 1 - edge), plate.ink, edge)
    return image


def _row(image: Image, parts: tuple[str, ...], between_mm: tuple[float, float], top_mm: float, ink: Colour, px_per_mm: float) -> None:
    """Words across the field, letters as wide as they are made, closer where there are many."""
    letters = [(letter, LETTER_MM[0] * NARROW.get(letter, 1.0)) for part in parts for letter in part]
    gap_mm, apart_mm = 12.0, 22.0
    needed = sum(width for _, width in letters) + gap_mm * (len(letters) - 1) + apart_mm * (len(parts) - 1)
    squeeze = min(1.0, (between_mm[1] - between_mm[0]) / needed)
    x_mm = (between_mm[0] + between_mm[1] - needed * squeeze) / 2.0
    index = 0
    for part in parts:
        for _ in part:
            letter, width_mm = letters[index]
            _letter(image, letter, (x_mm, top_mm, width_mm * squeeze, LETTER_MM[1]), ink, px_per_mm)
            x_mm += (width_mm + gap_mm) * squeeze
            index += 1
        x_mm += apart_mm * squeeze


def _letter(image: Image, letter: str, box_mm: tuple[float, float, float, float], ink: Colour, px_per_mm: float) -> None:
    x, y, width, height = box_mm
    half = STROKE_MM / 2.0
    for stroke in STROKES[letter].split(";"):
        if stroke.startswith("("):
            cx, cy, rx, ry, first, last = (float(value) for value in stroke[1:].split(","))
            turn = np.radians(np.linspace(first, last, 24))
            points = np.column_stack([cx + rx * np.cos(turn), cy + ry * np.sin(turn)])
        else:
            points = np.array([[float(value) for value in point.split(",")] for point in stroke.split()])
        placed = points * [width - STROKE_MM, height - STROKE_MM] + [x + half, y + half]
        pixels = np.round(placed * px_per_mm * 16.0).astype(np.int32)
        cv2.polylines(image, [pixels], False, ink, max(1, round(STROKE_MM * px_per_mm)), cv2.LINE_AA, 4)


def _flag(image: Image, at_mm: tuple[float, float], plate: PlateText, px_per_mm: float) -> None:
    """The country's flag over its letters."""
    x, y = (round(value * px_per_mm) for value in at_mm)
    width, height = round(28 * px_per_mm), round(18 * px_per_mm)
    cv2.rectangle(image, (x, y), (x + width, y + height), SKY_BLUE, -1)
    cv2.circle(image, (x + width // 2, y + height // 2), max(1, height // 4), (60, 210, 240), -1)
    for number, letter in enumerate("KZ"):
        box = (at_mm[0] + 15.0 * number, at_mm[1] + 26.0, 12.0, 20.0)
        _small_letter(image, letter, box, plate.ink, px_per_mm)


def _small_letter(image: Image, letter: str, box_mm: tuple[float, float, float, float], ink: Colour, px_per_mm: float) -> None:
    x, y, width, height = box_mm
    for stroke in STROKES[letter].split(";"):
        points = np.array([[float(value) for value in point.split(",")] for point in stroke.split()])
        pixels = np.round((points * [width, height] + [x, y]) * px_per_mm * 16.0).astype(np.int32)
        cv2.polylines(image, [pixels], False, ink, max(1, round(3.0 * px_per_mm)), cv2.LINE_AA, 4)


@dataclass(frozen=True, slots=True)
class Sighting:
    """How a camera comes to see a plate. Angles from straight on; `blur_px` is a Gaussian's sigma, `motion_px` a smear along the way."""

    height_px: float  # of the letters
    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    blur_px: float = 0.0
    motion_px: float = 0.0
    dirt: float = 0.0  # share of the surface
    light: float = 1.0  # of full daylight
    noise: float = 2.0  # levels
    jpeg_quality: int = 92


def random_sighting(random: np.random.Generator, height_px: tuple[float, float] = (8.0, 40.0)) -> Sighting:
    """Within what cameras are hung for: up to 30 degrees aside and 35 down; day and dusk, some dirt, some compression."""
    tall = float(np.exp(random.uniform(*np.log(height_px))))
    dusk = random.random() < 0.3
    return Sighting(
        height_px=tall,
        yaw_deg=float(random.uniform(-30, 30)),
        pitch_deg=float(random.uniform(-35, 0)),
        roll_deg=float(random.normal(0, 2.5)),
        blur_px=float(abs(random.normal(0, 0.045)) * tall),
        motion_px=float(random.uniform(0, 0.1) * tall),
        dirt=float(max(0.0, random.normal(0.0, 0.08))),
        light=float(random.uniform(0.25, 0.55) if dusk else random.uniform(0.6, 1.1)),
        noise=float(random.uniform(3, 9) if dusk else random.uniform(1, 4)),
        jpeg_quality=int(random.integers(45, 96)),
    )


def seen_plate(plate: PlateText, sighting: Sighting, random: np.random.Generator) -> tuple[Image, tuple[float, float, float, float]]:
    """A picture of the plate on a bumper, and the box around it (x1, y1, x2, y2)."""
    scale = 3.0
    sharp = plate_picture(plate, 1.0)
    px_per_mm = sighting.height_px / LETTER_MM[1]
    width, height = sharp.shape[1] * px_per_mm, sharp.shape[0] * px_per_mm
    margin = 0.6 * height
    size = (int(width + 2 * margin) + 8, int(height * 1.3 + 2 * margin) + 8)
    corners = _corners(width, height, sighting) + np.array(size) / 2.0
    bumper = random.uniform(15, 200) * random.uniform(0.9, 1.1, 3)
    slope = np.linspace(1.12, 0.88, round(size[1] * scale))[:, None, None]
    canvas = np.ones((round(size[1] * scale), round(size[0] * scale), 1)) * slope * bumper
    given = np.array([(0, 0), (sharp.shape[1], 0), (sharp.shape[1], sharp.shape[0]), (0, sharp.shape[0])], np.float32)
    matrix = cv2.getPerspectiveTransform(given, (corners * scale).astype(np.float32))
    dirty = _dirty(sharp, sighting.dirt, random)
    smaller = min(1.0, px_per_mm * scale)  # averaged first, else the letters flicker
    if smaller < 1.0:
        dirty = np.asarray(cv2.GaussianBlur(dirty, (0, 0), 0.4 / smaller), np.uint8)
    laid = cv2.warpPerspective(dirty, matrix, (canvas.shape[1], canvas.shape[0]), flags=cv2.INTER_LINEAR).astype(np.float64)
    cover = cv2.warpPerspective(np.full(sharp.shape[:2], 255, np.uint8), matrix, (canvas.shape[1], canvas.shape[0]))[..., None] / 255.0
    picture = canvas * (1.0 - cover) + laid * cover
    picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    if sighting.blur_px > 0.05:
        picture = cv2.GaussianBlur(picture, (0, 0), sighting.blur_px)
    if sighting.motion_px > 0.5:
        picture = cv2.filter2D(picture, -1, _smear(sighting.motion_px))
    shade = 1.0 + 0.15 * random.uniform(-1, 1) * np.linspace(-1, 1, size[0])[None, :, None]
    lit = picture * sighting.light * shade + random.normal(0.0, sighting.noise, picture.shape)
    coded = cv2.imencode(".jpg", np.clip(lit, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, sighting.jpeg_quality])[1]
    image = np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)
    low, high = corners.min(axis=0), corners.max(axis=0)
    return image, (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _corners(width: float, height: float, sighting: Sighting) -> NDArray[np.float64]:
    """Of the plate around its middle, in pixels: a flat thing turned before a camera some way off."""
    yaw, pitch, roll = np.radians([sighting.yaw_deg, sighting.pitch_deg, sighting.roll_deg])
    flat = np.array([(-width, -height, 0.0), (width, -height, 0.0), (width, height, 0.0), (-width, height, 0.0)]) / 2.0
    about_y = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
    about_z = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    turned = flat @ about_y.T @ about_x.T @ about_z.T
    far = 12.0 * width
    seen: NDArray[np.float64] = turned[:, :2] * (far / (far + turned[:, 2]))[:, None]
    return seen


def _dirty(plate: Image, share: float, random: np.random.Generator) -> Image:
    if share <= 0.0:
        return plate
    grain = random.normal(0, 1, (max(2, plate.shape[0] // 12), max(2, plate.shape[1] // 12))).astype(np.float32)
    field = cv2.resize(grain, (plate.shape[1], plate.shape[0]), interpolation=cv2.INTER_CUBIC)
    cover = np.clip((field - np.quantile(field, 1.0 - min(0.9, share))) * 2.0, 0.0, 0.85)[..., None]
    return np.asarray(plate * (1.0 - cover) + np.array([96, 118, 132]) * cover, np.uint8)


def _smear(length_px: float) -> NDArray[np.float64]:
    side = 2 * int(np.ceil(length_px / 2.0)) + 1
    kernel = np.zeros((1, side))
    reach = np.abs(np.arange(side) - side // 2)
    kernel[0] = np.clip(length_px / 2.0 + 0.5 - reach, 0.0, 1.0)
    smear: NDArray[np.float64] = kernel / kernel.sum()
    return smear


def random_plate(random: np.random.Generator) -> PlateText:
    """What drives here: mostly the series of 2012, some of 1993, some of foreigners; some on two rows."""
    letters, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"

    def some(of: str, count: int) -> str:
        return "".join(random.choice(list(of)) for _ in range(count))

    region = f"{int(random.integers(1, 21)):02d}"
    kind = float(random.random())
    two = bool(random.random() < 0.15)
    if kind < 0.6:
        return PlateText((some(digits, 3), some(letters, 3), region), two)
    if kind < 0.75:
        return PlateText((some(digits, 3), some(letters, 2), region), two)
    if kind < 0.93:
        return PlateText((some("ABCDEFHKLMNOPRSTUVWXZ", 1) + some(digits, 3), some(letters, int(random.integers(2, 4)))), two)
    return PlateText((some("AHKMFP", 1) + some(digits, 4), region), False, YELLOW)
