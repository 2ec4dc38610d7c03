"""Area survey: from a request to a plan with its numbers, or to the reasons why there is none."""

from dataclasses import dataclass, replace

import numpy as np
import shapely

from geo.primitives import LocalFrame, LonLat
from missions.findings import Finding, Severity, error, has_errors
from missions.plan import FencePolygon, Geofence, MissionPlan
from missions.planning.airspace_around import forbidden_zones
from missions.planning.area import SurveyArea, path_length_in_m, survey_area
from missions.planning.camera import CameraModel
from missions.planning.checks import check_plan
from missions.planning.context import PlanContext
from missions.planning.coverage import Coverage, CoverageTask
from missions.planning.endurance import CopterDynamics, FlightEstimate, estimate_flight, leg_speeds_mps
from missions.planning.flight import Flight, photos_of
from missions.planning.footprints import overlapping_share
from missions.planning.gsd import camera_footprint, ground_sample_distance_m, height_for_gsd_m, sharp_speed_mps, spacing_m
from missions.planning.items import compile_items
from missions.planning.passes import plan_passes
from missions.planning.result import PlanResult, PlanStatistics, Sortie, photos_at, places
from missions.planning.survey_sorties import SurveyFlights, flight_of
from missions.requests.survey import SurveyRequest
from missions.terrain.planned import ground_numbers, over_ground, spread_numbers
from missions.terrain.spread import resolution_spread
from missions.wind import CALM

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
LEAST_GROUND_SPEED_MPS = 1.0
# The local frame is true so far.
MAX_WAY_M = 20_000.0
# A full-size JPEG of ground: 8 to 9 MB for 20 million pixels.
BYTES_PER_PIXEL = 0.45


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
    if request.home is None and request.vehicles:
        request = replace(request, home=request.vehicles[0].home)
    if request.reserve is not None:
        context = replace(context, energy=replace(context.energy, reserve=request.reserve))
    numbers, findings = _numbers(request, context)
    dynamics = CopterDynamics()
    speed_mps = DEFAULT_SPEED_MPS if numbers is None else numbers.speed_mps
    altitude_m = None if numbers is None else numbers.altitude_m
    forbidden = forbidden_zones(context, request.home, altitude_m)
    area, area_findings = survey_area(request, braking_m=speed_mps**2 / (2.0 * dynamics.acceleration_mps2), forbidden=forbidden)
    findings += area_findings
    if area is not None:
        findings += _start_findings(request, area)
    if numbers is None or area is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    expected = area.target.area / (numbers.line_spacing_m * numbers.trigger_m)
    if expected > MAX_PHOTOS:
        message = (
            f"The area of {area.target.area / 1e6:.3g} km2 would need about {expected:,.0f} photos. Choose a larger GSD or cut the area."
        )
        return PlanResult(None, None, (*findings, error("too_many_photos", message)))
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
        wind=request.wind or CALM,
    )
    coverage = plan_passes(task, request.passes)
    if coverage is None:
        message = (
            "Some part of the area cannot be reached without entering a zone or leaving the fence. Widen the passage or drop that part."
        )
        return PlanResult(None, None, (*findings, error("unreachable", message)))
    if request.wind is not None:
        slowest = leg_speeds_mps(coverage.route.points, numbers.speed_mps, dynamics, request.wind)
        if slowest.min() < LEAST_GROUND_SPEED_MPS:
            message = (
                f"Against the wind of {request.wind.speed_mps:g} m/s from {request.wind.from_deg:g} degrees some legs would be flown at "
                f"{slowest.min():.1f} m/s; the vehicle holds {dynamics.fastest_air_mps:g} m/s through the air. Wait for less wind."
            )
            return PlanResult(None, None, (*findings, error("wind", message)))
    return _result(request, numbers, area, coverage, findings=findings, context=context)


def _start_findings(request: SurveyRequest, area: SurveyArea) -> list[Finding]:
    """Vehicles that start where they may not be."""
    findings = []
    for number, start in enumerate(request.vehicles, start=1):
        place = area.frame.offset_m(start.home)
        away_m = float(shapely.Point(place).distance(area.target))
        if away_m > MAX_WAY_M:
            message = f"Home of vehicle {number} is {away_m / 1000:.0f} km from the area. Move it to where the vehicle starts."
            findings.append(error("home_far", message))
        elif not area.anywhere.covers(shapely.Point(place)):
            message = (
                f"Home of vehicle {number} at {start.home.lat_deg:.6f}, {start.home.lon_deg:.6f} lies inside an avoid zone, outside the "
                "fence or far aside. Move it, or change the zone or the fence."
            )
            findings.append(error("home_blocked", message))
    return findings


