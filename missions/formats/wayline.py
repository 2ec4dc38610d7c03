"""A mission as camera-drone apps know it: stops in a row, each with what is done there.

DJI WPML and Litchi files hold this and no more. `wayline_of` says what of a plan fits, `items_of` is the way back; what does not fit is
missing from `items_of(wayline_of(items))`, and `losses` names it. Orders among actions of one stop are put into one canonical order:
capture off, speed, point of interest, what is done in turn, capture on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from geo.primitives import LonLat
from missions.commands import LANDINGS, TAKEOFFS, Command, Frame
from missions.formats.wayline_actions import action_of, gimbal, photo, wait, whole_circle
from missions.plan import ANY_HEADING, MissionItem

NADIR_DEG = -90.0
_PLACED = frozenset({Command.WAYPOINT, Command.SPLINE_WAYPOINT, Command.LOITER_TIME, Command.LOITER_TURNS, Command.LOITER_UNLIM})
_HOLDS = frozenset({Command.WAYPOINT, Command.SPLINE_WAYPOINT, Command.LOITER_TIME})
_ROI_OFF = frozenset({Command.DO_SET_ROI_NONE})
_PLAIN_FRAME = {5: 0, 6: 3, 11: 10}
_LONGEST_BURST = 50.0


@dataclass(frozen=True, slots=True)
class Capture:
    """Photos in a row: one each `every`, metres of way or seconds."""

    every: float
    by_distance: bool


@dataclass(frozen=True, slots=True)
class Interest:
    """What the nose or the camera points at; altitude in metres above home."""

    place: LonLat
    altitude_m: float


@dataclass(frozen=True, slots=True)
class Stop:
    """A waypoint. `speed_mps`, `capture` and `interest` hold from here on; `speed_mps` None = nothing was said yet.

    `frame` gives the reference of `altitude_m`. `heading_deg` is 0 to 360 clockwise from north, None = along the line (north is 360).
    `actions` are photo, recording, gimbal, yaw, wait and zoom items in the order they are done.
    """

    place: LonLat
    altitude_m: float
    frame: int = Frame.GLOBAL_RELATIVE_ALT
    curved: bool = False
    hold_s: float = 0.0
    radius_m: float = 0.0
    heading_deg: float | None = None
    speed_mps: float | None = None
    capture: Capture | None = None
    interest: Interest | None = None
    actions: tuple[MissionItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Wayline:
    """`finish`: "home", "land" or "stay". `speed_mps`, `interest` and `actions` are those before the first stop."""

    takeoff_m: float | None = None
    speed_mps: float | None = None
    interest: Interest | None = None
    actions: tuple[MissionItem, ...] = ()
    stops: tuple[Stop, ...] = ()
    finish: str = "stay"


def _capture_of(item: MissionItem) -> tuple[bool, Capture | None]:
    """(does the item start or end a row of photos, the row)."""
    first, second, *_ = (value or 0.0 for value in item.params)
    if item.command == Command.DO_SET_CAM_TRIGG_DIST:
        return True, Capture(first, True) if first > 0.0 else None
    if item.command == Command.DO_SET_CAM_TRIGG_INTERVAL:
        return True, Capture(first / 1000.0, False) if first > 0.0 else None
    if item.command == Command.IMAGE_START_CAPTURE and second > 0.0:
        return True, Capture(second, False)
    return item.command == Command.IMAGE_STOP_CAPTURE, None


def _is_burst(item: MissionItem) -> bool:
    """A few photos on the spot, one each parameter 2 seconds."""
    second, third = item.params[1] or 0.0, item.params[2] or 0.0
    return second > 0.0 and 1.0 <= third <= _LONGEST_BURST


def _capture_items(before: Capture | None, after: Capture | None) -> tuple[list[MissionItem], list[MissionItem]]:
    """(items that end `before`, items that begin `after`)."""
    if before == after:
        return [], []
    off: list[MissionItem] = []
    on: list[MissionItem] = []
    if before is not None and (after is None or after.by_distance != before.by_distance):
        off.append(MissionItem(Command.DO_SET_CAM_TRIGG_DIST if before.by_distance else Command.IMAGE_STOP_CAPTURE, Frame.MISSION))
    if after is not None and after.by_distance:
        # Parameter 3: the first picture at once.
        on.append(MissionItem(Command.DO_SET_CAM_TRIGG_DIST, Frame.MISSION, (after.every, 0.0, 1.0, 0.0)))
    elif after is not None:
        on.append(MissionItem(Command.IMAGE_START_CAPTURE, Frame.MISSION, (0.0, after.every, 0.0, 0.0)))
    return off, on


@dataclass(slots=True)
class _Reading:
    """What holds at the point reached in a list of items."""

    speed_mps: float | None = None
    capture: Capture | None = None
    interest: Interest | None = None


def wayline_of(items: Sequence[MissionItem]) -> Wayline:
    """What of these items an app of stops can fly. Never refuses; what does not fit is left out."""
    wayline = Wayline()
    now = _Reading()
    stops: list[Stop] = []
    done: list[MissionItem] = []

    def close() -> None:
        """What was collected belongs to the stop before, or to the time before the first stop."""
        nonlocal wayline
        if stops:
            stops[-1] = replace(stops[-1], speed_mps=now.speed_mps, capture=now.capture, interest=now.interest, actions=tuple(done))
        else:
            wayline = replace(wayline, speed_mps=now.speed_mps, interest=now.interest, actions=tuple(done))
        done.clear()

    for item in items:
        if item.command == Command.RETURN_TO_LAUNCH or item.command in LANDINGS:
            close()
            place, altitude_m = item.position, item.altitude_m
            if place is not None and stops and place != stops[-1].place:
                # Such apps land where the last stop is.
                stops.append(
                    replace(stops[-1], place=place, altitude_m=max(altitude_m or 0.0, stops[-1].altitude_m), actions=(), hold_s=0.0)
                )
            wayline = replace(wayline, finish="home" if item.command == Command.RETURN_TO_LAUNCH else "land")
            break
        if item.command in TAKEOFFS and not stops and wayline.takeoff_m is None:
            wayline = replace(wayline, takeoff_m=item.altitude_m or 0.0)
        elif item.command in _PLACED and item.position is not None and item.altitude_m is not None:
            close()
            stops.append(_stop(item, item.position, item.altitude_m))
        else:
            _act(item, now, done)
    else:
        close()
    if stops:
        # A row of photos ends with the way at the latest.
        stops[-1] = replace(stops[-1], capture=None)
    return replace(wayline, stops=tuple(stops))


def _stop(item: MissionItem, place: LonLat, altitude_m: float) -> Stop:
    heading = item.params[3] or 0.0
    return Stop(
        place,
        altitude_m,
        frame=_PLAIN_FRAME.get(item.frame, int(item.frame)),
        curved=item.command == Command.SPLINE_WAYPOINT,
        hold_s=max(item.params[0] or 0.0, 0.0) if item.command in _HOLDS else 0.0,
        radius_m=max(item.params[1] or 0.0, 0.0) if item.command in (Command.WAYPOINT, Command.SPLINE_WAYPOINT) else 0.0,
        heading_deg=whole_circle(heading) if heading else None,
    )


def _act(item: MissionItem, now: _Reading, done: list[MissionItem]) -> None:
    starts_or_ends, capture = _capture_of(item)
    if item.command == Command.IMAGE_START_CAPTURE and _is_burst(item):
        done.extend([photo(), wait(item.params[1] or 0.0)] * int(item.params[2] or 0.0))
    elif starts_or_ends:
        now.capture = capture
    elif item.command == Command.DO_CHANGE_SPEED:
        if (item.params[1] or 0.0) > 0.0:
            now.speed_mps = item.params[1]
    elif item.command in (Command.DO_SET_ROI, Command.DO_SET_ROI_LOCATION):
        # Heights of such points count from the take-off place: one that counts from elsewhere would be looked past.
        above_home = _PLAIN_FRAME.get(item.frame, item.frame) == Frame.GLOBAL_RELATIVE_ALT
        now.interest = Interest(item.position, item.altitude_m or 0.0) if item.position is not None and above_home else None
    elif item.command in _ROI_OFF:
        now.interest = None
    elif (action := action_of(item)) is not None:
        done.append(action)


def looking_down(wayline: Wayline) -> Wayline:
    """Photos by distance with a gimbal nobody turned: cameras of autopilots' drones hang straight down, those of these apps do not."""
    every = (*wayline.actions, *(item for stop in wayline.stops for item in stop.actions))
    captures = any(stop.capture is not None and stop.capture.by_distance and stop.interest is None for stop in wayline.stops)
    if not captures or any(item.command == Command.DO_MOUNT_CONTROL for item in every):
        return wayline
    return replace(wayline, actions=(*wayline.actions, gimbal(NADIR_DEG)))


