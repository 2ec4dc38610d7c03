"""From the lines of a pattern to a result: ways, items, checks, numbers. Every pattern beside the area survey ends here."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely

from missions.findings import Finding, Severity, error, has_errors
from missions.plan import FencePolygon, Geofence, MissionPlan
from missions.planning.area import path_length_in_m
from missions.planning.checks import check_plan
from missions.planning.connect import connected
from missions.planning.context import PlanContext
from missions.planning.endurance import CopterDynamics, EnergyModel, path_time_s
from missions.planning.flight import Flight, PhotoPose, Shots, path_of, photos_of
from missions.planning.items import SETTLE_S, compile_items
from missions.planning.lens import Lens
from missions.planning.result import PlanResult, PlanStatistics, photos_at, places
from missions.planning.room import FlightRoom
from missions.requests.request import PlanRequest
from missions.terrain.planned import ground_numbers, over_ground


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternStatistics(PlanStatistics):
    """`lines` flown with the camera on; `detection` is the probability to find what is searched for, of searches alone."""

    lines: int
    detection: float | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What only the pattern knows of its numbers. `ground` is to be covered by photos straight down; with `one_scale` the GSD holds."""

    ground: shapely.Polygon | shapely.MultiPolygon | None = None
    area_m2: float | None = None
    detection: float | None = None
    one_scale: bool = True


def finished(
    request: PlanRequest, context: PlanContext, *, lens: Lens, room: FlightRoom, lines: Flight, findings: list[Finding], extras: Extras
) -> PlanResult:
    """Plan and numbers; no plan with an error."""
    whole = connected(lines, room)
    findings = [*findings, *_left_out(whole.left_out_m, whole.left_out, whole.unreachable), *_not_counted(request)]
    if not any(leg.camera is not None for leg in whole.flight) or has_errors(findings):
        if not has_errors(findings):
            findings.append(
                error(
                    "nothing_to_fly",
                    "Zones and the fence leave nothing of the pattern to fly. Move it or make them smaller.",
                    room.frame.origin,
                )
            )
        return PlanResult(None, None, tuple(findings))
    energy = context.energy if request.reserve is None else replace(context.energy, reserve=request.reserve)
    over = over_ground(
        whole.flight,
        room.frame,
        context.heights,
        request,
        home=request.home,
        speed_mps=lens.speed_mps,
        energy=energy,
    )
    if has_errors(over.findings):
        return PlanResult(None, None, (*findings, *over.findings))
    flight = over.flight
    findings += over.findings
    plan = MissionPlan(
        name=request.name,
        home=request.home,
        cruise_speed_mps=round(lens.speed_mps, 2),
        hover_speed_mps=round(lens.speed_mps, 2),
        items=compile_items(flight, room.frame, speed_mps=lens.speed_mps, home=request.home),
        geofence=Geofence(
            polygons=(
                *(() if request.fence is None else (FencePolygon(request.fence),)),
                *(FencePolygon(ring, inclusion=False) for ring in request.avoid),
            )
        ),
        request=request,
    )
    path = path_of(flight)
    poses = photos_of(flight, lens.speed_mps)
    share = (
        None if extras.ground is None else float(shapely.intersection(extras.ground, _ground_seen(poses, lens)).area / extras.ground.area)
    )
    distance_m, duration_s, energy_wh = flight_cost(flight, lens.speed_mps, energy)
    statistics = PatternStatistics(
        distance_m=round(distance_m, 1),
        duration_s=round(duration_s, 1),
        photos=len(poses),
        speed_mps=round(lens.speed_mps, 2),
        altitude_m=round(float(path[:, 2].max()), 2),
        energy_wh=round(energy_wh, 1),
        batteries=round(energy_wh / energy.usable_wh, 2),
        in_zones_m=round(path_length_in_m(room.zones, path[:, :2].tolist()), 3),
        area_m2=None if extras.area_m2 is None else round(extras.area_m2, 1),
        gsd_cm=round(lens.gsd_m * 100.0, 4) if extras.one_scale else None,
        covered_share=None if share is None else round(share, 5),
        lines=sum(leg.camera is not None for leg in flight),
        detection=None if extras.detection is None else round(extras.detection, 4),
    )
    if share is not None and share < 0.995:
        message = f"{100 * (1 - share):.1f} % of the width are in no photo: zones or sharp bends. Widen it, fly higher or split the axis."
        findings.append(Finding(Severity.WARNING, "not_covered", None, message))
    findings += ground_numbers(plan, over, context.heights)[1]
    if statistics.batteries > 1.0:
        message = (
            f"The flight needs about {energy_wh:.0f} Wh, {statistics.batteries:.1f} batteries of the assumed vehicle. Cut it into parts."
        )
        findings.append(Finding(Severity.WARNING, "energy", None, message))
    findings += [finding for finding in check_plan(plan) if finding.code != "home_unknown"]
    return PlanResult(
        None if has_errors(findings) else plan, statistics, tuple(findings), places(room.frame, path), photos_at(room.frame, poses)
    )


