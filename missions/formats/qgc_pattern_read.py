"""Patterns of QGroundControl as our requests, so that they can be planned again and changed here.

Survey 4 and 5, CorridorScan 2, StructureScan 3 with CameraCalc 1 and 2. QGroundControl's spacings are kept: the overlaps follow from them
and from a camera of the catalogue. What a request has no word for is said. Sources: the plan file format of its developer guide, and what
its editor writes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from geo.primitives import LocalFrame, LonLat, MissionError
from missions.findings import Values
from missions.formats.json_node import JsonNode
from missions.formats.plan_format import Notes, note
from missions.formats.qgc_pattern_write import MANUAL_CAMERA
from missions.planning.camera import CameraModel
from missions.planning.camera_catalogue import CAMERA_MODELS
from missions.planning.gsd import camera_footprint
from missions.requests.patterns import CorridorRequest, StructureRequest
from missions.requests.request import DEFAULT_CAMERA, MAX_OVERLAP, PlanRequest
from missions.requests.survey import SurveyRequest

# Data sheets round: sensors and lenses that differ by less are the same.
_SAME_CAMERA = 0.01
# CameraCalc 2, DistanceMode: heights over home, over the sea; both others over the ground.
_RELATIVE, _AMSL = 1, 2


@dataclass(frozen=True, slots=True)
class Setting:
    """What the plan around a pattern says: home and what kind of vehicle flies."""

    home: LonLat | None
    home_amsl_m: float
    vehicle_type: str


@dataclass(frozen=True, slots=True)
class _Left:
    """What a request has no word for."""

    form: str
    text: str
    values: Values


def _left(form: str, text: str, **values: float | str) -> _Left:
    return _Left(form, text, values)


def request_of_pattern(node: JsonNode, setting: Setting, name: str, notes: Notes) -> PlanRequest | None:
    """None, with the reason in `notes`, for a pattern there is no request for or that is damaged. Never raises for what a file says."""
    kind = node.member("complexItemType").text()
    if kind not in _READERS:
        message = f"A '{kind:.40}' of QGroundControl is kept as it is: there is no such pattern to plan here."
        notes.append(note("pattern_unknown", message, pattern=f"{kind:.40}"))
        return None
    try:
        common, left_out = _common(node, setting, name, upright=kind == "StructureScan")
        request, more = _READERS[kind](node, common)
    except MissionError as refusal:
        message = f"The '{kind}' pattern is kept as it is and cannot be planned again: {refusal.message}"
        notes.append(note("pattern_kept", message, pattern=kind, why=refusal.message))
        return None
    for left in (*left_out, *more):
        message = f"Planned again, the '{kind}' pattern would lose or change: {left.text}."
        notes.append(note(left.form, message, pattern=kind, **left.values))
    return request


def _common(node: JsonNode, setting: Setting, name: str, *, upright: bool) -> tuple[dict[str, Any], list[_Left]]:
    """Members every request has, and what is not represented in them."""
    style = None if upright else node.member("TransectStyleComplexItem")
    calc = (node if style is None else style).member("CameraCalc")
    distance_m = _above(calc.member("DistanceToSurface"))
    along = calc.member("AdjustedFootprintSide" if upright else "AdjustedFootprintFrontal")
    beside = calc.member("AdjustedFootprintFrontal" if upright else "AdjustedFootprintSide")
    camera, overlaps, left_out = _camera(calc, distance_m, _above(along), _above(beside), upright=upright)
    common: dict[str, Any] = {
        "name": name,
        "camera": camera.id,
        "orientation": _orientation(calc),
        "front_overlap": overlaps[0],
        "side_overlap": overlaps[1],
        "home": setting.home,
        "vehicle": "plane" if setting.vehicle_type == "plane" else "copter",
    }
    if style is None:
        return common, left_out
    mode = _distance_mode(style, calc)
    if mode == _AMSL:
        text = f"its height of {distance_m:g} m above the sea, taken as above a home at {setting.home_amsl_m:g} m"
        left_out.append(_left("lost_sea_height", text, height=distance_m, home=setting.home_amsl_m))
        distance_m -= setting.home_amsl_m
        if distance_m <= 0.0:
            raise calc.member("DistanceToSurface").wrong(f"a height above home, which is at {setting.home_amsl_m:g} m")
    common["altitude_m"] = distance_m
    common["terrain"] = None if mode in (_RELATIVE, _AMSL) else "follow"
    for word, left in (
        ("HoverAndCapture", _left("lost_stops", "stopping for each photo")),
        ("CameraTriggerInTurnAround", _left("lost_turn_photos", "photos in the turns")),
    ):
        if style.has(word) and style.member(word).boolean():
            left_out.append(left)
    return common, left_out


def _distance_mode(style: JsonNode, calc: JsonNode) -> int:
    if calc.has("DistanceMode"):
        return calc.member("DistanceMode").whole()
    if style.has("FollowTerrain") and style.member("FollowTerrain").boolean():
        return 3
    relative = not calc.has("DistanceToSurfaceRelative") or calc.member("DistanceToSurfaceRelative").boolean()
    return _RELATIVE if relative else _AMSL


def _camera(
    calc: JsonNode, distance_m: float, along_m: float, beside_m: float, *, upright: bool
) -> tuple[CameraModel, tuple[float, float], list[_Left]]:
    """The camera of the catalogue with these numbers, or one that can keep the same spacings; front and side overlap."""
    same = _same_camera(calc)
    wished = [camera for camera in (same, CAMERA_MODELS[DEFAULT_CAMERA]) if camera is not None]
    for camera in (*wished, *CAMERA_MODELS.values()):
        footprint = camera_footprint(camera.mounted(_orientation(calc)), distance_m)
        onward_m, across_m = (footprint.across_m, footprint.along_m) if upright else (footprint.along_m, footprint.across_m)
        overlaps = round(1.0 - along_m / onward_m, 6), round(1.0 - beside_m / across_m, 6)
        if all(0.0 <= overlap <= MAX_OVERLAP for overlap in overlaps):
            text = f"its camera, for which {camera.name} stands at the same distances between photos and lines"
            return camera, overlaps, [] if camera is same else [_left("lost_camera", text, name=camera.name)]
    raise calc.wrong(f"photos each {along_m:g} m and lines each {beside_m:g} m that a camera at {distance_m:g} m can join")


def _orientation(calc: JsonNode) -> str:
    return "landscape" if not calc.has("Landscape") or calc.member("Landscape").boolean() else "portrait"


def _same_camera(calc: JsonNode) -> CameraModel | None:
    if calc.member("CameraName").text() == MANUAL_CAMERA or not calc.has("SensorWidth"):
        return None
    asked = [calc.member(word).number() for word in ("SensorWidth", "SensorHeight", "FocalLength", "ImageWidth", "ImageHeight")]
    for camera in CAMERA_MODELS.values():
        has = (camera.sensor_width_mm, camera.sensor_height_mm, camera.focal_length_mm, camera.image_width_px, camera.image_height_px)
        if all(abs(one - other) <= _SAME_CAMERA * other for one, other in zip(asked, has, strict=True)):
            return camera
    return None


def _survey(node: JsonNode, common: dict[str, Any]) -> tuple[PlanRequest, list[_Left]]:
    _version(node, (4, 5))
    style = node.member("TransectStyleComplexItem")
    crossed = style.has("Refly90Degrees") and style.member("Refly90Degrees").boolean()
    left_out: list[_Left] = []
    if style.has("TurnAroundDistance") and style.member("TurnAroundDistance").number() > 0.0:
        beyond_m = style.member("TurnAroundDistance").number()
        left_out.append(_left("lost_turn_arounds", f"its turn-arounds of {beyond_m:g} m outside the area", metres=beyond_m))
    if node.has("flyAlternateTransects") and node.member("flyAlternateTransects").boolean():
        left_out.append(_left("lost_line_order", "flying every other line first"))
    request = SurveyRequest(
        **common,
        polygon=_places(node.member("polygon"), 3),
        angle_deg=round(node.member("angle").number() % 360.0, 6),
        passes="crosshatch" if crossed else "single",
    )
    return request, left_out


def _corridor(node: JsonNode, common: dict[str, Any]) -> tuple[PlanRequest, list[_Left]]:
    _version(node, (2,))
    style = node.member("TransectStyleComplexItem")
    beyond_m = style.member("TurnAroundDistance").number() if style.has("TurnAroundDistance") else 0.0
    request = CorridorRequest(
        **common,
        axis=_places(node.member("polyline"), 2),
        width_m=_above(node.member("CorridorWidth")),
        overshoot_m=max(beyond_m, 0.0),
    )
    return request, []


def _structure(node: JsonNode, common: dict[str, Any]) -> tuple[PlanRequest, list[_Left]]:
    _version(node, (3,))
    outline = _places(node.member("polygon"), 3)
    frame = LocalFrame(outline[0])
    corners = [frame.offset_m(place) for place in outline]
    middle = tuple(sum(corner[axis] for corner in corners) / len(corners) for axis in (0, 1))
    radius_m = max(((corner[0] - middle[0]) ** 2 + (corner[1] - middle[1]) ** 2) ** 0.5 for corner in corners)
    layer_m = _above(node.member("CameraCalc").member("AdjustedFootprintFrontal"))
    bottom_m, height_m = node.member("ScanBottomAlt").number(), node.member("StructureHeight").number()
    layers = max(node.member("Layers").whole(), 1)
    from_top = node.member("StartFromTop").boolean()
    lowest_m = height_m - (layers - 0.5) * layer_m if from_top else bottom_m + 0.5 * layer_m
    left_out = [_left("lost_outline", "its outline, which is flown around in circles")]
    if node.member("GimbalPitch").number():
        pitch_deg = node.member("GimbalPitch").number()
        left_out.append(_left("lost_tilt", f"its camera tilted by {pitch_deg:g} degrees", degrees=pitch_deg))
    if from_top:
        left_out.append(_left("lost_top_first", "beginning at the top"))
    request = StructureRequest(
        **common,
        centre=frame.place(round(middle[0], 3), round(middle[1], 3)),
        structure_radius_m=round(radius_m, 3),
        distance_m=_above(node.member("CameraCalc").member("DistanceToSurface")),
        bottom_m=round(lowest_m, 3),
        top_m=round(lowest_m + (layers - 1) * layer_m, 3),
    )
    return request, left_out


_READERS = {"survey": _survey, "CorridorScan": _corridor, "StructureScan": _structure}
# Patterns there is a request for.
PLANNED_PATTERNS = frozenset(_READERS)


def _version(node: JsonNode, known: Iterable[int]) -> None:
    if node.member("version").whole() not in known:
        raise node.member("version").wrong(f"version {' or '.join(map(str, known))} of this pattern")


def _places(node: JsonNode, fewest: int) -> tuple[LonLat, ...]:
    places = []
    for vertex in node:
        parts = vertex.array()
        if len(parts) not in (2, 3):
            raise vertex.wrong("[latitude, longitude]")
        places.append(vertex.lonlat(parts[1], parts[0]))
    if len(places) < fewest:
        raise node.wrong(f"{fewest} places or more")
    return tuple(places)


def _above(node: JsonNode) -> float:
    number = node.number()
    if number <= 0.0:
        raise node.wrong("a number above zero")
    return number
