"""From a flight in metres to the items of a mission: the one place where autopilot commands are written.

Take-off, speed, then leg by leg its waypoints with what the camera does, and return to launch. Commands that fly nowhere begin together
with the next waypoint, so what belongs to a line stands between its two ends. The camera is turned on the last stretch of the way to a
line, so that it looks right from the first photo on. A camera turned aside is held by its mount (pitch) and by the vehicle (heading):
ArduPilot takes up its own heading again at each waypoint, therefore the heading is repeated before each of them, and last: what
stands behind a turn waits until the vehicle has turned, and is left out when the waypoint is reached before that.
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from geo.primitives import LocalFrame, LonLat
from missions.commands import Command, Frame
from missions.plan import ANY_HEADING, MissionItem, Number
from missions.planning.flight import CameraAction, EveryMetres, EverySeconds, Flight, Gaze, Leg, LookAt, Points, Shots

# Time for gimbal and vehicle to come to rest before the first of several shots.
SETTLE_S = 2.0
MOUNT_BY_ANGLES = 2.0  # MAV_MOUNT_MODE_MAVLINK_TARGETING


def compile_items(flight: Flight, frame: LocalFrame, *, speed_mps: float, home: LonLat | None) -> tuple[MissionItem, ...]:
    """The items of a flight. A last leg that ends at home is left to return-to-launch, after its points on the way."""
    return tuple(Compiler(frame, speed_mps, home).items(flight))


class Compiler:
    """The items of a copter; what other vehicles say differently they say in methods of their own."""

    def __init__(self, frame: LocalFrame, speed_mps: float, home: LonLat | None) -> None:
        self._frame = frame
        self._home = None if home is None else _rounded(home.lon_deg, home.lat_deg)
        self._usual_mps = self._speed_mps = round(speed_mps, 2)
        self._gaze: Gaze | LookAt | None = None
        self._heading_deg: float | None = None
        self._reached: tuple[LonLat, float] | None = None

    def items(self, flight: Flight) -> Iterator[MissionItem]:
        if not flight:
            return
        yield from self._begin(flight)
        for leg, following in zip(flight, (*flight[1:], None), strict=True):
            yield from self._leg(leg, following)
        if isinstance(self._gaze, LookAt):
            yield MissionItem(Command.DO_SET_ROI_NONE, Frame.MISSION)
        yield from self._end(flight)

    def _begin(self, flight: Flight) -> Iterator[MissionItem]:
        yield MissionItem(Command.TAKEOFF, params=ANY_HEADING, altitude_m=round(float(flight[0].points[0, 2]), 2))
        yield self._speed(self._speed_mps)
        if self._home is not None:
            self._reached = (self._home, round(float(flight[0].points[0, 2]), 2))

    def _end(self, flight: Flight) -> Iterator[MissionItem]:
        yield MissionItem(Command.RETURN_TO_LAUNCH, Frame.MISSION)

    def _speed(self, speed_mps: float) -> MissionItem:
        # Parameters: 1 = ground speed, speed, throttle unchanged.
        return MissionItem(Command.DO_CHANGE_SPEED, Frame.MISSION, (1.0, speed_mps, -1.0, 0.0))

    def _waypoint(self, place: tuple[LonLat, float]) -> MissionItem:
        return MissionItem(Command.WAYPOINT, params=ANY_HEADING, position=place[0], altitude_m=place[1])

    def _leg(self, leg: Leg, following: Leg | None) -> Iterator[MissionItem]:
        places = self._places(leg.points)
        if leg.camera is None and leg.hover_s == 0.0:
            yield from self._pace(leg)
            if following is None:
                self._heading_deg = None
                if self._home is not None and _same(places[-1][0], self._home):
                    places = places[:-1]
            yield from self._look(leg.gaze)
            for place in places[:-1]:
                yield from self._fly_to(place)
            if following is not None:
                yield from self._look(following.gaze)
            for place in places[-1:]:
                yield from self._fly_to(place, 0.0 if following is None else following.settle_s)
            return
        if isinstance(leg.camera, Shots) or leg.camera is None:
            yield from self._pace(leg)
            yield from self._look(leg.gaze)
            for place in places[:-1]:
                yield from self._fly_to(place)
            yield from self._stay(places[-1], leg)
            return
        yield from self._look(leg.gaze)
        yield from self._fly_to(places[0], leg.settle_s)
        yield from self._pace(leg)
        yield from start_camera(leg.camera)
        for place in places[1:]:
            yield from self._fly_to(place)
        yield from stop_camera(leg.camera)

    def _pace(self, leg: Leg) -> Iterator[MissionItem]:
        """When it changes."""
        speed_mps = self._usual_mps if leg.speed_mps is None else round(leg.speed_mps, 2)
        if speed_mps != self._speed_mps:
            self._speed_mps = speed_mps
            yield self._speed(speed_mps)

    def _look(self, gaze: Gaze | LookAt | None) -> Iterator[MissionItem]:
        """When it changes; the heading comes with the next waypoint."""
        if gaze is None or gaze == self._gaze:
            return
        before, self._gaze = self._gaze, gaze
        if isinstance(gaze, LookAt):
            self._heading_deg = None
            yield self._region_of_interest(gaze)
            return
        self._heading_deg = None if gaze.heading_deg is None else round(gaze.heading_deg % 360.0, 1)
        if isinstance(before, LookAt):
            yield MissionItem(Command.DO_SET_ROI_NONE, Frame.MISSION)
        if not isinstance(before, Gaze) or before.pitch_deg != gaze.pitch_deg:
            # Parameters: pitch, roll, yaw ahead of the vehicle.
            yield MissionItem(Command.DO_MOUNT_CONTROL, Frame.MISSION, (gaze.pitch_deg, 0.0, 0.0, 0.0), altitude_m=MOUNT_BY_ANGLES)

    def _heading(self) -> Iterator[MissionItem]:
        if self._heading_deg is not None:
            # Parameters: heading, turning rate 0 = usual, direction 0 = the shorter, 0 = clockwise from north.
            yield MissionItem(Command.CONDITION_YAW, Frame.MISSION, (self._heading_deg, 0.0, 0.0, 0.0))

    def _region_of_interest(self, gaze: LookAt) -> MissionItem:
        ((position, altitude_m),) = self._places(np.array([gaze.place]))
        return MissionItem(Command.DO_SET_ROI_LOCATION, position=position, altitude_m=altitude_m)

    def _fly_to(self, place: tuple[LonLat, float], hold_s: float = 0.0) -> Iterator[MissionItem]:
        if self._reached is not None and place[1] == self._reached[1] and _same(place[0], self._reached[0]):
            return
        self._reached = place
        yield from self._heading()
        waypoint = self._waypoint(place)
        yield waypoint if hold_s <= 0.0 else replace(waypoint, params=_hold(hold_s))

    def _stay(self, place: tuple[LonLat, float], leg: Leg) -> Iterator[MissionItem]:
        """At rest first; then the place once more with the time it takes, while the camera works."""
        self._reached = place
        yield from self._heading()
        yield MissionItem(Command.WAYPOINT, params=_hold(SETTLE_S), position=place[0], altitude_m=place[1])
        if isinstance(leg.camera, Shots):
            yield _capture(leg.camera.interval_s if leg.camera.count > 1 else 0.0, leg.camera.count)
        yield from self._heading()
        yield MissionItem(Command.WAYPOINT, params=_hold(_working_s(leg)), position=place[0], altitude_m=place[1])

    def _places(self, points: Points) -> list[tuple[LonLat, float]]:
        """Rounded to 1e-7 degrees, the step of the wire, and centimetres: what is checked and hashed is what the vehicle gets."""
        lonlat = self._frame.to_lonlat_deg(points[:, :2])
        return [(_rounded(float(lon), float(lat)), round(float(up), 2)) for (lon, lat), up in zip(lonlat, points[:, 2], strict=True)]


def standing_s(leg: Leg) -> float:
    """Seconds a leg stands at its end."""
    return SETTLE_S + _working_s(leg) if leg.hover_s > 0.0 or isinstance(leg.camera, Shots) else 0.0


def _working_s(leg: Leg) -> float:
    """Whole seconds: ArduPilot keeps no others."""
    shots_s = leg.camera.interval_s * leg.camera.count if isinstance(leg.camera, Shots) else 0.0
    return float(np.ceil(leg.hover_s + shots_s - 1e-9))


def _hold(seconds: float) -> tuple[Number, Number, Number, Number]:
    return (seconds, *ANY_HEADING[1:])


def _rounded(lon_deg: float, lat_deg: float) -> LonLat:
    return LonLat(round(lon_deg, 7), round(lat_deg, 7))


def _same(first: LonLat, second: LonLat) -> bool:
    """One step of the wire apart at most, as a place is that went to metres and back."""
    return abs(first.lon_deg - second.lon_deg) < 1.5e-7 and abs(first.lat_deg - second.lat_deg) < 1.5e-7


def start_camera(camera: CameraAction | None) -> Iterator[MissionItem]:
    if isinstance(camera, EveryMetres):
        # Parameters: distance, shutter time 0 = ignored, one picture at once.
        yield MissionItem(Command.DO_SET_CAM_TRIGG_DIST, Frame.MISSION, (round(camera.distance_m, 3), 0.0, 1.0, 0.0))
    elif isinstance(camera, EverySeconds):
        yield _capture(camera.interval_s, 0)


def stop_camera(camera: CameraAction | None) -> Iterator[MissionItem]:
    if isinstance(camera, EveryMetres):
        yield MissionItem(Command.DO_SET_CAM_TRIGG_DIST, Frame.MISSION, (0.0, 0.0, 0.0, 0.0))
    elif isinstance(camera, EverySeconds):
        yield MissionItem(Command.IMAGE_STOP_CAPTURE, Frame.MISSION)


def _capture(interval_s: float, count: int) -> MissionItem:
    """Parameters: all cameras, interval, number of photos (0 = until stopped), sequence number left to the camera."""
    return MissionItem(Command.IMAGE_START_CAPTURE, Frame.MISSION, (0.0, round(interval_s, 2), float(count), 0.0))
