"""What kind of vehicle flies a plan: the one place where copters and planes part.

Planners ask the kind of the request for its speeds, the room its turns need, the ways between lines, the whole flight from the ground to
the ground, what that costs, and the items it understands.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from missions.findings import Finding, error
from missions.plan import MissionItem
from missions.planning.context import PlanContext
from missions.planning.coverage import Coverage, CoverageTask
from missions.planning.endurance import CopterDynamics, EnergyModel, FlightEstimate
from missions.planning.flight import Flight
from missions.planning.flight_cost import FlightCost
from missions.planning.items import compile_items
from missions.planning.passes import plan_passes
from missions.planning.visibility import PathFinder
from missions.planning.wing import WingDynamics
from missions.planning.wing_cost import WingCost
from missions.planning.wing_coverage import plan_wing_coverage
from missions.planning.wing_endurance import WingEnergyModel
from missions.planning.wing_flight import WingWays
from missions.planning.wing_items import compile_wing_items
from missions.planning.wing_lines import flown_lines
from missions.planning.wing_turns import WingTurns
from missions.requests.request import PlanRequest
from missions.terrain.follow import ClimbLimits
from missions.wind import CALM, Wind

Points = NDArray[np.float64]

# Patterns that are flown forward all the way; the others need a vehicle that stands.
PLANE_PATTERNS = frozenset({"survey", "corridor", "perimeter", "orbit", "expanding_square", "spiral", "sector", "probability"})


class Ways(Protocol):
    """Level ways, (k, 2) corners with both ends; None where there is none. Lines are (n, 2) points as flown."""

    def out(self, home: Points, line: Points) -> Points | None: ...
    def between(self, before: Points, after: Points) -> Points | None: ...
    def back(self, line: Points, home: Points) -> Points | None: ...


class Cost(Protocol):
    """Metres, time and energy of flights; `turn_wh` is what a turn between two lines costs beside its way."""

    @property
    def speed_mps(self) -> float: ...
    @property
    def wind(self) -> Wind: ...
    @property
    def turn_wh(self) -> float: ...
    def of(self, flight: Flight) -> FlightEstimate: ...
    def cruise_wh(self, flight: Flight) -> float: ...
    def slowest_mps(self, flight: Flight) -> float: ...


class VehicleKind(Protocol):
    """`speed_mps` is what the plan asks for: over ground of a copter, through the air of a plane."""

    @property
    def word(self) -> str: ...
    @property
    def energy(self) -> EnergyModel | WingEnergyModel: ...

    def usual_mps(self, usual_mps: float) -> float:
        """Flown where the request names no speed and the camera could follow."""
        ...

    def most_over_ground_mps(self, speed_mps: float) -> float: ...

    def speed_findings(self, request: PlanRequest, speed_mps: float) -> list[Finding]: ...

    def margin_m(self, speed_mps: float) -> float:
        """Kept from the fence: what it takes to stop, or to be back on the line."""
        ...

    def lines(self, lines: Flight, speed_mps: float) -> tuple[Flight, list[Finding]]:
        """The lines of a pattern as this kind can fly them."""
        ...

    def coverage(self, task: CoverageTask, passes: str) -> Coverage | None: ...
    def ways(self, finder: PathFinder, speed_mps: float) -> Ways: ...
    def cost(self, speed_mps: float) -> Cost: ...

    def risen(self, flight: Flight, home: Points | None, finder: PathFinder, speed_mps: float) -> Flight:
        """The flight from the ground to the ground, where that is more than straight up and down."""
        ...

    def items(self, flight: Flight, frame: LocalFrame, speed_mps: float, home: LonLat | None) -> tuple[MissionItem, ...]: ...
