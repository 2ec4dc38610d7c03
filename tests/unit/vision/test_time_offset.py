"""A film and its poses on two clocks: how far apart they are is found from the motion of the pictures, or nothing is said."""

from collections.abc import Callable

import numpy as np
import pytest

from geo.primitives import CameraIntrinsics, CameraPose, LocalFrame, LonLat
from tests.support.drawn_ground import picture_of, spotted_ground
from vision import CameraView, Frame
from vision.time_offset import OffsetSearch, TimeOffset

AKTAU = LonLat(51.16, 43.65)
FRAME = LocalFrame(AKTAU)
LENS = CameraIntrinsics.from_horizontal_fov(480, 270, 65.0)
LENGTH_S, RATE_HZ = 24.0, 6.0


def restless(at_s: float) -> CameraView:
    """A copter that speeds up, slows down and turns its nose now and then, at 60 m, looking steeply down."""
    east = 40.0 * np.sin(0.21 * at_s) + 6.0 * np.sin(0.9 * at_s + 1.0)
    north = 30.0 * np.cos(0.17 * at_s)
    heading = 40.0 * np.sin(0.5 * at_s) + 15.0 * np.sin(1.3 * at_s)
    return CameraView(CameraPose(FRAME.place(east, north), 60.0, heading % 360.0, -70.0), LENS)


def steady(at_s: float) -> CameraView:
    return CameraView(CameraPose(FRAME.place(0.0, 3.0 * at_s - 45.0), 60.0, 0.0, -80.0), LENS)


def told(view: Callable[[float], CameraView], offset_s: float, *, height_share: float = 1.0) -> Callable[[float], CameraView | None]:
    """The poses as a file has them: 5 a second, a little wrong, their clock ahead of the film's, known for its length only."""
    random = np.random.default_rng(4)
    errors = {index: random.normal(0.0, 1.0, 4) for index in range(-200, 400)}

    def at(at_s: float) -> CameraView | None:
        index = round((at_s - offset_s) * 5.0)
        if not -20 <= index <= LENGTH_S * 5.0 + 20:
            return None
        told_at_s = at_s - offset_s
        true = view(told_at_s).pose
        low = int(np.floor(told_at_s * 5.0))
        share = told_at_s * 5.0 - low
        east, north, turn, nod = (1 - share) * errors[low] + share * errors[low + 1]
        place = LocalFrame(true.position).place(0.05 * east, 0.05 * north)
        heading = (true.heading_deg + 0.2 * turn) % 360.0
        return CameraView(CameraPose(place, height_share * true.height_m, heading, true.pitch_deg + 0.1 * nod), LENS)

    return at


def filmed(view: Callable[[float], CameraView]) -> OffsetSearch:
    search = OffsetSearch()
    for index in range(round(LENGTH_S * RATE_HZ)):
        image = picture_of(view(index / RATE_HZ), spotted_ground(), FRAME, 0.12)
        search.see(Frame("film", index, index / RATE_HZ, image))
    return search


@pytest.fixture(scope="module")
def restless_film() -> OffsetSearch:
    return filmed(restless)


@pytest.mark.parametrize("offset_s", [0.0, 0.37, -1.42], ids=["none", "late", "early"])
def test_the_offset_is_found_within_what_is_stated(restless_film: OffsetSearch, offset_s: float) -> None:
    found = restless_film.estimate(told(restless, offset_s), reach_s=3.0)
    assert isinstance(found, TimeOffset)
    assert abs(found.offset_s - offset_s) <= 3.0 * found.sigma_s
    assert abs(found.offset_s - offset_s) < 0.05
    assert found.sigma_s < 0.05
    assert found.explained > 0.8


def test_a_wrong_height_does_not_hide_it(restless_film: OffsetSearch) -> None:
    found = restless_film.estimate(told(restless, 0.8, height_share=1.2), reach_s=3.0)
    assert found is not None
    assert found.offset_s == pytest.approx(0.8, abs=0.1)


def test_beyond_the_reach_and_with_the_poses_of_another_flight_nothing_is_said(restless_film: OffsetSearch) -> None:
    assert restless_film.estimate(told(restless, 2.5), reach_s=1.0) is None
    assert restless_film.estimate(told(lambda at_s: restless(77.0 - 1.3 * at_s), 0.0), reach_s=3.0) is None


def test_a_straight_leg_at_one_speed_tells_nothing_of_time() -> None:
    assert filmed(steady).estimate(told(steady, 0.5), reach_s=3.0) is None
