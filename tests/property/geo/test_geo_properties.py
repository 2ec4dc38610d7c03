"""Properties of the demo's lines and rings, of cursors, and of what may be written in a URL."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from shapely import LineString, Point, Polygon

from geo import parse_bbox, parse_interval
from geo.core.cursor import decode_cursor, encode_cursor
from geo.demo.geometry import blob, chainages_m, circle, point_at_m, rectangle, ring_area_m2, smooth_line
from geo.primitives import GeoError, LonLat, distance_m

T = TypeVar("T")

# A busy machine is no failure: examples are few and have no deadline.
few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

places = st.tuples(st.floats(50.0, 56.0), st.floats(41.5, 46.0))
texts = st.text(max_size=40)
instants = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def value_or_code(parse: Callable[[str], T], text: str) -> T | str:
    """What a parser made of a text, or the code of its refusal."""
    try:
        return parse(text)
    except GeoError as error:
        return error.code


def kilometres_apart(points: list[tuple[float, float]]) -> bool:
    return all(distance_m(LonLat(*a), LonLat(*b)) > 1000 for a, b in pairwise(points))


@few
@given(st.lists(places, min_size=2, max_size=6).filter(kilometres_apart))
def test_smooth_line_keeps_its_points_and_is_never_shorter_than_straight_ends(points: list[tuple[float, float]]) -> None:
    rounded = [(round(lon, 6), round(lat, 6)) for lon, lat in points]
    line = smooth_line(rounded)
    assert all(min(distance_m(LonLat(*point), LonLat(*there)) for there in line) < 0.5 for point in rounded)
    assert chainages_m(line)[-1] >= distance_m(LonLat(*line[0]), LonLat(*line[-1])) * 0.995


@few
@given(st.lists(places, min_size=2, max_size=5).filter(kilometres_apart), st.floats(0.0, 1.0))
def test_point_at_a_chainage_lies_on_the_line_that_far_along(points: list[tuple[float, float]], share: float) -> None:
    line = [(round(lon, 6), round(lat, 6)) for lon, lat in points]
    along = chainages_m(line)
    wanted_m = along[-1] * share
    place, heading_deg = point_at_m(line, wanted_m)
    assert 0.0 <= heading_deg < 360.0
    leg = next(i for i in range(1, len(line)) if wanted_m <= along[i] + 1e-6)
    assert distance_m(LonLat(*line[leg - 1]), place) == pytest.approx(wanted_m - along[leg - 1], rel=1e-3, abs=1.0)


@few
@given(places, st.floats(20, 2000), st.floats(20, 2000), st.floats(0, 360))
def test_rectangle_has_the_area_asked_for(centre: tuple[float, float], length_m: float, width_m: float, heading_deg: float) -> None:
    ring = rectangle(centre, length_m, width_m, heading_deg)
    assert ring_area_m2(ring) == pytest.approx(length_m * width_m, rel=2e-3)
    assert Polygon(ring).exterior.is_ccw
    assert Polygon(ring).contains(Point(centre))


@few
@given(places, st.floats(20, 20_000), st.integers(0, 1000))
def test_circles_and_blobs_are_simple_rings_around_their_centre(centre: tuple[float, float], radius_m: float, seed: int) -> None:
    for ring in (circle(centre, radius_m), blob(centre, radius_m, seed)):
        assert ring[0] == ring[-1]
        assert LineString(ring).is_simple
        assert Polygon(ring).contains(Point(centre))


@few
@given(st.lists(st.one_of(texts, st.integers(), st.floats(allow_nan=False, allow_infinity=False)), min_size=1, max_size=3), texts)
def test_cursor_gives_back_the_key_it_was_made_of(key: list[str | int | float], listing: str) -> None:
    assert decode_cursor(listing, encode_cursor(listing, tuple(key)), len(key)) == tuple(key)


@few
@given(texts)
def test_nonsense_cursors_are_refused_in_one_way(text: str) -> None:
    with pytest.raises(GeoError) as refusal:
        decode_cursor("roads", text, 1)
    assert refusal.value.code == "geo.cursor"


@few
@given(texts)
def test_any_text_is_a_box_or_refused(text: str) -> None:
    box = value_or_code(parse_bbox, text)
    if box != "geo.bbox":
        west, south, east, north = box
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90


@few
@given(instants, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_interval_is_read_as_written(start: datetime, length: timedelta) -> None:
    end = start + length
    assert parse_interval(f"{start.isoformat()}/{end.isoformat()}") == (start, end)


@few
@given(texts)
def test_any_text_is_an_interval_or_refused(text: str) -> None:
    interval = value_or_code(parse_interval, text)
    if interval != "geo.datetime":
        start, end = interval
        assert start is None or end is None or start <= end
