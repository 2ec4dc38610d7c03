"""Each pre-flight check by rows: the facts changed, and what must be said of them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from geo.primitives import LocalFrame, LonLat, utc_now
from ground_station.messages import BatteryState, EstimatorState, GpsState, HealthState, LinkState, MissionProgress
from ground_station.safety.catalogue import CHECKS, blockers, preflight
from ground_station.safety.checklist import CheckResult, MissionFacts, OnboardFacts, PreflightFacts, RemoteIdFacts, Severity, ZoneCrossed
from ground_station.safety.checks.fence import same_fence
from ground_station.safety.conflicts import Conflict
from ground_station.safety.flight_path import timed_path
from ground_station.safety.words import LANGUAGES, same
from missions import FenceCircle, FencePolygon, Geofence, MissionItem, MissionPlan, Wind
from tests.support.api import vehicle_state

HOME = LonLat(51.16, 43.65)
MISSION = UUID(int=7)
FRAME = LocalFrame(HOME)
AROUND = Geofence(circles=(FenceCircle(HOME, 800.0),))
ELSEWHERE = Geofence(circles=(FenceCircle(FRAME.place(5000.0, 0.0), 800.0),))
PARAMETERS = {
    "FS_GCS_ENABLE": 1.0,
    "FS_THR_ENABLE": 1.0,
    "BATT_FS_LOW_ACT": 2.0,
    "BATT_FS_CRT_ACT": 1.0,
    "FENCE_ENABLE": 1.0,
    "BATT_CAPACITY": 12000.0,
    "MAV_GCS_SYSID": 254.0,
}


def plan(north_m: float = 300.0, fence: Geofence | None = None) -> MissionPlan:
    return MissionPlan(
        name="Beach",
        home=HOME,
        items=(
            MissionItem(22, 3, altitude_m=30.0),
            MissionItem(16, 3, position=FRAME.place(0.0, north_m), altitude_m=30.0),
            MissionItem(20, 2),
        ),
        geofence=fence or Geofence(),
    )


def mission(flown: MissionPlan | None = None, **changes: Any) -> MissionFacts:
    flown = flown or plan()
    facts = MissionFacts(MISSION, "Beach", "uploaded", "aigul", flown.content_hash(), flown, timed_path(flown, HOME, home=HOME))
    return replace(facts, **changes)


def facts(*, state: dict[str, Any] | None = None, parameters: dict[str, float] | None = None, **changes: Any) -> PreflightFacts:
    """A vehicle about which all is well, and what is changed of that."""
    carried = MissionProgress(mission_id=MISSION, current_item=0, total_items=3, state="not_started")
    good = PreflightFacts(
        purpose="mission",
        now=utc_now(),
        user="aigul",
        state=vehicle_state(**({"mission": carried} | (state or {}))),
        lease_holder="aigul",
        station_system_id=254,
        onboard=OnboardFacts(PARAMETERS | (parameters or {}), (), AROUND),
        mission=mission(),
        wind=Wind(3.0, 270.0),
    )
    return replace(good, **changes)


def health(**changes: Any) -> HealthState:
    return HealthState(estimator="good", wind_speed_mps=3.0, wind_from_deg=270.0, clock_offset_s=0.0, loss_fraction=0.0).model_copy(
        update=changes
    )


def gps(**changes: Any) -> dict[str, Any]:
    return {"gps": GpsState(fix_type=3, satellites=14, hdop=0.8).model_copy(update=changes)}


def onboard(**changes: Any) -> OnboardFacts:
    return replace(OnboardFacts(PARAMETERS, (), AROUND), **changes)


NO_FLY = ZoneCrossed("zone-1", "no_fly", same("Airport"), "Civil aviation", 2)
MEETS = Conflict("mav-1", "mav-2", 90.0, (0.0, 0.0, 60.0), 12.0, 3.0)
BLOCKER, WARNING, OK = Severity.BLOCKER, Severity.WARNING, Severity.OK
ROWS: list[tuple[str, PreflightFacts, str, Severity]] = [
    ("armed by its own word", facts(), "arming", OK),
    (
        "one reason each",
        facts(state={"ready_to_arm": False}, onboard=onboard(prearm=("PreArm: Compass not calibrated",))),
        "arming.1",
        BLOCKER,
    ),
    (
        "only its mode is not for arming",
        facts(state={"ready_to_arm": False}, onboard=onboard(prearm=("PreArm: AUTO mode not armable",))),
        "arming",
        OK,
    ),
    (
        "it only waits for this station",
        facts(state={"ready_to_arm": False}, onboard=onboard(prearm=("PreArm: Denied because airspace is in use",), asks_station=True)),
        "arming",
        OK,
    ),
    (
        "somebody else denies it",
        facts(state={"ready_to_arm": False}, onboard=onboard(prearm=("PreArm: Denied because airspace is in use",))),
        "arming.1",
        BLOCKER,
    ),
    ("the last text is the reason", facts(state={"ready_to_arm": False, "status_text": "PreArm: Logging failed"}), "arming", BLOCKER),
    ("no pre-arm bit", facts(state={"ready_to_arm": None}), "arming.unknown", WARNING),
    ("good fix", facts(), "gnss", OK),
    ("receiver silent", facts(state={"gps": None}), "gnss.silent", BLOCKER),
    ("no 3D fix", facts(state=gps(fix_type=2)), "gnss.fix", BLOCKER),
    ("few satellites", facts(state=gps(satellites=7)), "gnss.satellites", WARNING),
    ("too few satellites", facts(state=gps(satellites=5)), "gnss.satellites", BLOCKER),
    ("poor geometry", facts(state=gps(hdop=2.1)), "gnss.hdop", WARNING),
    ("estimator well", facts(), "estimator", OK),
    ("estimator bad", facts(state={"health": health(estimator="bad", estimator_detail="compass 0.93")}), "estimator", BLOCKER),
    ("estimator poor", facts(state={"health": health(estimator="poor", estimator_detail="height 0.61")}), "estimator", WARNING),
    ("estimator silent", facts(state={"health": None}), "estimator.silent", WARNING),
    ("charge for the plan", facts(), "battery.energy", OK),
    ("too little for the plan", facts(mission=mission(plan(12_000.0))), "battery.energy", BLOCKER),
    ("low for a take-off", facts(purpose="takeoff", state={"battery": BatteryState(remaining_fraction=0.2)}), "battery.low", BLOCKER),
    ("charge unknown", facts(state={"battery": None}), "battery.unknown", WARNING),
    ("the approved mission", facts(), "mission", OK),
    ("no mission", facts(state={"mission": None}, mission=None), "mission.none", BLOCKER),
    ("a stranger's mission", facts(mission=None), "mission.strange", BLOCKER),
    ("changed since", facts(mission=mission(state="draft", approved_by=None)), "mission.changed", BLOCKER),
    ("altered items", facts(mission=mission(content_hash="sha256:other")), "mission.changed", BLOCKER),
    ("plan's fence on board", facts(mission=mission(plan(fence=AROUND))), "fence", OK),
    ("plan's fence missing", facts(mission=mission(plan(fence=AROUND)), onboard=onboard(fence=Geofence())), "fence.missing", BLOCKER),
    ("another fence", facts(mission=mission(plan(fence=AROUND)), onboard=onboard(fence=ELSEWHERE)), "fence.other", BLOCKER),
    ("fence unread", facts(mission=mission(plan(fence=AROUND)), onboard=onboard(fence=None)), "fence.unread", WARNING),
    ("plan's fence switched off", facts(mission=mission(plan(fence=AROUND)), parameters={"FENCE_ENABLE": 0.0}), "fence.off", BLOCKER),
    ("no fence planned, off", facts(parameters={"FENCE_ENABLE": 0.0}), "fence.off", WARNING),
    ("home inside", facts(), "home", OK),
    ("home outside", facts(onboard=onboard(fence=ELSEWHERE)), "home.outside_fence", BLOCKER),
    ("home unknown", facts(state={"home_lon_deg": None}), "home.unknown", BLOCKER),
    ("home far away", facts(state={"lon_deg": 51.17}), "home.far", WARNING),
    ("free airspace", facts(), "airspace", OK),
    ("a no-fly zone", facts(zones=(NO_FLY,)), "airspace.zone-1", BLOCKER),
    ("a permit needed", facts(zones=(replace(NO_FLY, kind="restricted"),)), "airspace.zone-1", BLOCKER),
    ("controlled airspace on the way home", facts(zones=(replace(NO_FLY, kind="controlled", leg=None),)), "airspace.zone-1", WARNING),
    ("airspace unread", facts(zones=None), "airspace.unread", WARNING),
    ("free of others", facts(), "conflict", OK),
    ("meets another", facts(meets=(MEETS,)), "conflict.mav-2", BLOCKER),
    ("light wind", facts(), "wind", OK),
    ("strong wind", facts(wind=Wind(8.0, 90.0)), "wind", WARNING),
    ("too much wind", facts(wind=Wind(12.0, 90.0)), "wind", BLOCKER),
    ("wind unknown", facts(wind=None), "wind.unknown", WARNING),
    ("failsafes set", facts(), "failsafe", OK),
    ("GCS failsafe off", facts(parameters={"FS_GCS_ENABLE": 0.0}), "failsafe.gcs", WARNING),
    ("radio failsafe off", facts(parameters={"FS_THR_ENABLE": 0.0}), "failsafe.radio", WARNING),
    ("battery failsafe off", facts(parameters={"BATT_FS_LOW_ACT": 0.0}), "failsafe.battery_low", WARNING),
    ("nothing answered", facts(onboard=None), "failsafe.unread", WARNING),
    (
        "PX4 without data-link action",
        facts(state={"autopilot": "px4"}, onboard=onboard(parameters={"NAV_DLL_ACT": 0.0, "GF_ACTION": 2.0})),
        "failsafe.gcs",
        WARNING,
    ),
    (
        "identifies itself",
        facts(onboard=OnboardFacts(PARAMETERS, (), AROUND, RemoteIdFacts(ready=True, reason=""))),
        "remote_id",
        OK,
    ),
    (
        "identifies itself without an operator",
        facts(onboard=OnboardFacts(PARAMETERS, (), AROUND, RemoteIdFacts(ready=False, reason="operator location must be set"))),
        "remote_id",
        BLOCKER,
    ),
    (
        "identification gives no reason",
        facts(onboard=OnboardFacts(PARAMETERS, (), AROUND, RemoteIdFacts(ready=False, reason=""))),
        "remote_id",
        BLOCKER,
    ),
    ("watches this station", facts(), "station_id", OK),
    ("watches another station", facts(parameters={"MAV_GCS_SYSID": 255.0}), "station_id", WARNING),
    ("clocks agree", facts(), "clock", OK),
    ("clock off", facts(state={"health": health(clock_offset_s=-40.0)}), "clock", WARNING),
    ("link good", facts(), "link", OK),
    ("link lost", facts(state={"link": LinkState.LOST}), "link.lost", BLOCKER),
    ("link lossy", facts(state={"health": health(loss_fraction=0.1)}), "link.loss", WARNING),
    ("link hopeless", facts(state={"health": health(loss_fraction=0.4)}), "link.loss", BLOCKER),
    ("one's own lease", facts(), "lease", OK),
    ("another's lease", facts(lease_holder="bolat"), "lease", BLOCKER),
    ("nobody's lease", facts(lease_holder=None), "lease", BLOCKER),
]


@pytest.mark.parametrize(("given", "code", "severity"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_check(given: PreflightFacts, code: str, severity: Severity) -> None:
    results = {result.code: result for result in preflight(given)}
    assert code in results, f"said: {sorted(results)}"
    assert results[code].severity is severity


def test_a_vehicle_about_which_all_is_well_has_neither_blockers_nor_warnings() -> None:
    assert {result.severity for result in preflight(facts())} == {OK}


def test_blockers_come_first() -> None:
    results = preflight(facts(lease_holder=None, wind=None))
    assert [result.code for result in results[:2]] == ["lease", "wind.unknown"]
    assert len(blockers(results)) == 1


def _all_results() -> list[CheckResult]:
    return [result for _, given, *_ in ROWS for result in preflight(given)]


def test_everything_said_is_said_in_three_languages_and_trouble_names_cause_and_next_step() -> None:
    for result in _all_results():
        sentences = [result.text, result.cause, result.next_step] if result.severity is not OK else [result.text]
        for sentence in sentences:
            assert sentence is not None, result.code
            for language in LANGUAGES:
                text = getattr(sentence, language)
                assert text, f"{result.code} has no {language}"
                assert "{" not in text, f"{result.code} {language}: {text!r}"


def test_every_check_of_the_catalogue_has_a_row() -> None:
    said = {result.code.split(".")[0] for result in _all_results()}
    assert {check.__name__.rstrip("s") for check in CHECKS} == {code.rstrip("s") for code in said}


def test_fences_are_the_same_in_another_order_and_after_rounding_on_the_wire() -> None:
    square = tuple(FRAME.place(e, n) for e, n in ((0, 0), (100, 0), (100, 100), (0, 100)))
    rounded = tuple(LonLat(round(p.lon_deg, 7), round(p.lat_deg, 7)) for p in square)
    one = Geofence((FencePolygon(square), FencePolygon(square, inclusion=False)), (FenceCircle(HOME, 50.0),))
    other = Geofence((FencePolygon(rounded, inclusion=False), FencePolygon(rounded)), (FenceCircle(HOME, 50.0000001),))
    assert same_fence(one, other)
    assert not same_fence(one, Geofence(other.polygons[:1], other.circles))
    assert not same_fence(one, replace(other, circles=(FenceCircle(HOME, 60.0),)))


def test_the_estimator_states_are_those_of_the_message() -> None:
    assert set(EstimatorState.__args__) == {"good", "poor", "bad"}
