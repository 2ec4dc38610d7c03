"""A plan of pieces of an approved one: the rest after a battery swap, or the gaps to be flown again.

Photographed legs are parts of the approved legs, in their order and direction, with the same trigger and altitude. Between pieces that
follow each other in the plan the plan's own waypoints are flown; elsewhere the way leads around the plan's zones and inside its fence,
keeping as far from them as the plan itself does. The pieces of a plane are lines of their own, with its turns and lead-ins.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from geo.primitives import LocalFrame, LonLat
from missions.commands import NAVIGATION_WITH_PLACE, TAKEOFFS, Command, Frame
from missions.coverage.certificate import PartCertificate, certify_part, forbidden_areas
from missions.coverage.pieces import Piece
from missions.findings import Finding, Severity
from missions.in_force import TRIGGER_COMMANDS, commands_in_force, trigger_off
from missions.patterns.grid import Area, surface
from missions.plan import ANY_HEADING, MissionItem, MissionPlan
from missions.planning.connect import connected
from missions.planning.flight import EveryMetres, Leg
from missions.planning.room import FlightRoom
from missions.planning.vehicle_kind import Plane
from missions.planning.visibility import PathFinder
from missions.planning.wing_endurance import WingEnergyModel
from missions.wind import CALM

AROUND_M = 500.0
ROUNDING_M = 0.25
MOST_CLEARANCE_M = 10.0
_LOST_M = 1.0
_ENDS = frozenset({Command.RETURN_TO_LAUNCH, Command.LAND, Command.VTOL_LAND, Command.LOITER_UNLIM})


@dataclass(frozen=True, slots=True)
class PartPlan:
    """`plan` is None when a finding is an error."""

    plan: MissionPlan | None
    certificate: PartCertificate | None
    findings: tuple[Finding, ...]
    pieces: tuple[Piece, ...] = ()

    @property
    def shots(self) -> int:
        return sum(piece.shots for piece in self.pieces)


def part_plan(approved: MissionPlan, pieces: Sequence[Piece], name: str, home: LonLat | None = None) -> PartPlan:
    """Fly exactly these pieces. `home` is where the vehicle starts now; that of the approved plan when not given."""
    if not pieces:
        return PartPlan(None, None, (Finding(Severity.ERROR, "nothing_left", None, "Everything is covered: nothing is left to fly."),))
    start = home or approved.home
    try:
        items = wing_items(approved, pieces, start) if approved.vehicle_type == "plane" else _Compile(approved, start).items_of(pieces)
    except _NoWay as error:
        return PartPlan(None, None, (Finding(Severity.ERROR, "unreachable", error.item, str(error)),), tuple(pieces))
    plan = replace(approved, name=name, home=start, items=items, request=None, complex_items=(), extras=())
    certificate = certify_part(approved, plan)
    return PartPlan(plan, certificate, certificate.findings, tuple(pieces))


def wing_items(approved: MissionPlan, pieces: Sequence[Piece], home: LonLat | None) -> tuple[MissionItem, ...]:
    """A plane turns and leads in to each piece anew, as its plan does to its lines. Raises `_NoWay` where turns do not fit."""
    frame = LocalFrame(home or pieces[0].place(pieces[0].from_m))
    free = free_area(approved, frame, home)
    room = FlightRoom(frame, surface(shapely.Polygon()), free, free, None if home is None else np.zeros(2))
    wind = CALM if approved.request is None or approved.request.wind is None else approved.request.wind
    vehicle, speed_mps = Plane(WingEnergyModel(), wind), approved.cruise_speed_mps
    lines = tuple(
        Leg(
            np.array([[*frame.offset_m(piece.place(at_m)), piece.altitude_m(at_m)] for at_m in (piece.from_m, piece.to_m)]),
            EveryMetres(float(approved.items[piece.leg.on_item - 1].params[0] or 0.0)),
        )
        for piece in pieces
    )
    whole = connected(lines, room, vehicle.ways(room.finder, speed_mps))
    if whole.unreachable or whole.left_out_m > _LOST_M:
        raise _NoWay(pieces[0].leg.item, vehicle.unreachable("A part of the rest", speed_mps).message)
    return vehicle.items(vehicle.risen(whole.flight, room.home, room.finder, speed_mps), frame, speed_mps, home)


class _NoWay(Exception):
    def __init__(self, item: int, text: str) -> None:
        super().__init__(text)
        self.item = item


class _Compile:
    def __init__(self, approved: MissionPlan, home: LonLat | None) -> None:
        self._plan, self._home = approved, home
        self._items: list[MissionItem] = []
        self._here = home
        self._last_item: int | None = None  # of the approved plan, where the last piece ended at the end of its leg
        self._said: dict[int, tuple[MissionItem, ...]] = {}
        self._ways: tuple[LocalFrame, PathFinder] | None = None

    def items_of(self, pieces: Sequence[Piece]) -> tuple[MissionItem, ...]:
        takeoff = next((item for item in self._plan.items if item.command in TAKEOFFS), None)
        if takeoff is not None:
            self._items.append(takeoff)
        told: tuple[MissionItem, ...] = ()
        for piece in pieces:
            told = self._tell(piece, told)
            self._approach(piece)
            self._photograph(piece)
        self._go_home(pieces[-1])
        return tuple(self._items)

    def _tell(self, piece: Piece, told: tuple[MissionItem, ...]) -> tuple[MissionItem, ...]:
        """Speed and look of the camera as they are in force at the leg, when they have changed."""
        force = tuple(item for item in commands_in_force(self._plan.items, piece.leg.on_item) if item.command not in TRIGGER_COMMANDS)
        self._items += [item for item in force if item not in told]
        return force

    def _approach(self, piece: Piece) -> None:
        leg, start = piece.leg, piece.place(piece.from_m)
        altitude_m = piece.altitude_m(piece.from_m)
        between = [
            item
            for number, item in enumerate(self._plan.items, start=1)
            if self._last_item is not None and self._last_item < number < leg.item
        ]
        follows = self._last_item is not None and piece.from_m == 0.0 and not any(_photographs(item) for item in between[:-1])
        if follows:
            ways = [item for item in between if item.command in NAVIGATION_WITH_PLACE and item.position is not None]
            self._items += ways
            self._here = ways[-1].position if ways else self._here
        elif self._here is not None:
            for place in self._around(self._here, start, leg.item)[1:-1]:
                self._items.append(_waypoint(place, altitude_m, leg.frame))
        if self._here != start:
            self._items.append(_waypoint(start, altitude_m, leg.frame))

    def _photograph(self, piece: Piece) -> None:
        leg, end = piece.leg, piece.place(piece.to_m)
        on = self._plan.items[leg.on_item - 1]
        if on.command == Command.DO_SET_CAM_TRIGG_DIST:
            on = replace(on, params=(on.params[0], on.params[1], 1.0, on.params[3]))
        flown = replace(self._plan.items[leg.item - 1], position=end, altitude_m=piece.altitude_m(piece.to_m))
        self._items += [on, flown, trigger_off(self._plan.items)]
        self._here, self._last_item = end, leg.item if piece.to_the_end else None

    def _go_home(self, last: Piece) -> None:
        ends = [item for item in self._plan.items if item.command in _ENDS]
        rest = [item for item in self._plan.items[last.leg.item :] if item.command not in TRIGGER_COMMANDS]
        last_of_plan = last.to_the_end and not any(_photographs(item) for item in self._plan.items[last.leg.item :])
        if last_of_plan and rest and self._home == self._plan.home:
            self._items += rest
            return
        goal = ends[-1].position if ends and ends[-1].position is not None else self._home
        if goal is not None and self._here is not None:
            for place in self._around(self._here, goal, last.leg.item)[1:-1]:
                self._items.append(_waypoint(place, last.altitude_m(last.to_m), last.leg.frame))
        self._items.append(ends[-1] if ends else MissionItem(Command.RETURN_TO_LAUNCH, Frame.MISSION))

    def _around(self, start: LonLat, end: LonLat, item: int) -> list[LonLat]:
        frame, ways = self._ways or self._find_ways()
        path = ways.path(np.array(frame.offset_m(start)), np.array(frame.offset_m(end)))
        if path is None:
            text = (
                f"From {start.lat_deg:.6f}, {start.lon_deg:.6f} no way leads to item {item} without entering a zone or leaving the fence."
            )
            raise _NoWay(item, f"{text} Start from another place.")
        turns = (
            [LonLat(round(float(lon), 7), round(float(lat), 7)) for lon, lat in frame.to_lonlat_deg(path[1:-1])] if len(path) > 2 else []
        )
        return [start, *turns, end]

    def _find_ways(self) -> tuple[LocalFrame, PathFinder]:
        frame = LocalFrame(next(item.position for item in self._plan.items if item.position is not None))
        self._ways = frame, PathFinder(free_area(self._plan, frame, self._home), 0.05)
        return self._ways


def free_area(plan: MissionPlan, frame: LocalFrame, home: LonLat | None) -> Area:
    """Local metres: where the ways of a part may lead, around the plan's zones and inside its fence, as far from them as the plan keeps."""
    path = shapely.LineString(frame.to_en_m([item.position.as_tuple() for item in plan.items if item.position is not None for _ in (0, 1)]))
    zones, fence = forbidden_areas(plan, frame)
    clearance_m = max(0.0, min(MOST_CLEARANCE_M, path.distance(zones)) - ROUNDING_M) if not zones.is_empty else 0.0
    everything = [path] if home is None else [path, shapely.Point(frame.offset_m(home))]
    left, low, right, high = shapely.total_bounds(everything)
    free = shapely.box(left - AROUND_M, low - AROUND_M, right + AROUND_M, high + AROUND_M)
    if fence is not None:
        margin_m = max(0.0, min(MOST_CLEARANCE_M, path.distance(fence.boundary)) - ROUNDING_M)
        free = shapely.intersection(free, fence.buffer(-margin_m, join_style="mitre"))
    return surface(shapely.difference(free, zones.buffer(clearance_m, join_style="mitre", mitre_limit=2.0)))


def _photographs(item: MissionItem) -> bool:
    return item.command in TRIGGER_COMMANDS and item.command != Command.IMAGE_STOP_CAPTURE and any(item.params[:2])


def _waypoint(place: LonLat, altitude_m: float, frame: int) -> MissionItem:
    return MissionItem(Command.WAYPOINT, frame, ANY_HEADING, place, altitude_m=altitude_m)
