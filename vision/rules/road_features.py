"""Features of a scene file read into a `RoadScene`; what a rule could misread is refused with the feature and the way out."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.primitives import LocalFrame, VisionError
from vision.rules.ground_path import SIZES, Vector
from vision.rules.road_scene import (
    AREA_KINDS,
    ForbiddenTurn,
    Gate,
    Lane,
    RailCrossing,
    RoadArea,
    RoadScene,
    Schedule,
    SolidLine,
    StopLine,
)
from vision.rules.terms import EVERYBODY_ALWAYS, Terms, terms_of
from vision.scene import SceneFeature

CLEAR_M = 8.0  # past the stop line: where the conflict area is taken to end when the scene does not say


class _Properties(BaseModel):
    """Properties a rule reads; others are kept for those who know them."""

    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    legal_order: str | None = None


class _LaneProperties(_Properties):
    heading_deg: float
    speed_limit_kmh: float | None = Field(None, gt=0, le=200)


class _GateProperties(_Properties):
    heading_deg: float


class _StopLineProperties(_GateProperties):
    signal: str | None = None
    clear_m: float = Field(CLEAR_M, gt=0, le=100, description="Metres past the line at which the conflict area ends")


class _AreaProperties(_Properties):
    applies_to: list[str] | None = Field(None, min_length=1)


class _TurnProperties(_Properties):
    entry: str
    exit: str


class _RailCrossingProperties(_Properties):
    signal: str


P = TypeVar("P", bound=_Properties)


class _Cycle(BaseModel):
    model_config = ConfigDict(extra="forbid")

    green_s: float = Field(gt=0)
    yellow_s: float = Field(3.0, ge=0)
    red_s: float = Field(gt=0)
    offset_s: float = 0.0


class _SignalProperties(_Properties):
    schedule: _Cycle | None = None


def road_scene(features: Sequence[SceneFeature], local: LocalFrame) -> RoadScene:
    """Raises: `VisionError` naming the feature that cannot be judged by, and why."""
    signals = {name: schedule for name, schedule in (_signal(number, one) for number, one in _of("signal", features)) if schedule}
    edges = tuple(_gate(number, one, local) for number, one in _of("turn_edge", features))
    names = frozenset(edge.id for edge in edges)
    return RoadScene(
        local,
        tuple(_lane(number, one, local) for number, one in _of("lane", features)),
        tuple(_stop_line(number, one, local, signals) for number, one in _of("stop_line", features)),
        tuple(_solid_line(number, one, local) for number, one in _of("solid_line", features)),
        tuple(_area(kind, number, one, local) for kind in AREA_KINDS for number, one in _of(kind, features)),
        edges,
        tuple(_turn(number, one, names) for number, one in _of("forbidden_turn", features)),
        tuple(_rail_crossing(number, one, local, signals) for number, one in _of("rail_crossing", features)),
        _terms(features),
    )


def _terms(features: Sequence[SceneFeature]) -> Mapping[str, Terms]:
    """Of the features that have any, by id. A signal's `schedule` is its cycle, and no term."""
    found: dict[str, Terms] = {}
    for number, feature in enumerate(features):
        told = feature.properties or {}
        if told["kind"] == "signal" or (told.get("schedule") is None and told.get("excluded") is None):
            continue
        name = str(told.get("id") or f"{told['kind']}-{number}")
        for what in ("schedule", "excluded"):
            if not isinstance(told.get(what), dict | None):
                raise _unusable(number, f"its {what} is no object with names", "Correct the property.")
        terms = terms_of(told.get("schedule"), told.get("excluded"), of=f"feature {number} ('{name}')")
        if terms != EVERYBODY_ALWAYS:
            found[name] = terms
    return found


def _of(kind: str, features: Sequence[SceneFeature]) -> list[tuple[int, SceneFeature]]:
    return [(number, one) for number, one in enumerate(features) if (one.properties or {})["kind"] == kind]


def _lane(number: int, feature: SceneFeature, local: LocalFrame) -> Lane:
    told = _read(_LaneProperties, number, feature)
    limit = None if told.speed_limit_kmh is None else told.speed_limit_kmh / 3.6
    return Lane(_name(told, "lane", number), _polygon(number, feature, local), _unit(told.heading_deg), limit, told.legal_order)


def _gate(number: int, feature: SceneFeature, local: LocalFrame) -> Gate:
    told = _read(_GateProperties, number, feature)
    return Gate(_name(told, "turn_edge", number), *_across(told, number, feature, local))


def _stop_line(number: int, feature: SceneFeature, local: LocalFrame, signals: dict[str, Schedule]) -> StopLine:
    told = _read(_StopLineProperties, number, feature)
    signal = None if told.signal is None else signals.get(told.signal)
    ends_m, ahead = _across(told, number, feature, local)
    return StopLine(_name(told, "stop_line", number), ends_m, ahead, signal, told.clear_m, told.legal_order)


