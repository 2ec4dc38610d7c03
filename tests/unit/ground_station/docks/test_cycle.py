"""What a dock does by itself around a flight, told the time and what telemetry shows."""

import pytest

from ground_station.docks.cycle import SETTLES_S, STARTS_WITHIN_S, Sighting, next_step
from ground_station.docks.device import DockReport
from ground_station.docks.machine import Dock, DockStateName, asked, reported


def seen(*, flying: bool = False, armed: bool | None = None, distance_m: float | None = 0.5, charge: float = 0.8) -> Sighting:
    return Sighting("mav-1", flying, flying if armed is None else armed, distance_m, charge)


def dock(state: DockStateName, *, away: bool = False, present: bool | None = None) -> Dock:
    lid = "open" if state in ("open", "away") else "closed"
    return Dock(state=state, away=away, report=DockReport(lid=lid, vehicle_present=present))  # type: ignore[arg-type]


def wanted(dock: Dock, sighting: Sighting | None, now_s: float = 0.0) -> str | None:
    step = next_step(dock, sighting, now_s)[1]
    return step and step.wanted


@pytest.mark.parametrize(
    ("where", "present", "expected"),
    [(0.6, None, "close"), (0.6, True, "close"), (0.6, False, "beside"), (9.0, None, "beside"), (400.0, None, "away")],
    ids=["on the pad by its place", "felt by the dock", "near but not felt", "beside by its place", "landed elsewhere"],
)
def test_what_a_landing_means_depends_on_where_it_ends(where: float, present: bool | None, expected: str) -> None:
    waiting = dock("away", away=True, present=present)
    landed, step = next_step(waiting, seen(distance_m=where), 10.0)
    assert step is None, "a landing is believed only when it has lasted"
    landed, step = next_step(landed, seen(distance_m=where), 10.0 + SETTLES_S)
    if expected == "close":
        assert step is not None
        assert (step.wanted, landed.away) == ("close", False)
    elif expected == "beside":
        assert (step, landed.beside) == (None, True)
        assert reported(landed, DockReport(lid="open", vehicle_present=present), 14.0).fault == "landed_beside"
    else:
        assert (step, landed.away, landed.beside) == (None, True, False)


def test_it_waits_for_the_motors_and_for_a_vehicle_it_cannot_hear() -> None:
    waiting = dock("away", away=True)
    touching, _ = next_step(waiting, seen(), 0.0)
    assert next_step(touching, seen(armed=True), 10.0) == (waiting, None)
    assert next_step(touching, None, 10.0) == (waiting, None)


@pytest.mark.parametrize("state", ["closed", "closing", "charging", "ready"])
def test_a_shut_lid_opens_for_one_in_the_air_near_by_and_not_for_one_far_away(state: DockStateName) -> None:
    assert wanted(dock(state), seen(flying=True, distance_m=300.0)) == "open"
    assert wanted(dock(state), seen(flying=True, distance_m=3000.0)) is None
    assert wanted(dock("fault"), seen(flying=True, distance_m=300.0)) is None, "a stuck lid is not driven without a person"


def test_what_was_put_back_on_the_pad_is_closed_over_and_what_is_low_is_charged() -> None:
    beside = Dock(state="fault", fault="landed_beside", beside=True, report=DockReport(lid="open", vehicle_present=False))
    assert wanted(beside, seen(distance_m=8.0)) is None
    carried = reported(beside, DockReport(lid="open", vehicle_present=True), 0.0)
    learnt, step = next_step(carried, seen(), 0.0)
    assert step is not None
    assert (step.wanted, learnt.beside) == ("close", False)
    shut = reported(asked(learnt, "close", 0.0), DockReport(lid="closed", vehicle_present=True, charge_fraction=0.95), 6.0)
    assert wanted(shut, seen()) == "charge", "after a flight also the last percents are filled"
    assert wanted(dock("closed"), seen(charge=0.5)) == "charge"
    assert wanted(dock("closed"), seen(charge=0.95)) is None
    assert wanted(dock("closed"), seen(charge=0.5, armed=True)) is None
    assert wanted(asked(dock("closed"), "charge", 0.0), seen(charge=0.5)) is None, "asked once; no_charge follows"


def test_a_lid_opened_for_a_start_that_never_came_is_shut_again_and_one_opened_by_hand_is_not() -> None:
    opened = Dock(state="open", leaving_s=0.0, report=DockReport(lid="open"))
    assert wanted(opened, seen(), STARTS_WITHIN_S - 1.0) is None
    assert wanted(opened, seen(), STARTS_WITHIN_S + 1.0) == "close"
    assert wanted(opened, seen(armed=True), STARTS_WITHIN_S + 1.0) is None
    assert wanted(dock("open"), seen(), 9_000.0) is None