def _numbers(request: SurveyRequest, context: PlanContext) -> tuple[_Numbers | None, list[Finding]]:
    findings: list[Finding] = []
    camera = context.cameras.get(request.camera)
    if camera is None:
        known = ", ".join(sorted(context.cameras))
        findings.append(error("camera_unknown", f"There is no camera '{request.camera}'. Choose one of: {known}."))
    for word, overlap in (("Front", request.front_overlap), ("Side", request.side_overlap)):
        if not 0.0 <= overlap <= MAX_OVERLAP:
            findings.append(error("overlap", f"{word} overlap {overlap:g} is not between 0 and {MAX_OVERLAP:g}. 0.75 means 75 %."))
    if (request.gsd_cm is None) == (request.altitude_m is None):
        findings.append(error("gsd_or_altitude", "Give either the ground sample distance or the altitude."))
    for word, value in (("Ground sample distance", request.gsd_cm), ("Altitude", request.altitude_m), ("Speed", request.speed_mps)):
        if value is not None and not 0.0 < value < float("inf"):
            findings.append(error("not_positive", f"{word} {value:g} is not above zero. Give a positive number."))
    if not 0.0 <= request.clearance_m < 10_000.0:
        findings.append(error("clearance", f"Clearance {request.clearance_m:g} m is not between 0 and 10000 m."))
    if request.angle_deg is not None and not abs(request.angle_deg) <= 360.0:
        findings.append(error("angle", f"Angle {request.angle_deg:g} is not within 360 degrees. Give the heading of the lines or 'auto'."))
    if camera is None or findings:
        return None, findings
    altitude_m = float(request.altitude_m) if request.altitude_m is not None else height_for_gsd_m(camera, (request.gsd_cm or 0.0) / 100.0)
    if not MIN_ALTITUDE_M <= altitude_m <= MAX_ALTITUDE_M:
        low, high = (ground_sample_distance_m(camera, limit) * 100.0 for limit in (MIN_ALTITUDE_M, MAX_ALTITUDE_M))
        message = (
            f"{camera.name} would have to fly at {altitude_m:.4g} m; {MIN_ALTITUDE_M:g} to {MAX_ALTITUDE_M:g} m can be planned. "
            f"Choose a GSD between {low:.2g} and {high:.3g} cm."
        )
        return None, [error("altitude", message)]
    footprint = camera_footprint(camera, altitude_m)
    trigger_m, line_m = spacing_m(footprint.along_m, request.front_overlap), spacing_m(footprint.across_m, request.side_overlap)
    # The plan holds millimetres and centimetres a second; rounded down, neither overlap nor interval is short.
    trigger_m = _rounded_down(trigger_m, 1000)
    sharp_mps = sharp_speed_mps(camera, ground_sample_distance_m(camera, altitude_m))
    fastest_mps = trigger_m / camera.min_interval_s
    speed_mps = min(DEFAULT_SPEED_MPS, _rounded_down(min(fastest_mps, sharp_mps), 100)) if request.speed_mps is None else request.speed_mps
    if speed_mps > MAX_SPEED_MPS:
        return None, [error("speed", f"Speed {speed_mps:g} m/s is above {MAX_SPEED_MPS:g} m/s. Choose a lower one.")]
    if speed_mps > fastest_mps * (1.0 + 1e-9):
        message = (
            f"{camera.name} needs {camera.min_interval_s:g} s between photos; one each {trigger_m:.1f} m at {speed_mps:g} m/s "
            f"leaves {trigger_m / speed_mps:.2f} s. Fly at {_rounded_down(fastest_mps, 10):.1f} m/s or slower, or lower the front overlap."
        )
        return None, [error("camera_too_slow", message)]
    if speed_mps > sharp_mps * (1.0 + 1e-9):
        message = (
            f"At {speed_mps:g} m/s the ground moves {speed_mps / sharp_mps:.1f} pixels while {camera.name} exposes for "
            f"1/{1.0 / camera.exposure_s:.0f} s. Fly at {_rounded_down(sharp_mps, 10):.1f} m/s or slower, or choose a larger GSD."
        )
        return None, [error("motion_blur", message)]
    return _Numbers(camera, altitude_m, speed_mps, trigger_m, line_m), findings


