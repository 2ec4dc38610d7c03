"""The shortest ways of a plane: never shorter than straight, never tighter than the radius, always ending on course."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from missions.planning.dubins import WORDS, corner_bends, dubins_corners, dubins_lengths_m, dubins_parts, rounded

RADIUS_M = 40.0
PLACE = st.tuples(st.floats(-500.0, 500.0), st.floats(-500.0, 500.0))
COURSE = st.floats(0.0, 6.283)


@settings(deadline=None)
@given(start=PLACE, end=PLACE, start_rad=COURSE, end_rad=COURSE)
def test_every_word_that_joins_ends_at_the_place_on_the_course_and_is_as_long_as_it_says(
    start: tuple[float, float], end: tuple[float, float], start_rad: float, end_rad: float
) -> None:
    begin, goal = np.array(start), np.array(end)
    parts = dubins_parts(begin, np.array(start_rad), goal, np.array(end_rad), RADIUS_M)
    lengths = dubins_lengths_m(begin, np.array(start_rad), goal, np.array(end_rad), RADIUS_M)
    assert np.isfinite(lengths).any()
    assert lengths.min() >= np.hypot(*(goal - begin)) - 1e-6
    for word in np.flatnonzero(np.isfinite(lengths)):
        corners = dubins_corners(begin, start_rad, parts[word], int(word), RADIUS_M)
        assert corners[-1] == pytest.approx(goal, abs=1e-4), WORDS[word]
        turned = sum(turn * part for turn, part in zip(WORDS[word], parts[word], strict=True))
        assert np.cos(start_rad + turned - end_rad) == pytest.approx(1.0, abs=1e-6)
        _, tangents = corner_bends(corners, RADIUS_M)
        assert (np.hypot(*(np.diff(corners, axis=0)[:-1]).T) > tangents - 1e-6).all()
        flown = rounded(corners, RADIUS_M, np.radians(0.5))
        assert np.hypot(*np.diff(flown, axis=0).T).sum() == pytest.approx(lengths[word], rel=1e-3, abs=0.1)


@settings(deadline=None)
@given(start_rad=COURSE, end_rad=COURSE, east=st.floats(-300.0, 300.0), north=st.floats(-300.0, 300.0))
def test_no_rounded_way_is_tighter_than_the_radius(start_rad: float, end_rad: float, east: float, north: float) -> None:
    begin, goal = np.zeros(2), np.array([east, north])
    parts = dubins_parts(begin, np.array(start_rad), goal, np.array(end_rad), RADIUS_M)
    word = int(parts.sum(axis=-1).argmin())
    flown = rounded(dubins_corners(begin, start_rad, parts[word], word, RADIUS_M), RADIUS_M, np.radians(2.0))
    legs = np.diff(flown, axis=0)
    legs = legs[np.hypot(*legs.T) > 1e-3]
    courses = np.arctan2(legs[:, 0], legs[:, 1])
    bends = np.abs((np.diff(courses) + np.pi) % (2.0 * np.pi) - np.pi)
    lengths = np.hypot(*legs.T)
    # A chord of an arc of radius R that bends by b to the next is 2 R sin(b / 2) long.
    room = 0.5 * (lengths[:-1] + lengths[1:])
    assert (2.0 * RADIUS_M * np.sin(bends / 2.0) <= room + 0.05).all()


def test_a_way_back_is_as_long_as_the_way_there() -> None:
    rng = np.random.default_rng(3)
    start, end = rng.uniform(-300, 300, (2, 50, 2))
    out, back = rng.uniform(0, 6.28, (2, 50))
    there = dubins_lengths_m(start, out, end, back, RADIUS_M).min(axis=-1)
    return_m = dubins_lengths_m(end, back + np.pi, start, out + np.pi, RADIUS_M).min(axis=-1)
    assert there == pytest.approx(return_m, abs=1e-6)
