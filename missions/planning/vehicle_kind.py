"""What kind of vehicle flies a plan: the one place where copters and planes part.

Planners ask the kind of the request for its speeds, the room its turns need, the ways between lines, the whole flight from the ground to
the ground, what that costs, and the items it understands.
"""

from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from missions.findings import Finding, Values, error
from missions.plan import MissionItem
from missions.planning.autopilots import DYNAMICS, USUAL_AUTOPILOT
from missions.planning.context import PlanContext
from missions.planning.coverage import EDGE_INSET_M, Coverage, CoverageTask
from missions.planning.endurance import CopterDynamics, EnergyModel, FlightEstimate
from missions.planning.flight import Flight
from missions.planning.flight_cost import FlightCost
from missions.planning.items import compile_items
from missions.planning.passes import plan_passes
from missions.planning.visibility import PathFinder
from missions.planning.ways import StraightWays, Ways
from missions.planning.wing import WingDynamics
from missions.planning.wing_cost import WingCost
from missions.planning.wing_coverage import plan_wing_coverage
from missions.planning.wing_endurance import WingEnergyModel
from missions.planning.wing_flight import WingWays, start_and_landing
from missions.planning.wing_items import compile_wing_items
from missions.planning.wing_lines import flown_lines
from missions.planning.wing_turns import WingTurns
from missions.requests.request import PlanRequest
from missions.terrain.follow import ClimbLimits
from missions.wind import CALM, Wind

Points = NDArray[np.float64]

# Patterns that are flown forward all the way; the others need a vehicle that stands.
PLANE_PATTERNS = frozenset({"survey", "corridor", "perimeter", "orbit", "expanding_square", "spiral", "sector", "probability"})


class Cost(Protocol):
    """Metres, time and energy of flights."""

    @property
    def speed_mps(self) -> float: ...
    @property
    def wind(self) -> Wind: ...
    @property
    def energy(self) -> EnergyModel | WingEnergyModel: ...
    @property
    def fastest_air_mps(self) -> float: ...
    def of(self, flight: Flight) -> FlightEstimate: ...
    def cruise_wh(self, flight: Flight) -> float: ...
    def slowest_mps(self, flight: Flight) -> float: ...


class VehicleKind(Protocol):
    """`speed_mps` is what the plan asks for: over ground of a copter, through the air of a plane."""

    @property
    def word(self) -> str: ...
    @property
    def energy(self) -> EnergyModel | WingEnergyModel: ...
    @property
    def climb_limits(self) -> ClimbLimits: ...

    def turn_radius_m(self, speed_mps: float) -> float | None:
        """None of a vehicle that turns on the spot."""
        ...

    def usual_mps(self, usual_mps: float) -> float:
        """Flown where the request names no speed and the camera could follow."""
        ...

    def most_over_ground_mps(self, speed_mps: float) -> float: ...

    def findings(self, request: PlanRequest) -> list[Finding]:
        """What of the request this kind cannot fly."""
        ...

    def speed_findings(self, speed_mps: float) -> list[Finding]: ...

    def margin_m(self, speed_mps: float) -> float:
        """Kept from the fence: what it takes to stop, or to be back on the line."""
        ...

    def lines(self, lines: Flight, speed_mps: float) -> tuple[Flight, list[Finding]]:
        """The lines of a pattern as this kind can fly them."""
        ...

    def unreachable(self, what: str, speed_mps: float, place: LonLat | None = None) -> Finding:
        """That no way leads to it, and the way out."""
        ...

    def coverage(self, task: CoverageTask, passes: str) -> Coverage | None: ...
    def ways(self, finder: PathFinder, speed_mps: float) -> Ways: ...
    def cost(self, speed_mps: float) -> Cost: ...

    def risen(self, flight: Flight, home: Points | None, finder: PathFinder, speed_mps: float) -> Flight:
        """The flight from the ground to the ground, where that is more than straight up and down."""
        ...

    def remarks(self, flight: Flight) -> list[Finding]:
        """What whoever starts this flight has to know."""
        ...

    def items(self, flight: Flight, frame: LocalFrame, speed_mps: float, home: LonLat | None) -> tuple[MissionItem, ...]: ...


def vehicle_of(request: PlanRequest, context: PlanContext) -> VehicleKind:
    wind, dynamics = request.wind or CALM, context.dynamics or DYNAMICS[request.autopilot or USUAL_AUTOPILOT]
    if request.vehicle == "plane":
        return Plane(context.wing, wind, dynamics.wing)
    return Copter(context.energy, wind, dynamics.copter)


@dataclass(frozen=True, slots=True)
class Copter:
    energy: EnergyModel
    wind: Wind
    dynamics: CopterDynamics = field(default_factory=CopterDynamics)
    word: str = "copter"

    @property
    def climb_limits(self) -> ClimbLimits:
        return ClimbLimits(self.dynamics.climb_mps, self.dynamics.descent_mps)

    def turn_radius_m(self, speed_mps: float) -> float | None:
        return None

    def usual_mps(self, usual_mps: float) -> float:
        return usual_mps

    def most_over_ground_mps(self, speed_mps: float) -> float:
        return speed_mps

    def findings(self, request: PlanRequest) -> list[Finding]:
        return []

    def speed_findings(self, speed_mps: float) -> list[Finding]:
        return []

    def margin_m(self, speed_mps: float) -> float:
        return speed_mps**2 / (2.0 * self.dynamics.acceleration_mps2)

    def lines(self, lines: Flight, speed_mps: float) -> tuple[Flight, list[Finding]]:
        return lines, []

    def unreachable(self, what: str, speed_mps: float, place: LonLat | None = None) -> Finding:
        message = f"{what} cannot be reached without entering a zone or leaving the fence. Widen the passage or drop that part."
        return error("unreachable", message, place)

    def coverage(self, task: CoverageTask, passes: str) -> Coverage | None:
        return plan_passes(replace(task, dynamics=self.dynamics), passes)

    def ways(self, finder: PathFinder, speed_mps: float) -> Ways:
        return StraightWays(finder)

    def cost(self, speed_mps: float) -> Cost:
        return FlightCost(speed_mps, self.energy, self.dynamics, self.wind)

    def risen(self, flight: Flight, home: Points | None, finder: PathFinder, speed_mps: float) -> Flight:
        return flight

    def remarks(self, flight: Flight) -> list[Finding]:
        return []

    def items(self, flight: Flight, frame: LocalFrame, speed_mps: float, home: LonLat | None) -> tuple[MissionItem, ...]:
        return compile_items(flight, frame, speed_mps=speed_mps, home=home)


