"""Area survey: from a request to a plan with its numbers, or to the reasons why there is none."""

from dataclasses import dataclass

import numpy as np

from geo.primitives import MissionError
from missions.findings import error, has_errors
from missions.planning.airspace_around import forbidden_zones
from missions.planning.area import SurveyArea, survey_area
from missions.planning.context import PlanContext, prepared
from missions.planning.coverage import EDGE_INSET_M, Coverage, CoverageTask
from missions.planning.finish import Extras, finished_flight
from missions.planning.flight import EveryMetres, Flight, Leg
from missions.planning.footprints import overlapping_share
from missions.planning.gsd import spacing_m
from missions.planning.lens import Lens, lens_of
from missions.planning.oblique import near_width_m, tilted_view
from missions.planning.passes import OBLIQUE_PITCH_DEG
from missions.planning.pattern_room import highest_m
from missions.planning.result import PlanResult, PlanStatistics
from missions.planning.room import FlightRoom, start_findings
from missions.planning.route import Route
from missions.planning.vehicle_kind import vehicle_of
from missions.requests.survey import SurveyRequest
from missions.wind import CALM

USUAL_SPEED_MPS = 10.0
# Beyond this a survey is many flights and belongs cut into parts; planning it would only cost time.
MAX_PHOTOS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyStatistics(PlanStatistics):
    """What belongs to lines over an area, beside the numbers of any flight. `oblique_gsd_cm`: near, middle, far in tilted photos."""

    area_m2: float
    gsd_cm: float
    covered_share: float
    lines: int
    angle_deg: float
    trigger_m: float
    line_spacing_m: float
    footprint_across_m: float
    footprint_along_m: float
    oblique_gsd_cm: tuple[float, float, float] | None = None


def plan_survey(request: SurveyRequest, context: PlanContext | None = None) -> PlanResult:
    """Never raises for what a person may enter: every reason is a finding with the value and the way out."""
    request, context = prepared(request, context or PlanContext())
    lens, findings = lens_of(request, context, usual_mps=USUAL_SPEED_MPS)
    vehicle = vehicle_of(request, context)
    speed_mps, up_m = (USUAL_SPEED_MPS, None) if lens is None else (lens.speed_mps, (lens.distance_m, highest_m(request, lens.distance_m)))
    forbidden = forbidden_zones(context, request.home, up_m)
    area, area_findings = survey_area(request, braking_m=vehicle.margin_m(speed_mps), forbidden=forbidden)
    findings += area_findings
    if area is not None:
        findings += start_findings(request, area.frame, area.target, area.anywhere)
    if lens is None or area is None or has_errors(findings):
        return PlanResult(None, None, tuple(findings))
    expected = area.target.area / (lens.spacing_m * lens.step_m)
    if expected > MAX_PHOTOS:
        message = (
            f"The area of {area.target.area / 1e6:.3g} km2 would need about {expected:,.0f} photos. Choose a larger GSD or cut the area."
        )
        return PlanResult(
            None,
            None,
            (*findings, error("too_many_photos", message, area.frame.origin, km2=round(area.target.area / 1e6, 2), photos=round(expected))),
        )
    task = CoverageTask(
        target=area.target,
        flyable=area.flyable,
        anywhere=area.anywhere,
        footprint=lens.footprint,
        line_spacing_m=lens.spacing_m,
        trigger_m=lens.step_m,
        speed_mps=lens.speed_mps,
        home=None if request.home is None else np.array(area.frame.offset_m(request.home)),
        heading_deg=request.angle_deg,
        tilted_spacing_m=_tilted_spacing_m(request, lens),
        wind=request.wind or CALM,
    )
    coverage = vehicle.coverage(task, request.passes)
    if coverage is None:
        blocked = vehicle.unreachable("Some part of the area", lens.speed_mps, area.frame.origin)
        return PlanResult(None, None, (*findings, blocked))
    return finished_flight(
        request,
        context,
        lens=lens,
        room=_room(area, task),
        flight=_flight_of(coverage.route, lens),
        findings=findings,
        extras=_extras(request, area, coverage, lens),
    )


def _room(area: SurveyArea, task: CoverageTask) -> FlightRoom:
    lines = area.anywhere.buffer(-EDGE_INSET_M / 2.0, join_style="mitre")
    return FlightRoom(area.frame, area.blocked, area.anywhere, lines, task.home)


def _flight_of(route: Route, lens: Lens) -> Flight:
    camera = EveryMetres(round(lens.step_m, 3))
    return tuple(
        Leg(
            np.column_stack([part.points, np.full(len(part.points), lens.distance_m)]),
            camera if part.photographed else None,
            gaze=part.gaze,
            way=not part.photographed,
        )
        for part in route.parts
    )


def _extras(request: SurveyRequest, area: SurveyArea, coverage: Coverage, lens: Lens) -> Extras:
    return Extras(
        ground=area.target,
        covered_share=round(coverage.covered_share, 5),
        area_m2=area.target.area,
        statistics=SurveyStatistics,
        numbers={
            "lines": len(coverage.route.lines),
            "angle_deg": round(coverage.heading_deg, 2),
            "trigger_m": round(lens.step_m, 3),
            "line_spacing_m": round(lens.spacing_m, 3),
            "footprint_across_m": round(lens.footprint.across_m, 2),
            "footprint_along_m": round(lens.footprint.along_m, 2),
            "oblique_gsd_cm": _oblique_gsd_cm(lens) if request.passes == "oblique" else None,
            "overlapping_share": round(overlapping_share(coverage.route, lens.footprint, lens.step_m, area.target), 4),
        },
    )


def _tilted_spacing_m(request: SurveyRequest, lens: Lens) -> float | None:
    """Between lines whose pictures are tilted: the side overlap is kept along the lower edge, where they are narrowest."""
    if request.passes != "oblique":
        return None
    return min(lens.spacing_m, spacing_m(near_width_m(lens.camera, lens.distance_m, OBLIQUE_PITCH_DEG), request.side_overlap))


def _oblique_gsd_cm(lens: Lens) -> tuple[float, float, float] | None:
    """None for a lens so wide that its tilted photos show the horizon."""
    try:
        view = tilted_view(lens.camera, lens.distance_m, OBLIQUE_PITCH_DEG)
    except MissionError:
        return None
    return round(view.near_gsd_m * 100.0, 4), round(view.centre_gsd_m * 100.0, 4), round(view.far_gsd_m * 100.0, 4)
