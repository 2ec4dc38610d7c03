"""The state of a mission that is carried out, from what telemetry shows. Pure: sends nothing, knows no clock.

A person's word leads from waiting to uploading; everything after follows from what is seen, whoever commanded it. So a run can be
taken up again at any time by looking at the vehicle.
"""

from dataclasses import dataclass
from typing import Literal

from ground_station.messages import LinkState, RunState, VehicleState
from ground_station.vehicles.autopilots import comes_home, flies_mission

IN_THE_AIR = frozenset({RunState.FLYING, RunState.PAUSED, RunState.HANDING_OVER})
IN_USE = IN_THE_AIR | {RunState.UPLOADING, RunState.READY}

Flown = Literal["under_way", "left", "homing", "complete", "broken_off"]


@dataclass(frozen=True, slots=True)
class Sighting:
    """A vehicle that has a mission of a run on board. `carries`: that mission; None = it is not known what it carries."""

    online: bool
    armed: bool
    flying: bool
    carries: bool | None
    flown: Flown
    item: int = 0
    items: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """`landed_early`: the vehicle is down and the mission was not flown to its end: what is left waits for the next."""

    state: RunState
    reason: str | None = None
    landed_early: bool = False


def sighting_of(state: VehicleState | None, on_board: object) -> Sighting | None:
    """`on_board` is the id of the mission that should be there. None when nothing is known of the vehicle."""
    if state is None:
        return None
    progress = state.mission
    known = progress is not None and progress.mission_id is not None
    return Sighting(
        online=state.link is LinkState.ONLINE,
        armed=state.armed,
        flying=state.flying,
        carries=None if progress is None or not known else progress.mission_id == on_board,
        flown=_flown(state),
        item=progress.current_item if progress else 0,
        items=progress.total_items if progress else 0,
    )


def _flown(state: VehicleState) -> Flown:
    progress = state.mission
    if progress is not None and progress.state == "complete":
        return "complete"
    # Older firmware does not tell the state of its mission: then its mode does.
    if progress is not None and (progress.state == "active" or (progress.state == "unknown" and flies_mission(state.mode))):
        return "under_way"
    if not state.flying:
        return "broken_off"
    # A last item that returns home shows as the return mode on some autopilots: that is still the mission.
    at_end = progress is not None and 0 < progress.total_items <= progress.current_item
    if comes_home(state.mode):
        return "under_way" if at_end else "homing"
    return "left"


def next_change(now: RunState, seen: Sighting, vehicle_id: str) -> Change | None:
    """What has become of a slot in state `now`; None while it stays as it is."""
    if not seen.online or now in (RunState.WAITING_FOR_DRONE, RunState.FINISHED, RunState.ABORTED):
        return None
    if now is RunState.UPLOADING:
        return Change(RunState.READY) if seen.carries and not seen.flying else None
    if seen.carries is False:
        if now is RunState.READY:
            return Change(RunState.WAITING_FOR_DRONE, f"{vehicle_id} carries another mission now.")
        return Change(RunState.ABORTED, f"{vehicle_id} carries another mission now.")
    if now is RunState.READY:
        return Change(RunState.FLYING) if seen.carries and seen.flying and seen.flown == "under_way" else None
    if seen.flown == "complete":
        return Change(RunState.FINISHED)
    if not seen.flying:
        return None if seen.armed else Change(RunState.WAITING_FOR_DRONE, landed_early=True)
    reached = {"under_way": RunState.FLYING, "homing": RunState.HANDING_OVER}.get(seen.flown, RunState.PAUSED)
    if now is RunState.HANDING_OVER and reached is RunState.PAUSED:
        return None  # on its way between two modes, or held above home
    return None if reached is now else Change(reached)


def whole_state(states: list[RunState]) -> RunState:
    """Of a run: what somebody has to look at first."""
    order = (
        RunState.HANDING_OVER,
        RunState.PAUSED,
        RunState.FLYING,
        RunState.UPLOADING,
        RunState.READY,
        RunState.WAITING_FOR_DRONE,
        RunState.ABORTED,
        RunState.FINISHED,
    )
    return min(states, key=order.index)
