"""Damage of asphalt, drawn onto pictures of whole roads: holes, cracks, crazing, patches, worn markings; and what only looks like it."""

from math import cos, pi, sin

import cv2
import numpy as np

from vision.frames import BgrImage
from vision.training.drawn.surfaces import Plane, blend, blob, bounds, darken, lit, noise

Box = tuple[float, float, float, float]
NAMES = ("pothole", "longitudinal crack", "transverse crack", "alligator crack", "patch", "faded marking")
LIKELY = (0.46, 0.12, 0.12, 0.1, 0.08, 0.12)
SOILS = ((92, 116, 138), (120, 142, 160), (70, 84, 98), (130, 134, 136))  # what lies under asphalt: clay, sand, dark gravel, pale gravel
PUDDLES = ((96, 118, 134), (140, 138, 130), (176, 170, 160), (70, 84, 92))


def draw_damage(image: BgrImage, random: np.random.Generator) -> list[tuple[str, Box]]:
    """Draw some damages, in place. Returns name and corners of each."""
    side = image.shape[0]
    slant = float(random.uniform(0.35, 1.0))
    sun = float(random.uniform(0, 2 * pi))
    found: list[tuple[str, Box]] = []
    for _ in range(int(random.integers(0, 3))):
        _lookalike(image, random, slant)
    for _ in range(int(random.integers(1, 5))):
        kind = str(random.choice(NAMES, p=LIKELY))
        size = float(np.exp(random.uniform(np.log(0.07), np.log(0.85)))) * side
        at = random.uniform(0.05, 0.95, 2) * side
        box = _DRAW[kind](image, random, at, size, slant, sun)
        if box is None:
            continue
        low, high = np.clip(box[:2], 0, side), np.clip(box[2:], 0, side)
        inside = float(np.prod(high - low)) > 0.4 * (box[2] - box[0]) * (box[3] - box[1])
        if inside:
            found.append((kind, (float(low[0]), float(low[1]), float(high[0]), float(high[1]))))
    return found


def _pothole(image: BgrImage, random: np.random.Generator, at: object, size: float, slant: float, sun: float) -> Box | None:
    x, y = np.asarray(at, dtype=np.float64)
    width = max(8, int(size))
    height = max(6, int(size * slant * random.uniform(0.65, 1.1)))
    top, left = int(y - height / 2), int(x - width / 2)
    shape = blob(random, height, width, float(random.uniform(0.15, 0.5)))
    asphalt = image[max(0, top) : top + height, max(0, left) : left + width].reshape(-1, 3)
    base = asphalt.mean(axis=0) if len(asphalt) else np.full(3, 110.0)
    steep = float(random.uniform(2.0, 6.0))
    depth = -np.clip(shape * steep, 0.0, 1.0) + 0.12 * noise(random, height, width, max(2.0, width / 14))
    light = lit(cv2.GaussianBlur(depth, (0, 0), 0.8) * min(height, 60) / 5, float(random.uniform(0.3, 1.0)), sun)
    # Seen slantwise, the far wall faces the camera and the near one is hidden: the upper edge inside is the darkest or the brightest.
    wall = np.clip(1.0 - shape * 5.0, 0.0, 1.0) * np.linspace(1.0, -0.6, height, dtype=np.float32)[:, None]
    soil = np.array(SOILS[int(random.integers(len(SOILS)))], np.float64) * random.uniform(0.6, 1.15)
    mixed = base * random.uniform(0.35, 0.85) if random.random() < 0.45 else base * 0.35 + soil * 0.55
    grain = 1.0 + 0.22 * noise(random, height, width, float(random.uniform(1.5, 5.0))) + 0.15 * noise(random, height, width, 12.0)
    paint = mixed[None, None] * (light * grain * (1.0 - float(random.uniform(0.0, 0.5)) * wall))[..., None]
    if random.random() < 0.28:  # rain stands in it
        level = np.clip((shape - random.uniform(0.08, 0.3)) * 14, 0, 1)[..., None]
        tone = np.array(PUDDLES[int(random.integers(len(PUDDLES)))], np.float64) * random.uniform(0.6, 1.25)
        sky = 1.0 + 0.16 * noise(random, height, width, max(8.0, width / 3))
        paint = paint * (1 - level) + tone[None, None] * sky[..., None] * level
    opacity = np.clip(shape * max(6.0, min(height, width) / 3.0), 0.0, 1.0)
    # A broken rim: loose stones and pale edges around the hole.
    if random.random() < 0.7:
        rim = np.clip(1.0 - np.abs(shape + 0.02) * 9.0, 0.0, 1.0) * np.clip(noise(random, height, width, 5.0) + 0.35, 0.0, 1.0)
        darken(image, top, left, np.asarray(-rim * random.uniform(-0.25, 0.5), np.float32))
    blend(image, top, left, paint, np.asarray(cv2.GaussianBlur(opacity, (0, 0), 0.6), np.float32))
    return bounds(opacity > 0.5, top, left)


