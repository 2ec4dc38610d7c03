"""Dumped waste on open ground, seen from above: heaps of rubble and soil with rags, bags, boards and tyres strewn over and around them;
and what only looks like it: stones, a clean heap of gravel, bushes, wheel tracks, a roof, a parked car.
"""

from math import pi

import cv2
import numpy as np

from vision.frames import BgrImage
from vision.training.drawn.surfaces import Plane, blend, blob, bounds, darken, lit, noise

Box = tuple[float, float, float, float]
# blue green red: plastic, cardboard, wood, cloth, metal, brick, plaster
RUBBISH = (
    (238, 240, 240), (228, 230, 226), (206, 210, 212), (214, 160, 70), (190, 110, 40), (70, 90, 190), (60, 60, 160), (60, 170, 210),
    (90, 130, 80), (30, 28, 28), (44, 42, 44), (90, 130, 170), (110, 150, 186), (70, 96, 130), (150, 154, 160), (84, 100, 168),
)  # fmt: skip
RUBBLE = ((150, 160, 170), (176, 182, 188), (120, 136, 156), (98, 118, 146), (196, 200, 204), (92, 108, 160))
SHADOW = 0.55


def draw_waste(image: BgrImage, random: np.random.Generator) -> list[tuple[str, Box]]:
    """Draw none, one or two dumps and some lookalikes, in place. Returns name and corners of each dump."""
    side = image.shape[0]
    sun = float(random.uniform(0, 2 * pi))
    for _ in range(int(random.integers(0, 4))):
        _LOOKALIKES[int(random.integers(len(_LOOKALIKES)))](image, random, sun)
    found: list[tuple[str, Box]] = []
    for _ in range(int(random.choice([0, 1, 2], p=[0.3, 0.5, 0.2]))):
        size = float(np.exp(random.uniform(np.log(0.15), np.log(0.95)))) * side
        box = _dump(image, random, random.uniform(0.1, 0.9, 2) * side, size, sun)
        if box is None:
            continue
        low, high = np.clip(box[:2], 0, side), np.clip(box[2:], 0, side)
        if float(np.prod(high - low)) > 0.35 * (box[2] - box[0]) * (box[3] - box[1]):
            found.append(("waste", (float(low[0]), float(low[1]), float(high[0]), float(high[1]))))
    return found


def _dump(image: BgrImage, random: np.random.Generator, at: np.ndarray, size: float, sun: float) -> Box | None:
    width, height = int(size), int(size * random.uniform(0.4, 1.0))
    if random.random() < 0.5:
        width, height = height, width
    width, height = max(14, width), max(14, height)
    left, top = int(at[0] - width / 2), int(at[1] - height / 2)
    extent = blob(random, height, width, 0.5)
    covered = np.zeros((height, width), np.bool_)
    if random.random() < 0.7:
        for _ in range(int(random.integers(1, 6))):
            wide, tall = int(width * random.uniform(0.25, 0.75)), int(height * random.uniform(0.25, 0.75))
            x, y = int(random.uniform(0, width - wide)), int(random.uniform(0, height - tall))
            tone = np.array(RUBBLE[int(random.integers(len(RUBBLE)))], np.float64) * random.uniform(0.6, 1.15)
            heap = _heap(image, random, top + y, left + x, max(6, tall), max(6, wide), tone, sun)
            covered[y : y + heap.shape[0], x : x + heap.shape[1]] |= heap[: height - y, : width - x]
    # Litter: most things small, thick in the middle of the dump and thin at its edge.
    piece = float(np.exp(random.uniform(np.log(0.012), np.log(0.05)))) * size
    count = int(random.uniform(25, 160) * (0.6 + 0.4 * size / image.shape[0]))
    palette = [RUBBISH[int(number)] for number in random.integers(0, len(RUBBISH), int(random.integers(3, 12)))]
    dense = np.clip(extent * 2 + 0.5 * noise(random, height, width, max(4.0, size / 6)), 0, 1)
    ys, xs = np.nonzero(dense > 0.02)
    if not len(ys):
        return None
    weights = dense[ys, xs] / dense[ys, xs].sum()
    for chosen in random.choice(len(ys), count, p=weights):
        x, y = int(xs[chosen]), int(ys[chosen])
        reach = piece * float(np.exp(random.normal(0, 0.6)))
        _litter(image, random, left + x, top + y, reach, palette, sun)
        covered[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2] = True
    return bounds(covered, top, left)


