"""The state of a mission that is carried out follows from what is seen of the vehicle, whoever commanded it."""

from uuid import UUID

import pytest

from ground_station.messages import LinkState, MissionProgress, RunState
from ground_station.runs.machine import next_change, sighting_of, whole_state
from tests.support.api import vehicle_state

OURS, OTHER = UUID(int=1), UUID(int=2)
IN_FLIGHT = {"armed": True, "flying": True, "mode": "AUTO"}


def becomes(now: RunState, *, mission: UUID | None = OURS, progress: str = "active", item: int = 3, **state: object) -> RunState | None:
    on_board = MissionProgress(mission_id=mission, current_item=item, total_items=9, state=progress)  # type: ignore[arg-type]
    seen = sighting_of(vehicle_state(mission=on_board, **state), OURS)
    assert seen is not None
    change = next_change(now, seen, "mav-1")
    return None if change is None else change.state


@pytest.mark.parametrize(
    ("now", "state", "expected"),
    [
        (RunState.UPLOADING, {}, RunState.READY),
        (RunState.UPLOADING, {"mission": None}, None),
        (RunState.READY, {}, None),
        (RunState.READY, IN_FLIGHT, RunState.FLYING),
        (RunState.READY, {"mission": OTHER}, RunState.WAITING_FOR_DRONE),
        (RunState.FLYING, IN_FLIGHT, None),
        (RunState.READY, IN_FLIGHT | {"progress": "unknown"}, RunState.FLYING),
        (RunState.FLYING, IN_FLIGHT | {"progress": "unknown", "mode": "BRAKE"}, RunState.PAUSED),
        (RunState.FLYING, IN_FLIGHT | {"progress": "paused", "mode": "BRAKE"}, RunState.PAUSED),
        (RunState.PAUSED, IN_FLIGHT, RunState.FLYING),
        (RunState.PAUSED, IN_FLIGHT | {"progress": "paused", "mode": "RTL"}, RunState.HANDING_OVER),
        (RunState.FLYING, IN_FLIGHT | {"progress": "paused", "mode": "RTL"}, RunState.HANDING_OVER),
        (RunState.FLYING, IN_FLIGHT | {"progress": "paused", "mode": "RTL", "item": 9}, None),
        (RunState.HANDING_OVER, IN_FLIGHT | {"progress": "paused", "mode": "BRAKE"}, None),
        (RunState.HANDING_OVER, IN_FLIGHT, RunState.FLYING),
        (RunState.HANDING_OVER, {"progress": "failed"}, RunState.WAITING_FOR_DRONE),
        (RunState.FLYING, {"progress": "failed", "armed": True}, None),
        (RunState.FLYING, {"progress": "complete"}, RunState.FINISHED),
        (RunState.FLYING, IN_FLIGHT | {"mission": OTHER}, RunState.ABORTED),
        (RunState.FLYING, IN_FLIGHT | {"mission": None}, None),
        (RunState.FLYING, IN_FLIGHT | {"link": LinkState.LOST}, None),
        (RunState.WAITING_FOR_DRONE, IN_FLIGHT, None),
        (RunState.FINISHED, IN_FLIGHT, None),
    ],
)
def test_a_state_becomes_what_is_seen(now: RunState, state: dict[str, object], expected: RunState | None) -> None:
    assert becomes(now, **state) is expected  # type: ignore[arg-type]


def test_only_a_landing_before_the_end_leaves_a_rest() -> None:
    broken_off = sighting_of(vehicle_state(mission=MissionProgress(mission_id=OURS, current_item=3, total_items=9, state="failed")), OURS)
    assert broken_off is not None
    change = next_change(RunState.HANDING_OVER, broken_off, "mav-1")
    assert change is not None
    assert (change.landed_early, change.reason) == (True, None)


def test_of_several_missions_the_one_to_look_at_first_names_the_run() -> None:
    assert whole_state([RunState.FINISHED, RunState.FLYING, RunState.HANDING_OVER]) is RunState.HANDING_OVER
    assert whole_state([RunState.FINISHED, RunState.FINISHED]) is RunState.FINISHED
    assert whole_state([RunState.ABORTED, RunState.FINISHED]) is RunState.ABORTED