def _line(random: np.random.Generator, start: np.ndarray, end: np.ndarray, wander: float) -> np.ndarray:
    count = max(6, int(np.linalg.norm(end - start) / 5))
    along = np.linspace(0.0, 1.0, count)[:, None]
    across = np.array([-(end - start)[1], (end - start)[0]]) / max(1e-6, float(np.linalg.norm(end - start)))
    steps = np.cumsum(random.normal(0, 1.0, count))
    steps -= np.linspace(steps[0], steps[-1], count)
    return np.asarray(start + along * (end - start) + (wander * steps)[:, None] * across)


def _strokes(image: BgrImage, random: np.random.Generator, lines: list[np.ndarray], width_px: float, dark: float) -> Box | None:
    mask = np.zeros(image.shape[:2], np.uint8)
    for line in lines:
        points = np.round(line * 16).astype(np.int32)
        # Cracks open and close slowly along their way; here and there they are shut.
        knots = random.uniform(-0.1, 1.5, max(2, len(points) // 6))
        widths = width_px * np.interp(np.linspace(0, 1, len(points) - 1), np.linspace(0, 1, len(knots)), knots)
        for first in np.flatnonzero(widths > 0.05 * width_px):
            thick = max(1, round(float(widths[first])))
            cv2.line(mask, points[first].tolist(), points[first + 1].tolist(), 255, thick, cv2.LINE_AA, 4)
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.45, width_px / 5)).astype(np.float32) / 255.0
    darken(image, 0, 0, soft * dark)
    return bounds(mask > 60, 0, 0)


def _crack(image: BgrImage, random: np.random.Generator, at: object, size: float, slant: float, angle: float) -> Box | None:
    half = np.array([cos(angle), sin(angle)]) * size / 2
    start, end = np.asarray(at) - half, np.asarray(at) + half
    lines = [_line(random, start, end, float(random.uniform(0.4, 1.8)))]
    for _ in range(int(random.integers(0, 3))):
        root = lines[0][int(random.integers(len(lines[0])))]
        away = angle + random.choice([-1, 1]) * random.uniform(0.4, 1.2)
        lines.append(_line(random, root, root + np.array([cos(away), sin(away)]) * size * random.uniform(0.08, 0.3), 0.8))
    return _strokes(image, random, lines, max(1.0, size * float(random.uniform(0.006, 0.022))), float(random.uniform(0.3, 0.75)))


def _longitudinal(image: BgrImage, random: np.random.Generator, at: object, size: float, slant: float, _sun: float) -> Box | None:
    return _crack(image, random, at, max(size, 40.0), slant, pi / 2 + float(random.normal(0, 0.22)))


def _transverse(image: BgrImage, random: np.random.Generator, at: object, size: float, slant: float, _sun: float) -> Box | None:
    return _crack(image, random, at, max(size, 40.0), slant, float(random.normal(0, 0.22)))


