"""Pictures of single machines and vehicles without a background, from any side, for the training of detectors.

Each is a PNG with transparency (its shadow on the ground is part of it) and a YOLO label beside it; `data.yaml` names the classes.
"""

from math import cos, radians, sin
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from sim.projection import Camera
from sim.scenes.machines import PHASES, machine_shape
from sim.scenes.model import Weather
from sim.scenes.painting import Eye, PlacedShape, paint_shadow, paint_shape, silhouette
from sim.scenes.shapes import Shape, vehicle_shape
from sim.scenes.weather import light_of

SIDE_PX = 448
FILLED = 0.62  # of the picture, so that the shadow finds room
MACHINES = {"excavator": "excavator", "loader": "loader", "dump truck": "dump_truck", "crane": "crane", "roller": "roller"}
VEHICLES = ("sedan", "bus", "van", "truck", "truck")
PAINTS = ("#f2b31c", "#e8a012", "#f6c93a", "#e5701a", "#c8321e", "#e9e9e4", "#3f7d46", "#2d5f9e", "#8f9498")
NAMES = (*MACHINES, "vehicle")
EYES_OF_PEOPLE = 0.6  # share seen from the ground; the others from the air
HAZE_M = 5000.0

Image = NDArray[np.uint8]


def write_cutouts(folder: Path, count: int, seed: int) -> None:
    """Write `count` pictures; the same seed writes the same ones."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data.yaml").write_text(f"names: [{', '.join(NAMES)}]\n", encoding="utf-8")
    for number in range(count):
        name = NAMES[number % len(NAMES)]
        image, box = cutout(name, random)
        file = folder / f"{name.replace(' ', '_')}_{number:05d}.png"
        cv2.imwrite(str(file), image)
        x1, y1, x2, y2 = (side / SIDE_PX for side in box)
        label = f"{NAMES.index(name)} {(x1 + x2) / 2:.5f} {(y1 + y2) / 2:.5f} {x2 - x1:.5f} {y2 - y1:.5f}\n"
        file.with_suffix(".txt").write_text(label, encoding="utf-8")


def cutout(name: str, random: np.random.Generator) -> tuple[Image, tuple[float, float, float, float]]:
    """(448, 448, 4) blue green red and opacity, and the corners of the thing without its shadow."""
    thing = PlacedShape(_shape(name, random), 0.0, 0.0, float(random.uniform(0, 360)))
    light = light_of(Weather())
    eye = Eye(_camera(thing.shape, random), light, HAZE_M)
    pictures = []
    # What differs between a black and a white background is what shines through.
    for ground in (0, 255):
        picture = np.full((SIDE_PX, SIDE_PX, 3), ground, np.uint8)
        paint_shadow(picture, eye, thing)
        paint_shape(picture, eye, thing)
        pictures.append(picture.astype(np.float64))
    black, white = pictures
    opacity = 1.0 - np.clip((white - black).mean(axis=2) / 255.0, 0.0, 1.0)
    colour = black / np.maximum(opacity, 1e-3)[..., None]
    outline = silhouette(eye, thing)
    if outline is None:  # pragma: no cover - the camera stands outside the thing
        raise ValueError("the camera stands inside the thing")
    low, high = np.clip(outline.min(axis=0), 0, SIDE_PX), np.clip(outline.max(axis=0), 0, SIDE_PX)
    image = np.dstack([np.clip(colour, 0, 255), opacity * 255.0]).round().astype(np.uint8)
    return image, (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _shape(name: str, random: np.random.Generator) -> Shape:
    paint = PAINTS[int(random.integers(len(PAINTS)))]
    if name in MACHINES:
        return machine_shape(MACHINES[name], paint, int(random.integers(PHASES)))
    return vehicle_shape(VEHICLES[int(random.integers(len(VEHICLES)))], paint)


def _camera(shape: Shape, random: np.random.Generator) -> Camera:
    """Somewhere around, looking at the middle of the thing, near enough that it fills the picture."""
    low = random.random() < EYES_OF_PEOPLE
    above = radians(float(random.uniform(2, 28) if low else random.uniform(28, 88)))
    bearing = radians(float(random.uniform(0, 360)))
    middle_m = shape.size_m[2] / 2.0
    across_m = float(np.hypot(*shape.size_m[:2])) if not low else max(shape.size_m)
    away_m = across_m * float(random.uniform(1.6, 4.0))
    hfov = 2.0 * np.degrees(np.arctan(across_m / FILLED / 2.0 / away_m))
    return Camera(
        east_m=away_m * cos(above) * sin(bearing),
        north_m=away_m * cos(above) * cos(bearing),
        height_m=middle_m + away_m * sin(above),
        heading_deg=(np.degrees(bearing) + 180.0) % 360.0,
        pitch_deg=-float(np.degrees(above)),
        hfov_deg=float(min(hfov, 100.0)),
        width_px=SIDE_PX,
        height_px=SIDE_PX,
        roll_deg=float(random.normal(0, 2)),
    )
