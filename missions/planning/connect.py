"""From the lines of a pattern to a whole flight: what zones and the fence do not allow is cut out, the ways between lead around."""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from missions.planning.flight import EveryMetres, EverySeconds, Flight, Leg, Points
from missions.planning.room import FlightRoom
from missions.planning.ways import Ways

# Pieces of a cut line shorter than this are not worth their turn.
_SHORTEST_M = 1.0


@dataclass(frozen=True, slots=True)
class Connected:
    """`left_out_m` of the lines and `left_out` standing points lie where flying is not allowed; `unreachable` legs have no way to them."""

    flight: Flight
    left_out_m: float
    left_out: int
    unreachable: int


def connected(lines: Flight, room: FlightRoom, ways: Ways) -> Connected:
    """Home (when known), the lines in their order with ways between them, home. A way climbs first and descends last."""
    kept: list[Leg] = []
    left_out_m, left_out = 0.0, 0
    for line in lines:
        if isinstance(line.camera, EveryMetres | EverySeconds) or (line.camera is None and line.hover_s == 0.0):
            pieces = _within(line, room)
            left_out_m += max(0.0, line.length_m - sum(piece.length_m for piece in pieces))
            kept += pieces
        elif room.lines.covers(shapely.Point(line.points[-1, :2])):
            kept.append(line)
        else:
            left_out += 1
    flight: list[Leg] = []
    unreachable = 0
    before: Leg | None = None
    for leg in kept:
        if before is not None:
            way = ways.between(before.points, leg.points)
        else:
            way = leg.points[:1] if room.home is None else ways.out(np.array([*room.home, leg.points[0, 2]]), leg.points)
        if way is None:
            unreachable += 1
            continue
        if len(way) > 1:
            flight.append(Leg(way, way=True))
        flight.append(leg)
        before = leg
    if room.home is not None and before is not None:
        back = ways.back(before.points, np.array([*room.home, before.points[-1, 2]]))
        if back is None:
            unreachable += 1
        else:
            flight.append(Leg(back, way=True))
    return Connected(tuple(flight), left_out_m, left_out, unreachable)


def _within(line: Leg, room: FlightRoom) -> list[Leg]:
    """The pieces of a line where flying is allowed, in its direction. Heights and chainages follow the line."""
    level = shapely.LineString(line.points[:, :2]) if len(line.points) > 1 else None
    if level is None or room.lines.covers(level):
        return [line]
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line.points[:, :2], axis=0).T))])
    # Leg by leg: a line that crosses itself has no place of its own for a point.
    pieces: list[tuple[float, float]] = []
    for index in range(len(along) - 1):
        step = shapely.LineString(line.points[index : index + 2, :2])
        for part in shapely.get_parts(shapely.intersection(step, room.lines)):
            if isinstance(part, shapely.LineString) and part.length > 1e-6:
                ends = sorted(along[index] + step.project(shapely.Point(end)) for end in (part.coords[0], part.coords[-1]))
                if pieces and ends[0] - pieces[-1][1] < 1e-6:
                    pieces[-1] = (pieces[-1][0], ends[1])
                else:
                    pieces.append((ends[0], ends[1]))
    return [_piece(line, along, start, end) for start, end in pieces if end - start >= _SHORTEST_M]


def _piece(line: Leg, along: Points, start_m: float, end_m: float) -> Leg:
    inner = along[(along > start_m + 1e-6) & (along < end_m - 1e-6)]
    stations = np.concatenate([[start_m], inner, [end_m]])
    points = np.column_stack([np.interp(stations, along, line.points[:, axis]) for axis in range(3)])
    chainage = None if line.chainage_m is None else np.interp(stations, along, line.chainage_m)
    return replace(line, points=points, chainage_m=chainage, circle=None)