def hold_first_wait(stop: Stop) -> Stop:
    """A wait before anything else is done is the stop's hold."""
    if stop.hold_s or not stop.actions or stop.actions[0].command != Command.DELAY:
        return stop
    return replace(stop, hold_s=stop.actions[0].params[0] or 0.0, actions=stop.actions[1:])


def items_of(wayline: Wayline) -> tuple[MissionItem, ...]:
    return tuple(_items(wayline))


def _items(wayline: Wayline) -> Iterator[MissionItem]:
    if wayline.takeoff_m is not None:
        yield MissionItem(Command.TAKEOFF, params=ANY_HEADING, altitude_m=wayline.takeoff_m)
    yield from _speed(None, wayline.speed_mps)
    yield from _interest(None, wayline.interest)
    yield from wayline.actions
    speed, interest, capture = wayline.speed_mps, wayline.interest, None
    for stop in wayline.stops:
        command = Command.SPLINE_WAYPOINT if stop.curved else Command.WAYPOINT
        params = (stop.hold_s, stop.radius_m, 0.0, stop.heading_deg)
        yield MissionItem(command, stop.frame, params, stop.place, stop.altitude_m)
        off, on = _capture_items(capture, stop.capture)
        yield from off
        yield from _speed(speed, stop.speed_mps)
        yield from _interest(interest, stop.interest)
        yield from stop.actions
        yield from on
        speed, interest, capture = stop.speed_mps, stop.interest, stop.capture
    if wayline.finish == "home":
        yield MissionItem(Command.RETURN_TO_LAUNCH, Frame.MISSION)
    elif wayline.finish == "land":
        yield MissionItem(Command.LAND, params=ANY_HEADING, altitude_m=0.0)


def _speed(before: float | None, after: float | None) -> Iterator[MissionItem]:
    """Parameters: 1 = ground speed, speed, throttle unchanged."""
    if after is not None and after != before:
        yield MissionItem(Command.DO_CHANGE_SPEED, Frame.MISSION, (1.0, after, -1.0, 0.0))


def _interest(before: Interest | None, after: Interest | None) -> Iterator[MissionItem]:
    if before == after:
        return
    if after is None:
        yield MissionItem(Command.DO_SET_ROI_NONE, Frame.MISSION)
    else:
        yield MissionItem(Command.DO_SET_ROI_LOCATION, position=after.place, altitude_m=after.altitude_m)