def _alligator(image: BgrImage, random: np.random.Generator, at: object, size: float, slant: float, _sun: float) -> Box | None:
    """Crazing: the borders of cells around scattered points (Voronoi), inside a ragged area."""
    width, height = max(30, int(size)), max(24, int(size * slant * random.uniform(0.7, 1.6)))
    cell = float(random.uniform(7, max(9.0, size / 6)))
    count = int(np.clip(width * height / (cell * cell * slant), 8, 400))
    cells = cv2.Subdiv2D((0, 0, width, height))
    cells.insert(np.column_stack([random.uniform(1, width - 1, count), random.uniform(1, height - 1, count)]).astype(np.float32))
    facets, _ = cells.getVoronoiFacetList([])
    mask = np.zeros((height, width), np.uint8)
    for facet in facets:
        if random.random() < 0.85:
            thick = int(random.integers(1, 3))
            cv2.polylines(mask, [np.round(np.asarray(facet) * 16).astype(np.int32)], True, 255, thick, cv2.LINE_AA, 4)
    area = blob(random, height, width, 0.4)
    worn = np.clip(area * 6, 0, 1) * np.clip(0.75 + 0.6 * noise(random, height, width, max(8.0, size / 5)), 0, 1)
    top, left = int(np.asarray(at)[1] - height / 2), int(np.asarray(at)[0] - width / 2)
    soft = cv2.GaussianBlur(mask, (0, 0), 0.6).astype(np.float32) / 255.0
    darken(
        image,
        top,
        left,
        np.asarray(soft * worn * random.uniform(0.3, 0.7) + np.clip(area * 6, 0, 1) * random.uniform(-0.06, 0.12), np.float32),
    )
    return bounds((worn > 0.3) & (area > 0), top, left)


def _patch(image: BgrImage, random: np.random.Generator, at: object, size: float, slant: float, _sun: float) -> Box | None:
    """Newer asphalt in a cut with straight sides: another tone, another grain, a seam around."""
    width, height = max(24, int(size)), max(16, int(size * slant * random.uniform(0.4, 1.6)))
    top, left = int(np.asarray(at)[1] - height / 2), int(np.asarray(at)[0] - width / 2)
    inset = random.uniform(0, 0.16, (4, 2)) * [width, height]
    corners = np.array([(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)]) + inset * [(1, 1), (-1, 1), (-1, -1), (1, -1)]
    mask = np.zeros((height, width), np.uint8)
    cv2.fillConvexPoly(mask, np.round(corners).astype(np.int32), 255, cv2.LINE_AA)
    seam = np.zeros_like(mask)
    cv2.polylines(seam, [np.round(corners).astype(np.int32)], True, 255, max(1, int(size * 0.012)), cv2.LINE_AA)
    tone = float(random.choice([-1, 1], p=[0.3, 0.7]) * random.uniform(0.12, 0.45))
    change = mask / 255.0 * (tone + 0.06 * noise(random, height, width, 2.0)) + seam / 255.0 * random.uniform(0.1, 0.4)
    darken(image, top, left, np.asarray(change, np.float32))
    return bounds(mask > 127, top, left)


def _marking(random: np.random.Generator, size: float, slant: float) -> Plane:
    """A dash, a solid line or some bars of a crossing, 0..1."""
    if random.random() < 0.35:
        bars, gap = int(random.integers(3, 7)), float(random.uniform(0.45, 0.6))
        height = max(12, int(size * slant * 0.5))
        mask = np.zeros((height, max(24, int(size))), np.uint8)
        step = mask.shape[1] / bars
        for bar in range(bars):
            lean = random.uniform(-0.1, 0.1) * height
            x0, x1 = bar * step, (bar + gap) * step
            cv2.fillConvexPoly(
                mask, np.array([(x0 + lean, 0), (x1 + lean, 0), (x1, height), (x0, height)]).astype(np.int32), 255, cv2.LINE_AA
            )
    else:
        lean = random.uniform(-0.6, 0.6)
        thick = max(3.0, size * random.uniform(0.05, 0.12))
        height, width = max(20, int(size)), max(12, int(abs(lean) * size + thick + 4))
        mask = np.zeros((height, width), np.uint8)
        x0, x1 = (2.0, abs(lean) * size + 2) if lean > 0 else (abs(lean) * size + 2, 2.0)
        outline = np.array([(x0, 0), (x0 + thick * 0.6, 0), (x1 + thick, height), (x1, height)])
        cv2.fillConvexPoly(mask, np.round(outline).astype(np.int32), 255, cv2.LINE_AA)
    return np.asarray(mask.astype(np.float32) / 255.0)


