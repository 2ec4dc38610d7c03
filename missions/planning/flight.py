"""A flight in local metres: legs one after the other, and what the camera does along each. What every pattern gives.

Axes: east, north, up above home. Autopilot items are made of it in `planning/items`, photos in `photos_of`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
DOWN_DEG = -90.0


@dataclass(frozen=True, slots=True)
class EveryMetres:
    """One photo at the beginning of a leg and one each `distance_m` flown."""

    distance_m: float


@dataclass(frozen=True, slots=True)
class EverySeconds:
    """One photo at the beginning of a leg and one each `interval_s`."""

    interval_s: float


@dataclass(frozen=True, slots=True)
class Shots:
    """`count` photos `interval_s` apart, standing at the end of a leg."""

    count: int = 1
    interval_s: float = 2.0


CameraAction = EveryMetres | EverySeconds | Shots


@dataclass(frozen=True, slots=True)
class Gaze:
    """Where the camera looks: `pitch_deg` from the horizon (-90 is down), `heading_deg` clockwise from north, None along the flight."""

    pitch_deg: float
    heading_deg: float | None = None


@dataclass(frozen=True, slots=True)
class LookAt:
    """The camera follows a place while flying: east, north, up in metres."""

    place: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Circle:
    """East and north of its middle; a negative radius turns counter-clockwise. Without `turns` it is flown until the leg's last height."""

    centre: tuple[float, float]
    radius_m: float
    turns: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Leg:
    """`points` is (n, 3), n >= 1, flown in turn; the next leg begins where this one ends.

    `camera` None takes no photos: a way between two lines. `gaze` None leaves the camera as it is, downward at the start of a flight.
    `hover_s` is waited at the last point, the time of `Shots` not counted. `speed_mps` None keeps the speed of the flight.
    `chainage_m` is (n,): metres along the axis of a corridor at each point. A `way` leads from one line to the next, or from home and back.
    `settle_s` is waited at the first point, for the vehicle to turn, before the camera begins.
    `circle`: the points lie on it, for vehicles that fly it as one. `vehicle`: the one of several that flies it, where that is settled.
    """

    points: Points
    camera: CameraAction | None = None
    gaze: Gaze | LookAt | None = None
    hover_s: float = 0.0
    speed_mps: float | None = None
    chainage_m: Points | None = None
    way: bool = False
    settle_s: float = 0.0
    circle: Circle | None = None
    vehicle: int | None = None

    @property
    def length_m(self) -> float:
        return float(np.linalg.norm(np.diff(self.points, axis=0), axis=1).sum())

    def part(self, begin_m: float, end_m: float) -> "Leg":
        """The leg between two distances from its beginning."""
        along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(self.points, axis=0), axis=1))])
        if begin_m <= 1e-6 and end_m >= along[-1] - 1e-6:
            return self
        stations = np.concatenate([[begin_m], along[(along > begin_m + 1e-6) & (along < end_m - 1e-6)], [end_m]])
        points = np.column_stack([np.interp(stations, along, self.points[:, axis]) for axis in range(3)])
        return replace(self, points=points, chainage_m=None if self.chainage_m is None else np.interp(stations, along, self.chainage_m))


Flight = tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class PhotoPose:
    """One photo: `place` in metres, where the camera looks in degrees, metres along the axis when the pattern has one."""

    place: tuple[float, float, float]
    pitch_deg: float
    heading_deg: float
    chainage_m: float | None = None


def path_of(flight: Flight) -> Points:
    """(n, 3) the whole way, points in a row closer than a millimetre given once."""
    points = np.vstack([leg.points for leg in flight])
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    distinct: Points = points[np.concatenate([[True], steps > 1e-3])]
    return distinct


def photos_of(flight: Flight, speed_mps: float) -> tuple[PhotoPose, ...]:
    """Every photo in the order it is taken. By time, the speed of the flight or of the leg tells the distance between them."""
    photos: list[PhotoPose] = []
    gaze: Gaze | LookAt = Gaze(DOWN_DEG)
    for leg in flight:
        gaze = leg.gaze or gaze
        photos += _photos_along(leg, gaze, speed_mps)
    return tuple(photos)


def photo_step_m(leg: Leg, speed_mps: float) -> float | None:
    """Metres between two photos of a leg, None where none are taken on the way."""
    match leg.camera:
        case EveryMetres(step_m):
            return step_m
        case EverySeconds(interval_s):
            return interval_s * (leg.speed_mps or speed_mps)
        case _:
            return None


def _photos_along(leg: Leg, gaze: Gaze | LookAt, speed_mps: float) -> Iterator[PhotoPose]:
    if leg.camera is None:
        return
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(leg.points, axis=0), axis=1))])
    if isinstance(leg.camera, Shots):
        stations = np.full(leg.camera.count, along[-1])
    else:
        stations = np.arange(0.0, along[-1] + 1e-6, photo_step_m(leg, speed_mps))
    for station in stations:
        place = np.array([np.interp(station, along, leg.points[:, axis]) for axis in range(3)])
        pitch_deg, heading_deg = _view(leg.points, along, float(station), place, gaze)
        chainage_m = None if leg.chainage_m is None else float(np.interp(station, along, leg.chainage_m))
        yield PhotoPose((float(place[0]), float(place[1]), float(place[2])), pitch_deg, heading_deg, chainage_m)


def _view(points: Points, along: Points, station: float, place: Points, gaze: Gaze | LookAt) -> tuple[float, float]:
    """Pitch and heading in degrees of the camera at a place."""
    if isinstance(gaze, LookAt):
        east, north, up = np.array(gaze.place) - place
        return float(np.degrees(np.arctan2(up, np.hypot(east, north)))), float(np.degrees(np.arctan2(east, north)) % 360.0)
    if gaze.heading_deg is not None:
        return gaze.pitch_deg, gaze.heading_deg % 360.0
    if len(points) < 2:
        return gaze.pitch_deg, 0.0
    leg = min(int(np.searchsorted(along, station, side="right")), len(points) - 1)
    east, north = (points[leg] - points[leg - 1])[:2]
    return gaze.pitch_deg, float(np.degrees(np.arctan2(east, north)) % 360.0)
