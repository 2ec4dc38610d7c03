"""A camera that follows what it is pointed at: CAMERA_TRACK_POINT, CAMERA_TRACK_RECTANGLE, CAMERA_STOP_TRACKING.

The thing followed stands on the ground where the picture showed it; CAMERA_TRACKING_IMAGE_STATUS tells where it is in the picture now,
and that it is lost once it has left it. Places in the picture are shares of its width and height from the upper left corner.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import cos, inf, isfinite, radians, sin, tan
from typing import Any

from pymavlink.dialects.v20 import ardupilotmega as mavlink

from sim.services.host import Host
from sim.services.service import ACCEPTED, DENIED, FAILED, Builder, Command, CommandHandler, Outcome, Service
from sim.vector import Vector

COMPONENT = 100
IDLE, ACTIVE, ERROR = 0, 1, 2
NONE, POINT, RECTANGLE = 0, 1, 2
IN_STATUS = 4
NOWHERE = float("nan")
FARTHEST_M = 5000.0
Lens = Callable[[], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Followed:
    """A place on the ground, and the size it has in the picture: a radius, or half a width and half a height, as shares."""

    place: Vector
    mode: int
    half_width: float
    half_height: float


class Tracking(Service):
    component_id = COMPONENT

    def __init__(self, host: Host, lens_deg: Lens) -> None:
        self._host = host
        self._lens_deg = lens_deg
        self._followed: _Followed | None = None

    @property
    def commands(self) -> Mapping[int, CommandHandler]:
        return {
            mavlink.MAV_CMD_CAMERA_TRACK_POINT: self._point,
            mavlink.MAV_CMD_CAMERA_TRACK_RECTANGLE: self._rectangle,
            mavlink.MAV_CMD_CAMERA_STOP_TRACKING: self._stop,
        }

    @property
    def messages(self) -> Mapping[int, Builder]:
        return {mavlink.MAVLINK_MSG_ID_CAMERA_TRACKING_IMAGE_STATUS: self._status}

    def _point(self, command: Command) -> Outcome:
        x, y, radius = command.parameters[:3]
        return self._follow(x, y, POINT, radius if isfinite(radius) and radius > 0.0 else 0.05, 0.0)

    def _rectangle(self, command: Command) -> Outcome:
        left, top, right, bottom = command.parameters[:4]
        if not left < right or not top < bottom:
            return DENIED
        return self._follow((left + right) / 2.0, (top + bottom) / 2.0, RECTANGLE, (right - left) / 2.0, (bottom - top) / 2.0)

    def _follow(self, x: float, y: float, mode: int, half_width: float, half_height: float) -> Outcome:
        if not (0.0 <= x <= 1.0 and 0.0 <= y <= 1.0):
            return DENIED
        place = self._ground_at(x, y)
        if place is None:
            return FAILED  # the sky cannot be followed
        self._followed = _Followed(place, mode, half_width, half_height)
        return ACCEPTED, [self._status()]

    def _stop(self, _: Command) -> Outcome:
        self._followed = None
        return ACCEPTED, [self._status()]

    def _status(self) -> Any:
        found = self._followed
        if found is None:
            return _image_status(IDLE, NONE, 0, [NOWHERE] * 7)
        seen = self._seen_at(found.place)
        if seen is None:
            return _image_status(ERROR, found.mode, 0, [NOWHERE] * 7)
        x, y = seen
        if found.mode == POINT:
            return _image_status(ACTIVE, POINT, IN_STATUS, [x, y, found.half_width, *[NOWHERE] * 4])
        corners = [x - found.half_width, y - found.half_height, x + found.half_width, y + found.half_height]
        return _image_status(ACTIVE, RECTANGLE, IN_STATUS, [NOWHERE] * 3 + corners)

    # The picture and the ground -----------------------------------------------------------------------------------------------

    def _axes(self) -> tuple[Vector, Vector, Vector]:
        """Unit vectors of the camera: forwards, to the right, down the picture."""
        look, state = self._host.look, self._host.of.believed
        heading, pitch = radians(look.heading_deg(state.heading_deg)), radians(look.pitch_deg)
        forward = Vector(cos(pitch) * sin(heading), cos(pitch) * cos(heading), sin(pitch))
        right = Vector(cos(heading), -sin(heading), 0.0)
        down = Vector(sin(pitch) * sin(heading), sin(pitch) * cos(heading), -cos(pitch))
        return forward, right, down

    def _halves(self) -> tuple[float, float]:
        across, down = self._lens_deg()
        return tan(radians(across / 2.0)), tan(radians(down / 2.0))

    def _ground_at(self, x: float, y: float) -> Vector | None:
        forward, right, down = self._axes()
        half_x, half_y = self._halves()
        ray = forward.plus(right.times((2.0 * x - 1.0) * half_x)).plus(down.times((2.0 * y - 1.0) * half_y))
        here = self._host.of.believed.position
        above_m = here.up - self._host.of.places.ground_up_m(here)
        away = above_m / -ray.up if ray.up < 0.0 else inf
        if above_m <= 0.0 or away * ray.level_length() > FARTHEST_M:
            return None
        return here.plus(ray.times(away))

    def _seen_at(self, place: Vector) -> tuple[float, float] | None:
        """Where in the picture a place is; None outside it."""
        forward, right, down = self._axes()
        half_x, half_y = self._halves()
        offset = place.minus(self._host.of.believed.position)
        depth = _dot(offset, forward)
        if depth <= 0.0:
            return None
        x, y = (0.5 + _dot(offset, right) / depth / half_x / 2.0, 0.5 + _dot(offset, down) / depth / half_y / 2.0)
        return (x, y) if 0.0 <= x <= 1.0 and 0.0 <= y <= 1.0 else None


def _image_status(status: int, mode: int, data: int, places: list[float]) -> Any:
    return mavlink.MAVLink_camera_tracking_image_status_message(status, mode, data, *places)


def _dot(one: Vector, other: Vector) -> float:
    return one.east * other.east + one.north * other.north + one.up * other.up
