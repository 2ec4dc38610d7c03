"""What a scene says of the road, in metres of a local frame: lanes, lines, signals and areas, each with its legal order.

Read from the features of a scene file; what a rule could misread is refused with the feature and the way out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import numpy as np
import shapely
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geo.primitives import LocalFrame, VisionError
from vision.rules.ground_path import Vector
from vision.scene import SceneFeature

AREA_KINDS = ("no_stopping", "crossing", "bus_lane", "no_entry", "box_junction")
Light = Literal["green", "yellow", "red"]
CLEAR_M = 8.0  # past the stop line: where the conflict area is taken to end when the scene does not say


@dataclass(frozen=True, slots=True)
class Schedule:
    """A signal's cycle, in seconds of the source's timeline: green begins `offset_s` after its start, and again after red."""

    green_s: float
    yellow_s: float
    red_s: float
    offset_s: float = 0.0

    def light(self, at_s: float) -> Light:
        phase_s = self._phase_s(at_s)
        return "green" if phase_s < self.green_s else "yellow" if phase_s < self.green_s + self.yellow_s else "red"

    def red_for_s(self, at_s: float) -> float:
        """How long it has been red; 0 while it is not."""
        return max(0.0, self._phase_s(at_s) - self.green_s - self.yellow_s)

    def _phase_s(self, at_s: float) -> float:
        return (at_s - self.offset_s) % (self.green_s + self.yellow_s + self.red_s)


@dataclass(frozen=True, slots=True, eq=False)
class Lane:
    id: str
    outline: shapely.Polygon
    ahead: Vector
    limit_mps: float | None
    legal_order: str | None


@dataclass(frozen=True, slots=True, eq=False)
class StopLine:
    """From `ends_m[0]` to `ends_m[1]` (2, 2). `ahead` is where its traffic goes; the conflict area ends `clear_m` past it."""

    id: str
    ends_m: Vector
    ahead: Vector
    signal: Schedule | None
    clear_m: float
    legal_order: str | None

    def past_m(self, points: Vector) -> Vector:
        """(n,) metres past the line, negative before it."""
        past: Vector = (points - self.ends_m[0]) @ self.ahead
        return past

    def beside(self, points: Vector, margin_m: float = 0.5) -> "np.ndarray[Any, np.dtype[np.bool_]]":
        """(n,) whether the points lie in the line's own stretch of road, not to the left or right of it."""
        along = self.ends_m[1] - self.ends_m[0]
        length_m = float(np.hypot(*along))
        share_m = (points - self.ends_m[0]) @ (along / length_m)
        inside: np.ndarray[Any, np.dtype[np.bool_]] = (share_m > -margin_m) & (share_m < length_m + margin_m)
        return inside


@dataclass(frozen=True, slots=True, eq=False)
class SolidLine:
    id: str
    way: shapely.LineString
    legal_order: str | None


@dataclass(frozen=True, slots=True, eq=False)
class RoadArea:
    id: str
    kind: str
    outline: shapely.Polygon
    legal_order: str | None


@dataclass(frozen=True, slots=True, eq=False)
class RoadScene:
    """All of a scene that rules read. `local` is the frame its metres are in."""

    local: LocalFrame
    lanes: tuple[Lane, ...] = ()
    stop_lines: tuple[StopLine, ...] = ()
    solid_lines: tuple[SolidLine, ...] = ()
    areas: tuple[RoadArea, ...] = field(default=())

    def of_kind(self, kind: str) -> tuple[RoadArea, ...]:
        return tuple(area for area in self.areas if area.kind == kind)


class _Properties(BaseModel):
    """Properties a rule reads; others are kept for those who know them."""

    model_config = ConfigDict(extra="ignore")

    id: str | None = None
    legal_order: str | None = None


class _LaneProperties(_Properties):
    heading_deg: float
    speed_limit_kmh: float | None = Field(None, gt=0, le=200)


class _StopLineProperties(_Properties):
    heading_deg: float
    signal: str | None = None
    clear_m: float = Field(CLEAR_M, gt=0, le=100, description="Metres past the line at which the conflict area ends")


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
    return RoadScene(
        local,
        tuple(_lane(number, one, local) for number, one in _of("lane", features)),
        tuple(_stop_line(number, one, local, signals) for number, one in _of("stop_line", features)),
        tuple(_solid_line(number, one, local) for number, one in _of("solid_line", features)),
        tuple(_area(kind, number, one, local) for kind in AREA_KINDS for number, one in _of(kind, features)),
    )


def _of(kind: str, features: Sequence[SceneFeature]) -> list[tuple[int, SceneFeature]]:
    return [(number, one) for number, one in enumerate(features) if (one.properties or {})["kind"] == kind]


def _lane(number: int, feature: SceneFeature, local: LocalFrame) -> Lane:
    told = _read(_LaneProperties, number, feature)
    limit = None if told.speed_limit_kmh is None else told.speed_limit_kmh / 3.6
    return Lane(_name(told, "lane", number), _polygon(number, feature, local), _unit(told.heading_deg), limit, told.legal_order)


def _stop_line(number: int, feature: SceneFeature, local: LocalFrame, signals: dict[str, Schedule]) -> StopLine:
    told = _read(_StopLineProperties, number, feature)
    way = _points(number, feature, "LineString", local)
    ahead = _unit(told.heading_deg)
    across = way[-1] - way[0]
    if abs(float(across @ ahead)) > 0.7 * float(np.hypot(*across)):
        raise _unusable(number, "its heading_deg runs along the line, not across it", "Give the heading of the traffic that stops at it.")
    signal = None if told.signal is None else signals.get(told.signal)
    return StopLine(_name(told, "stop_line", number), way[[0, -1]], ahead, signal, told.clear_m, told.legal_order)


def _solid_line(number: int, feature: SceneFeature, local: LocalFrame) -> SolidLine:
    told = _read(_Properties, number, feature)
    way = shapely.LineString(_points(number, feature, "LineString", local))
    return SolidLine(_name(told, "solid_line", number), way, told.legal_order)


def _area(kind: str, number: int, feature: SceneFeature, local: LocalFrame) -> RoadArea:
    told = _read(_Properties, number, feature)
    return RoadArea(_name(told, kind, number), kind, _polygon(number, feature, local), told.legal_order)


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
