"""Area survey: from a request to a plan with its numbers, or to the reasons why there is none."""

from dataclasses import dataclass

import numpy as np

from geo.primitives import LocalFrame
from missions.findings import Finding, Severity, has_errors
from missions.plan import FencePolygon, Geofence, MissionPlan
from missions.planning.airspace_around import forbidden_zones
from missions.planning.area import SurveyArea, path_length_in_m, survey_area
from missions.planning.camera import CameraModel
from missions.planning.checks import check_plan
from missions.planning.context import PlanContext
from missions.planning.coverage import Coverage, CoverageTask, plan_coverage
from missions.planning.endurance import CopterDynamics, estimate_flight
from missions.planning.flight import EveryMetres, Flight, Leg, photos_of
from missions.planning.gsd import camera_footprint, ground_sample_distance_m, height_for_gsd_m, sharp_speed_mps, spacing_m
from missions.planning.items import compile_items
from missions.planning.result import PlanResult, PlanStatistics, photos_at, places
from missions.planning.route import Route
from missions.requests.survey import SurveyRequest
from missions.terrain.planned import ground_numbers, over_ground, spread_numbers
from missions.terrain.spread import resolution_spread

MIN_ALTITUDE_M = 3.0
MAX_ALTITUDE_M = 3_000.0
DEFAULT_SPEED_MPS = 10.0
MAX_SPEED_MPS = 25.0
MAX_OVERLAP = 0.95
# Beyond this a survey is many flights and belongs cut into parts; planning it would only cost time.
MAX_PHOTOS = 100_000
# What the mission protocol's 16-bit numbers and the usual boards hold: ArduPilot with 16 kB of storage keeps 724 items.
USUAL_BOARD_ITEMS = 724
# Corners are left by some 5 m, a receiver without corrections errs by 2.5 m.
SAFE_CLEARANCE_M = 7.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyStatistics(PlanStatistics):
    """What belongs to lines over an area, beside the numbers of any flight."""

    area_m2: float
    gsd_cm: float
    covered_share: float
    lines: int
    angle_deg: float
    trigger_m: float
    line_spacing_m: float
    footprint_across_m: float
    footprint_along_m: float


@dataclass(frozen=True, slots=True)
class _Numbers:
    camera: CameraModel
    altitude_m: float
    speed_mps: float
    trigger_m: float
    line_spacing_m: float


def plan_survey(request: SurveyRequest, context: PlanContext | None = None) -> PlanResult:
    """Never raises for what a person may enter: every reason is a finding with the value and the way out."""
    context = context or PlanContext()
    numbers, findings = _numbers(request, context)
    dynamics = CopterDynamics()
    speed_mps = DEFAULT_SPEED_MPS if numbers is None else numbers.speed_mps
    altitude_m = None if numbers is None else numbers.altitude_m
    forbidden = forbidden_zones(context, request.home, altitude_m)
    area, area_findings = survey_area(request, braking_m=speed_mps**2 / (2.0 * dynamics.acceleration_mps2), forbidden=forbidden)
    findings += area_findings
    if numbers is None or area is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    expected = area.target.area / (numbers.line_spacing_m * numbers.trigger_m)
    if expected > MAX_PHOTOS:
        message = (
            f"The area of {area.target.area / 1e6:.3g} km2 would need about {expected:,.0f} photos. Choose a larger GSD or cut the area."
        )
        return PlanResult(None, None, (*findings, _error("too_many_photos", message)))
    task = CoverageTask(
        target=area.target,
        flyable=area.flyable,
        anywhere=area.anywhere,
        footprint=camera_footprint(numbers.camera, numbers.altitude_m),
        line_spacing_m=numbers.line_spacing_m,
        trigger_m=numbers.trigger_m,
        speed_mps=numbers.speed_mps,
        home=None if request.home is None else np.array(area.frame.offset_m(request.home)),
        heading_deg=request.angle_deg,
        dynamics=dynamics,
    )
    coverage = plan_coverage(task)
    if coverage is None:
        message = (
            "Some part of the area cannot be reached without entering a zone or leaving the fence. Widen the passage or drop that part."
        )
        return PlanResult(None, None, (*findings, _error("unreachable", message)))
    return _result(request, numbers, area, coverage, findings=findings, context=context)


