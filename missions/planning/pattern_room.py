"""What planners of patterns begin with: the room of a drawing, points at a height, what is wrong with a line."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from geo.primitives import LonLat
from missions.findings import Finding, error, thing
from missions.planning.airspace_around import forbidden_zones
from missions.planning.context import PlanContext
from missions.planning.flight import Points
from missions.planning.lens import DEFAULT_SPEED_MPS, Lens
from missions.planning.room import FlightRoom, flight_room
from missions.planning.sorties import SEPARATION_M
from missions.planning.vehicle_kind import vehicle_of
from missions.requests.request import PlanRequest


def room_of(
    request: PlanRequest,
    context: PlanContext,
    drawn: Sequence[LonLat],
    reach_m: float,
    lens: Lens | None,
    *,
    up_m: tuple[float, float] | None = None,
) -> tuple[FlightRoom | None, list[Finding]]:
    """`up_m` are the lowest and the highest flown, None = where the camera is level above what it sees."""
    speed_mps = DEFAULT_SPEED_MPS if lens is None else lens.speed_mps
    if up_m is None and lens is not None:
        up_m = lens.distance_m, lens.distance_m
    forbidden = forbidden_zones(context, request.home, None if up_m is None else (up_m[0], highest_m(request, up_m[1])))
    return flight_room(request, drawn, reach_m, vehicle_of(request, context).margin_m(speed_mps), forbidden)


def highest_m(request: PlanRequest, lines_m: float) -> float:
    """Above lines of that height several vehicles go to them one above the other."""
    return lines_m + SEPARATION_M * len(request.vehicles) if len(request.vehicles) > 1 else lines_m


def at_height(points: Points, up_m: float) -> Points:
    return np.column_stack([points, np.full(len(points), up_m)])


def line_findings(line: Sequence[LonLat], what: str) -> list[Finding]:
    if len(set(line)) < 2:
        message = f"{what} has {len(set(line))} different points. Draw at least two."
        return [error("too_few_points", message, line[0] if line else None, **thing(what), points=len(set(line)), least=2)]
    for number, (first, second) in enumerate(pairwise(line), start=1):
        if first == second:
            message = f"Points {number} and {number + 1} of {what[0].lower()}{what[1:]} are the same. Remove one of them."
            return [error("repeated_point", message, first, first=number, second=number + 1)]
    return []
