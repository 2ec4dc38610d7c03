"""Area survey: from a request to a plan with its numbers, or to the reasons why there is none."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.primitives import LonLat
from missions.commands import Command, Frame
from missions.findings import Finding, Severity, has_errors
from missions.plan import FencePolygon, Geofence, MissionItem, MissionPlan
from missions.planning.area import SurveyArea, path_length_in_m, survey_area
from missions.planning.camera import CameraModel
from missions.planning.checks import check_plan
from missions.planning.context import PlanContext
from missions.planning.coverage import Coverage, CoverageTask, plan_coverage
from missions.planning.endurance import CopterDynamics, EnergyModel, estimate_flight
from missions.planning.gsd import camera_footprint, ground_sample_distance_m, height_for_gsd_m, spacing_m
from missions.planning.route import Route
from missions.survey_request import SurveyRequest

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


@dataclass(frozen=True, slots=True)
class SurveyStatistics:
    """Numbers of one survey. Distance, time and energy include the way from and to home when home is known."""

    distance_m: float
    duration_s: float
    photos: int
    area_m2: float
    lines: int
    gsd_cm: float
    altitude_m: float
    angle_deg: float
    covered_share: float
    speed_mps: float
    energy_wh: float
    batteries: float
    trigger_m: float
    line_spacing_m: float
    footprint_across_m: float
    footprint_along_m: float
    in_zones_m: float

    def to_json(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """`plan` and `statistics` are None when a finding is an error. `path` begins and ends at home when home is known."""

    plan: MissionPlan | None
    statistics: SurveyStatistics | None
    findings: tuple[Finding, ...]
    path: tuple[LonLat, ...] = ()
    photos: tuple[LonLat, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The preview object of the HTTP interface."""
        return {
            "path": _feature("LineString", self.path),
            "photos": _feature("MultiPoint", self.photos),
            "statistics": None if self.statistics is None else self.statistics.to_json(),
            "findings": [finding.to_json() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class _Numbers:
    camera: CameraModel
    altitude_m: float
    speed_mps: float
    trigger_m: float
    line_spacing_m: float


def plan_survey(request: SurveyRequest, context: PlanContext | None = None) -> SurveyResult:
    """Never raises for what a person may enter: every reason is a finding with the value and the way out."""
    context = context or PlanContext()
    numbers, findings = _numbers(request, context)
    dynamics = CopterDynamics()
    speed_mps = DEFAULT_SPEED_MPS if numbers is None else numbers.speed_mps
    area, area_findings = survey_area(request, braking_m=speed_mps**2 / (2.0 * dynamics.acceleration_mps2))
    findings += area_findings
    if numbers is None or area is None or has_errors(findings):
        return SurveyResult(None, None, tuple(findings))
    expected = area.target.area / (numbers.line_spacing_m * numbers.trigger_m)
    if expected > MAX_PHOTOS:
        message = (
            f"The area of {area.target.area / 1e6:.3g} km2 would need about {expected:,.0f} photos. Choose a larger GSD or cut the area."
        )
        return SurveyResult(None, None, (*findings, _error("too_many_photos", message)))
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
        return SurveyResult(None, None, (*findings, _error("unreachable", message)))
    return _result(request, numbers, area, coverage, findings=findings, energy=context.energy)


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
    fastest_mps = trigger_m / camera.min_interval_s
    speed_mps = min(DEFAULT_SPEED_MPS, _rounded_down(fastest_mps, 100)) if request.speed_mps is None else request.speed_mps
    if speed_mps > MAX_SPEED_MPS:
        return None, [_error("speed", f"Speed {speed_mps:g} m/s is above {MAX_SPEED_MPS:g} m/s. Choose a lower one.")]
    if speed_mps > fastest_mps * (1.0 + 1e-9):
        message = (
            f"{camera.name} needs {camera.min_interval_s:g} s between photos; one each {trigger_m:.1f} m at {speed_mps:g} m/s "
            f"leaves {trigger_m / speed_mps:.2f} s. Fly at {_rounded_down(fastest_mps, 10):.1f} m/s or slower, or lower the front overlap."
        )
        return None, [_error("camera_too_slow", message)]
    return _Numbers(camera, altitude_m, speed_mps, trigger_m, line_m), findings


def _result(
    request: SurveyRequest, numbers: _Numbers, area: SurveyArea, coverage: Coverage, *, findings: list[Finding], energy: EnergyModel
) -> SurveyResult:
    plan = _survey_plan(request, numbers, area, coverage.route)
    points = coverage.route.points
    estimate = estimate_flight(points, numbers.altitude_m, numbers.speed_mps, energy=energy)
    footprint = camera_footprint(numbers.camera, numbers.altitude_m)
    statistics = SurveyStatistics(
        distance_m=round(estimate.distance_m, 1),
        duration_s=round(estimate.duration_s, 1),
        photos=len(coverage.photos),
        area_m2=round(area.target.area, 1),
        lines=len(coverage.route.lines),
        gsd_cm=round(ground_sample_distance_m(numbers.camera, numbers.altitude_m) * 100.0, 4),
        altitude_m=round(numbers.altitude_m, 3),
        angle_deg=round(coverage.heading_deg, 2),
        covered_share=round(coverage.covered_share, 5),
        speed_mps=round(numbers.speed_mps, 3),
        energy_wh=round(estimate.energy_wh, 1),
        batteries=round(estimate.energy_wh / energy.usable_wh, 2),
        trigger_m=round(numbers.trigger_m, 3),
        line_spacing_m=round(numbers.line_spacing_m, 3),
        footprint_across_m=round(footprint.across_m, 2),
        footprint_along_m=round(footprint.along_m, 2),
        in_zones_m=round(path_length_in_m(area.blocked, points.tolist()), 3),
    )
    # That home is unknown was said already, with what follows from it.
    checked = [finding for finding in check_plan(plan) if finding.code != "home_unknown"]
    findings = [*findings, *_clearance_remarks(request), *_remarks(statistics, coverage, plan), *checked]
    return SurveyResult(
        plan=None if has_errors(findings) else plan,
        statistics=statistics,
        findings=tuple(findings),
        path=_places(area, points),
        photos=_places(area, coverage.photos),
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


def _survey_plan(request: SurveyRequest, numbers: _Numbers, area: SurveyArea, route: Route) -> MissionPlan:
    altitude_m = round(numbers.altitude_m, 2)
    items = [
        MissionItem(Command.TAKEOFF, altitude_m=altitude_m),
        # Parameters: 1 = ground speed, speed, throttle unchanged.
        MissionItem(Command.DO_CHANGE_SPEED, Frame.MISSION, (1.0, round(numbers.speed_mps, 2), -1.0, 0.0)),
    ]
    reached: LonLat | None = request.home
    for part in route.parts:
        places = _places(area, part.points)
        # The last point of a way is the first one of the line after it, or home, which return-to-launch flies to by itself.
        for place in places[:1] if part.photographed else places[1:-1]:
            if place != reached:
                items.append(_waypoint(place, altitude_m))
                reached = place
        if part.photographed:
            items += [_trigger(round(numbers.trigger_m, 3)), *(_waypoint(place, altitude_m) for place in places[1:]), _trigger(0.0)]
            reached = places[-1]
    items.append(MissionItem(Command.RETURN_TO_LAUNCH, Frame.MISSION))
    fence = () if request.fence is None else (FencePolygon(request.fence),)
    zones = tuple(FencePolygon(ring, inclusion=False) for ring in request.avoid)
    return MissionPlan(
        name=request.name,
        home=request.home,
        cruise_speed_mps=round(numbers.speed_mps, 2),
        hover_speed_mps=round(numbers.speed_mps, 2),
        items=tuple(items),
        geofence=Geofence(polygons=(*fence, *zones)),
        survey=request,
    )


def _waypoint(place: LonLat, altitude_m: float) -> MissionItem:
    return MissionItem(Command.WAYPOINT, position=place, altitude_m=altitude_m)


def _trigger(distance_m: float) -> MissionItem:
    """Parameters: distance, shutter time 0 = ignored, one picture at once. Distance 0 stops; no picture then."""
    return MissionItem(Command.DO_SET_CAM_TRIGG_DIST, Frame.MISSION, (distance_m, 0.0, 1.0 if distance_m else 0.0, 0.0))


def _places(area: SurveyArea, points_m: NDArray[np.float64]) -> tuple[LonLat, ...]:
    """Rounded to 1e-7 degrees, the step of the wire: what is checked and hashed is what the vehicle gets."""
    return tuple(LonLat(round(float(lon), 7), round(float(lat), 7)) for lon, lat in area.frame.to_lonlat_deg(points_m))


def _rounded_down(value: float, steps: int) -> float:
    return float(np.floor(value * steps + 1e-6)) / steps


def _feature(kind: str, places: tuple[LonLat, ...]) -> dict[str, Any]:
    return {"type": "Feature", "properties": {}, "geometry": {"type": kind, "coordinates": [list(p.as_tuple()) for p in places]}}


def _error(code: str, message: str) -> Finding:
    return Finding(Severity.ERROR, code, None, message)
