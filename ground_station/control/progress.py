"""Following a mission until it is over, and saying which way it ended. Pure: looks at what it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.primitives import LonLat, distance_m
from ground_station.vehicles import VehicleEstimate
from missions import Command, MissionItem

NOT_STARTED_S = 60.0  # a mission that does not begin within this is not being flown
LINK_LOST_S = 120.0
ALREADY_OVER_S = 5.0  # a flight may be about to begin: "complete" on the ground is believed after this long
STANDING_S = 5.0  # on the ground and still armed: a bounce is no landing
CIRCLING_M, STANDING_M = 300.0, 5.0  # from the place it stays at: twice a wing's usual circle, a hover in gusts
HOLDING_S = 10.0  # at the end of a mission without landing the vehicle stays in the air


@dataclass(frozen=True, slots=True)
class FlightVerdict:
    """`flown` only when every item was."""

    flown: bool
    text: str

    @property
    def reason(self) -> str:
        """Why it failed, without saying again that it did; empty when it was flown."""
        return "" if self.flown else self.text.removeprefix("failed: ")


def endless_end(items: Sequence[MissionItem], estimate: VehicleEstimate) -> LonLat | None:
    """Where the vehicle stays for good at the end of this mission; None for a mission that comes to an end by itself.

    A wing that returns as its last item circles home, still in the mission mode, until somebody lands it.
    """
    last = items[-1] if items else None
    if last is None:
        return None
    if last.command == Command.RETURN_TO_LAUNCH and estimate.autopilot.circles:
        return estimate.home
    return last.position if last.command == Command.LOITER_UNLIM else None


class FlightWatch:
    """Watches one flight. Call `look` a few times a second; it answers when the flight is over."""

    def __init__(self, now_s: float, not_started_s: float = NOT_STARTED_S, *, endless_at: LonLat | None = None) -> None:
        """`endless_at`: where the mission ends without ending, as `endless_end` finds it."""
        self._began_s, self._not_started_s, self._endless_at = now_s, not_started_s, endless_at
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

    def _stays_for_good(self, estimate: VehicleEstimate, total: int) -> bool:
        """At its last item, which no autopilot ever reports as done: circling (a plane) or standing (a copter) there."""
        if self._endless_at is None or estimate.position is None or total == 0 or estimate.mission_current < total:
            return False
        radius_m = CIRCLING_M if estimate.autopilot.circles else STANDING_M
        return distance_m(estimate.position, self._endless_at) <= radius_m

    def _while_holding(self, estimate: VehicleEstimate, complete: bool, total: int, now_s: float) -> FlightVerdict | None:
        if not ((complete or self._stays_for_good(estimate, total)) and self._left_mission is None):
            self._complete_since_s = None
            return None
        if self._complete_since_s is None:
            self._complete_since_s = now_s
        if now_s - self._complete_since_s < HOLDING_S or (estimate.climb_mps or 0.0) < -0.2:
            return None
        return FlightVerdict(True, f"holding in the air: the mission was flown to the end, {total} of {total} items")
