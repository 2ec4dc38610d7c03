"""Flown time and planning time of area surveys, against the best fixed-angle sweep as a user of QGroundControl finds it by hand.

The peer turns one set of parallel lines through 0 to 175 degrees in steps of 5, joins the two outermost cuts of each line with the border
(`SurveyComplexItem` does so, across bays and holes), flies them to and fro from the better of its four corners, and keeps the quickest.
It flies through avoid zones and across bays; the metres it does are in the detail. Both are timed by the same kinematic model, home
included. The areas are those of `survey_cases`. Ours ends lines half a photo step inside the edge, as the outer lines of both lie half a
spacing inside it.
"""

import time
from statistics import median

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from geo.primitives import LocalFrame, LonLat
from missions import PlanContext, SurveyRequest, plan_survey
from missions.patterns.grid import rotation, surface
from missions.planning.area import GNSS_ERROR_M
from missions.planning.coverage import CoverageTask, plan_coverage
from missions.planning.endurance import CopterDynamics, path_time_s
from missions.planning.footprints import reachable
from missions.planning.gsd import Footprint
from tests.benchmarks.measurement import Measurement
from tests.benchmarks.survey_cases import Case, cases
from tests.support.ground import ground

Points = NDArray[np.float64]
FOOTPRINT = Footprint(150.0, 100.0)
SPACING_M, TRIGGER_M, SPEED_MPS, CLEARANCE_M = 52.5, 25.0, 10.0, 5.0
DYNAMICS = CopterDynamics()


async def measure() -> Measurement:
    ours_s, peer_s, shares, ours_in_m, peer_in_m, cpu_s, outside_m, peer_out_m = [], [], [], 0.0, 0.0, {}, 0.0, 0.0
    beyond_m, peer_beyond_m, relief, failed = 0.0, 0.0, "", []
    for case in cases():
        task = as_task(case)
        started = time.process_time()
        coverage = plan_coverage(task)
        cpu_s[case.name] = time.process_time() - started
        if coverage is None:
            failed.append(case.name)
            continue
        peer_path = best_fixed_angle_path(case)
        ours_s.append(coverage.duration_s)
        peer_s.append(path_time_s(peer_path, SPEED_MPS, DYNAMICS))
        wanted = reachable(task.target, task.flyable, task.footprint)
        shares.append(1.0 - shapely.intersection(coverage.uncovered, wanted).area / wanted.area)
        ours_in_m += metres_in(case.zones, coverage.route.points)
        peer_in_m += metres_in(case.zones, peer_path)
        outside_m += metres_outside(case.area, coverage.route.points)
        peer_out_m += metres_outside(case.area, peer_path)
        if case.fence is not None:
            beyond_m += metres_beyond(case.fence, coverage.route.points)
            peer_beyond_m += metres_beyond(case.fence, peer_path)
        if case.relief_m:
            relief = over_relief(case)
    if failed:
        raise AssertionError(f"not planned: {', '.join(failed)}")
    ratios = [ours / peer for ours, peer in zip(ours_s, peer_s, strict=True)]
    detail = (
        f"{len(ratios)} areas, none refused; flown time ours / peer: median {median(ratios):.3f}, worst {max(ratios):.3f}; "
        f"least covered share of what can be reached {min(shares):.4f}; inside avoid zones {ours_in_m:.0f} m, peer {peer_in_m:.0f} m; "
        f"outside fences {beyond_m:.0f} m, peer {peer_beyond_m:.0f} m; between home legs outside the area {outside_m:.0f} m, "
        f"peer {peer_out_m:.0f} m; {relief}; planning CPU: median {median(cpu_s.values()):.2f} s, "
        f"1000 ha with 10 holes {cpu_s['1000 ha, 10 holes']:.2f} s"
    )
    return Measurement(
        sum(ours_s) / 60.0, sum(peer_s) / 60.0, "best of 36 fixed angles, as in QGroundControl", "minutes flown", detail, "lower"
    )


def _home(area: Polygon) -> Points:
    left, low, _, _ = area.bounds
    return np.array([left - 50.0, low - 50.0])


def as_task(case: Case) -> CoverageTask:
    zones = shapely.union_all(case.zones)
    allowed: shapely.Geometry = shapely.box(*case.area.bounds).buffer(2000.0, join_style="mitre")
    if case.fence is not None:
        margin_m = SPEED_MPS**2 / (2.0 * DYNAMICS.acceleration_mps2) + GNSS_ERROR_M
        allowed = shapely.intersection(allowed, case.fence.buffer(-margin_m, join_style="mitre"))
    allowed = shapely.difference(allowed, zones.buffer(CLEARANCE_M, join_style="mitre", mitre_limit=2.0))
    return CoverageTask(
        target=surface(shapely.difference(case.area, zones)),
        flyable=surface(shapely.intersection(case.area, allowed)),
        anywhere=surface(allowed),
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


def metres_outside(area: Polygon, path: Points) -> float:
    """Of what lies between the first line and the last: home stands outside."""
    return float(shapely.difference(shapely.LineString(path[1:-1]), area.buffer(0.02)).length)


def metres_beyond(fence: Polygon, path: Points) -> float:
    return float(shapely.difference(shapely.LineString(path), fence).length)


def over_relief(case: Case) -> str:
    """The same area planned over hills, as a user asks for it: what is proven of its heights. The camera's footprint is `FOOTPRINT`."""
    frame = LocalFrame(LonLat(51.16, 43.65))
    hills = ground(frame.origin, lambda east, north: 300.0 + case.relief_m / 2.0 * np.sin(east / 400.0) * np.cos(north / 500.0))
    request = SurveyRequest(
        polygon=tuple(frame.place(*corner) for corner in case.area.exterior.coords[:-1]),
        camera="dji-phantom-4-pro",
        altitude_m=FOOTPRINT.along_m,
        home=frame.place(*_home(case.area)),
        terrain="follow",
    )
    result = plan_survey(request, PlanContext(heights=hills))
    if result.plan is None or result.statistics is None:
        raise AssertionError(f"{case.name}: {[finding.message for finding in result.findings]}")
    least_m = result.statistics.least_agl_m
    return f"300 ha over {case.relief_m:.0f} m of relief at {FOOTPRINT.along_m:.0f} m: least {least_m:.1f} m above ground"
