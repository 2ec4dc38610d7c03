"""A fence is judged before it goes on board."""

import pytest

from geo.primitives import LocalFrame, LonLat
from ground_station.safety.fence_draft import check_draft, stopping_distance_m
from missions import FenceCircle, FencePolygon, Geofence

HOME = LonLat(51.16, 43.65)
FRAME = LocalFrame(HOME)


def square(half_m: float, *, inclusion: bool = True) -> FencePolygon:
    corners = ((-half_m, -half_m), (half_m, -half_m), (half_m, half_m), (-half_m, half_m))
    return FencePolygon(tuple(FRAME.place(east, north) for east, north in corners), inclusion)


@pytest.mark.parametrize(
    ("fence", "home", "position", "codes"),
    [
        (Geofence((square(200),)), HOME, HOME, ["fence.draft"]),
        (Geofence((square(20),)), HOME, HOME, ["fence.tight"]),
        (Geofence((square(200),)), FRAME.place(300, 0), HOME, ["fence.home_outside"]),
        (Geofence((square(200),)), HOME, FRAME.place(0, 300), ["fence.vehicle_outside"]),
        (Geofence((square(200),), (FenceCircle(FRAME.place(50, 0), 60, inclusion=False),)), HOME, None, ["fence.home_outside"]),
        (Geofence((square(200),)), None, HOME, ["fence.no_home"]),
    ],
    ids=["good", "no room to stop", "home outside", "vehicle outside", "home in an area to stay out of", "home unknown"],
)
def test_a_fence_is_judged_by_what_would_happen(fence: Geofence, home: LonLat | None, position: LonLat | None, codes: list[str]) -> None:
    assert [result.code for result in check_draft(fence, home, position, speed_mps=10.0)] == codes


def test_twice_the_speed_needs_more_than_twice_the_room() -> None:
    assert stopping_distance_m(10.0) == pytest.approx(30.0)
    assert stopping_distance_m(20.0) > 2 * stopping_distance_m(10.0)
