"""A run as it is shown: rows of the database and what telemetry tells of the vehicles, in one message."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from geo.core import RunRow, RunSlotRow
from geo.primitives import utc_now
from ground_station.api.services import Services
from ground_station.messages import LinkState, MissionRunState, RunCandidate, RunSlotState, RunState, VehicleState
from ground_station.runs.coverage import Covered
from ground_station.runs.machine import IN_USE, whole_state
from missions import MissionPlan

TURN_BACK_SOON_S = 60.0


@dataclass(slots=True)
class SlotSeen:
    """What is known of a slot beside its row."""

    name: str
    vehicle_type: str
    planned_for: str | None = None  # whose home it was planned from
    covered: Covered | None = None
    item: int = 0
    items: int = 0
    link_lost: bool = False


def run_state(row: RunRow, seen: Mapping[int, SlotSeen], services: Services, busy: set[str]) -> MissionRunState:
    """`busy`: vehicles that carry out some run just now."""
    spoken_for = set(busy)
    slots = []
    for slot in row.slots:
        candidates = []
        if slot.state == RunState.WAITING_FOR_DRONE:
            known = seen[slot.number]
            candidates = candidates_for(
                slot, known.vehicle_type, row.least_battery, services.vehicles.all(), spoken_for, planned_for=known.planned_for
            )
            # What is offered here is not offered to the next that waits.
            spoken_for |= {candidate.vehicle_id for candidate in candidates[:1] if candidate.free}
        slots.append(_slot_state(slot, seen[slot.number], services, candidates))
    measured = [slot for slot in slots if slot.target_m2]
    target_m2 = sum(slot.target_m2 or 0.0 for slot in measured)
    share = sum(slot.covered_m2 or 0.0 for slot in measured) / target_m2 if target_m2 else None
    return MissionRunState(
        run_id=row.run_id,
        name=row.name,
        at=utc_now(),
        state=whole_state([slot.state for slot in slots]),
        share=None if share is None else round(share, 5),
        created_by=row.created_by,
        created_at=row.created_at,
        slots=slots,
    )


def planned_for(plan: MissionPlan) -> str | None:
    """The vehicle this flight was planned for, of several that share the work."""
    named = () if plan.request is None else plan.request.vehicles
    return next((vehicle.name for vehicle in named if vehicle.name and vehicle.home == plan.home), None)


def busy_vehicles(runs: Iterable[RunRow]) -> set[str]:
    """Those that carry out one of these runs just now."""
    return {slot.vehicle_id for run in runs for slot in run.slots if slot.state in IN_USE and slot.vehicle_id is not None}


def candidates_for(
    slot: RunSlotRow,
    vehicle_type: str,
    least_battery: float,
    vehicles: Iterable[VehicleState],
    busy: set[str],
    *,
    planned_for: str | None = None,
) -> list[RunCandidate]:
    """Who may fly it: the named ones in the order they were named, or every one of its kind; those that are free first."""
    known = {state.vehicle_id: state for state in vehicles}
    if slot.vehicle_ids:
        names = list(slot.vehicle_ids)
    else:
        names = sorted(name for name, state in known.items() if state.vehicle_type == vehicle_type)
        names.sort(key=lambda name: (name != slot.vehicle_id, name != planned_for))  # the one that had it knows the place
    found = [_candidate(name, known.get(name), vehicle_type, least_battery, busy) for name in names]
    return sorted(found, key=lambda candidate: not candidate.free)


def _candidate(name: str, state: VehicleState | None, vehicle_type: str, least_battery: float, busy: set[str]) -> RunCandidate:
    charge = state.battery.remaining_fraction if state is not None and state.battery is not None else None
    if state is None or state.link is not LinkState.ONLINE:
        return RunCandidate(vehicle_id=name, free=False, why="lost", battery_fraction=charge)
    if name in busy:
        return RunCandidate(vehicle_id=name, free=False, why="busy", battery_fraction=charge)
    if state.vehicle_type != vehicle_type:
        return RunCandidate(vehicle_id=name, free=False, why="type", battery_fraction=charge)
    if state.flying or state.armed:
        return RunCandidate(vehicle_id=name, free=False, why="flying" if state.flying else "armed", battery_fraction=charge)
    # A vehicle that does not measure its battery is a person's judgement.
    low = charge is not None and charge < least_battery
    return RunCandidate(vehicle_id=name, free=not low, why="battery" if low else "", battery_fraction=charge)


def _slot_state(slot: RunSlotRow, seen: SlotSeen, services: Services, candidates: list[RunCandidate]) -> RunSlotState:
    covered = seen.covered
    turn = services.safety.turn_backs.get(slot.vehicle_id or "") if slot.state in (RunState.FLYING, RunState.PAUSED) else None
    return RunSlotState(
        number=slot.number,
        mission_id=slot.mission_id,
        name=seen.name,
        state=RunState(slot.state),
        reason=slot.reason,
        since=slot.changed_at,
        vehicle_id=slot.vehicle_id,
        flying_id=slot.flying_id,
        link_lost=seen.link_lost,
        sortie=slot.sortie,
        item=seen.item,
        items=seen.items,
        share=None if covered is None else round(covered.share, 5),
        covered_m2=None if covered is None else round(covered.covered_m2, 1),
        target_m2=None if covered is None else round(covered.target_m2, 1),
        shots=0 if covered is None else covered.shots,
        expected_shots=0 if covered is None else covered.expected,
        shots_by=None if covered is None else covered.shots_by,
        missed=[] if covered is None else [place.as_tuple() for place in covered.missed],
        battery_low=turn is not None and (turn.passed or (turn.in_s is not None and turn.in_s < TURN_BACK_SOON_S)),
        candidates=candidates,
        covered=None if covered is None or not covered.shots else covered.ground,
    )
