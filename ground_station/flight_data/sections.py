"""One log, several flights: cut where the vehicle was armed, and told apart from logs that never left the ground."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.primitives import LocalFrame
from ground_station.flight_data.record import FlightPoint, FlightRecord

OFF_THE_GROUND_M = 1.0  # heights of a vehicle standing still wander by less
MOVED_M = 30.0  # for logs without heights: further than a receiver standing still wanders
SHORTEST_S = 1.0


@dataclass(frozen=True, slots=True)
class FlightSection:
    """A flight within a record. `started_s` and `ended_s` are take-off and landing, or the whole section when it never left the ground;
    `shown_from_s` and `shown_to_s` are the armed span around it."""

    started_s: float
    ended_s: float
    shown_from_s: float
    shown_to_s: float
    airborne: bool
    points: tuple[FlightPoint, ...]  # of the armed span


def flight_sections(record: FlightRecord) -> tuple[FlightSection, ...]:
    """In order of time; empty when the log has no position."""
    if not record.points:
        return ()
    spans = armed_spans(record) or [(record.points[0].at_s, record.points[-1].at_s)]
    sections = []
    for start_s, end_s in spans:
        points = tuple(point for point in record.points if start_s <= point.at_s <= end_s)
        if points and (end_s - start_s >= SHORTEST_S or len(spans) == 1):
            sections.append(_section(start_s, end_s, points))
    return tuple(sections)


def armed_spans(record: FlightRecord) -> list[tuple[float, float]]:
    """Instants of arming and disarming; the end of the log where it ends armed."""
    spans: list[tuple[float, float]] = []
    since_s: float | None = None
    for change in record.arming:
        if change.armed and since_s is None:
            since_s = change.at_s
        elif not change.armed and since_s is not None:
            spans.append((since_s, change.at_s))
            since_s = None
    if since_s is not None:
        spans.append((since_s, record.ended_s))
    return spans


def _section(start_s: float, end_s: float, points: tuple[FlightPoint, ...]) -> FlightSection:
    heights = [point.altitude_above_home_m for point in points]
    if any(height is not None for height in heights):
        up = [number for number, height in enumerate(heights) if height is not None and height > OFF_THE_GROUND_M]
        if not up:
            return FlightSection(start_s, end_s, start_s, end_s, False, points)
        first, last = points[max(0, up[0] - 1)], points[min(len(points) - 1, up[-1] + 1)]
        return FlightSection(first.at_s, max(last.at_s, first.at_s), start_s, end_s, True, points)
    return FlightSection(start_s, end_s, start_s, end_s, spread_m(points) > MOVED_M, points)


def spread_m(points: Sequence[FlightPoint]) -> float:
    """Largest distance from the first point."""
    east_north = LocalFrame(points[0].position).to_en_m([point.position.as_tuple() for point in points])
    return float(np.hypot(east_north[:, 0], east_north[:, 1]).max())