@dataclass(frozen=True, slots=True)
class Plane:
    energy: WingEnergyModel
    wind: Wind
    dynamics: WingDynamics = field(default_factory=WingDynamics)
    word: str = "plane"

    @property
    def climb_limits(self) -> ClimbLimits:
        return ClimbLimits(self.dynamics.climb_mps, self.dynamics.sink_mps)

    def turn_radius_m(self, speed_mps: float) -> float | None:
        return self.dynamics.radius_m(speed_mps, self.wind.speed_mps)

    def usual_mps(self, usual_mps: float) -> float:
        return self.dynamics.cruise_mps

    def most_over_ground_mps(self, speed_mps: float) -> float:
        return speed_mps + self.wind.speed_mps

    def findings(self, request: PlanRequest) -> list[Finding]:
        if request.pattern not in PLANE_PATTERNS:
            words = ", ".join(sorted(word.replace("_", " ") for word in PLANE_PATTERNS))
            message = f"A {request.pattern} needs a vehicle that stands or flies slowly. Choose a copter, or one of: {words}."
            return [error("vehicle_pattern", message, pattern=request.pattern)]
        if request.pattern == "orbit" and request.autopilot == "px4":
            message = "PX4 takes no circles of a number of turns into a mission. Plan a spiral, or fly it with a copter or ArduPlane."
            return [error("vehicle_pattern", message, form="px4_orbit")]
        return []

    def speed_findings(self, speed_mps: float) -> list[Finding]:
        dynamics, wind_mps = self.dynamics, self.wind.speed_mps
        if not dynamics.slowest_mps <= speed_mps <= dynamics.fastest_mps:
            message = (
                f"A plane flies at {dynamics.slowest_mps:g} to {dynamics.fastest_mps:g} m/s through the air; the plan asks for "
                f"{speed_mps:.1f} m/s. Give a speed between them; where the camera cannot follow, fly higher or lower the front overlap."
            )
            return [error("speed", message, least=dynamics.slowest_mps, most=dynamics.fastest_mps, speed=round(speed_mps, 1))]
        if wind_mps > dynamics.most_wind_share * speed_mps:
            message = (
                f"A wind of {wind_mps:g} m/s is more than {dynamics.most_wind_share:.0%} of the airspeed of {speed_mps:g} m/s: turns drift "
                f"too far. Fly at {wind_mps / dynamics.most_wind_share:.1f} m/s or faster, or wait for less wind."
            )
            values: Values = {"wind": wind_mps, "speed": speed_mps, "least": round(wind_mps / dynamics.most_wind_share, 1)}
            return [error("wind", message, **values, form="plane")]
        return []

    def margin_m(self, speed_mps: float) -> float:
        return self.dynamics.off_line_m

    def lines(self, lines: Flight, speed_mps: float) -> tuple[Flight, list[Finding]]:
        return flown_lines(lines, self.dynamics.radius_m(speed_mps, self.wind.speed_mps))

    def unreachable(self, what: str, speed_mps: float, place: LonLat | None = None) -> Finding:
        radius_m = self.dynamics.radius_m(speed_mps, self.wind.speed_mps)
        message = (
            f"{what} cannot be reached: a plane turns in {radius_m:.0f} m at this speed and wind, starts along a straight run, and its "
            "turns enter a zone or leave the fence. Widen the fence, turn the lines, fly slower, or choose a copter."
        )
        return error("turn_blocked", message, place, radius=round(radius_m))

    def coverage(self, task: CoverageTask, passes: str) -> Coverage | None:
        return plan_wing_coverage(task, self._ways(PathFinder(task.anywhere, EDGE_INSET_M), task.speed_mps), passes)

    def ways(self, finder: PathFinder, speed_mps: float) -> Ways:
        return self._ways(finder, speed_mps).with_heights()

    def cost(self, speed_mps: float) -> Cost:
        return WingCost(speed_mps, self.energy, self.dynamics, self.wind)

    def risen(self, flight: Flight, home: Points | None, finder: PathFinder, speed_mps: float) -> Flight:
        return self._ways(finder, speed_mps).risen(flight, home)

    def remarks(self, flight: Flight) -> list[Finding]:
        return list(start_and_landing(flight))

    def items(self, flight: Flight, frame: LocalFrame, speed_mps: float, home: LonLat | None) -> tuple[MissionItem, ...]:
        radius_m = self.dynamics.radius_m(speed_mps, self.wind.speed_mps)
        return compile_wing_items(flight, frame, speed_mps=speed_mps, home=home, radius_m=radius_m)

    def _ways(self, finder: PathFinder, speed_mps: float) -> WingWays:
        turns = WingTurns(self.dynamics.radius_m(speed_mps, self.wind.speed_mps), self.dynamics.lead_in_m(speed_mps, self.wind.speed_mps))
        return WingWays(self.dynamics, speed_mps, self.wind, turns, finder)
