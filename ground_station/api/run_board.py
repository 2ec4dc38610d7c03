"""What the api hears that runs of missions need, in memory: places and photographs of the vehicles that fly them, and the runs as told."""

from collections import deque
from uuid import UUID

from geo.primitives import LonLat
from ground_station.messages import LinkState, MissionRunState, RunState, VehicleEvent, VehicleState
from ground_station.runs.passed import Passed, passed_photo

RUN_OVER = frozenset({RunState.FINISHED, RunState.ABORTED})
PLACES_KEPT = 3000  # ten minutes at 5 Hz: longer than any pause of whoever reads them


class RunBoard:
    """`follow` says whose places are kept; `take` gives and forgets what came since it was asked last."""

    def __init__(self) -> None:
        self._runs: dict[UUID, MissionRunState] = {}
        self._passed: dict[str, deque[Passed]] = {}
        self._heading_deg: dict[str, float] = {}

    def follow(self, vehicle_ids: set[str]) -> None:
        self._passed = {vehicle_id: self._passed.get(vehicle_id, deque(maxlen=PLACES_KEPT)) for vehicle_id in vehicle_ids}

    def note_place(self, state: VehicleState) -> None:
        passed = self._passed.get(state.vehicle_id)
        if passed is None or state.link is not LinkState.ONLINE or not state.flying:
            return
        self._heading_deg[state.vehicle_id] = state.heading_deg or 0.0
        if state.lon_deg is not None and state.lat_deg is not None and state.altitude_above_home_m is not None:
            passed.append(Passed(state.at, LonLat(state.lon_deg, state.lat_deg), state.altitude_above_home_m))

    def note_photo(self, event: VehicleEvent) -> None:
        passed = self._passed.get(event.vehicle_id)
        if event.kind != "photo" or passed is None:
            return
        photo = passed_photo(event.at, event.detail, self._heading_deg.get(event.vehicle_id, 0.0))
        if photo is not None:
            passed.append(photo)

    def take(self, vehicle_id: str) -> list[Passed]:
        passed = self._passed.get(vehicle_id)
        if passed is None:
            return []
        taken = list(passed)
        passed.clear()
        return taken

    def put(self, run: MissionRunState) -> None:
        self._runs[run.run_id] = run
        if run.state in RUN_OVER:
            del self._runs[run.run_id]

    def get(self, run_id: UUID) -> MissionRunState | None:
        return self._runs.get(run_id)
