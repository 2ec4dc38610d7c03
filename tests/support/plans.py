"""Plans and areas for tests: Hypothesis strategies and a random area from a seed."""

import itertools
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from missions import (
    FenceCircle,
    FencePolygon,
    Geofence,
    MissionItem,
    MissionPlan,
    RallyPoint,
    SurveyRequest,
)

AKTAU = LonLat(51.16, 43.65)


def ring(points_m: list[tuple[float, float]] | NDArray[np.float64], origin: LonLat = AKTAU) -> tuple[LonLat, ...]:
    """East and north in metres of an origin as places."""
    frame = LocalFrame(origin)
    return tuple(frame.place(float(east), float(north)) for east, north in points_m)


def star(generator: np.random.Generator, centre_m: tuple[float, float], least_m: float, most_m: float, corners: int) -> NDArray[np.float64]:
    """(corners, 2) vertices of a simple polygon with bays, in metres."""
    step = 2.0 * np.pi / corners
    angles = (np.arange(corners) + generator.uniform(-0.4, 0.4, corners)) * step
    radii = generator.uniform(least_m, most_m, corners)
    return np.array(centre_m) + np.column_stack([np.cos(angles), np.sin(angles)]) * radii[:, None]


finite = st.floats(-1e6, 1e6, allow_nan=False, width=32)
parameters = st.one_of(st.none(), finite)
# Kept off 0, 0, which autopilots read as "no place given".
places = st.builds(LonLat, st.floats(0.5, 179.0).map(lambda d: round(d, 7)), st.floats(-80.0, -0.5).map(lambda d: round(d, 7)))
altitudes = st.floats(-100.0, 5000.0).map(lambda m: round(m, 3))
waypoints = st.builds(
    MissionItem,
    command=st.sampled_from([16, 17, 19, 21, 22, 82, 201]),
    frame=st.sampled_from([0, 3, 10]),
    params=st.tuples(parameters, parameters, parameters, parameters),
    position=places,
    altitude_m=altitudes,
    autocontinue=st.booleans(),
)
actions = st.builds(
    MissionItem,
    command=st.sampled_from([20, 178, 203, 205, 206, 530]),
    frame=st.just(2),
    params=st.tuples(parameters, parameters, parameters, parameters),
    altitude_m=parameters,
    params_5_6=st.tuples(parameters, parameters),
)
rally_points = st.builds(RallyPoint, places, altitudes)
polygons = st.builds(FencePolygon, st.lists(places, min_size=3, max_size=6, unique=True).map(tuple), st.booleans())
circles = st.builds(FenceCircle, places, st.floats(1.0, 1e5).map(lambda m: round(m, 2)), st.booleans())
fences = st.builds(
    Geofence, st.lists(polygons, max_size=3).map(tuple), st.lists(circles, max_size=2).map(tuple), st.one_of(st.none(), rally_points)
)
surveys = st.builds(
    SurveyRequest,
    polygon=st.lists(places, min_size=3, max_size=6, unique=True).map(tuple),
    camera=st.just("dji-mavic-3e"),
    gsd_cm=st.floats(1.0, 10.0),
    home=st.one_of(st.none(), places),
    name=st.text(st.characters(categories=("L", "N")), min_size=1, max_size=12),
)
plans = st.builds(
    MissionPlan,
    name=st.text(st.characters(categories=("L", "N", "Zs")), min_size=1, max_size=20).map(str.strip).filter(bool),
    vehicle_type=st.sampled_from(["copter", "plane", "vtol", "rover", "sub"]),
    autopilot=st.sampled_from(["ardupilot", "px4"]),
    home=st.one_of(st.none(), places),
    home_altitude_amsl_m=altitudes,
    cruise_speed_mps=st.floats(1.0, 30.0),
    hover_speed_mps=st.floats(1.0, 30.0),
    items=st.lists(st.one_of(waypoints, actions), max_size=8).map(tuple),
    geofence=fences,
    rally_points=st.lists(rally_points, max_size=3).map(tuple),
    request=st.one_of(st.none(), surveys),
)


def _item(command: int, *params: float, frame: int = 2, altitude_m: float = 0.0, position: LonLat | None = None) -> MissionItem:
    first, second, third, fourth = (*params, 0.0, 0.0, 0.0, 0.0)[:4]
    # Items that fly somewhere leave the heading open.
    return MissionItem(command, frame, (first, second, third, None if command in (16, 21, 22, 82) else fourth), position, altitude_m)


