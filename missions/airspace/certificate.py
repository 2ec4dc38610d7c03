"""The proof of a plan: every leg against every zone and the fence, the way home from everywhere, with the hashes that tie it to its plan.

A certificate is made again from the same plan and zones and compared; it holds no clock and no opinion. Method and frame:
`flown_legs` (what is flown), `leg_heights` (between which heights), `zone_contact` (where inside), `judge` (how much of it).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from geo.terrain import Heights
from missions.airspace.certificate_parts import LegProof, ReturnProof, ZoneProof
from missions.airspace.flown_legs import (
    RETURN_ALTITUDE_M,
    FlownPlan,
    PathKind,
    Point,
    flown_plan,
    nearest_landing,
    return_legs,
)
from missions.airspace.judge import Judge, Way, by_sea, least
from missions.airspace.leg_heights import Ground
from missions.airspace.rally import propose_rally_points
from missions.airspace.return_shadow import shadowed_m
from missions.airspace.zone import AirspaceZone, ZoneKind, zones_hash
from missions.plan import MissionPlan, RallyPoint, canonical_json
from missions.planning.endurance import CopterDynamics

FORMAT = "sunqar-certificate/1"
# Zones count when they are in force at any time between the start and this many times the flight's length in time after it.
_TIME_MARGIN = 1.5
_TIME_MORE_S = 600.0


@dataclass(frozen=True, slots=True)
class Certificate:
    """Lengths in metres along the path. `least_zone_m`: nearest a leg comes to a forbidden zone at its heights, None = none within 2 km.
    `returns`: the straight way home from every item, as a failsafe flies it; `rally_returns`: the one to the nearest landing place,
    when the plan has rally points. `rally_proposal`: landing places that would make every straight return clear, where some is not."""

    tool: str
    plan_hash: str
    zones_hash: str
    begins_at: datetime | None
    ends_at: datetime | None
    acceleration_mps2: float
    return_altitude_m: float
    ground: str
    forbidden_m: float
    outside_fence_m: float | None
    fence_margin_m: float | None
    within_fence_margin_m: float | None
    least_fence_m: float | None
    least_zone_m: float | None
    length_m: float
    low_m: float
    high_m: float
    zones: tuple[ZoneProof, ...]
    legs: tuple[LegProof, ...]
    returns: tuple[ReturnProof, ...]
    rally_returns: tuple[ReturnProof, ...]
    return_shadow_m: float
    rally_proposal: tuple[RallyPoint, ...]
    assumptions: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """What is flown as planned enters no forbidden zone and does not leave the fence."""
        return self.forbidden_m == 0.0 and not self.outside_fence_m

    @property
    def returns_clear(self) -> bool:
        """So does the return a failsafe would fly from any item, and from anywhere between them when it goes home."""
        chosen = self.rally_returns or self.returns
        clear = all(proof.forbidden_m == 0.0 and not proof.outside_fence_m for proof in chosen)
        return clear and (bool(self.rally_returns) or self.return_shadow_m == 0.0)

    def to_json(self) -> dict[str, Any]:
        """With the hash of all the rest, so that a changed file shows."""
        value = {
            "format": FORMAT,
            "tool": self.tool,
            "plan_hash": self.plan_hash,
            "zones_hash": self.zones_hash,
            "begins_at": None if self.begins_at is None else self.begins_at.isoformat(),
            "ends_at": None if self.ends_at is None else self.ends_at.isoformat(),
            "acceleration_mps2": self.acceleration_mps2,
            "return_altitude_m": self.return_altitude_m,
            "ground": self.ground,
            "passed": self.passed,
            "returns_clear": self.returns_clear,
            "forbidden_m": self.forbidden_m,
            "outside_fence_m": self.outside_fence_m,
            "fence_margin_m": self.fence_margin_m,
            "within_fence_margin_m": self.within_fence_margin_m,
            "least_fence_m": self.least_fence_m,
            "least_zone_m": self.least_zone_m,
            "length_m": self.length_m,
            "altitude_band_m": [self.low_m, self.high_m],
            "zones": [proof.to_json() for proof in self.zones],
            "legs": [proof.to_json() for proof in self.legs],
            "returns": [proof.to_json() for proof in self.returns],
            "rally_returns": [proof.to_json() for proof in self.rally_returns],
            "return_shadow_m": self.return_shadow_m,
            "rally_proposal": [{"position": list(p.position.as_tuple()), "altitude_m": p.altitude_m} for p in self.rally_proposal],
            "assumptions": list(self.assumptions),
        }
        return value | {"certificate_hash": "sha256:" + sha256(canonical_json(value).encode()).hexdigest()}


def certify(
    plan: MissionPlan,
    zones: Sequence[AirspaceZone] = (),
    *,
    at: datetime | None = None,
    dynamics: CopterDynamics | None = None,
    heights: Heights | None = None,
    return_altitude_m: float = RETURN_ALTITUDE_M,
) -> Certificate:
    """The certificate of a plan. `zones` are those around, in whatever force; `at` is when it starts, None = at any time.

    The plan's own exclusion fences and the holes of its request count as zones without heights. An empty plan is proven empty.
    """
    dynamics = dynamics or CopterDynamics()
    flown = flown_plan(plan, return_altitude_m)
    home_amsl_m, ground_name, unknown = _home_height(plan, flown, heights)
    every = (*zones, *own_zones(plan))
    ends_at = None if at is None or flown is None else at + timedelta(seconds=_duration_s(flown))
    assumptions = list(flown.assumptions if flown is not None else ("The plan has no place to fly to.",))
    if unknown and any(by_sea(zone) for zone in zones):
        assumptions.append("Home's height above the sea is not known: limits above the sea and flight levels count at every height.")
    if heights is None:
        assumptions.append("The ground is taken to be level with home.")
    legs = flown.legs if flown is not None else ()
    stops = flown.stops() if flown is not None else ()
    ways = [_ways(flown, stops, [0] * len(stops), return_altitude_m)] if flown is not None else []
    if flown is not None and len(flown.landings) > 1:
        chosen = [nearest_landing(flown.landings, place) for _, place in stops]
        ways.append(_ways(flown, stops, chosen, return_altitude_m))
    all_legs = [*legs, *(leg for way in ways for _, _, path in way for leg in path)]
    judge = Judge(flown, plan, every, all_legs, Ground(flown.frame, heights, home_amsl_m) if flown else None, at, ends_at, dynamics)
    proofs = judge.legs(legs)
    returns = judge.returns(ways[0]) if ways else ()
    rally_returns = judge.returns(ways[1]) if len(ways) > 1 else ()
    shadow_m = shadowed_m(legs, judge.forbidden_shapes(max(return_altitude_m, max((leg.high_m for leg in legs), default=0.0))))
    blocked = [proof.forbidden_m > 0.0 or bool(proof.outside_fence_m) for proof in returns]
    proposal: tuple[RallyPoint, ...] = ()
    if flown is not None and any(blocked) and not rally_returns:
        proposal = propose_rally_points(flown, stops, blocked, judge.blocking_areas(), judge.fence)
    fence = judge.fence
    return Certificate(
        tool=tool_version(),
        plan_hash=plan.content_hash(),
        zones_hash=zones_hash(zones),
        begins_at=at,
        ends_at=ends_at,
        acceleration_mps2=dynamics.acceleration_mps2,
        return_altitude_m=return_altitude_m,
        ground=ground_name,
        forbidden_m=round(sum(proof.forbidden_m for proof in proofs), 3),
        outside_fence_m=None if fence is None else round(sum(proof.outside_fence_m or 0.0 for proof in proofs), 3),
        fence_margin_m=None if fence is None else max((proof.fence_margin_m or 0.0 for proof in proofs), default=0.0),
        within_fence_margin_m=None if fence is None else round(sum(proof.within_fence_margin_m or 0.0 for proof in proofs), 3),
        least_fence_m=least(proof.least_fence_m for proof in proofs),
        least_zone_m=least(proof.least_zone_m for proof in proofs),
        length_m=round(sum(leg.length_m for leg in legs), 1),
        low_m=round(min((leg.low_m for leg in legs), default=0.0), 2),
        high_m=round(max((leg.high_m for leg in legs), default=0.0), 2),
        zones=judge.zones(legs),
        legs=proofs,
        returns=returns,
        rally_returns=rally_returns,
        return_shadow_m=round(shadow_m, 1),
        rally_proposal=proposal,
        assumptions=tuple(assumptions),
    )


def own_zones(plan: MissionPlan) -> tuple[AirspaceZone, ...]:
    """What the plan itself stays out of: exclusion polygons of its fence and the holes of its request."""
    rings = [(f"Exclusion {n}", p.vertices) for n, p in enumerate(plan.geofence.polygons, 1) if not p.inclusion and len(p.vertices) > 2]
    request = getattr(plan, "request", None) or getattr(plan, "survey", None)
    rings += [(f"Hole {n}", ring) for n, ring in enumerate(getattr(request, "holes", ()), 1)]
    return tuple(AirspaceZone(name, name, ZoneKind.NO_FLY, (tuple(ring),), source="plan") for name, ring in rings)


def tool_version() -> str:
    try:
        return f"sunqar {version('sunqar')}"
    except PackageNotFoundError:
        return "sunqar"


def _ways(flown: FlownPlan, stops: tuple[tuple[int, Point], ...], landings: list[int], return_altitude_m: float) -> list[Way]:
    """Item, landing place and legs of the return from each stop."""
    speed = max((leg.speed_mps for leg in flown.legs), default=0.0)
    return [
        (item, landing, return_legs(place, flown.landings[landing], item, speed, return_altitude_m))
        for (item, place), landing in zip(stops, landings, strict=True)
    ]


def _home_height(plan: MissionPlan, flown: FlownPlan | None, heights: Heights | None) -> tuple[float | None, str, bool]:
    """Home above the sea, the name of what says so, whether it is unknown. A plan that says 0 says nothing: files write it for want."""
    if heights is not None and flown is not None:
        height_m = float(heights.heights_amsl_m([flown.frame.origin.as_tuple()])[0])
        if not math.isnan(height_m):
            return height_m, heights.name, False
    if plan.home_altitude_amsl_m != 0.0:
        return plan.home_altitude_amsl_m, "level", False
    return None, "level", True


def _duration_s(flown: FlownPlan) -> float:
    """No estimate, an upper bound: zones must not open while still in the air."""
    seconds = sum(leg.length_m / max(min(leg.speed_mps, 1.5) if leg.kind is PathKind.LANDING else leg.speed_mps, 0.5) for leg in flown.legs)
    return seconds * _TIME_MARGIN + _TIME_MORE_S
