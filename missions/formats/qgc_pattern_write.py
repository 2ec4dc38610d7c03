"""Our area and corridor requests as QGroundControl's survey and corridor scan, which people edit there.

QGroundControl flies the `Items` of such a pattern as the file has them and draws them anew only when somebody changes the pattern. So the
items stand in it as they were planned. A request is written this way when QGroundControl could draw nearly the same: one heading (two
across each other with `Refly90Degrees`), one height above home, one distance between photos, a camera it can be told, nothing to fly
around. All else stays simple items, because a pattern edited there would then fly over what was kept free here.
Versions: survey 5, CorridorScan 2, TransectStyleComplexItem 1, CameraCalc 1, which QGroundControl reads since 4.0.
"""

import math
from dataclasses import dataclass
from typing import Any

from geo.primitives import LonLat
from missions.commands import Command, Frame
from missions.coverage.legs import PhotoLeg, photo_legs
from missions.formats.qgc_items import simple_json
from missions.plan import MissionItem, MissionPlan
from missions.planning.camera_catalogue import CAMERA_MODELS
from missions.planning.gsd import camera_footprint, ground_sample_distance_m, height_for_gsd_m, spacing_m
from missions.requests.patterns import CorridorRequest
from missions.requests.request import PlanRequest
from missions.requests.survey import SurveyRequest

CUSTOM_CAMERA, MANUAL_CAMERA = "Custom Camera", "Manual (no camera specs)"
# Lines of one pass may lie this far from its heading: corners are cut by less.
_SAME_HEADING_DEG = 3.0
_SAME_HEIGHT_M = 0.05


@dataclass(frozen=True, slots=True)
class OwnPattern:
    """`value` is the ComplexItem that stands for `count` items of the plan from index `first`."""

    first: int
    count: int
    value: dict[str, Any]


def own_pattern(plan: MissionPlan) -> OwnPattern | None:
    """The pattern of the plan's own request, None where QGroundControl's cannot stand for it."""
    request = plan.request
    if plan.complex_items or not isinstance(request, SurveyRequest | CorridorRequest) or not _plain(request):
        return None
    span = _span(plan.items)
    if span is None:
        return None
    items = plan.items[span[0] : span[1]]
    legs = photo_legs(MissionPlan(items=items))
    height_m = float(items[0].altitude_m or 0.0)
    camera = CAMERA_MODELS[request.camera].mounted(request.orientation)
    wished_m = request.altitude_m if request.gsd_cm is None else height_for_gsd_m(camera, request.gsd_cm / 100.0)
    if not legs or wished_m is None or abs(wished_m - height_m) > _SAME_HEIGHT_M:
        return None
    style = _style(request, items, legs, span[0])
    if isinstance(request, CorridorRequest):
        return OwnPattern(span[0], len(items), _corridor(request, style))
    heading_deg = _one_heading(legs, 90.0 if request.passes == "crosshatch" else 180.0)
    return None if heading_deg is None else OwnPattern(span[0], len(items), _survey(request, style, heading_deg))


def _plain(request: SurveyRequest | CorridorRequest) -> bool:
    """Nothing in the request that a pattern of QGroundControl has no word for."""
    if request.avoid or request.fence is not None or request.vehicles or request.sorties or request.terrain is not None:
        return False
    if isinstance(request, SurveyRequest) and (request.holes or request.passes == "oblique"):
        return False
    return request.camera in CAMERA_MODELS


def _span(items: tuple[MissionItem, ...]) -> tuple[int, int] | None:
    """Indices from the first waypoint to behind the last end of photos, when waypoints of one height and one distance are all there is."""
    first = next((index for index, item in enumerate(items) if item.command == Command.WAYPOINT), None)
    last = next((i for i in range(len(items) - 1, -1, -1) if items[i].command == Command.DO_SET_CAM_TRIGG_DIST), None)
    if first is None or last is None or last < first:
        return None
    inside = items[first : last + 1]
    if any(item.command not in (Command.WAYPOINT, Command.DO_SET_CAM_TRIGG_DIST) for item in inside):
        return None
    places = [item for item in inside if item.command == Command.WAYPOINT]
    if any(item.position is None or item.frame != Frame.GLOBAL_RELATIVE_ALT or item.params[0] for item in places):
        return None
    distances_m = {item.params[0] for item in inside if item.command == Command.DO_SET_CAM_TRIGG_DIST and item.params[0]}
    if len({item.altitude_m for item in places}) != 1 or len(distances_m) != 1 or inside[-1].params[0]:
        return None
    return first, last + 1


