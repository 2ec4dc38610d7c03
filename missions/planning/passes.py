"""Several grids over one area: a second one across the first, and for models in three dimensions four more with the camera tilted.

Tilted grids look ahead of north, east, south and west of the lines, each over the whole area, so that every wall is seen from its front.
At the lower edge of a tilted picture the ground is nearer and the picture narrower than straight down: tilted lines lie closer, so that
the side overlap asked for is kept there too. The edge of the area is seen by those that look at it from inside: draw the area larger by
its height where walls at the edge matter.
"""

from collections.abc import Sequence
from dataclasses import replace

from missions.planning.coverage import EDGE_INSET_M, Coverage, CoverageTask, plan_coverage
from missions.planning.endurance import path_time_s
from missions.planning.flight import Gaze
from missions.planning.footprints import photo_positions
from missions.planning.route import Route, RoutePart, way_around
from missions.planning.visibility import PathFinder

OBLIQUE_PITCH_DEG = -50.0


def plan_passes(task: CoverageTask, passes: str) -> Coverage | None:
    """The coverage of the first grid with the route of all. None when some line cannot be reached."""
    first = plan_coverage(task)
    if first is None or passes == "single":
        return first
    along_deg, across_deg = first.heading_deg, (first.heading_deg + 90.0) % 180.0
    more: dict[tuple[float, float], tuple[float | None, ...]] = {(across_deg, task.line_spacing_m): (None,)}
    if passes == "oblique":
        spacing_m = task.tilted_spacing_m or task.line_spacing_m
        more = {(heading_deg, spacing_m): (heading_deg, heading_deg + 180.0) for heading_deg in (along_deg, across_deg)}
    grids: list[tuple[Route, float | None]] = [(first.route, None)]
    for (heading_deg, spacing_m), looks_deg in more.items():
        grid = plan_coverage(replace(task, heading_deg=heading_deg, line_spacing_m=spacing_m))
        if grid is None:
            return None
        grids += [(grid.route, look_deg) for look_deg in looks_deg]
    route = _one_after_the_other(grids, task)
    return replace(
        first,
        route=route,
        photos=photo_positions(route, task.trigger_m),
        duration_s=path_time_s(route.points, task.speed_mps, task.dynamics, task.wind),
    )


def _one_after_the_other(grids: Sequence[tuple[Route, float | None]], task: CoverageTask) -> Route:
    anywhere = PathFinder(task.anywhere, EDGE_INSET_M)
    parts: list[RoutePart] = []
    for number, (route, heading_deg) in enumerate(grids):
        # Every other grid is flown backwards: it begins where the one before it ended, or across from there.
        lines = _lines(route)
        if parts and _far(parts[-1], lines[-1].points[-1]) < _far(parts[-1], lines[0].points[0]):
            lines = [replace(part, points=part.points[::-1]) for part in reversed(lines)]
        if heading_deg is not None:
            gaze = Gaze(OBLIQUE_PITCH_DEG, heading_deg % 360.0)
            lines = [replace(part, gaze=gaze) if part.photographed else part for part in lines]
        if number == 0:
            parts += [part for part in route.parts[:1] if not part.photographed]
        else:
            parts.append(way_around(parts[-1].points[-1], lines[0].points[0], anywhere))
        parts += lines
    if task.home is not None:
        parts.append(way_around(parts[-1].points[-1], task.home, anywhere, leaves_area=False))
    return Route(tuple(parts))


def _lines(route: Route) -> list[RoutePart]:
    """From the first line to the last, without the way from home and back."""
    shown = [number for number, part in enumerate(route.parts) if part.photographed]
    return list(route.parts[shown[0] : shown[-1] + 1])


def _far(part: RoutePart, place: object) -> float:
    east, north = part.points[-1] - place
    return float(east**2 + north**2)
