"""The least height above the ground along every leg: not at its ends, but wherever it is least.

Between two places where a leg enters another cell of the elevation model, the ground along it is a parabola and the leg a straight line,
so the least distance of the two is found exactly. Legs are cut every 200 m, where the chord in degrees is within a millimetre of the
straight line in metres; what is said is rounded down to centimetres.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from geo.terrain import Heights, VerticalReference, ground_parabolas
from missions.findings import Finding, Severity, Values
from missions.plan import MissionPlan
from missions.terrain.legs import FlownLeg, LegKind, ReturnRule, UnknownGround, flown_legs

Points = NDArray[np.float64]
_STRAIGHT_M = 200.0
_NAMED_LEGS = 10
_LANDING_OVER_M = 5.0


@dataclass(frozen=True, slots=True)
class LegClearance:
    """`least_agl_m` is over the part whose ground is known, at the place `at`; None when nothing of the leg is. Take-off counts from its
    top. `unknown_m` is the length whose ground the model does not know."""

    leg: FlownLeg
    length_m: float
    least_agl_m: float | None
    at: LonLat | None
    unknown_m: float

    def to_json(self) -> dict[str, Any]:
        return {
            "kind": self.leg.kind.value,
            "item": self.leg.item,
            "start": list(self.leg.start.as_tuple()),
            "end": list(self.leg.end.as_tuple()),
            "length_m": round(self.length_m, 1),
            "least_agl_m": self.least_agl_m,
            "at": None if self.at is None else list(self.at.as_tuple()),
            "unknown_m": round(self.unknown_m, 1),
        }


@dataclass(frozen=True, slots=True)
class PlanClearance:
    """`legs` in the order flown, then the unplanned returns. `return_altitude_m` above home is what every unplanned return needs to stay
    `wanted_agl_m` above the ground."""

    legs: tuple[LegClearance, ...]
    findings: tuple[Finding, ...]
    wanted_agl_m: float
    return_altitude_m: float | None = None

    @property
    def planned(self) -> tuple[LegClearance, ...]:
        return tuple(leg for leg in self.legs if leg.leg.kind is not LegKind.UNPLANNED_RETURN)

    @property
    def least_agl_m(self) -> float | None:
        """Over what the plan itself flies, down to where a landing begins."""
        flown = (leg for leg in self.planned if leg.leg.kind is not LegKind.LANDING)
        return min((leg.least_agl_m for leg in flown if leg.least_agl_m is not None), default=None)


def clearance(plan: MissionPlan, heights: Heights, wanted_agl_m: float = 10.0, rule: ReturnRule | None = None) -> PlanClearance:
    """The proof of a plan over a surface. Everything wrong is a finding; blocks on the model's files.

    Raises: `OSError` when a file of the model cannot be read any more.
    """
    try:
        flown = flown_legs(plan, heights, rule)
    except UnknownGround as unknown:
        message = (
            f"{unknown} at {_place(unknown.place)} lies outside the elevation model '{heights.name}': nothing above it can be checked. "
            "Use a model that covers it."
        )
        return PlanClearance(
            (), (Finding(Severity.ERROR, "dem_no_home", None, message, unknown.place, {"name": heights.name}),), wanted_agl_m
        )
    if flown is None:
        return PlanClearance((), (), wanted_agl_m)
    frame = LocalFrame(flown.home)
    legs = tuple(leg_clearance(leg, heights, frame, flown.home_amsl_m) for leg in flown.legs)
    unplanned = [leg for leg in legs if leg.leg.kind is LegKind.UNPLANNED_RETURN and leg.least_agl_m is not None]
    # Such legs are level: the highest ground below one lies as far below it as the least clearance says.
    needed_m = max((leg.leg.end_up_m - (leg.least_agl_m or 0.0) + wanted_agl_m for leg in unplanned), default=None)
    found = PlanClearance(legs, (), wanted_agl_m, None if needed_m is None else round(max(needed_m, 0.0) + 0.005, 2))
    return PlanClearance(legs, tuple(_findings(plan, heights, found)), wanted_agl_m, found.return_altitude_m)


def leg_clearance(leg: FlownLeg, heights: Heights, frame: LocalFrame, home_amsl_m: float) -> LegClearance:
    ends = frame.to_en_m([leg.start.as_tuple(), leg.end.as_tuple()])
    length_m = float(np.hypot(*(ends[1] - ends[0])))
    if leg.kind is LegKind.TAKEOFF or length_m < 1e-3:
        ground_m = float(heights.heights_amsl_m([leg.end.as_tuple()])[0]) - home_amsl_m
        lowest_m = leg.end_up_m if leg.kind is LegKind.TAKEOFF else min(leg.start_up_m, leg.end_up_m)
        agl_m = lowest_m - (0.0 if leg.over_terrain else ground_m)
        return LegClearance(leg, length_m, _down(agl_m) if np.isfinite(ground_m) else None, leg.end, 0.0)
    parts = int(np.ceil(length_m / _STRAIGHT_M))
    path = frame.to_lonlat_deg(ends[0] + np.linspace(0.0, 1.0, parts + 1)[:, None] * (ends[1] - ends[0]))
    shares, ground = ground_parabolas(heights, path)
    start, width = shares[:-1] / parts, np.diff(shares) / parts
    known = np.isfinite(ground[:, 0])
    unknown_m = float(width[~known].sum()) * length_m
    if not known.any():
        return LegClearance(leg, length_m, None, None, unknown_m)
    start, width, ground = start[known], width[known], ground[known]
    climb_m = leg.end_up_m - leg.start_up_m
    above = -ground
    if leg.over_terrain:
        above = np.zeros_like(ground)
    else:
        above[:, 0] += home_amsl_m
    above[:, 0] += leg.start_up_m + climb_m * start
    above[:, 1] += climb_m * width
    least, where = least_of_parabolas(above)
    lowest = int(np.argmin(least))
    share = float(start[lowest] + where[lowest] * width[lowest])
    return LegClearance(
        leg, length_m, _down(float(least[lowest])), frame.place(*(ends[0] + share * (ends[1] - ends[0])).tolist()), unknown_m
    )


def least_of_parabolas(coefficients: Points) -> tuple[Points, Points]:
    """(m, 3) c0 + c1 u + c2 u^2 -> least values for 0 <= u <= 1, and where."""
    c0, c1, c2 = coefficients.T
    with np.errstate(divide="ignore", invalid="ignore"):
        vertex = np.clip(np.where(c2 > 0.0, -c1 / (2.0 * c2), 0.0), 0.0, 1.0)
    where = np.column_stack([np.zeros(len(c0)), np.nan_to_num(vertex), np.ones(len(c0))])
    values = c0[:, None] + c1[:, None] * where + c2[:, None] * where**2
    best = np.argmin(values, axis=1)
    rows = np.arange(len(c0))
    return values[rows, best], where[rows, best]


def _findings(plan: MissionPlan, heights: Heights, found: PlanClearance) -> Iterable[Finding]:
    if heights.vertical is VerticalReference.ELLIPSOID and any(item.frame in (0, 5) for item in plan.items):
        message = (
            f"The elevation model '{heights.name}' counts from the ellipsoid, items of the plan from the sea: tens of metres apart. "
            "Convert the model to mean sea level or give the items above home."
        )
        yield Finding(Severity.ERROR, "dem_ellipsoid", None, message, values={"name": heights.name})
    if plan.home is None:
        message = "The plan has no home: the ground at its first item is taken for it, and ways home are not checked. Set home."
        yield Finding(Severity.WARNING, "clearance_home", None, message)
    unplanned = found.legs[len(found.planned) :]
    yield from _gaps(found.planned, heights, "the way", Severity.ERROR)
    yield from _gaps(unplanned, heights, "unplanned ways home", Severity.WARNING)
    low = sorted((leg for leg in found.planned if _height_m(leg) < _wanted_m(leg, found.wanted_agl_m)), key=_height_m)
    for leg in low[:_NAMED_LEGS]:
        yield _low_leg(leg, _wanted_m(leg, found.wanted_agl_m))
    if len(low) > _NAMED_LEGS:
        message = f"{len(low) - _NAMED_LEGS} more legs pass lower than {found.wanted_agl_m:g} m above the ground. Raise the whole plan."
        # The lowest are named: none of the others is worse.
        severity = Severity.ERROR if _height_m(low[_NAMED_LEGS]) <= 0.0 else Severity.WARNING
        yield Finding(
            severity, "low_clearance", None, message, values={"form": "more", "n": len(low) - _NAMED_LEGS, "wanted": found.wanted_agl_m}
        )
    worst = min(unplanned, key=_height_m, default=None)
    if worst is not None and _height_m(worst) < found.wanted_agl_m:
        height = "into the ground" if _height_m(worst) < 0.0 else f"{_height_m(worst):.1f} m above the ground"
        message = (
            f"A return that begins on the way to item {worst.leg.item} leads {height} at {_place(worst.at)}. "
            f"Set the vehicle's return altitude to {ceil(found.return_altitude_m or 0.0)} m or more."
        )
        values: Values = {"item": worst.leg.item, "height": round(_height_m(worst), 1), "altitude": ceil(found.return_altitude_m or 0.0)}
        yield Finding(Severity.WARNING, "return_low", worst.leg.item, message, worst.at, values)


def _gaps(legs: Sequence[LegClearance], heights: Heights, what: str, severity: Severity) -> Iterable[Finding]:
    gaps = [leg for leg in legs if leg.unknown_m > 0.5 or leg.least_agl_m is None]
    if gaps:
        message = (
            f"{sum(leg.unknown_m for leg in gaps):,.0f} m of {sum(leg.length_m for leg in legs):,.0f} m of {what} lie where the elevation "
            f"model '{heights.name}' knows no ground, first on the leg at item {gaps[0].leg.item} near {_place(gaps[0].leg.end)}. "
            "Use a model that covers it."
        )
        values: Values = {"metres": round(sum(leg.unknown_m for leg in gaps)), "name": heights.name, "item": gaps[0].leg.item}
        yield Finding(severity, "dem_gap", gaps[0].leg.item, message, gaps[0].leg.end, values)


def _low_leg(leg: LegClearance, wanted_agl_m: float) -> Finding:
    name = {LegKind.TAKEOFF: "The take-off", LegKind.RETURN: "The way home", LegKind.LANDING: "The landing"}.get(
        leg.leg.kind, f"The leg to item {leg.leg.item}"
    )
    if _height_m(leg) <= 0.0:
        message = f"{name} is {-_height_m(leg):.1f} m below the ground at {_place(leg.at)}. Raise it."
        return Finding(
            Severity.ERROR, "into_ground", leg.leg.item, message, leg.at, {"item": leg.leg.item, "depth": round(-_height_m(leg), 1)}
        )
    message = f"{name} passes {_height_m(leg):.1f} m above the ground at {_place(leg.at)}; {wanted_agl_m:g} m are wanted. Raise it."
    values: Values = {"item": leg.leg.item, "height": round(_height_m(leg), 1), "wanted": wanted_agl_m}
    return Finding(Severity.WARNING, "low_clearance", leg.leg.item, message, leg.at, values)


def _wanted_m(leg: LegClearance, wanted_agl_m: float) -> float:
    """A landing slope comes low: it has to pass what stands before its end."""
    return min(_LANDING_OVER_M, wanted_agl_m) if leg.leg.kind is LegKind.LANDING else wanted_agl_m


def _height_m(leg: LegClearance) -> float:
    """Legs nothing is known of are said as gaps."""
    return inf if leg.least_agl_m is None else leg.least_agl_m


def _down(metres: float) -> float:
    return floor(metres * 100.0 + 1e-6) / 100.0


def _place(place: LonLat | None) -> str:
    return "an unknown place" if place is None else f"{place.lat_deg:.6f}, {place.lon_deg:.6f}"
