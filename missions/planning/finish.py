"""From the lines of a pattern to a result: ways, flights, items, checks, numbers. Every pattern ends here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely

from missions.findings import Finding, Severity, error, has_errors
from missions.plan import FencePolygon, Geofence, MissionPlan
from missions.planning.area import path_length_in_m
from missions.planning.checks import check_plan
from missions.planning.connect import connected
from missions.planning.context import PlanContext
from missions.planning.flight import Flight, PhotoPose, path_of, photos_of
from missions.planning.lens import Lens
from missions.planning.plan_remarks import remarks, wind_findings
from missions.planning.result import PlanResult, PlanStatistics, Sortie, photos_at, places
from missions.planning.room import FlightRoom
from missions.planning.sortie_flights import Flights, Flown
from missions.planning.vehicle_kind import Cost, VehicleKind, vehicle_of
from missions.requests.request import PlanRequest
from missions.terrain.planned import ground_numbers, spread_numbers
from missions.terrain.spread import resolution_spread

# A full-size JPEG of ground: 8 to 9 MB for 20 million pixels.
BYTES_PER_PIXEL = 0.45


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternStatistics(PlanStatistics):
    """`lines` flown with the camera on; `detection` is the probability to find what is searched for, of searches alone."""

    lines: int
    detection: float | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What only the pattern knows. `ground` is to be covered by photos straight down, `covered_share` how much of it is when that was
    measured already; with `one_scale` the GSD holds. `shared`: several vehicles can take its lines, `split`: it can be left and gone on
    with after a change of batteries. `numbers` are members of `statistics` beside those of every plan."""

    ground: shapely.Polygon | shapely.MultiPolygon | None = None
    covered_share: float | None = None
    area_m2: float | None = None
    one_scale: bool = True
    shared: bool = True
    split: bool = True
    statistics: type[PlanStatistics] = PatternStatistics
    numbers: Mapping[str, Any] = field(default_factory=dict)


def finished(
    request: PlanRequest, context: PlanContext, *, lens: Lens, room: FlightRoom, lines: Flight, findings: list[Finding], extras: Extras
) -> PlanResult:
    """Plan and numbers of lines that are still to be connected; no plan with an error."""
    vehicle = vehicle_of(request, context)
    lines, found = vehicle.lines(lines, lens.speed_mps)
    whole = connected(lines, room, vehicle.ways(room.finder, lens.speed_mps))
    findings = [*findings, *found, *_left_out(whole.left_out_m, whole.left_out)]
    if whole.unreachable:
        findings.append(vehicle.unreachable(f"{whole.unreachable} of the lines", lens.speed_mps))
    return finished_flight(request, context, lens=lens, room=room, flight=whole.flight, findings=findings, extras=extras)


def finished_flight(
    request: PlanRequest, context: PlanContext, *, lens: Lens, room: FlightRoom, flight: Flight, findings: list[Finding], extras: Extras
) -> PlanResult:
    """Plan and numbers of a whole flight, from home over all lines and back; no plan with an error."""
    vehicle = vehicle_of(request, context)
    cost = vehicle.cost(lens.speed_mps)
    if not has_errors(findings) and not any(leg.camera is not None for leg in flight):
        message = "Zones and the fence leave nothing of the pattern to fly. Move it or make them smaller."
        findings = [*findings, error("nothing_to_fly", message, room.frame.origin, form="area")]
    if not has_errors(findings):
        findings = [*findings, *wind_findings(cost, flight)]
    if has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    flights, found = Flights(request, context, room, vehicle, cost).of(flight, shared=extras.shared, split=extras.split)
    findings = [*findings, *found]
    if has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    plans = [_plan(request, vehicle, lens, room, one) for one in flights]
    poses = tuple(pose for one in flights for pose in photos_of(one.flight, lens.speed_mps))
    ground, ground_findings = _over_ground(context, plans, flights)
    statistics = extras.statistics(
        **_numbers(cost, lens, flights, poses),
        in_zones_m=round(sum(path_length_in_m(room.zones, path_of(one.flight)[:, :2].tolist()) for one in flights), 3),
        area_m2=None if extras.area_m2 is None else round(extras.area_m2, 1),
        gsd_cm=round(lens.gsd_m * 100.0, 4) if extras.one_scale else None,
        covered_share=_covered_share(extras, poses, lens),
        **ground,
        **_spread(context, lens=lens, room=room, flights=flights, extras=extras),
        **{"lines": sum(leg.camera is not None for leg in flight), **extras.numbers},
    )
    findings += [*ground_findings, *remarks(request, statistics, plans), *(said for one in flights for said in vehicle.remarks(one.flight))]
    # That home is unknown was said already, with what follows from it.
    findings += [finding for plan in plans for finding in check_plan(plan) if finding.code != "home_unknown"]
    findings = list(dict.fromkeys(findings))
    return PlanResult(
        plan=None if has_errors(findings) else plans[0],
        statistics=statistics,
        findings=tuple(findings),
        path=places(room.frame, np.vstack([path_of(one.flight) for one in flights])),
        photos=photos_at(room.frame, poses),
        sorties=_sorties(cost, lens, room=room, flights=flights, plans=plans) if flights[0].name else (),
    )


def _plan(request: PlanRequest, vehicle: VehicleKind, lens: Lens, room: FlightRoom, flown: Flown) -> MissionPlan:
    fence = () if request.fence is None else (FencePolygon(request.fence),)
    zones = tuple(FencePolygon(ring, inclusion=False) for ring in request.avoid)
    return MissionPlan(
        name=", ".join(word for word in (request.name, flown.name) if word),
        home=flown.home,
        cruise_speed_mps=round(lens.speed_mps, 2),
        hover_speed_mps=round(lens.speed_mps, 2),
        vehicle_type=vehicle.word,
        items=vehicle.items(flown.flight, room.frame, lens.speed_mps, flown.home),
        geofence=Geofence(polygons=(*fence, *zones)),
        request=request,
    )


