"""Surveys lead around the airspace of their surroundings, by height and time, and bring their certificate."""

from datetime import UTC, datetime

import pytest

from geo.primitives import Altitude, AltitudeReference, LocalFrame, LonLat
from missions import AirspaceZone, CorridorRequest, PlanContext, SpiralRequest, SurveyRequest, Validity, ZoneKind, plan_request

HOME = LonLat(51.2, 43.65)
FRAME = LocalFrame(HOME)
AGL = AltitudeReference.ABOVE_TERRAIN


def ring(west: float, south: float, east: float, north: float) -> tuple[LonLat, ...]:
    return tuple(FRAME.place(x, y) for x, y in [(west, south), (east, south), (east, north), (west, north)])


REQUEST = SurveyRequest(polygon=ring(50, 50, 350, 250), camera="dji-mavic-3e", altitude_m=60.0, home=HOME)
MIDDLE = ring(150, 100, 220, 180)


def zone(**members: object) -> AirspaceZone:
    return AirspaceZone(**({"id": "Z", "name": "Camp", "kind": ZoneKind.NO_FLY, "rings": (MIDDLE,)} | members))  # type: ignore[arg-type]


def test_a_zone_of_the_surroundings_is_led_around_and_the_certificate_proves_it() -> None:
    result = plan_request(REQUEST, PlanContext(zones=(zone(),)))
    assert result.plan is not None, result.findings
    assert result.certificate is not None
    assert result.certificate.forbidden_m == 0.0
    assert result.certificate.plan_hash == result.plan.content_hash()
    assert result.certificate.least_zone_m == pytest.approx(10.0, abs=0.6)
    assert "airspace_avoided" in {finding.code for finding in result.findings}


@pytest.mark.parametrize(
    "harmless",
    [
        zone(floor=Altitude(100.0, AGL)),
        zone(ceiling=Altitude(40.0, AGL)),
        zone(kind=ZoneKind.CONTROLLED),
        zone(valid=(Validity(datetime(2026, 6, 1, tzinfo=UTC)),)),
    ],
    ids=["above", "below", "to be told", "later"],
)
def test_a_zone_that_does_not_meet_the_flight_changes_nothing(harmless: AirspaceZone) -> None:
    at = datetime(2026, 5, 1, 8, tzinfo=UTC)
    free = plan_request(REQUEST, PlanContext(at=at))
    result = plan_request(REQUEST, PlanContext(zones=(harmless,), at=at))
    assert result.plan is not None
    assert free.plan is not None
    assert result.plan.content_hash() == free.plan.content_hash()


def test_the_hole_of_a_zone_may_be_surveyed() -> None:
    around = zone(rings=(ring(-3000, -3000, 3000, 3000), ring(-100, -100, 500, 400)))
    result = plan_request(REQUEST, PlanContext(zones=(around,)))
    assert result.certificate is not None
    assert result.certificate.passed


def test_a_home_inside_a_zone_is_said() -> None:
    result = plan_request(REQUEST, PlanContext(zones=(zone(rings=(ring(-30, -30, 30, 30),)),)))
    assert result.plan is None
    assert "home_blocked" in {finding.code for finding in result.findings}


@pytest.mark.parametrize(
    "request_of",
    [
        CorridorRequest(axis=tuple(FRAME.place(x, y) for x, y in [(50, 140), (350, 140)]), altitude_m=60.0, home=HOME),
        SpiralRequest(datum=FRAME.place(250, 140), radius_m=80.0, altitude_m=60.0, home=HOME),
    ],
    ids=["corridor", "spiral"],
)
def test_other_patterns_lead_around_the_airspace_too(request_of: CorridorRequest | SpiralRequest) -> None:
    result = plan_request(request_of, PlanContext(zones=(zone(),)))
    assert result.plan is not None, result.findings
    assert result.certificate is not None
    assert result.certificate.forbidden_m == 0.0
    assert result.certificate.least_zone_m == pytest.approx(10.0, abs=0.6)
    assert {"airspace_avoided", "left_out"} <= {finding.code for finding in result.findings}