def _heap(
    image: BgrImage, random: np.random.Generator, top: int, left: int, height: int, width: int, tone: np.ndarray, sun: float
) -> np.ndarray:
    """A heap with its shadow. Returns where it lies, (height, width)."""
    shape = blob(random, height, width, 0.35)
    relief = (np.clip(shape, 0, 1) ** 0.7 * 3.0 + 0.5 * noise(random, height, width, max(2.0, width / 9))).astype(np.float32)
    light = lit(np.asarray(relief * min(height, width) / 12, np.float32), float(random.uniform(0.25, 0.6)), sun)
    grain = 1.0 + 0.2 * noise(random, height, width, 2.0) + 0.12 * noise(random, height, width, 7.0)
    cover = np.clip(shape * max(4.0, min(height, width) / 4), 0, 1)
    shift = 0.12 * min(height, width)
    darken(
        image,
        int(top + shift * np.sin(sun)),
        int(left + shift * np.cos(sun)),
        np.asarray(cv2.GaussianBlur(cover, (0, 0), 1.5) * 0.4, np.float32),
    )
    blend(image, top, left, tone * (light * grain)[..., None], np.asarray(cover, np.float32))
    return np.asarray(cover > 0.3)


def _litter(
    image: BgrImage, random: np.random.Generator, x: int, y: int, reach: float, palette: list[tuple[int, int, int]], sun: float
) -> None:
    """One thing: a crumpled sheet, a board, a bag or a tyre, with its shadow."""
    shade = random.uniform(0.55, 1.1)
    paint = tuple(float(min(255, value * shade)) for value in palette[int(random.integers(len(palette)))])
    kind = random.random()
    turn = float(random.uniform(0, pi))
    if kind < 0.5:
        angles = np.sort(random.uniform(0, 2 * pi, int(random.integers(4, 8))))
        outline = np.column_stack([np.cos(angles), np.sin(angles)]) * random.uniform(0.4, 1.0, (len(angles), 1)) * reach
    else:
        long, thin = reach * random.uniform(0.8, 2.2), reach * random.uniform(0.12, 0.5)
        outline = np.array([(-long, -thin), (long, -thin), (long, thin), (-long, thin)]) / 1.4
        if kind > 0.85:
            angles = np.linspace(0, 2 * pi, 12, endpoint=False)
            outline = np.column_stack([np.cos(angles), np.sin(angles)]) * reach * 0.7
    outline = outline @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]) + [x, y]
    away = reach * random.uniform(0.15, 0.5)
    low = np.floor(outline.min(axis=0) - away - 2).astype(int)
    high = np.ceil(outline.max(axis=0) + away + 2).astype(int)
    shadow = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    cv2.fillPoly(shadow, [_fixed(outline + np.array([np.cos(sun), np.sin(sun)]) * away - low)], 255, cv2.LINE_AA, 4)
    darken(image, int(low[1]), int(low[0]), shadow.astype(np.float32) / 255.0 * SHADOW)
    cv2.fillPoly(image, [_fixed(outline)], paint, cv2.LINE_AA, 4)
    if reach > 3 and kind < 0.6:  # a fold catches the light
        middle = outline.mean(axis=0)
        part = np.array([outline[0], outline[1], middle])
        bright = tuple(min(255.0, value * float(random.uniform(0.7, 1.3))) for value in paint)
        cv2.fillPoly(image, [_fixed(part)], bright, cv2.LINE_AA, 4)


def _fixed(points: np.ndarray) -> np.ndarray:
    return np.asarray(np.round(points * 16), np.int32)


def _gravel(image: BgrImage, random: np.random.Generator, sun: float) -> None:
    """Heaps of one clean material, as on a building site."""
    side = image.shape[0]
    tone = np.array(RUBBLE[int(random.integers(len(RUBBLE)))], np.float64) * random.uniform(0.6, 1.1)
    at = random.uniform(0, side, 2)
    for _ in range(int(random.integers(1, 4))):
        size = max(8, int(random.uniform(0.1, 0.45) * side))
        x, y = (at + random.normal(0, size * 0.7, 2)).astype(int)
        _heap(image, random, int(y), int(x), max(8, int(size * random.uniform(0.7, 1.0))), size, tone, sun)