def _numbers(cost: Cost, lens: Lens, flights: Sequence[Flown], poses: Sequence[PhotoPose]) -> dict[str, Any]:
    energy_wh = sum(one.estimate.energy_wh for one in flights)
    return {
        "distance_m": round(sum(one.estimate.distance_m for one in flights), 1),
        "duration_s": round(sum(one.estimate.duration_s for one in flights), 1),
        "photos": len(poses),
        "speed_mps": round(lens.speed_mps, 3),
        "altitude_m": round(max(float(leg.points[:, 2].max()) for one in flights for leg in one.level if not leg.way), 3),
        "energy_wh": round(energy_wh, 1),
        "batteries": round(energy_wh / cost.energy.usable_wh, 2),
        "data_bytes": _data_bytes(lens, len(poses)),
        "sorties": len(flights),
        "largest_sortie_s": round(max(one.estimate.duration_s for one in flights), 1),
    }


def _over_ground(context: PlanContext, plans: Sequence[MissionPlan], flights: Sequence[Flown]) -> tuple[dict[str, Any], list[Finding]]:
    """The least clearance of all flights, each proven on its finished items."""
    proven = [ground_numbers(plan, one.over, context.heights) for plan, one in zip(plans, flights, strict=True)]
    least = [numbers["least_agl_m"] for numbers, _ in proven if numbers.get("least_agl_m") is not None]
    return {"least_agl_m": min(least, default=None)}, [finding for _, found in proven for finding in found]


def _spread(context: PlanContext, *, lens: Lens, room: FlightRoom, flights: Sequence[Flown], extras: Extras) -> dict[str, Any]:
    """Over which resolutions and overlaps the ground to be covered is photographed."""
    if context.heights is None or extras.ground is None or any(one.home is None for one in flights):
        return {}
    homes = [one.home.as_tuple() for one in flights if one.home is not None]
    photos = [np.array([pose.place for pose in photos_of(one.flight, lens.speed_mps)]).reshape(-1, 3) for one in flights]
    above_sea = [photo + np.array([0.0, 0.0, home_m]) for photo, home_m in zip(photos, context.heights.heights_amsl_m(homes), strict=True)]
    all_photos = np.vstack(above_sea)
    if not np.isfinite(all_photos).all():
        return {}
    spread = resolution_spread(
        all_photos,
        extras.ground,
        lens.camera,
        context.heights,
        room.frame,
        0.0,
        wished_cm=round(lens.gsd_m * 100.0, 4),
        trigger_m=lens.step_m,
        line_spacing_m=lens.spacing_m,
    )
    return spread_numbers(spread)


def _data_bytes(lens: Lens, photos: int) -> int:
    return round(photos * lens.camera.image_width_px * lens.camera.image_height_px * BYTES_PER_PIXEL)


def _sorties(cost: Cost, lens: Lens, *, room: FlightRoom, flights: Sequence[Flown], plans: Sequence[MissionPlan]) -> tuple[Sortie, ...]:
    begins = [places(room.frame, next(leg for leg in one.flight if not leg.way).points[:1])[0] for one in flights]
    sorties = []
    for number, (one, plan) in enumerate(zip(flights, plans, strict=True)):
        photos = len(photos_of(one.flight, lens.speed_mps))
        later = (begin for begin, other in zip(begins[number + 1 :], flights[number + 1 :], strict=True) if other.vehicle == one.vehicle)
        sorties.append(
            Sortie(
                plan=plan,
                vehicle=one.vehicle,
                name=plan.name,
                distance_m=round(one.estimate.distance_m, 1),
                duration_s=round(one.estimate.duration_s, 1),
                energy_wh=round(one.estimate.energy_wh, 1),
                batteries=round(one.estimate.energy_wh / cost.energy.usable_wh, 2),
                photos=photos,
                data_bytes=_data_bytes(lens, photos),
                start=begins[number],
                resume=next(later, None),
                path=places(room.frame, path_of(one.flight)),
            )
        )
    return tuple(sorties)


def _covered_share(extras: Extras, poses: Sequence[PhotoPose], lens: Lens) -> float | None:
    if extras.covered_share is not None or extras.ground is None:
        return extras.covered_share
    return round(float(shapely.intersection(extras.ground, _ground_seen(poses, lens)).area / extras.ground.area), 5)


def _left_out(left_out_m: float, left_out: int) -> list[Finding]:
    findings = []
    if left_out_m > 1.0:
        message = f"{left_out_m:.0f} m of the lines lie in zones or outside the fence and are not flown. Move the zone or the drawing."
        findings.append(Finding(Severity.WARNING, "left_out", None, message, values={"form": "lines", "metres": round(left_out_m)}))
    if left_out:
        message = f"{left_out} of the places lie in zones or outside the fence and are not visited. Move them or the zone."
        findings.append(Finding(Severity.WARNING, "left_out", None, message, values={"form": "places", "n": left_out}))
    return findings


def _ground_seen(photos: Sequence[PhotoPose], lens: Lens) -> shapely.Geometry:
    """Union of the rectangles that level pictures looking straight down see."""
    half = np.array([lens.footprint.across_m, lens.footprint.along_m]) / 2.0
    corners = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]]) * half
    headings = np.radians([photo.heading_deg for photo in photos])
    turn = np.array([[np.cos(headings), np.sin(headings)], [-np.sin(headings), np.cos(headings)]])
    rings = np.array([photo.place[:2] for photo in photos])[:, None] + np.einsum("kj,ijn->nki", corners, turn)
    return shapely.union_all(shapely.polygons(rings))