def _result(
    request: SurveyRequest, numbers: _Numbers, area: SurveyArea, coverage: Coverage, *, findings: list[Finding], context: PlanContext
) -> PlanResult:
    energy, wind = context.energy, request.wind or CALM
    over = over_ground(
        flight_of(coverage.route, numbers.altitude_m, numbers.trigger_m),
        area.frame,
        context.heights,
        request,
        home=request.home,
        speed_mps=numbers.speed_mps,
        energy=energy,
    )
    if has_errors(over.findings):
        return PlanResult(None, None, (*findings, *over.findings))
    flight = over.flight
    plan = _survey_plan(request, numbers, area.frame, flight, home=request.home, name=request.name)
    points = coverage.route.points
    estimate = estimate_flight(points, numbers.altitude_m, numbers.speed_mps, energy=energy, wind=wind)
    sorties: tuple[Sortie, ...] = ()
    if request.sorties or len(request.vehicles) > 1:
        flights = _survey_flights(request, numbers, area, context)
        sorties, routes, split_findings = flights.split(coverage.route)
        findings += split_findings
        if has_errors(findings):
            return PlanResult(None, None, tuple(findings))
        points, plan = np.vstack([route.points for route in routes]), sorties[0].plan
        estimate = FlightEstimate(*(sum(getattr(sortie, name) for sortie in sorties) for name in ("distance_m", "duration_s", "energy_wh")))
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
        data_bytes=round(len(coverage.photos) * numbers.camera.image_width_px * numbers.camera.image_height_px * BYTES_PER_PIXEL),
        overlapping_share=round(overlapping_share(coverage.route, footprint, numbers.trigger_m, area.target), 4),
        sorties=max(len(sorties), 1),
        largest_sortie_s=max((sortie.duration_s for sortie in sorties), default=round(estimate.duration_s + over.extra_s, 1)),
        **ground,
    )
    # That home is unknown was said already, with what follows from it.
    plans = [sortie.plan for sortie in sorties] or [plan]
    checked = [finding for one in plans for finding in check_plan(one) if finding.code != "home_unknown"]
    findings = [*findings, *over.findings, *ground_findings, *_clearance_remarks(request), *_remarks(statistics, coverage, plans), *checked]
    return PlanResult(
        plan=None if has_errors(findings) else plan,
        statistics=statistics,
        findings=tuple(findings),
        path=places(area.frame, points),
        photos=photos_at(area.frame, photos),
        sorties=sorties,
    )


def _clearance_remarks(request: SurveyRequest) -> list[Finding]:
    if not (request.holes or request.avoid) or request.clearance_m >= SAFE_CLEARANCE_M:
        return []
    message = (
        f"Legs pass zones at {request.clearance_m:g} m; corners and the receiver's error move a copter by up to {SAFE_CLEARANCE_M:g} m. "
        "Widen the clearance where a zone must not be touched."
    )
    return [Finding(Severity.WARNING, "clearance_small", None, message)]


def _remarks(statistics: SurveyStatistics, coverage: Coverage, plans: list[MissionPlan]) -> list[Finding]:
    remarks = []
    if statistics.covered_share < 0.995:
        message = (
            f"{coverage.uncovered.area:,.0f} m2 ({100 * (1 - statistics.covered_share):.1f} %) of the area are in no photo: zones, "
            "the fence or narrow corners keep the vehicle away. Reduce the clearance or raise the altitude."
        )
        remarks.append(Finding(Severity.WARNING, "not_covered", None, message))
    if statistics.batteries > statistics.sorties:
        message = (
            f"The flight needs about {statistics.energy_wh:.0f} Wh, {statistics.batteries:.1f} batteries of the assumed vehicle. "
            "Let it be cut into sorties, cut the area or plan a larger GSD."
        )
        remarks.append(Finding(Severity.WARNING, "energy", None, message))
    items = max(len(plan.items) for plan in plans)
    if items > USUAL_BOARD_ITEMS:
        message = f"The plan has {items} items; many autopilot boards hold {USUAL_BOARD_ITEMS}. Cut the area or plan a larger GSD."
        remarks.append(Finding(Severity.WARNING, "many_items", None, message))
    return remarks


def _survey_flights(request: SurveyRequest, numbers: _Numbers, area: SurveyArea, context: PlanContext) -> SurveyFlights:
    def plan_of(flight: Flight, home: LonLat, name: str) -> MissionPlan:
        over = over_ground(
            flight,
            area.frame,
            context.heights,
            request,
            home=home,
            speed_mps=numbers.speed_mps,
            energy=context.energy,
        )
        return _survey_plan(request, numbers, area.frame, over.flight, home=home, name=name)

    return SurveyFlights(
        request=request,
        frame=area.frame,
        anywhere=area.anywhere,
        trigger_m=numbers.trigger_m,
        altitude_m=numbers.altitude_m,
        speed_mps=numbers.speed_mps,
        energy=context.energy,
        dynamics=CopterDynamics(),
        plan_of=plan_of,
    )


def _survey_plan(
    request: SurveyRequest, numbers: _Numbers, frame: LocalFrame, flight: Flight, *, home: LonLat | None, name: str
) -> MissionPlan:
    fence = () if request.fence is None else (FencePolygon(request.fence),)
    zones = tuple(FencePolygon(ring, inclusion=False) for ring in request.avoid)
    return MissionPlan(
        name=name,
        home=home,
        cruise_speed_mps=round(numbers.speed_mps, 2),
        hover_speed_mps=round(numbers.speed_mps, 2),
        items=compile_items(flight, frame, speed_mps=numbers.speed_mps, home=home),
        geofence=Geofence(polygons=(*fence, *zones)),
        request=request,
    )


def _rounded_down(value: float, steps: int) -> float:
    return float(np.floor(value * steps + 1e-6)) / steps
