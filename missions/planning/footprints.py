"""What the pictures of a route show: where the shutter opens, the ground they cover, and what each line could still reach."""

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray

from missions.patterns.grid import Area, surface
from missions.planning.gsd import Footprint
from missions.planning.route import Route

Points = NDArray[np.float64]

_RASTER_POINTS = 3_000


def reachable(target: Area, flyable: Area, footprint: Footprint) -> Area:
    """What of the target a picture taken from anywhere in the area flown over can show, its long side in any direction."""
    reach_m = float(np.hypot(footprint.across_m, footprint.along_m)) / 2.0
    return surface(shapely.intersection(target, flyable.buffer(reach_m)))


def photo_positions(route: Route, trigger_m: float) -> Points:
    """(n, 2): one picture at the beginning of every line and one each `trigger_m` after it."""
    return np.vstack([run[:, 0] for run in _photo_runs(route, trigger_m)])


def covered(route: Route, footprint: Footprint, trigger_m: float) -> Area:
    """Union of the footprints of level pictures, their long sides across the line they are taken on."""
    runs = np.vstack([_joined_run(run, trigger_m <= footprint.along_m) for run in _photo_runs(route, trigger_m)])
    first, last, along = runs[:, 0], runs[:, 1], runs[:, 2]
    ahead = along * footprint.along_m / 2.0
    aside = np.stack([-along[:, 1], along[:, 0]], axis=1) * footprint.across_m / 2.0
    corners = np.stack([first - ahead - aside, last + ahead - aside, last + ahead + aside, first - ahead + aside], axis=1)
    return surface(shapely.union_all(shapely.polygons(corners)))


def overlapping_share(route: Route, footprint: Footprint, trigger_m: float, target: Area, least: int = 3) -> float:
    """Share of the target in at least so many pictures that look straight down, from a raster of some thousand points."""
    left, low, right, high = target.bounds
    step_m = float(np.sqrt(max(target.area, 1e-9) / _RASTER_POINTS))
    east, north = np.meshgrid(np.arange(left + step_m / 2.0, right, step_m), np.arange(low + step_m / 2.0, high, step_m))
    points = np.column_stack([east.ravel(), north.ravel()])
    points = points[shapely.contains_xy(target, points)]
    seen = np.zeros(len(points))
    for run in _photo_runs(Route(tuple(part for part in route.parts if part.gaze is None)), trigger_m):
        along = run[0, 1]
        offset = points - run[0, 0]
        ahead, aside = offset @ along, np.abs(offset @ np.array([-along[1], along[0]]))
        first = np.clip(np.ceil((ahead - footprint.along_m / 2.0) / trigger_m - 1e-9), 0, len(run))
        last = np.clip(np.floor((ahead + footprint.along_m / 2.0) / trigger_m + 1e-9), -1, len(run) - 1)
        seen += np.where(aside <= footprint.across_m / 2.0 + 1e-9, np.maximum(last - first + 1, 0), 0)
    return float((seen >= least).mean()) if len(points) else 0.0


def _photo_runs(route: Route, trigger_m: float) -> Iterator[Points]:
    """(n, 2, 2) positions and directions of the pictures of each straight run."""
    for line in route.lines:
        legs = np.diff(line, axis=0)
        lengths = np.hypot(*legs.T)
        due_m = 0.0
        for start, leg, length_m in zip(line[:-1], legs, lengths, strict=True):
            along = leg / max(length_m, 1e-9)
            at = np.arange(due_m, length_m + 1e-6, trigger_m)
            if len(at):
                yield np.stack([start + at[:, None] * along, np.broadcast_to(along, (len(at), 2))], axis=1)
                due_m = float(at[-1]) + trigger_m
            due_m -= length_m


def _joined_run(run: Points, overlapping: bool) -> Points:
    """(k, 3, 2) first and last position and the direction; one row for the run where its pictures overlap, else one a picture."""
    first, last = (run[:1], run[-1:]) if overlapping else (run, run)
    return np.stack([first[:, 0], last[:, 0], first[:, 1]], axis=1)
