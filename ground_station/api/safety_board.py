"""What the safety watch knows, in memory."""

from ground_station.messages import FleetConflicts, TurnBackState
from ground_station.safety.following import Following


class SafetyBoard:
    """What was found last, for those who ask over HTTP and for the checks of the next start."""

    def __init__(self) -> None:
        self.turn_backs: dict[str, TurnBackState] = {}
        self.conflicts: FleetConflicts | None = None
        self.flights: dict[str, Following] = {}