_whole_degrees = st.integers(-90, 30).map(float)
_metres = st.floats(1.0, 120.0).map(lambda m: round(m, 2))
# What camera-drone apps do at a stop: photo, recording on and off, gimbal, wait.
camera_actions = st.one_of(
    st.just(_item(2000, 0.0, 0.0, 1.0)),
    st.just(_item(2500)),
    st.just(_item(2501)),
    _whole_degrees.map(lambda pitch: _item(205, pitch, altitude_m=2.0)),
    st.integers(1, 30_000).map(lambda ms: _item(93, ms / 1000.0, -1.0, -1.0, -1.0)),
)


@st.composite
def camera_flights(draw: st.DrawFn, frames: tuple[int, ...] = (3,)) -> MissionPlan:
    """Flights as DJI's apps keep them: take-off, stops with actions, rows of photos that end before the next begins, the way home.

    All waypoints of a flight have one of `frames`.
    """
    frame = draw(st.sampled_from(frames))
    speed = round(draw(st.floats(0.5, 15.0)), 2)
    items = [_item(22, frame=3, altitude_m=draw(_metres.filter(lambda m: m >= 2.0)))]
    if draw(st.booleans()):
        items.append(_item(178, 1.0, speed, -1.0))
    items.append(_item(205, draw(_whole_degrees), altitude_m=2.0))
    capture: tuple[MissionItem, MissionItem] | None = None
    count = draw(st.integers(2, 6))
    for index in range(count):
        hold = draw(st.sampled_from([0.0, 0.0, 1.5, 3.0]))
        items.append(_item(draw(st.sampled_from([16, 82])), hold, frame=3, altitude_m=draw(_metres), position=draw(places)))
        items[-1] = MissionItem(
            items[-1].command,
            frame,
            (hold, 0.0, 0.0, draw(st.one_of(st.none(), st.integers(1, 360).map(float)))),
            items[-1].position,
            items[-1].altitude_m,
        )
        ended = False
        if capture is not None and (index == count - 1 or draw(st.booleans())):
            items.append(capture[1])
            capture, ended = None, True
        actions = draw(st.lists(camera_actions, max_size=3))
        # A wait before all else is the hold of the stop.
        items += itertools.dropwhile(lambda item: item.command == 93, actions)
        # Two equal rows on end would be one.
        if capture is None and not ended and index < count - 1 and draw(st.booleans()):
            every = draw(_metres)
            capture = draw(st.sampled_from([(_item(206, every, 0.0, 1.0), _item(206)), (_item(2000, 0.0, every), _item(2001))]))
            items.append(capture[0])
    items.append(draw(st.sampled_from([_item(20), _item(21, frame=3)])))
    return MissionPlan(
        name="flight", home=draw(st.one_of(st.none(), places)), cruise_speed_mps=speed, hover_speed_mps=speed, items=tuple(items)
    )


# The same with what such apps cannot do among it: relays, jumps, places of interest, loiter, speeds, other cameras' commands.
_odd_items = st.one_of(
    actions.filter(lambda item: item.command != 20),
    waypoints.filter(lambda item: item.command != 21).map(
        lambda item: MissionItem(item.command, 3, item.params, item.position, min(item.altitude_m or 0.0, 400.0), item.autocontinue)
    ),
    st.builds(lambda place: _item(195, frame=3, altitude_m=10.0, position=place), places),
    st.sampled_from([_item(197), _item(177, 1.0, 2.0), _item(115, 90.0, 0.0, 1.0), _item(178, 1.0, 25.0, -1.0), _item(531, 3.0, 24.0)]),
    st.sampled_from([_item(214, 1500.0), _item(206, 20.0), _item(2000, 0.0, 2.0, 4.0), _item(1000, -45.0), _item(2001)]),
)


@st.composite
def odd_flights(draw: st.DrawFn, frames: tuple[int, ...] = (3,)) -> MissionPlan:
    plan, rest = draw(camera_flights(frames)), draw(plans)
    items = list(plan.items)
    for item in draw(st.lists(_odd_items, max_size=6)):
        items.insert(draw(st.integers(0, len(items))), item)
    return replace(rest, items=tuple(items))