def _numbers(request: SurveyRequest, context: PlanContext) -> tuple[_Numbers | None, list[Finding]]:
    findings: list[Finding] = []
    camera = context.cameras.get(request.camera)
    if camera is None:
        known = ", ".join(sorted(context.cameras))
        findings.append(_error("camera_unknown", f"There is no camera '{request.camera}'. Choose one of: {known}."))
    for word, overlap in (("Front", request.front_overlap), ("Side", request.side_overlap)):
        if not 0.0 <= overlap <= MAX_OVERLAP:
            findings.append(_error("overlap", f"{word} overlap {overlap:g} is not between 0 and {MAX_OVERLAP:g}. 0.75 means 75 %."))
    if (request.gsd_cm is None) == (request.altitude_m is None):
        findings.append(_error("gsd_or_altitude", "Give either the ground sample distance or the altitude."))
    for word, value in (("Ground sample distance", request.gsd_cm), ("Altitude", request.altitude_m), ("Speed", request.speed_mps)):
        if value is not None and not 0.0 < value < float("inf"):
            findings.append(_error("not_positive", f"{word} {value:g} is not above zero. Give a positive number."))
    if not 0.0 <= request.clearance_m < 10_000.0:
        findings.append(_error("clearance", f"Clearance {request.clearance_m:g} m is not between 0 and 10000 m."))
    if request.angle_deg is not None and not abs(request.angle_deg) <= 360.0:
        findings.append(_error("angle", f"Angle {request.angle_deg:g} is not within 360 degrees. Give the heading of the lines or 'auto'."))
    if camera is None or findings:
        return None, findings
    altitude_m = float(request.altitude_m) if request.altitude_m is not None else height_for_gsd_m(camera, (request.gsd_cm or 0.0) / 100.0)
    if not MIN_ALTITUDE_M <= altitude_m <= MAX_ALTITUDE_M:
        low, high = (ground_sample_distance_m(camera, limit) * 100.0 for limit in (MIN_ALTITUDE_M, MAX_ALTITUDE_M))
        message = (
            f"{camera.name} would have to fly at {altitude_m:.4g} m; {MIN_ALTITUDE_M:g} to {MAX_ALTITUDE_M:g} m can be planned. "
            f"Choose a GSD between {low:.2g} and {high:.3g} cm."
        )
        return None, [_error("altitude", message)]
    footprint = camera_footprint(camera, altitude_m)
    trigger_m, line_m = spacing_m(footprint.along_m, request.front_overlap), spacing_m(footprint.across_m, request.side_overlap)
    # The plan holds millimetres and centimetres a second; rounded down, neither overlap nor interval is short.
    trigger_m = _rounded_down(trigger_m, 1000)
    sharp_mps = sharp_speed_mps(camera, ground_sample_distance_m(camera, altitude_m))
    fastest_mps = trigger_m / camera.min_interval_s
    speed_mps = min(DEFAULT_SPEED_MPS, _rounded_down(min(fastest_mps, sharp_mps), 100)) if request.speed_mps is None else request.speed_mps
    if speed_mps > MAX_SPEED_MPS:
        return None, [_error("speed", f"Speed {speed_mps:g} m/s is above {MAX_SPEED_MPS:g} m/s. Choose a lower one.")]
    if speed_mps > fastest_mps * (1.0 + 1e-9):
        message = (
            f"{camera.name} needs {camera.min_interval_s:g} s between photos; one each {trigger_m:.1f} m at {speed_mps:g} m/s "
            f"leaves {trigger_m / speed_mps:.2f} s. Fly at {_rounded_down(fastest_mps, 10):.1f} m/s or slower, or lower the front overlap."
        )
        return None, [_error("camera_too_slow", message)]
    if speed_mps > sharp_mps * (1.0 + 1e-9):
        message = (
            f"At {speed_mps:g} m/s the ground moves {speed_mps / sharp_mps:.1f} pixels while {camera.name} exposes for "
            f"1/{1.0 / camera.exposure_s:.0f} s. Fly at {_rounded_down(sharp_mps, 10):.1f} m/s or slower, or choose a larger GSD."
        )
        return None, [_error("motion_blur", message)]
    return _Numbers(camera, altitude_m, speed_mps, trigger_m, line_m), findings