def _faded(image: BgrImage, random: np.random.Generator, at: object, size: float, slant: float, _sun: float) -> Box | None:
    mask = _marking(random, size, slant)
    height, width = mask.shape
    top, left = int(np.asarray(at)[1] - height / 2), int(np.asarray(at)[0] - width / 2)
    lost = noise(random, height, width, max(2.0, size / 18)) + 0.6 * noise(random, height, width, max(4.0, size / 5))
    kept = np.clip((lost + random.uniform(-0.3, 0.15)) * 3, 0, 1) * random.uniform(0.35, 0.8)
    _paint_white(image, random, top, left, np.asarray(mask * kept, np.float32))
    return bounds(mask > 0.5, top, left)


def _paint_white(image: BgrImage, random: np.random.Generator, top: int, left: int, opacity: Plane) -> None:
    tone = random.uniform(170, 250)
    paint = np.broadcast_to(np.array([tone, tone, tone]) * random.uniform(0.92, 1.0, 3), (*opacity.shape, 3))
    blend(image, top, left, paint, opacity)


def _lookalike(image: BgrImage, random: np.random.Generator, slant: float) -> None:
    """A whole marking, a manhole cover, an oil stain, a shadow, a filled crack: nothing to report."""
    side = image.shape[0]
    size = float(random.uniform(0.08, 0.5)) * side
    x, y = random.uniform(0, side, 2)
    match int(random.integers(5)):
        case 0:
            mask = _marking(random, size * 1.6, slant)
            _paint_white(image, random, int(y), int(x), np.asarray(mask * random.uniform(0.8, 1.0), np.float32))
        case 1:
            wide, tall = size * 0.5, size * 0.5 * slant
            ring = np.zeros(image.shape[:2], np.uint8)
            cv2.ellipse(ring, (int(x), int(y)), (int(wide), int(tall)), 0, 0, 360, 150, -1, cv2.LINE_AA)
            for row in np.arange(-0.7, 0.8, 0.28):
                reach = wide * np.sqrt(1 - row * row) * 0.85
                cv2.line(ring, (int(x - reach), int(y + row * tall)), (int(x + reach), int(y + row * tall)), 60, max(1, int(size / 60)))
            cv2.ellipse(ring, (int(x), int(y)), (int(wide), int(tall)), 0, 0, 360, 255, max(1, int(size / 40)), cv2.LINE_AA)
            darken(image, 0, 0, ring.astype(np.float32) / 255.0 * float(random.uniform(0.2, 0.55)))
        case 2 | 3:
            height, width = max(8, int(size * slant)), max(8, int(size * random.uniform(0.6, 1.8)))
            stain = np.clip(blob(random, height, width, 0.3) * random.uniform(1.5, 5), 0, 1) * random.uniform(0.15, 0.5)
            darken(image, int(y), int(x), np.asarray(cv2.GaussianBlur(stain, (0, 0), size / 25 + 0.5), np.float32))
        case _:
            angle = float(random.uniform(0, pi))
            half = np.array([cos(angle), sin(angle)]) * size
            line = _line(random, np.array([x, y]) - half, np.array([x, y]) + half, 1.0)
            mask = np.zeros(image.shape[:2], np.uint8)
            cv2.polylines(mask, [np.round(line).astype(np.int32)], False, 255, max(4, int(size * 0.05)), cv2.LINE_AA)
            darken(image, 0, 0, cv2.GaussianBlur(mask, (0, 0), 1.0).astype(np.float32) / 255.0 * float(random.uniform(0.3, 0.6)))


_DRAW = {
    "pothole": _pothole,
    "longitudinal crack": _longitudinal,
    "transverse crack": _transverse,
    "alligator crack": _alligator,
    "patch": _patch,
    "faded marking": _faded,
}
