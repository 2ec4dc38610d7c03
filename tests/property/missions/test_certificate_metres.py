"""The metres of a certificate are those that a dense walk along the path counts."""

import math
from itertools import pairwise

import numpy as np
import shapely
from hypothesis import given, settings, strategies as st
from shapely import Polygon

from geo.primitives import Altitude, AltitudeReference, LocalFrame, LonLat
from missions import AirspaceZone, Command, MissionItem, MissionPlan, ZoneKind, certify

FRAME = LocalFrame(LonLat(51.2, 43.65))
STEP_M = 0.25
coordinate = st.floats(-400.0, 400.0, allow_nan=False)
height = st.floats(5.0, 120.0, allow_nan=False)
points = st.lists(st.tuples(coordinate, coordinate, height), min_size=1, max_size=6)
stars = st.tuples(
    coordinate, coordinate, st.lists(st.floats(20.0, 250.0), min_size=4, max_size=9), st.floats(0.0, 90.0), st.floats(5.0, 80.0)
)


def ring_of(star: tuple[float, float, list[float], float, float]) -> list[tuple[float, float]]:
    # Off the corners of the path: on an edge a walk and a line may differ about a vertical leg.
    east, north, radii = star[0] + 0.1371, star[1] + 0.2217, star[2]
    turns = [2.0 * math.pi * index / len(radii) for index in range(len(radii))]
    return [(east + r * math.cos(a), north + r * math.sin(a)) for r, a in zip(radii, turns, strict=True)]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(path=points, zones=st.lists(stars, min_size=1, max_size=3))
def test_metres_inside_equal_a_dense_walk(path: list[tuple[float, float, float]], zones: list) -> None:  # type: ignore[type-arg]
    items = [MissionItem(Command.TAKEOFF, altitude_m=path[0][2])]
    items += [MissionItem(Command.WAYPOINT, position=FRAME.place(x, y), altitude_m=up) for x, y, up in path]
    plan = MissionPlan(home=FRAME.origin, items=tuple(items))
    listed = [
        AirspaceZone(
            str(number),
            str(number),
            ZoneKind.NO_FLY,
            (tuple(FRAME.place(x, y) for x, y in ring_of(star)),),
            Altitude(star[3], AltitudeReference.ABOVE_TERRAIN),
            Altitude(star[3] + star[4], AltitudeReference.ABOVE_TERRAIN),
        )
        for number, star in enumerate(zones)
    ]
    certificate = certify(plan, listed)
    corners = np.array([(0.0, 0.0, 0.0), (0.0, 0.0, path[0][2]), *path])
    for star, proof in zip(zones, certificate.zones, strict=True):
        area, walked_m, ends = Polygon(ring_of(star)), 0.0, 0
        for start, end in pairwise(corners):
            length_m = float(np.linalg.norm(end - start))
            count = max(int(length_m / STEP_M), 1)
            at = start + ((np.arange(count) + 0.5) / count)[:, None] * (end - start)
            inside = shapely.contains_xy(area, at[:, 0], at[:, 1]) & (at[:, 2] >= star[3]) & (at[:, 2] <= star[3] + star[4])
            walked_m += float(inside.sum()) * length_m / count
            ends += int(np.abs(np.diff(inside.astype(int))).sum()) + 2
        assert abs(proof.inside_m - walked_m) <= (ends + 1) * STEP_M
