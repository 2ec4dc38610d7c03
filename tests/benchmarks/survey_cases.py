"""The areas surveys are measured on: convex, L, concave with 1, 3 and 10 holes, with fences, a corridor, one over relief, random ones."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

Points = NDArray[np.float64]
RANDOM_POLYGONS = 500


@dataclass(frozen=True, slots=True)
class Case:
    """`zones` are kept out of, `fence` is not left; it holds the area, closely, and home. `relief_m` is from valley to hilltop."""

    name: str
    area: Polygon
    zones: tuple[Polygon, ...] = ()
    fence: Polygon | None = None
    relief_m: float = 0.0


def cases() -> list[Case]:
    generator = np.random.default_rng(20_260_501)
    ring = np.linspace(0.0, 2.0 * np.pi, 60, endpoint=False)
    large = _around(ring, 1750.0 + 250.0 * np.sin(3 * ring) + 150.0 * np.cos(7 * ring))
    spots = [np.array([np.cos(k * 0.63), np.sin(k * 0.63)]) * (600.0 if k % 2 else 1200.0) for k in range(10)]
    wide = Polygon([(0, 0), (1500, -100), (1900, 800), (1200, 1300), (700, 700), (300, 1200), (-100, 500)])
    holes = [
        Polygon([(300, 300), (500, 320), (480, 560), (330, 520)]),
        Polygon([(900, 200), (1000, 150), (1150, 420), (850, 400)]),
        Polygon([(1100, 800), (1300, 850), (1200, 1000)]),
    ]
    bent = Polygon([(0, 0), (900, 0), (900, 200), (200, 200), (200, 900), (0, 900)])
    hilly = _around(ring, 950.0 + 150.0 * np.sin(3 * ring) + 80.0 * np.cos(5 * ring))
    return [
        Case("square", shapely.box(0, 0, 500, 500)),
        Case("L", bent),
        Case("L, fence", bent, fence=Polygon([(-90, -90), (910, -90), (910, 210), (210, 210), (210, 910), (-90, 910)])),
        Case("U", Polygon([(0, 0), (900, 0), (900, 900), (650, 900), (650, 250), (250, 250), (250, 900), (0, 900)])),
        Case("concave", wide),
        Case("concave, 1 hole", wide, tuple(holes[:1])),
        Case("concave, 3 holes", wide, tuple(holes)),
        Case("concave, 3 holes, fence", wide, tuple(holes), Polygon([(-190, -190), (1510, -190), (1930, 820), (1200, 1330), (-190, 1330)])),
        Case("300 ha, 200 m relief", hilly, relief_m=200.0),
        Case("1000 ha, 10 holes", large, tuple(shapely.affinity.translate(_star(generator, 60.0, 160.0, 9), *spot) for spot in spots)),
        Case("20 km corridor, 15 bends", corridor()),
        *(Case(f"random {n}", _random_area(generator)) for n in range(RANDOM_POLYGONS)),
    ]


def corridor(length_m: float = 20_000.0, bends: int = 15, width_m: float = 200.0) -> Polygon:
    """A road of equal legs that turns left and right by 20 to 50 degrees."""
    generator = np.random.default_rng(7)
    turns = np.concatenate([[0.0], generator.uniform(20.0, 50.0, bends) * np.where(np.arange(bends) % 2, 1.0, -1.0)])
    heading = np.radians(70.0 + np.cumsum(turns))
    steps = np.column_stack([np.sin(heading), np.cos(heading)]) * length_m / (bends + 1)
    axis = shapely.LineString(np.vstack([[0.0, 0.0], np.cumsum(steps, axis=0)]))
    road = axis.buffer(width_m / 2.0, cap_style="flat", join_style="mitre")
    assert isinstance(road, Polygon)
    return road


def _around(angles: Points, radii: Points) -> Polygon:
    return Polygon(np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None])


def _star(generator: np.random.Generator, low_m: float, high_m: float, corners: int) -> Polygon:
    step = 2.0 * np.pi / corners
    angles = (np.arange(corners) + generator.uniform(-0.4, 0.4, corners)) * step
    return _around(angles, generator.uniform(low_m, high_m, corners))


def _random_area(generator: np.random.Generator) -> Polygon:
    size_m = generator.uniform(150.0, 900.0)
    return _star(generator, 0.35 * size_m, size_m, int(generator.integers(4, 20)))
