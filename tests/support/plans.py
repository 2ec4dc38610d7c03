"""Plans and areas for tests: Hypothesis strategies and a random area from a seed."""

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