def _one_heading(legs: tuple[PhotoLeg, ...], turn_deg: float) -> float | None:
    """Heading of all lines, 0 to 180 degrees; lines turned by `turn_deg` to each other count as one heading. None when they differ."""
    turns = 360.0 / turn_deg
    east = sum(leg.length_m * math.sin(math.radians(leg.heading_deg * turns)) for leg in legs)
    north = sum(leg.length_m * math.cos(math.radians(leg.heading_deg * turns)) for leg in legs)
    mean_deg = math.degrees(math.atan2(east, north)) / turns
    for leg in legs:
        away_deg = (leg.heading_deg - mean_deg + turn_deg / 2.0) % turn_deg - turn_deg / 2.0
        if abs(away_deg) > _SAME_HEADING_DEG:
            return None
    # Of two headings across each other, the one flown first.
    first_deg = min((mean_deg + step * turn_deg for step in range(int(turns))), key=lambda deg: _between_deg(deg, legs[0].heading_deg))
    return round(first_deg % 180.0, 3) % 180.0


def _between_deg(a: float, b: float) -> float:
    return abs((a - b + 90.0) % 180.0 - 90.0)


def _style(request: PlanRequest, items: tuple[MissionItem, ...], legs: tuple[PhotoLeg, ...], first: int) -> dict[str, Any]:
    height_m = float(items[0].altitude_m or 0.0)
    camera = CAMERA_MODELS[request.camera]
    footprint = camera_footprint(camera.mounted(request.orientation), height_m)
    return {
        "CameraCalc": {
            "AdjustedFootprintFrontal": legs[0].spacing_m,
            "AdjustedFootprintSide": spacing_m(footprint.across_m, request.side_overlap),
            "CameraName": CUSTOM_CAMERA,
            "DistanceToSurface": height_m,
            "DistanceToSurfaceRelative": True,
            "FixedOrientation": False,
            "FocalLength": camera.focal_length_mm,
            "FrontalOverlap": request.front_overlap * 100.0,
            "ImageDensity": ground_sample_distance_m(camera, height_m) * 100.0,
            "ImageHeight": camera.image_height_px,
            "ImageWidth": camera.image_width_px,
            "Landscape": request.orientation == "landscape",
            "MinTriggerInterval": camera.min_interval_s,
            "SensorHeight": camera.sensor_height_mm,
            "SensorWidth": camera.sensor_width_mm,
            "SideOverlap": request.side_overlap * 100.0,
            "ValueSetIsDistance": request.gsd_cm is None,
            "version": 1,
        },
        "CameraShots": sum(len(leg.along_m) for leg in legs),
        "CameraTriggerInTurnAround": False,
        "FollowTerrain": False,
        "HoverAndCapture": False,
        "Items": [simple_json(item, first + number) for number, item in enumerate(items, start=1)],
        "Refly90Degrees": isinstance(request, SurveyRequest) and request.passes == "crosshatch",
        "TurnAroundDistance": request.overshoot_m if isinstance(request, CorridorRequest) else 0.0,
        "VisualTransectPoints": [_lat_lon(item.position) for item in items if item.position is not None],
        "version": 1,
    }


def _survey(request: SurveyRequest, style: dict[str, Any], heading_deg: float) -> dict[str, Any]:
    return {
        "TransectStyleComplexItem": style,
        "angle": heading_deg,
        "complexItemType": "survey",
        "entryLocation": 0,
        "flyAlternateTransects": False,
        "polygon": [_lat_lon(place) for place in request.polygon],
        "splitConcavePolygons": False,
        "type": "ComplexItem",
        "version": 5,
    }


def _corridor(request: CorridorRequest, style: dict[str, Any]) -> dict[str, Any]:
    return {
        "CorridorWidth": request.width_m,
        "EntryPoint": 0,
        "TransectStyleComplexItem": style,
        "complexItemType": "CorridorScan",
        "polyline": [_lat_lon(place) for place in request.axis],
        "type": "ComplexItem",
        "version": 2,
    }


def _lat_lon(place: LonLat) -> list[float]:
    return [place.lat_deg, place.lon_deg]
