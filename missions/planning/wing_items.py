"""The items of a flight on a wing: a take-off with a pitch, an airspeed, waypoints with the distance at which the turn begins, circles to a
height, and the landing.

Autopilots turn before a waypoint by a distance of their own unless the item names one: at the corner of a rounded turn it is where its
arc begins (parameter 2 of NAV_WAYPOINT, whole metres of one byte in ArduPlane), at the ends of lines next to nothing. A landing sequence
begins with DO_LAND_START, where RTL and failsafes go to as well (ArduPlane: RTL_AUTOLAND).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from geo.primitives import LocalFrame, LonLat
from missions.commands import NAVIGATION_WITH_PLACE, Command, Frame
from missions.plan import MissionItem
from missions.planning.dubins import corner_bends, course_rad
from missions.planning.flight import Flight, Gaze, Leg, LookAt
from missions.planning.items import MOUNT_BY_ANGLES, Compiler, start_camera, stop_camera

TAKE_OFF_PITCH_DEG = 15.0
_AT_ITS_PLACE_M = 2.0
_MOST_ACCEPTED_M = 255.0
_GROUND_M = 0.5
_CIRCLES = frozenset({Command.LOITER_TO_ALT, Command.LOITER_TURNS})


def compile_wing_items(
    flight: Flight, frame: LocalFrame, *, speed_mps: float, home: LonLat | None, radius_m: float
) -> tuple[MissionItem, ...]:
    """`speed_mps` is an airspeed. A last leg to the ground is the landing; without one the vehicle returns and circles."""
    return _with_turns(tuple(_WingCompiler(frame, speed_mps, home).items(flight)), frame, radius_m)


def _with_turns(items: tuple[MissionItem, ...], frame: LocalFrame, radius_m: float) -> tuple[MissionItem, ...]:
    """Each waypoint with the distance at which its turn begins; one before a circle is flown to."""
    placed = [(number, item) for number, item in enumerate(items) if item.command in NAVIGATION_WITH_PLACE and item.position is not None]
    if len(placed) < 3:
        return items
    points = frame.to_en_m([item.position.as_tuple() for _, item in placed if item.position is not None])
    _, tangents = corner_bends(points, radius_m)
    turning = list(items)
    for (number, item), (_, following), tangent_m in zip(placed[1:-1], placed[2:], tangents.tolist(), strict=True):
        if item.command == Command.WAYPOINT and following.command not in _CIRCLES:
            accepted_m = float(np.clip(round(tangent_m), _AT_ITS_PLACE_M, _MOST_ACCEPTED_M))
            turning[number] = replace(item, params=(0.0, accepted_m, *item.params[2:]))
    return tuple(turning)


class _WingCompiler(Compiler):
    # Where the line leads that is flown or comes next.
    _course_deg = 0.0

    def _begin(self, flight: Flight) -> Iterator[MissionItem]:
        first = flight[0]
        rises = first.way and first.points[0, 2] < _GROUND_M
        place, up_m = self._places(first.points[-1:] if rises else flight[0].points[:1])[0]
        # Parameters: pitch. The place is where the run leads; ArduPlane climbs straight ahead to the height, wherever that is.
        yield MissionItem(Command.TAKEOFF, params=(TAKE_OFF_PITCH_DEG, 0.0, 0.0, None), position=place if rises else None, altitude_m=up_m)
        yield self._speed(self._speed_mps)
        self._reached = (place, up_m)

    def _speed(self, speed_mps: float) -> MissionItem:
        # Parameters: 0 = airspeed, speed, throttle unchanged.
        return MissionItem(Command.DO_CHANGE_SPEED, Frame.MISSION, (0.0, speed_mps, -1.0, 0.0))

    def _look(self, gaze: Gaze | LookAt | None) -> Iterator[MissionItem]:
        """A plane does not turn aside: its gimbal does, from where the line leads to where the camera looks."""
        if not isinstance(gaze, Gaze) or gaze.heading_deg is None:
            yield from super()._look(gaze)
            return
        aside_deg = round((gaze.heading_deg - self._course_deg) % 360.0, 1)
        aside_deg -= 360.0 if aside_deg > 180.0 else 0.0
        held = Gaze(gaze.pitch_deg, aside_deg)
        if held != self._gaze:
            self._gaze = held
            # Parameters: pitch, roll, yaw ahead of the vehicle.
            yield MissionItem(Command.DO_MOUNT_CONTROL, Frame.MISSION, (gaze.pitch_deg, 0.0, aside_deg, 0.0), altitude_m=MOUNT_BY_ANGLES)

    def _leg(self, leg: Leg, following: Leg | None) -> Iterator[MissionItem]:
        line = following if leg.way and following is not None else leg
        if len(line.points) > 1:
            self._course_deg = float(np.degrees(course_rad(line.points[1, :2] - line.points[0, :2])))
        if leg.way and leg.points[0, 2] < _GROUND_M:
            return
        if following is None and leg.way and leg.points[-1, 2] < _GROUND_M:
            ((place, _),) = self._places(leg.points[-1:])
            yield MissionItem(Command.LAND, params=(0.0, 0.0, 0.0, None), position=self._home or place, altitude_m=0.0)
            return
        if leg.circle is not None and leg.way:
            ((place, _),) = self._places(np.array([[*leg.circle.centre, leg.points[-1, 2]]]))
            up_m = round(float(leg.points[-1, 2]), 2)
            if leg.points[-1, 2] < leg.points[0, 2]:
                yield MissionItem(Command.DO_LAND_START, position=place, altitude_m=up_m)
            # Parameters: leave towards the next waypoint, radius (negative: counter-clockwise), -, on its tangent.
            yield MissionItem(Command.LOITER_TO_ALT, params=(1.0, round(leg.circle.radius_m), 0.0, 1.0), position=place, altitude_m=up_m)
            # The circle is left towards what lies beyond: a waypoint on its rim would be turned back for.
            self._reached = self._places(leg.points[-1:])[0]
            return
        if leg.circle is not None:
            yield from self._circled(leg)
            return
        yield from super()._leg(leg, following)

    def _circled(self, leg: Leg) -> Iterator[MissionItem]:
        """Photographs all around: the first place of the ring, then whole turns about its middle."""
        assert leg.circle is not None
        ring = self._places(leg.points[[0, -1]])
        yield from self._look(leg.gaze)
        yield from self._fly_to(ring[0])
        yield from self._pace(leg)
        yield from start_camera(leg.camera)
        ((centre, up_m),) = self._places(np.array([[*leg.circle.centre, leg.points[0, 2]]]))
        params = (float(leg.circle.turns), 0.0, round(leg.circle.radius_m), 1.0)
        yield MissionItem(Command.LOITER_TURNS, params=params, position=centre, altitude_m=up_m)
        yield from stop_camera(leg.camera)
        self._reached = None

    def _waypoint(self, place: tuple[LonLat, float]) -> MissionItem:
        return MissionItem(Command.WAYPOINT, params=(0.0, _AT_ITS_PLACE_M, 0.0, None), position=place[0], altitude_m=place[1])

    def _end(self, flight: Flight) -> Iterator[MissionItem]:
        if not (flight[-1].way and flight[-1].points[-1, 2] < _GROUND_M):
            yield MissionItem(Command.RETURN_TO_LAUNCH, Frame.MISSION)
