"""Shapes of the demo region: smooth lines through known points, areas laid out in metres.

All positions are (longitude, latitude) in degrees.
"""

from collections.abc import Sequence
from math import cos, radians, sin

import numpy as np
from pyproj import Geod

from geo.primitives import LocalFrame, LonLat

_WGS84 = Geod(ellps="WGS84")
Line = list[tuple[float, float]]


def smooth_line(points: Sequence[tuple[float, float]], pieces: int = 6) -> Line:
    """A centripetal Catmull-Rom curve through every point given: roads and cables bend, they do not kink."""
    knots = np.asarray(points, dtype=float)
    # Mirrored ends give the first and last piece a direction.
    padded = np.vstack([2 * knots[0] - knots[1], knots, 2 * knots[-1] - knots[-2]])
    curve = [tuple(knots[0])]
    for i in range(1, len(padded) - 2):
        p = padded[i - 1 : i + 3]
        t = np.concatenate([[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(p, axis=0), axis=1)))])
        for u in np.linspace(t[1], t[2], pieces + 1)[1:]:
            a = [((t[k + 1] - u) * p[k] + (u - t[k]) * p[k + 1]) / (t[k + 1] - t[k]) for k in range(3)]
            b = [((t[k + 2] - u) * a[k] + (u - t[k]) * a[k + 1]) / (t[k + 2] - t[k]) for k in range(2)]
            curve.append(tuple(((t[2] - u) * b[0] + (u - t[1]) * b[1]) / (t[2] - t[1])))
    return [(round(float(lon), 6), round(float(lat), 6)) for lon, lat in curve]


def chainages_m(line: Line) -> list[float]:
    """Distance along the line at each of its points, on the ellipsoid, from 0."""
    lons, lats = zip(*line, strict=True)
    return [0.0, *(float(d) for d in np.cumsum(_WGS84.line_lengths(lons, lats)))]


def point_at_m(line: Line, chainage_m: float) -> tuple[LonLat, float]:
    """The place at a distance along the line, and the line's heading there in degrees clockwise from north."""
    along = chainages_m(line)
    i = min(max(int(np.searchsorted(along, chainage_m)), 1), len(line) - 1)
    azimuth, _, _ = _WGS84.inv(*line[i - 1], *line[i])
    lon, lat, _ = _WGS84.fwd(*line[i - 1], azimuth, chainage_m - along[i - 1])
    return LonLat(round(lon, 6), round(lat, 6)), float(azimuth % 360.0)


def rectangle(centre: tuple[float, float], length_m: float, width_m: float, heading_deg: float) -> Line:
    """A closed ring, counter-clockwise; `length_m` lies along the heading."""
    corners = [(length_m / 2, width_m / 2), (length_m / 2, -width_m / 2), (-length_m / 2, -width_m / 2), (-length_m / 2, width_m / 2)]
    return _ring(centre, [_turned(ahead, left, heading_deg) for ahead, left in corners][::-1])


def circle(centre: tuple[float, float], radius_m: float, points: int = 64) -> Line:
    """A closed ring, counter-clockwise."""
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    return _ring(centre, [(radius_m * float(np.cos(a)), radius_m * float(np.sin(a))) for a in angles])


def blob(centre: tuple[float, float], radius_m: float, seed: int, points: int = 14) -> Line:
    """An irregular closed ring around a centre, counter-clockwise: how waste lies."""
    random = np.random.default_rng(seed)
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    radii = radius_m * random.uniform(0.6, 1.25, points)
    return _ring(centre, [(float(r * np.cos(a)), 0.7 * float(r * np.sin(a))) for r, a in zip(radii, angles, strict=True)])


def ring_area_m2(ring: Line) -> float:
    lons, lats = zip(*ring, strict=True)
    area, _ = _WGS84.polygon_area_perimeter(lons, lats)
    return abs(float(area))


def _turned(ahead_m: float, left_m: float, heading_deg: float) -> tuple[float, float]:
    h = radians(heading_deg)
    return (ahead_m * sin(h) - left_m * cos(h), ahead_m * cos(h) + left_m * sin(h))


def _ring(centre: tuple[float, float], offsets_en_m: Sequence[tuple[float, float]]) -> Line:
    around = LocalFrame(LonLat(*centre)).to_lonlat_deg(offsets_en_m)
    ring = [(round(float(lon), 7), round(float(lat), 7)) for lon, lat in around]
    return [*ring, ring[0]]