def _across(told: _GateProperties, number: int, feature: SceneFeature, local: LocalFrame) -> tuple[Vector, Vector]:
    """Both ends of a line across the road, and the direction of its traffic."""
    way = _points(number, feature, "LineString", local)
    ahead = _unit(told.heading_deg)
    across = way[-1] - way[0]
    if abs(float(across @ ahead)) > 0.7 * float(np.hypot(*across)):
        raise _unusable(number, "its heading_deg runs along the line, not across it", "Give the heading of the traffic that crosses it.")
    return way[[0, -1]], ahead


def _turn(number: int, feature: SceneFeature, edges: frozenset[str]) -> ForbiddenTurn:
    told = _read(_TurnProperties, number, feature)
    for edge in (told.entry, told.exit):
        if edge not in edges:
            raise _unusable(number, f"there is no turn_edge '{edge}'", "Draw it, or name one of the scene.")
    if told.entry == told.exit:
        raise _unusable(number, f"its entry and its exit are both '{told.entry}'", "Draw one edge for each direction of a road.")
    return ForbiddenTurn(_name(told, "forbidden_turn", number), told.entry, told.exit, told.legal_order)


def _rail_crossing(number: int, feature: SceneFeature, local: LocalFrame, signals: dict[str, Schedule]) -> RailCrossing:
    told = _read(_RailCrossingProperties, number, feature)
    if told.signal not in signals:
        raise _unusable(number, f"its signal '{told.signal}' has no schedule in this scene", "Add the signal with its schedule.")
    name = _name(told, "rail_crossing", number)
    return RailCrossing(name, _polygon(number, feature, local), signals[told.signal], told.legal_order)


def _solid_line(number: int, feature: SceneFeature, local: LocalFrame) -> SolidLine:
    told = _read(_Properties, number, feature)
    way = shapely.LineString(_points(number, feature, "LineString", local))
    return SolidLine(_name(told, "solid_line", number), way, told.legal_order)


def _area(kind: str, number: int, feature: SceneFeature, local: LocalFrame) -> RoadArea:
    told = _read(_AreaProperties, number, feature)
    unknown = [name for name in told.applies_to or () if name not in SIZES]
    if unknown:
        raise _unusable(number, f"its applies_to names '{unknown[0]}'", f"Classes: {', '.join(SIZES)}.")
    applies_to = None if told.applies_to is None else frozenset(told.applies_to)
    return RoadArea(_name(told, kind, number), kind, _polygon(number, feature, local), told.legal_order, applies_to)


def _signal(number: int, feature: SceneFeature) -> tuple[str, Schedule | None]:
    told = _read(_SignalProperties, number, feature)
    cycle = told.schedule
    schedule = None if cycle is None else Schedule(cycle.green_s, cycle.yellow_s, cycle.red_s, cycle.offset_s)
    return _name(told, "signal", number), schedule


def _read(model: type[P], number: int, feature: SceneFeature) -> P:
    try:
        return model.model_validate(feature.properties)
    except ValidationError as error:
        first = error.errors()[0]
        raise _unusable(number, f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}", "Correct the property.") from error


def _name(told: _Properties, kind: str, number: int) -> str:
    return told.id or f"{kind}-{number}"


def _unit(heading_deg: float) -> Vector:
    heading = np.radians(heading_deg)
    return np.array([np.sin(heading), np.cos(heading)])


def _points(number: int, feature: SceneFeature, kind: str, local: LocalFrame) -> Vector:
    geometry = feature.geometry or {}
    if geometry.get("type") != kind:
        raise _unusable(number, f"its geometry is {geometry.get('type')!r}, not {kind}", f"Draw it as a {kind}.")
    try:
        places = np.array(geometry["coordinates"] if kind == "LineString" else geometry["coordinates"][0], dtype=np.float64)[:, :2]
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise _unusable(number, "its coordinates are no list of [longitude, latitude]", "Draw it again.") from error
    if len(places) < (2 if kind == "LineString" else 4) or not np.isfinite(places).all():
        raise _unusable(number, f"it has {len(places)} points", "Draw it again.")
    return local.to_en_m(places)


def _polygon(number: int, feature: SceneFeature, local: LocalFrame) -> shapely.Polygon:
    outline = shapely.Polygon(_points(number, feature, "Polygon", local))
    if not outline.is_valid or outline.area <= 0.0:
        raise _unusable(number, "its outline crosses itself", "Draw it without crossings.")
    return outline


def _unusable(number: int, why: str, hint: str) -> VisionError:
    return VisionError(f"Feature {number} of the scene cannot be judged by: {why}.", code="vision.scene_feature", hint=hint)