def _not_counted(request: PlanRequest) -> list[Finding]:
    """What a request may say and these patterns do not plan for; said, never silently dropped."""
    asked = {
        "wind": request.wind is not None,
        "vehicles": len(request.vehicles) > 1,
        "sorties": request.sorties,
    }
    words = [word for word, is_asked in asked.items() if is_asked]
    if not words:
        return []
    message = (
        f"A {request.pattern.replace('_', ' ')} is planned for one copter in still air: {', '.join(words)} do not count. Leave them out."
    )
    return [Finding(Severity.WARNING, "not_counted", None, message)]


def _left_out(left_out_m: float, left_out: int, unreachable: int) -> list[Finding]:
    findings = []
    if left_out_m > 1.0:
        message = f"{left_out_m:.0f} m of the lines lie in zones or outside the fence and are not flown. Move the zone or the drawing."
        findings.append(Finding(Severity.WARNING, "left_out", None, message))
    if left_out:
        message = f"{left_out} of the places lie in zones or outside the fence and are not visited. Move them or the zone."
        findings.append(Finding(Severity.WARNING, "left_out", None, message))
    if unreachable:
        message = f"{unreachable} of the lines cannot be reached without entering a zone or leaving the fence. Widen the passage."
        findings.append(error("unreachable", message))
    return findings


def flight_cost(flight: Flight, speed_mps: float, energy: EnergyModel) -> tuple[float, float, float]:
    """Metres, seconds and Wh from take-off to landing in still air: level ways, climbs, time on the spot."""
    dynamics = CopterDynamics()
    path = path_of(flight)
    rise = np.diff(path[:, 2])
    level_s = path_time_s(path[:, :2], speed_mps, dynamics)
    level_m = float(np.hypot(*np.diff(path[:, :2], axis=0).T).sum())
    first_m, last_m = float(path[0, 2]), float(path[-1, 2])
    climb_s = (first_m + float(rise[rise > 0.0].sum())) / dynamics.climb_mps
    slow_m = min(last_m, 10.0)
    descent_s = (float(-rise[rise < 0.0].sum()) + last_m - slow_m) / dynamics.descent_mps + slow_m / dynamics.landing_mps
    standing_s = sum(leg.hover_s for leg in flight)
    standing_s += sum(SETTLE_S + leg.camera.count * leg.camera.interval_s for leg in flight if isinstance(leg.camera, Shots))
    mean_mps = level_m / level_s if level_s > 0.0 else 0.0
    joules = level_s * energy.level_power_w(mean_mps) + climb_s * energy.climb_power_w(dynamics.climb_mps)
    joules += (descent_s + standing_s) * energy.hover_w
    return level_m + float(np.abs(rise).sum()), level_s + climb_s + descent_s + standing_s, joules / 3600.0


def _ground_seen(photos: Sequence[PhotoPose], lens: Lens) -> shapely.Geometry:
    """Union of the rectangles that level pictures looking straight down see."""
    half = np.array([lens.footprint.across_m, lens.footprint.along_m]) / 2.0
    corners = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]) * half
    headings = np.radians([photo.heading_deg for photo in photos])
    turn = np.array([[np.cos(headings), np.sin(headings)], [-np.sin(headings), np.cos(headings)]])
    rings = np.array([photo.place[:2] for photo in photos])[:, None] + np.einsum("kj,ijn->nki", corners, turn)
    return shapely.union_all(shapely.polygons(rings))
