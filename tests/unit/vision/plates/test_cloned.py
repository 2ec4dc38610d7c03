"""Two vehicles with one plate, every doubt in the driver's favour."""

from datetime import UTC, datetime, timedelta

import pytest

from geo.primitives import LonLat
from vision import PlateSighting, cloned
from vision.plates.cloned import great_circle_m

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
AKTAU, ZHANAOZEN = LonLat(51.17, 43.65), LonLat(52.86, 43.34)  # 140 km apart


def sighting(
    minutes: float = 0.0, place: LonLat = AKTAU, *, text: str = "123ABC12", label: str = "car", accuracy_m: float = 5.0
) -> PlateSighting:
    return PlateSighting(text, NOON + timedelta(minutes=minutes), place, accuracy_m, label)


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (sighting(20, ZHANAOZEN), "impossible_speed"),
        (sighting(90, ZHANAOZEN), None),
        (sighting(20, ZHANAOZEN, text="124ABC12"), None),
        (sighting(20, ZHANAOZEN, accuracy_m=100_000.0), None),
        (sighting(0.01, LonLat(51.1702, 43.65)), None),
        (sighting(90, label="motorcycle"), "class_mismatch"),
        (sighting(90, label="truck"), None),
    ],
    ids=[
        "too fast",
        "slow enough",
        "another plate",
        "place unknown",
        "clocks may differ",
        "another kind of vehicle",
        "kinds taken for one another",
    ],
)
def test_one_plate_at_two_places(second: PlateSighting, why: str | None) -> None:
    found = list(cloned([second, sighting()]))

    assert [one.why for one in found] == ([] if why is None else [why])


def test_the_way_on_roads_is_longer_than_the_great_circle_and_counts() -> None:
    pair = [sighting(), sighting(35, ZHANAOZEN)]

    assert not list(cloned(pair))
    (found,) = cloned(pair, way_m=lambda _a, _b: 170_000.0)
    assert found.speed_mps == pytest.approx(170_000 / (35 * 60), rel=0.01)


def test_a_great_circle_is_never_told_longer_than_it_is() -> None:
    assert 138_000 < great_circle_m(AKTAU, ZHANAOZEN) < 141_000
    assert great_circle_m(LonLat(51.0, 43.0), LonLat(51.0, 44.0)) < 111_120
