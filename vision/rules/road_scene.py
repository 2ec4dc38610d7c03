"""What a scene says of the road, in metres of a local frame: lanes, lines, signals, edges of junctions and areas, each with its legal
order and the terms it is in force on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import shapely

from geo.primitives import LocalFrame
from vision.rules.ground_path import Vector
from vision.rules.terms import Terms

AREA_KINDS = (
    "no_stopping",
    "crossing",
    "bus_lane",
    "no_entry",
    "box_junction",
    "no_overtaking",
    "shoulder",
    "restricted_zone",
    "closed_area",
    "crowd_area",
)
Light = Literal["green", "yellow", "red"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A signal's cycle, in seconds of the source's timeline: green begins `offset_s` after its start, and again after red."""

    green_s: float
    yellow_s: float
    red_s: float
    offset_s: float = 0.0

    def light(self, at_s: float) -> Light:
        phase_s = self._phase_s(at_s)
        return "green" if phase_s < self.green_s else "yellow" if phase_s < self.green_s + self.yellow_s else "red"

    def red_for_s(self, at_s: float) -> float:
        """How long it has been red; 0 while it is not."""
        return max(0.0, self._phase_s(at_s) - self.green_s - self.yellow_s)

    def _phase_s(self, at_s: float) -> float:
        return (at_s - self.offset_s) % (self.green_s + self.yellow_s + self.red_s)


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    id: str
    outline: shapely.Polygon
    ahead: Vector
    limit_mps: float | None
    legal_order: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """A line across a road, from `ends_m[0]` to `ends_m[1]` (2, 2). `ahead` is where the traffic that it is about goes."""

    id: str
    ends_m: Vector
    ahead: Vector

    def past_m(self, points: Vector) -> Vector:
        """(n,) metres past the line, negative before it."""
        past: Vector = (points - self.ends_m[0]) @ self.ahead
        return past

    def beside(self, points: Vector, margin_m: float = 0.5) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """(n,) whether the points lie in the line's own stretch of road, not to the left or right of it."""
        along = self.ends_m[1] - self.ends_m[0]
        length_m = float(np.hypot(*along))
        share_m = (points - self.ends_m[0]) @ (along / length_m)
        inside: np.ndarray[Any, np.dtype[np.bool_]] = (share_m > -margin_m) & (share_m < length_m + margin_m)
        return inside


@dataclass(frozen=True, slots=True, eq=False)
class StopLine(Gate):
    """The conflict area ends `clear_m` past it."""

    signal: Schedule | None
    clear_m: float
    legal_order: str | None


@dataclass(frozen=True, slots=True)
class ForbiddenTurn:
    """Who comes into a junction over the edge `entry` may not leave it over the edge `exit`."""

    id: str
    entry: str
    exit: str
    legal_order: str | None


@dataclass(frozen=True, slots=True, eq=False)
class SolidLine:
    id: str
    way: shapely.LineString
    legal_order: str | None


@dataclass(frozen=True, slots=True, eq=False)
class RoadArea:
    """`applies_to` are the classes it is for; None: all that its rule is about."""

    id: str
    kind: str
    outline: shapely.Polygon
    legal_order: str | None
    applies_to: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RailCrossing:
    """The part of the road from barrier to barrier; its signal is red while it is closed."""

    id: str
    outline: shapely.Polygon
    signal: Schedule
    legal_order: str | None


@dataclass(frozen=True, slots=True, eq=False)
class RoadScene:
    """All of a scene that rules read. `local` is the frame its metres are in; `terms` are those of features by their id."""

    local: LocalFrame
    lanes: tuple[Lane, ...] = ()
    stop_lines: tuple[StopLine, ...] = ()
    solid_lines: tuple[SolidLine, ...] = ()
    areas: tuple[RoadArea, ...] = ()
    edges: tuple[Gate, ...] = ()
    forbidden_turns: tuple[ForbiddenTurn, ...] = ()
    rail_crossings: tuple[RailCrossing, ...] = ()
    terms: Mapping[str, Terms] = field(default_factory=dict)

    def of_kind(self, kind: str) -> tuple[RoadArea, ...]:
        return tuple(area for area in self.areas if area.kind == kind)
