"""The certificate: what is flown is proven leg by leg, returns included; it is tied to its plan and zones."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from geo.primitives import Altitude, AltitudeReference, LocalFrame, LonLat
from missions import (
    AirspaceZone,
    Command,
    FencePolygon,
    Frame,
    Geofence,
    MissionItem,
    MissionPlan,
    RallyPoint,
    Validity,
    ZoneKind,
    certificate_findings,
    certify,
    check_certificate,
)

HOME = LonLat(51.2, 43.65)
FRAME = LocalFrame(HOME)
AGL, AMSL, FL = AltitudeReference.ABOVE_TERRAIN, AltitudeReference.AMSL, AltitudeReference.STANDARD_PRESSURE


def box(west: float, south: float, east: float, north: float, **members: object) -> AirspaceZone:
    ring = tuple(FRAME.place(x, y) for x, y in [(west, south), (east, south), (east, north), (west, north)])
    defaults: dict[str, object] = {"id": "Z", "name": "Z", "kind": ZoneKind.NO_FLY, "rings": (ring,)}
    return AirspaceZone(**(defaults | members))  # type: ignore[arg-type]


def plan(*points: tuple[float, float], up: float = 50.0, back: bool = True, **members: object) -> MissionPlan:
    items = [MissionItem(Command.TAKEOFF, altitude_m=up)]
    items += [MissionItem(Command.WAYPOINT, position=FRAME.place(x, y), altitude_m=up) for x, y in points]
    if back:
        items.append(MissionItem(Command.RETURN_TO_LAUNCH, Frame.MISSION))
    return replace(MissionPlan(home=HOME, items=tuple(items), home_altitude_amsl_m=-20.0), **members)  # type: ignore[arg-type]


def fence(west: float, south: float, east: float, north: float) -> Geofence:
    return Geofence(polygons=(FencePolygon(box(west, south, east, north).rings[0]),))


def test_metres_inside_are_those_of_the_line_and_its_heights() -> None:
    certificate = certify(plan((400, 0)), [box(100, -50, 200, 50)])
    assert certificate.forbidden_m == pytest.approx(200.0, abs=0.1)  # there and back
    assert not certificate.passed
    assert [f.code for f in certificate_findings(certificate)][:2] == ["inside_airspace", "inside_airspace"]


@pytest.mark.parametrize(
    ("floor", "ceiling", "inside"),
    [
        (Altitude(0, AGL), Altitude(40, AGL), False),
        (Altitude(0, AGL), Altitude(60, AGL), True),
        (Altitude(60, AGL), None, False),
        (Altitude(25, AMSL), Altitude(35, AMSL), True),
        (Altitude(40, AMSL), None, False),
        (Altitude(3000, FL), None, False),
        (Altitude(300, FL), None, True),
    ],
    ids=["below", "to 60", "above", "amsl", "amsl above", "FL98", "FL10 within pressure"],
)
def test_a_zone_counts_between_its_floor_and_ceiling_alone(floor: Altitude, ceiling: Altitude | None, inside: bool) -> None:
    certificate = certify(plan((400, 0)), [box(100, -50, 200, 50, floor=floor, ceiling=ceiling)])
    assert (certificate.forbidden_m > 0) is inside


def test_limits_above_the_sea_count_everywhere_when_home_is_not_known_and_that_is_said() -> None:
    zone = box(100, -50, 200, 50, floor=Altitude(4000, AMSL))
    certificate = certify(replace(plan((400, 0)), home_altitude_amsl_m=0.0), [zone])
    assert certificate.forbidden_m > 0
    assert any("above the sea" in said for said in certificate.assumptions)


def test_the_climb_and_the_landing_are_legs_too() -> None:
    over_home = box(-20, -20, 20, 20, floor=Altitude(30, AGL), ceiling=Altitude(40, AGL))
    certificate = certify(plan((400, 0)), [over_home])
    assert [(leg.kind, leg.forbidden_m) for leg in certificate.legs if leg.forbidden_m] == [("take_off", 10.0), ("landing", 10.0)]


def test_holes_of_a_zone_may_be_flown() -> None:
    outer, hole = box(-300, -300, 600, 300).rings[0], box(-100, -100, 500, 100).rings[0]
    certificate = certify(plan((400, 0)), [box(0, 0, 1, 1, rings=(outer, hole))])
    assert certificate.passed
    assert certificate.least_zone_m == pytest.approx(100.0, abs=0.1)


def test_a_zone_counts_in_its_time() -> None:
    zone = box(100, -50, 200, 50, valid=(Validity(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)),))
    assert certify(plan((400, 0)), [zone], at=datetime(2026, 4, 1, tzinfo=UTC)).passed
    assert not certify(plan((400, 0)), [zone], at=datetime(2026, 4, 30, 23, 59, tzinfo=UTC)).passed
    assert not certify(plan((400, 0)), [zone]).passed


def test_a_straight_return_through_a_zone_is_found_though_the_plan_leads_around() -> None:
    zone = box(100, -50, 200, 50)
    certificate = certify(plan((150, 200), (400, 0), (150, 200)), [zone])
    assert certificate.passed
    assert not certificate.returns_clear
    assert [proof.item for proof in certificate.returns if proof.forbidden_m] == [3]
    crossing = next(f for f in certificate_findings(certificate) if f.code == "return_crosses")
    assert (crossing.item, "Rally points" in crossing.message) == (3, True)


def test_the_proposed_rally_points_make_every_return_clear() -> None:
    zone = box(100, -50, 200, 50)
    asked = plan((150, 200), (400, 0), (450, 50), (150, 200))
    proposal = certify(asked, [zone]).rally_proposal
    assert proposal
    certificate = certify(replace(asked, rally_points=proposal), [zone])
    assert certificate.returns_clear
    assert {proof.landing for proof in certificate.rally_returns} >= {1}


def test_a_return_is_clear_at_items_and_not_between_them() -> None:
    zone = box(95, 190, 105, 210)
    certificate = certify(plan((0, 400), (400, 400), (400, 0)), [zone])
    assert not any(proof.forbidden_m for proof in certificate.returns)
    assert certificate.return_shadow_m > 10.0
    assert not certificate.returns_clear


def test_the_nearest_landing_place_is_the_one_a_failsafe_chooses() -> None:
    asked = replace(plan((400, 0)), rally_points=(RallyPoint(FRAME.place(380, 30)),))
    certificate = certify(asked, [box(100, -50, 200, 50)])
    assert [proof.landing for proof in certificate.rally_returns] == [0, 1]
    assert certificate.rally_returns[1].forbidden_m == 0.0


def test_the_fence_keeps_room_to_stop() -> None:
    asked = plan((400, 0), geofence=fence(-50, -100, 405, 100), hover_speed_mps=10.0)
    certificate = certify(asked)
    assert certificate.passed
    assert certificate.fence_margin_m == pytest.approx(10.0**2 / 5.0 + 2.5)
    assert certificate.least_fence_m == pytest.approx(5.0, abs=0.1)
    assert certificate.within_fence_margin_m == pytest.approx(2 * 17.5, abs=0.3)
    assert [f.code for f in certificate_findings(certificate)] == ["fence_margin"]


def test_metres_outside_the_fence_are_counted() -> None:
    certificate = certify(plan((400, 0), geofence=fence(-50, -100, 300, 100)))
    assert certificate.outside_fence_m == pytest.approx(200.0, abs=0.3)
    assert "outside_fence" in [f.code for f in certificate_findings(certificate)]


def test_exclusion_fences_of_the_plan_count_as_zones() -> None:
    keep_out = FencePolygon(box(100, -50, 200, 50).rings[0], inclusion=False)
    assert not certify(plan((400, 0), geofence=Geofence(polygons=(keep_out,)))).passed


def test_a_certificate_is_checked_against_plan_zones_and_itself() -> None:
    zones, asked = [box(100, 90, 200, 150)], plan((400, 0))
    value = json.loads(json.dumps(certify(asked, zones).to_json()))
    assert check_certificate(value, asked, zones) == ()
    codes = [
        check_certificate(value, plan((401, 0)), zones)[0].code,
        check_certificate(value, asked, [])[0].code,
        check_certificate(value | {"forbidden_m": 0.1}, asked, zones)[0].code,
        check_certificate({"format": "x"}, asked, zones)[0].code,
    ]
    assert codes == ["certificate_plan", "certificate_zones", "certificate_changed", "certificate_format"]


def test_a_plan_without_places_is_proven_empty() -> None:
    certificate = certify(MissionPlan(), [box(0, 0, 1, 1)])
    assert certificate.passed
    assert certificate.legs == ()
    assert "no place" in certificate.assumptions[0]


def test_a_jump_is_a_leg() -> None:
    asked = plan((0, 300), (300, 300), back=False)
    jump = MissionItem(Command.DO_JUMP, Frame.MISSION, (1.0, 1.0, 0.0, 0.0))
    asked = replace(asked, items=(*asked.items[1:], jump))
    assert not certify(asked, [box(140, 290, 160, 310)]).passed
    assert len(certify(asked).legs) == 4