def _bushes(image: BgrImage, random: np.random.Generator, sun: float) -> None:
    side = image.shape[0]
    for _ in range(int(random.integers(2, 14))):
        size = max(6, int(np.exp(random.uniform(np.log(0.03), np.log(0.3))) * side))
        x, y = random.uniform(-0.1, 1.0, 2) * side
        tone = np.array([random.uniform(40, 90), random.uniform(80, 130), random.uniform(60, 120)])
        _heap(image, random, int(y), int(x), size, size, tone, sun)


def _tracks(image: BgrImage, random: np.random.Generator, _sun: float) -> None:
    side = image.shape[0]
    line = random.uniform(-0.1, 1.1, (2, 2)) * side
    bend = line.mean(axis=0) + random.normal(0, side * 0.2, 2)
    along = np.linspace(0, 1, 24)[:, None]
    way = (1 - along) ** 2 * line[0] + 2 * along * (1 - along) * bend + along**2 * line[1]
    mask = np.zeros((side, side), np.uint8)
    gap = float(random.uniform(0.02, 0.07)) * side
    for offset in (-gap, gap):
        cv2.polylines(mask, [_fixed(way + np.array([offset, offset * 0.5]))], False, 255, max(1, int(gap * 0.7)), cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(mask, (0, 0), 1.0).astype(np.float32) / 255.0 * np.clip(0.7 + noise(random, side, side, 14.0), 0, 1)
    blend(image, 0, 0, np.full((side, side, 3), random.uniform(120, 200)) * [0.88, 0.95, 1.0], np.asarray(soft * 0.6, np.float32))


def _roof(image: BgrImage, random: np.random.Generator, sun: float) -> None:
    """A flat or ridged roof, or as small as a car: straight sides, one colour, a hard shadow."""
    side = image.shape[0]
    half = np.array([1.0, random.uniform(0.4, 1.0)]) * np.exp(random.uniform(np.log(0.03), np.log(0.35))) * side
    turn = float(random.uniform(0, pi))
    rotation = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    at = random.uniform(0, side, 2)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half @ rotation + at
    shadow = np.zeros((side, side), np.uint8)
    cv2.fillConvexPoly(shadow, _fixed(corners + np.array([np.cos(sun), np.sin(sun)]) * half.min() * 0.4), 255, cv2.LINE_AA, 4)
    darken(image, 0, 0, shadow.astype(np.float32) / 255.0 * SHADOW)
    tone = np.array(RUBBISH[int(random.integers(len(RUBBISH)))], np.float64) * random.uniform(0.6, 1.0)
    for first, share in ((0, 1.0), (2, float(random.uniform(0.75, 1.0)))):
        halves = np.array([corners[first], corners[first + 1], (corners[1] + corners[2]) / 2, (corners[0] + corners[3]) / 2])
        cover = np.zeros((side, side), np.uint8)
        cv2.fillPoly(cover, [cv2.convexHull(_fixed(halves))], 255, cv2.LINE_AA, 4)
        grain: Plane = 1.0 + 0.06 * noise(random, side, side, 3.0)
        blend(image, 0, 0, tone * share * grain[..., None], cover.astype(np.float32) / 255.0)


def _stones(image: BgrImage, random: np.random.Generator, sun: float) -> None:
    """Loose stones of the ground's own colour."""
    side = image.shape[0]
    tone = image.reshape(-1, 3).mean(axis=0)
    palette = [tuple(int(min(255, value * share)) for value in tone) for share in (0.8, 1.1, 1.35)]
    for _ in range(int(random.integers(5, 60))):
        x, y = random.uniform(0, side, 2).astype(int)
        _litter(image, random, int(x), int(y), float(random.uniform(0.6, 4.0)), palette, sun)  # type: ignore[arg-type]


_LOOKALIKES = (_gravel, _bushes, _tracks, _roof, _stones)
