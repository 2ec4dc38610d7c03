"""Following a mission until it is over, and saying which way it ended. Pure: looks at what it is shown."""

from dataclasses import dataclass

from ground_station.vehicles import VehicleEstimate

NOT_STARTED_S = 60.0  # a mission that does not begin within this is not being flown
LINK_LOST_S = 120.0
ALREADY_OVER_S = 5.0  # a flight may be about to begin: "complete" on the ground is believed after this long
STANDING_S = 5.0  # on the ground and still armed: a bounce is no landing
HOLDING_S = 10.0  # at the end of a mission without landing the vehicle stays in the air


@dataclass(frozen=True, slots=True)
class FlightVerdict:
    """`flown` only when every item was."""

    flown: bool
    text: str


class FlightWatch:
    """Watches one flight. Call `look` a few times a second; it answers when the flight is over."""

    def __init__(self, now_s: float, not_started_s: float = NOT_STARTED_S) -> None:
        self._began_s, self._not_started_s = now_s, not_started_s
        self._flew = False
        self._farthest = 0
        self._reached = 0
        self._left_mission: str | None = None
        self._complete_since_s: float | None = None
        self._standing_since_s: float | None = None
        self._lost_since_s: float | None = None

    def look(self, estimate: VehicleEstimate, online: bool, now_s: float) -> FlightVerdict | None:
        total = estimate.mission_total or 0
        if not online:
            return self._while_lost(now_s)
        self._lost_since_s = None
        complete = estimate.mission_state == "complete"
        if not self._flew and not estimate.flying:
            return self._before_flight(estimate, complete, total, now_s)
        in_mission = estimate.mode == estimate.autopilot.mission_mode
        if estimate.flying:
            self._flew, self._standing_since_s = True, None
            if in_mission:
                self._left_mission = None
                self._reached = max(self._reached, estimate.mission_reached or 0)
                self._farthest = max(self._farthest, estimate.mission_current, self._reached)
            elif not (complete or self._reached >= total > 0 or self._returns_by_plan(estimate, total)):
                self._left_mission = estimate.mode
            return self._while_holding(estimate, complete, total, now_s)
        if self._standing_since_s is None:
            self._standing_since_s = now_s
        if estimate.armed and now_s - self._standing_since_s < STANDING_S:
            return None
        if self._at_end(complete, total) and self._left_mission is None:
            return FlightVerdict(True, f"landed: the mission was flown to the end, {total} of {total} items")
        why = f" after the mode changed to {self._left_mission}" if self._left_mission else ""
        return FlightVerdict(False, f"failed: landed{why} at item {self._farthest} of {total}")

    def _returns_by_plan(self, estimate: VehicleEstimate, total: int) -> bool:
        """A last item that returns home shows as the return mode on autopilots that fly it so."""
        autopilot = estimate.autopilot
        return autopilot.returns_in_return_mode and estimate.mode == autopilot.rtl_mode and self._farthest >= total > 0

    def _at_end(self, complete: bool, total: int) -> bool:
        return complete or (total > 0 and self._farthest >= total)

    def _before_flight(self, estimate: VehicleEstimate, complete: bool, total: int, now_s: float) -> FlightVerdict | None:
        if complete and not estimate.armed and now_s - self._began_s > ALREADY_OVER_S:
            return FlightVerdict(True, f"landed: the mission was flown to the end, {total} of {total} items")
        if now_s - self._began_s > self._not_started_s:
            return FlightVerdict(False, f"failed: the mission did not start within {self._not_started_s:.0f} s")
        return None

    def _while_lost(self, now_s: float) -> FlightVerdict | None:
        if self._lost_since_s is None:
            self._lost_since_s = now_s
        if now_s - self._lost_since_s > LINK_LOST_S:
            return FlightVerdict(False, f"failed: the link has been lost for {LINK_LOST_S:.0f} s at item {self._farthest}")
        return None

    def _while_holding(self, estimate: VehicleEstimate, complete: bool, total: int, now_s: float) -> FlightVerdict | None:
        if not (complete and self._left_mission is None):
            self._complete_since_s = None
            return None
        if self._complete_since_s is None:
            self._complete_since_s = now_s
        if now_s - self._complete_since_s < HOLDING_S or (estimate.climb_mps or 0.0) < -0.2:
            return None
        return FlightVerdict(True, f"holding in the air: the mission was flown to the end, {total} of {total} items")
