"""A flight over the ground of the planner's surroundings: followed when the request says so, and what there is to say of it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LocalFrame, LonLat
from geo.terrain import Heights
from missions.findings import Finding, Severity, Values, error
from missions.plan import MissionPlan
from missions.planning.flight import Flight, path_of
from missions.requests.request import PlanRequest
from missions.terrain.clearance import clearance
from missions.terrain.follow import ClimbLimits, Followed, FollowTask, follow_terrain
from missions.terrain.spread import ResolutionSpread

# Either way of the wanted height: a tenth of it changes resolution and footprint by a tenth.
TOLERANCE_SHARE = 0.1
# Below this a plan is called low, whatever it photographs.
LEAST_AGL_M = 10.0
_LEAST_TOLERANCE_M, _MOST_TOLERANCE_M = 2.0, 15.0
# Items are rounded to centimetres and 1e-7 degrees.
_ROUNDING_M = 0.05


@dataclass(frozen=True, slots=True)
class OverGround:
    """`least_agl_m` is proven afterwards on the finished items; None when the ground is not followed."""

    flight: Flight
    findings: tuple[Finding, ...] = ()
    least_agl_m: float | None = None
    home_amsl_m: float = 0.0


def tolerance_m(wanted_agl_m: float) -> float:
    return float(np.clip(TOLERANCE_SHARE * wanted_agl_m, _LEAST_TOLERANCE_M, _MOST_TOLERANCE_M))


def over_ground(
    flight: Flight,
    frame: LocalFrame,
    heights: Heights | None,
    request: PlanRequest,
    *,
    home: LonLat | None,
    speed_mps: float,
    limits: ClimbLimits,
    turn_radius_m: float | None,
) -> OverGround:
    """Heights above home of the flight taken as heights above ground, when the request's `terrain` is "follow". Every reason not to is
    an error. `home` is where this flight begins; a speed the request names is kept. With a `turn_radius_m`, that of a
    wing, turns are level and the speed stays; its climb from home and descent to it, made of the flight later, are proven to the least
    height of all plans alone."""
    if request.terrain is None:
        return OverGround(flight)
    if heights is None:
        message = "Following the terrain needs an elevation model. Give one with --dem, or set SUNQAR_STATION__DEM for the server."
        return OverGround(flight, (error("dem_missing", message),))
    if home is None:
        message = "Following the terrain needs home: altitudes count from the ground there. Add --home LAT,LON or set home on the map."
        return OverGround(flight, (error("home_needed", message, form="terrain"),))
    home_amsl_m = float(heights.heights_amsl_m([home.as_tuple()])[0])
    if not np.isfinite(home_amsl_m):
        message = (
            f"Home at {home.lat_deg:.6f}, {home.lon_deg:.6f} lies outside the elevation model '{heights.name}'. Use a model that covers it."
        )
        return OverGround(flight, (error("dem_no_home", message, home, name=heights.name),))
    lowest_m = float(path_of(flight)[:, 2].min())
    allowed_m = tolerance_m(lowest_m)
    on_wing = turn_radius_m is not None
    may_slow = request.speed_mps is None and not on_wing
    task = FollowTask(
        heights, frame, home_amsl_m, allowed_m - _ROUNDING_M, speed_mps, limits, may_slow=may_slow, turn_radius_m=turn_radius_m
    )
    followed = follow_terrain(flight, task)
    if followed.unknown is not None:
        return OverGround(flight, (_not_covered(followed.unknown, flight, frame, heights),))
    found = tuple(_remarks(followed, task, frame, lowest_m))
    least_m = lowest_m - allowed_m
    return OverGround(followed.flight, found, min(least_m, LEAST_AGL_M) if on_wing else least_m, home_amsl_m)


def _not_covered(unknown_m: NDArray[np.float64], flight: Flight, frame: LocalFrame, heights: Heights) -> Finding:
    lon, lat = frame.to_lonlat_deg(unknown_m[:1])[0]
    steps = np.diff(path_of(flight)[:, :2], axis=0)
    whole_m = float(np.hypot(*steps.T).sum())
    message = (
        f"The elevation model '{heights.name}' does not know the ground at {len(unknown_m)} places of the {whole_m / 1000:.1f} km to fly, "
        f"the first at {lat:.6f}, {lon:.6f}. Use a model that covers the whole way, without voids."
    )
    return error("dem_gap", message, LonLat(float(lon), float(lat)), form="follow", name=heights.name, n=len(unknown_m))


def _remarks(followed: Followed, task: FollowTask, frame: LocalFrame, wanted_m: float) -> list[Finding]:
    remarks = []
    lon, lat = frame.to_lonlat_deg([followed.highest_at])[0]
    if followed.raised_m > 0.0:
        share = followed.raised_m / max(followed.photographed_m, 1e-9)
        why = (
            f"The ground is steeper than the vehicle climbs or sinks at {followed.slowest_mps:.1f} m/s"
            if task.turn_radius_m is None
            else "A plane turns level and climbs slowly"
        )
        message = (
            f"{why}: {followed.raised_m:,.0f} m of "
            f"the lines ({share:.0%}) are flown higher than wished, by up to {followed.highest_m:.0f} m at {lat:.6f}, {lon:.6f}. "
            "Fly slower, along the slope, or accept the coarser photos there."
        )
        values: Values = {"speed": round(followed.slowest_mps, 1), "metres": round(followed.raised_m), "higher": round(followed.highest_m)}
        if task.turn_radius_m is not None:
            values = {"form": "plane", **values}
        severity = Severity.ERROR if followed.highest_m > wanted_m and share > 0.5 else Severity.WARNING
        remarks.append(Finding(severity, "too_steep", None, message, LonLat(float(lon), float(lat)), values))
    if followed.slowest_mps < task.speed_mps - 0.05:
        message = f"Steep lines are flown as slow as {followed.slowest_mps:.1f} m/s, so that climbs and descents keep up with the ground."
        remarks.append(Finding(Severity.INFO, "slowed", None, message, values={"speed": round(followed.slowest_mps, 1)}))
    return remarks


def ground_numbers(plan: MissionPlan, over: OverGround, heights: Heights | None) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Statistics and findings of a finished plan: its least clearance, proven leg by leg. Nothing without a model or a home."""
    if heights is None or plan.home is None:
        return {}, ()
    proof = clearance(plan, heights, LEAST_AGL_M if over.least_agl_m is None else min(over.least_agl_m, LEAST_AGL_M))
    findings = list(proof.findings)
    if over.least_agl_m is None:
        # Nobody asked to follow the ground: a model that ends before the plan does is worth saying, no reason to refuse.
        gaps = ("dem_gap", "dem_no_home")
        findings = [replace(finding, severity=Severity.WARNING) if finding.code in gaps else finding for finding in findings]
    elif proof.least_agl_m is not None and proof.least_agl_m < over.least_agl_m - _ROUNDING_M:
        message = f"The plan comes to {proof.least_agl_m:.2f} m above the ground; {over.least_agl_m:.2f} m were to be kept. Plan it again."
        findings.append(error("clearance_not_kept", message, height=round(proof.least_agl_m, 2), wanted=round(over.least_agl_m, 2)))
    return {"least_agl_m": proof.least_agl_m}, tuple(findings)


def spread_numbers(spread: ResolutionSpread | None) -> dict[str, Any]:
    if spread is None:
        return {}
    return {
        "gsd_min_cm": spread.min_cm,
        "gsd_median_cm": spread.median_cm,
        "gsd_max_cm": spread.max_cm,
        "gsd_coarser_share": spread.coarser_share,
        "front_overlap_min": spread.front_overlap_min,
        "side_overlap_min": spread.side_overlap_min,
    }
