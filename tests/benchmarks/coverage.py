"""Flown time and planning time of area surveys, against the best fixed-angle sweep as a user of QGroundControl finds it by hand.

The peer turns one set of parallel lines through 0 to 175 degrees in steps of 5, joins the two outermost cuts of each line with the border
(`SurveyComplexItem` does so, across bays and holes), flies them to and fro from the better of its four corners, and keeps the quickest.
It flies through avoid zones; the metres it does are in the detail. Both are timed by the same kinematic model, home included.
"""

import time
from dataclasses import dataclass
from statistics import median

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from missions.patterns.grid import rotation
from missions.planning.coverage import CoverageTask, plan_coverage
from missions.planning.endurance import CopterDynamics, path_time_s
from missions.planning.gsd import Footprint
from tests.benchmarks.measurement import Measurement

Points = NDArray[np.float64]
FOOTPRINT = Footprint(150.0, 100.0)
SPACING_M, TRIGGER_M, SPEED_MPS, CLEARANCE_M = 52.5, 25.0, 10.0, 5.0
RANDOM_POLYGONS = 100
DYNAMICS = CopterDynamics()


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    area: Polygon
    zones: tuple[Polygon, ...] = ()


async def measure() -> Measurement:
    ours_s, peer_s, shares, ours_in_m, peer_in_m, cpu_s = [], [], [], 0.0, 0.0, {}
    for case in cases():
        task = as_task(case)
        started = time.process_time()
        coverage = plan_coverage(task)
        cpu_s[case.name] = time.process_time() - started
        if coverage is None:
            raise AssertionError(f"{case.name} was not planned")
        peer_path = best_fixed_angle_path(case)
        ours_s.append(coverage.duration_s)
        peer_s.append(path_time_s(peer_path, SPEED_MPS, DYNAMICS))
        shares.append(coverage.covered_share)
        ours_in_m += metres_in(case.zones, coverage.route.points)
        peer_in_m += metres_in(case.zones, peer_path)
    ratios = [ours / peer for ours, peer in zip(ours_s, peer_s, strict=True)]
    detail = (
        f"{len(ratios)} areas; flown time ours / peer: median {median(ratios):.3f}, worst {max(ratios):.3f}; "
        f"inside avoid zones {ours_in_m:.0f} m, peer {peer_in_m:.0f} m; least covered share {min(shares):.4f}; "
        f"planning CPU: median {median(cpu_s.values()):.2f} s, 300 ha {cpu_s['300 ha']:.2f} s, "
        f"1000 ha with 10 holes {cpu_s['1000 ha, 10 holes']:.2f} s"
    )
    return Measurement(
        sum(ours_s) / 60.0, sum(peer_s) / 60.0, "best of 36 fixed angles, as in QGroundControl", "minutes flown", detail, "lower"
    )


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
    return [
        Case("square", shapely.box(0, 0, 500, 500)),
        Case("L", Polygon([(0, 0), (900, 0), (900, 200), (200, 200), (200, 900), (0, 900)])),
        Case("U", Polygon([(0, 0), (900, 0), (900, 900), (650, 900), (650, 250), (250, 250), (250, 900), (0, 900)])),
        Case("concave", wide),
        Case("concave, 1 hole", wide, tuple(holes[:1])),
        Case("concave, 3 holes", wide, tuple(holes)),
        Case("300 ha", _around(ring, 950.0 + 150.0 * np.sin(3 * ring) + 80.0 * np.cos(5 * ring))),
        Case("1000 ha, 10 holes", large, tuple(shapely.affinity.translate(_star(generator, 60.0, 160.0, 9), *spot) for spot in spots)),
        *(Case(f"random {n}", _random_area(generator)) for n in range(RANDOM_POLYGONS)),
    ]


def _around(angles: Points, radii: Points) -> Polygon:
    return Polygon(np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None])


def _star(generator: np.random.Generator, low_m: float, high_m: float, corners: int) -> Polygon:
    step = 2.0 * np.pi / corners
    angles = (np.arange(corners) + generator.uniform(-0.4, 0.4, corners)) * step
    return _around(angles, generator.uniform(low_m, high_m, corners))


def _random_area(generator: np.random.Generator) -> Polygon:
    size_m = generator.uniform(150.0, 900.0)
    return _star(generator, 0.35 * size_m, size_m, int(generator.integers(4, 20)))


def _home(area: Polygon) -> Points:
    left, low, _, _ = area.bounds
    return np.array([left - 50.0, low - 50.0])


def as_task(case: Case) -> CoverageTask:
    zones = shapely.union_all(case.zones)
    blocked = zones.buffer(CLEARANCE_M, join_style="mitre", mitre_limit=2.0)
    return CoverageTask(
        target=shapely.difference(case.area, zones),
        flyable=shapely.difference(case.area, blocked),
        anywhere=shapely.difference(shapely.box(*case.area.bounds).buffer(2000.0, join_style="mitre"), blocked),
        footprint=FOOTPRINT,
        line_spacing_m=SPACING_M,
        trigger_m=TRIGGER_M,
        speed_mps=SPEED_MPS,
        home=_home(case.area),
        dynamics=DYNAMICS,
    )


def best_fixed_angle_path(case: Case) -> Points:
    home = _home(case.area)
    paths = [path for angle in range(0, 180, 5) for path in _sweeps(case.area, float(angle), home)]
    return min(paths, key=lambda path: path_time_s(path, SPEED_MPS, DYNAMICS))


def _sweeps(area: Polygon, angle_deg: float, home: Points) -> list[Points]:
    """The sweep of one angle from each of its four corners, from home and back."""
    matrix = rotation(angle_deg)
    turned = shapely.transform(area, lambda points: points @ matrix.T)
    left, low, right, high = turned.bounds
    count = max(1, int(np.ceil((high - low) / SPACING_M - 1e-6)))
    across = low + (np.arange(count) + 0.5) * (high - low) / count
    cuts = [shapely.intersection(shapely.LineString([(left - 1, y), (right + 1, y)]), turned).bounds for y in across]
    lines = [np.array([[cut[0], cut[1]], [cut[2], cut[3]]]) @ matrix for cut in cuts if not np.isnan(cut[0])]
    paths = []
    for ordered in (lines, lines[::-1]):
        for first in (0, 1):
            flown = [line if number % 2 == first else line[::-1] for number, line in enumerate(ordered)]
            paths.append(np.vstack([home, *flown, home]))
    return paths


def metres_in(zones: tuple[Polygon, ...], path: Points) -> float:
    return float(sum(shapely.intersection(shapely.LineString(path), zone).length for zone in zones))