def _result(
    request: SurveyRequest, numbers: _Numbers, area: SurveyArea, coverage: Coverage, *, findings: list[Finding], context: PlanContext
) -> PlanResult:
    energy = context.energy
    over = over_ground(
        _flight(coverage.route, numbers),
        area.frame,
        context.heights,
        terrain=request.terrain,
        home=request.home,
        speed_mps=numbers.speed_mps,
        fixed_speed=request.speed_mps is not None,
        vehicle=request.vehicle,
        energy=energy,
    )
    if has_errors(over.findings):
        return PlanResult(None, None, (*findings, *over.findings))
    flight = over.flight
    plan = _survey_plan(request, numbers, area.frame, flight)
    points = coverage.route.points
    estimate = estimate_flight(points, numbers.altitude_m, numbers.speed_mps, energy=energy)
    footprint = camera_footprint(numbers.camera, numbers.altitude_m)
    photos = photos_of(flight, numbers.speed_mps)
    ground, ground_findings = ground_numbers(plan, over, context.heights)
    gsd_cm = round(ground_sample_distance_m(numbers.camera, numbers.altitude_m) * 100.0, 4)
    if context.heights is not None and ground.get("least_agl_m") is not None:
        home_amsl_m = float(context.heights.heights_amsl_m([request.home.as_tuple()])[0]) if request.home else 0.0
        spread = resolution_spread(
            np.array([photo.place for photo in photos]),
            area.target,
            numbers.camera,
            context.heights,
            area.frame,
            home_amsl_m,
            wished_cm=gsd_cm,
            trigger_m=numbers.trigger_m,
            line_spacing_m=numbers.line_spacing_m,
        )
        ground |= spread_numbers(spread)
    statistics = SurveyStatistics(
        distance_m=round(estimate.distance_m, 1),
        duration_s=round(estimate.duration_s + over.extra_s, 1),
        photos=len(coverage.photos),
        area_m2=round(area.target.area, 1),
        lines=len(coverage.route.lines),
        gsd_cm=gsd_cm,
        altitude_m=round(numbers.altitude_m, 3),
        angle_deg=round(coverage.heading_deg, 2),
        covered_share=round(coverage.covered_share, 5),
        speed_mps=round(numbers.speed_mps, 3),
        energy_wh=round(estimate.energy_wh + over.extra_wh, 1),
        batteries=round((estimate.energy_wh + over.extra_wh) / energy.usable_wh, 2),
        trigger_m=round(numbers.trigger_m, 3),
        line_spacing_m=round(numbers.line_spacing_m, 3),
        footprint_across_m=round(footprint.across_m, 2),
        footprint_along_m=round(footprint.along_m, 2),
        in_zones_m=round(path_length_in_m(area.blocked, points.tolist()), 3),
        **ground,
    )
    # That home is unknown was said already, with what follows from it.
    checked = [finding for finding in check_plan(plan) if finding.code != "home_unknown"]
    findings = [*findings, *over.findings, *ground_findings, *_clearance_remarks(request), *_remarks(statistics, coverage, plan), *checked]
    return PlanResult(
        plan=None if has_errors(findings) else plan,
        statistics=statistics,
        findings=tuple(findings),
        path=places(area.frame, points),
        photos=photos_at(area.frame, photos),
    )


def _clearance_remarks(request: SurveyRequest) -> list[Finding]:
    if not (request.holes or request.avoid) or request.clearance_m >= SAFE_CLEARANCE_M:
        return []
    message = (
        f"Legs pass zones at {request.clearance_m:g} m; corners and the receiver's error move a copter by up to {SAFE_CLEARANCE_M:g} m. "
        "Widen the clearance where a zone must not be touched."
    )
    return [Finding(Severity.WARNING, "clearance_small", None, message)]


def _remarks(statistics: SurveyStatistics, coverage: Coverage, plan: MissionPlan) -> list[Finding]:
    remarks = []
    if statistics.covered_share < 0.995:
        message = (
            f"{coverage.uncovered.area:,.0f} m2 ({100 * (1 - statistics.covered_share):.1f} %) of the area are in no photo: zones, "
            "the fence or narrow corners keep the vehicle away. Reduce the clearance or raise the altitude."
        )
        remarks.append(Finding(Severity.WARNING, "not_covered", None, message))
    if statistics.batteries > 1.0:
        message = (
            f"The flight needs about {statistics.energy_wh:.0f} Wh, {statistics.batteries:.1f} batteries of the assumed vehicle. "
            "Cut the area or plan a larger GSD."
        )
        remarks.append(Finding(Severity.WARNING, "energy", None, message))
    if len(plan.items) > USUAL_BOARD_ITEMS:
        message = (
            f"The plan has {len(plan.items)} items; many autopilot boards hold {USUAL_BOARD_ITEMS}. Cut the area or plan a larger GSD."
        )
        remarks.append(Finding(Severity.WARNING, "many_items", None, message))
    return remarks


def _survey_plan(request: SurveyRequest, numbers: _Numbers, frame: LocalFrame, flight: Flight) -> MissionPlan:
    fence = () if request.fence is None else (FencePolygon(request.fence),)
    zones = tuple(FencePolygon(ring, inclusion=False) for ring in request.avoid)
    return MissionPlan(
        name=request.name,
        home=request.home,
        cruise_speed_mps=round(numbers.speed_mps, 2),
        hover_speed_mps=round(numbers.speed_mps, 2),
        items=compile_items(flight, frame, speed_mps=numbers.speed_mps, home=request.home),
        geofence=Geofence(polygons=(*fence, *zones)),
        request=request,
    )


def _flight(route: Route, numbers: _Numbers) -> Flight:
    camera = EveryMetres(round(numbers.trigger_m, 3))
    return tuple(
        Leg(np.column_stack([part.points, np.full(len(part.points), numbers.altitude_m)]), camera if part.photographed else None)
        for part in route.parts
    )


def _rounded_down(value: float, steps: int) -> float:
    return float(np.floor(value * steps + 1e-6)) / steps


def _error(code: str, message: str) -> Finding:
    return Finding(Severity.ERROR, code, None, message)
