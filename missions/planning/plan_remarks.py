"""What there is to say of a finished plan of any pattern beside its checks: wind, batteries, coverage, clearance, length."""

from collections.abc import Sequence

from missions.findings import Finding, Severity, Values, error
from missions.plan import MissionPlan
from missions.planning.flight import Flight
from missions.planning.result import PlanStatistics
from missions.planning.vehicle_kind import Cost
from missions.requests.request import PlanRequest

ENOUGH_COVERED = 0.995
LEAST_GROUND_SPEED_MPS = 1.0
# What the mission protocol's 16-bit numbers and the usual boards hold: ArduPilot with 16 kB of storage keeps 724 items.
USUAL_BOARD_ITEMS = 724
# Corners are left by some 5 m, a receiver without corrections errs by 2.5 m.
SAFE_CLEARANCE_M = 7.5


def wind_findings(cost: Cost, flight: Flight) -> list[Finding]:
    """A wind no vehicle of this kind flies against."""
    slowest_mps = cost.slowest_mps(flight)
    if cost.wind.speed_mps == 0.0 or slowest_mps >= LEAST_GROUND_SPEED_MPS:
        return []
    message = (
        f"Against the wind of {cost.wind.speed_mps:g} m/s from {cost.wind.from_deg:g} degrees some legs would be flown at "
        f"{slowest_mps:.1f} m/s; the vehicle holds {cost.fastest_air_mps:g} m/s through the air. Wait for less wind."
    )
    values: Values = {
        "wind": cost.wind.speed_mps,
        "from": cost.wind.from_deg,
        "slowest": round(slowest_mps, 1),
        "holds": cost.fastest_air_mps,
    }
    return [error("wind", message, **values)]


def remarks(request: PlanRequest, statistics: PlanStatistics, plans: Sequence[MissionPlan]) -> list[Finding]:
    said = []
    if (request.avoid or getattr(request, "holes", ())) and request.clearance_m < SAFE_CLEARANCE_M:
        message = (
            f"Legs pass zones at {request.clearance_m:g} m; corners and the receiver's error move a copter by up to "
            f"{SAFE_CLEARANCE_M:g} m. Widen the clearance where a zone must not be touched."
        )
        said.append(
            Finding(Severity.WARNING, "clearance_small", None, message, values={"clearance": request.clearance_m, "safe": SAFE_CLEARANCE_M})
        )
    if statistics.covered_share is not None and statistics.covered_share < ENOUGH_COVERED:
        left_m2 = (statistics.area_m2 or 0.0) * (1.0 - statistics.covered_share)
        message = (
            f"{left_m2:,.0f} m2 ({100 * (1 - statistics.covered_share):.1f} %) of the area are in no photo: zones, the fence, sharp bends "
            "or narrow corners keep the vehicle away. Reduce the clearance, fly higher or change the drawing."
        )
        values: Values = {"left": round(left_m2), "percent": round(100.0 * (1.0 - statistics.covered_share), 1)}
        said.append(Finding(Severity.WARNING, "not_covered", None, message, values=values))
    if statistics.batteries > statistics.sorties:
        message = (
            f"The flight needs about {statistics.energy_wh:.0f} Wh, {statistics.batteries:.1f} batteries of the assumed vehicle. "
            "Let it be cut into sorties, cut it into parts or fly higher."
        )
        values = {"wh": round(statistics.energy_wh), "batteries": round(statistics.batteries, 1)}
        said.append(Finding(Severity.WARNING, "energy", None, message, values=values))
    items = max(len(plan.items) for plan in plans)
    if items > USUAL_BOARD_ITEMS:
        message = f"The plan has {items} items; many autopilot boards hold {USUAL_BOARD_ITEMS}. Cut it into parts or fly higher."
        said.append(Finding(Severity.WARNING, "many_items", None, message, values={"items": items, "most": USUAL_BOARD_ITEMS}))
    return said
