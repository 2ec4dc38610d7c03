"""Who is offered a mission that waits: the first free one of those that may fly it, and for the others the reason."""

from datetime import UTC, datetime
from uuid import UUID

from geo.core import RunSlotRow
from ground_station.api.run_views import candidates_for
from ground_station.messages import BatteryState, LinkState, VehicleState
from tests.support.api import vehicle_state

FLEET = [
    vehicle_state("mav-1", flying=True, armed=True),
    vehicle_state("mav-2", battery=BatteryState(remaining_fraction=0.3)),
    vehicle_state("mav-3", vehicle_type="plane"),
    vehicle_state("mav-4"),
    vehicle_state("mav-5", link=LinkState.LOST),
    vehicle_state("mav-6"),
]


def offered(
    *names: str,
    last: str | None = None,
    busy: frozenset[str] = frozenset(),
    fleet: list[VehicleState] = FLEET,
    planned_for: str | None = None,
) -> list[str]:
    at = datetime(2026, 5, 1, tzinfo=UTC)
    slot = RunSlotRow(UUID(int=1), 1, UUID(int=2), names, "waiting_for_drone", None, last, None, None, 1, None, None, 1, at)
    found = candidates_for(slot, "copter", 0.6, fleet, set(busy), planned_for=planned_for)
    return [f"{candidate.vehicle_id}{' ' if candidate.why else ''}{candidate.why}" for candidate in found]


def test_any_vehicle_of_the_kind_may_fly_it_and_free_ones_come_first() -> None:
    assert offered() == ["mav-4", "mav-6", "mav-1 flying", "mav-2 battery", "mav-5 lost"]


def test_the_one_that_had_it_is_asked_first_and_named_ones_in_their_order() -> None:
    assert offered(last="mav-6")[:2] == ["mav-6", "mav-4"]
    assert offered("mav-6", "mav-3", "mav-4", "mav-9") == ["mav-6", "mav-4", "mav-3 type", "mav-9 lost"]


def test_the_one_from_whose_home_it_was_planned_is_offered_it() -> None:
    assert offered(planned_for="mav-6") == ["mav-6", "mav-4", "mav-1 flying", "mav-2 battery", "mav-5 lost"]
    assert offered(planned_for="mav-6", last="mav-4")[:2] == ["mav-4", "mav-6"]


def test_who_carries_out_another_is_not_free() -> None:
    assert offered("mav-4", busy=frozenset({"mav-4"})) == ["mav-4 busy"]


def test_a_battery_nobody_measures_is_a_persons_judgement() -> None:
    assert offered(fleet=[vehicle_state("mav-7", battery=None)]) == ["mav-7"]
