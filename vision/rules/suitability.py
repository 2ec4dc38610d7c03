"""How well a source can be judged by a rule, before it is switched on: what of the scene it sees, how finely, how surely, how often.

Every number that speaks for or against is a `Reason`; one that refuses is enough to refuse. What is not known (a camera of a vehicle, the
rate of a stream that was never watched) neither refuses nor scores.
Sources of the limits: AxxonSoft's guide to plate reading (characters of 10 pixels at least, better 20; 45° down); the gates of the judge.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely

from vision.frames import Frame
from vision.georeference import GroundFix, GroundModel
from vision.rules.ground_path import Vector
from vision.rules.road_scene import RoadScene
from vision.rules.rule import RuleCard

CHARACTER_M = 0.075  # height of the letters on a plate
COLUMNS, ROWS = 16, 12  # of looks over the picture, from which the pixel of a place is searched
NEWTON_STEPS = 3
HALF_RIGHT, HALF_DOWN = np.array([0.5, 0.0]), np.array([0.0, 0.5])  # pixels
VAGUE_M = 60.0
TOWARDS_MIDDLE = 0.15  # the outermost edges of a feature are not what it is judged at

Code = Literal[
    "scene_lacks",
    "not_calibrated",
    "by_pose",
    "not_seen",
    "pixels_per_m",
    "accuracy_m",
    "visible_m",
    "signal_unknown",
    "frames_per_second",
    "character_px",
    "angle_deg",
    "dark",
    "no_clock",
]
Geometry = shapely.Polygon | shapely.LineString


@dataclass(frozen=True, slots=True)
class Limit:
    """Refused beyond `refused`, worth nothing off the score from `good` on; either may be the larger one."""

    refused: float
    good: float

    def share(self, value: float) -> float:
        return float(np.clip((value - self.refused) / (self.good - self.refused), 0.0, 1.0))

    def refuses(self, value: float) -> bool:
        return value < self.refused if self.good > self.refused else value > self.refused


# A car of 1.8 m is 7 pixels wide at 4 of them to the metre: less is no box a detector finds in each picture.
PIXELS_PER_M = Limit(4.0, 15.0)
ACCURACY_M = Limit(5.0, 1.0)
VISIBLE_M = Limit(15.0, 40.0)  # way through a lane: what a speed is measured over
# Eight observations of a thing that is in view for two seconds.
FRAMES_PER_SECOND = Limit(4.0, 12.0)
# These lower the score and refuse nothing: the rule can be judged, its cases are worth less.
CHARACTER_PX = Limit(4.0, 20.0)
ANGLE_DEG = Limit(88.0, 60.0)  # from straight down: flatter than that boxes hide each other


@dataclass(frozen=True, slots=True)
class KnownSource:
    """What is known of a source. `ground` None: not calibrated. `clocked`: its pictures are dated by the camera; None where unknown."""

    ground: GroundModel | None
    size_px: tuple[int, int]
    moves: bool = False
    frames_per_second: float | None = None
    clocked: bool | None = None
    dark: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """`value` against `wanted`, both in the unit that the code names; `share` is what it leaves of the score."""

    code: Code
    text: str
    refuses: bool
    share: float
    value: float | None = None
    wanted: float | None = None
    feature: str | None = None


@dataclass(frozen=True, slots=True)
class Suitability:
    """`score` is 0 to 1, None where too little is known to tell."""

    rule: str
    possible: bool
    score: float | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Sight:
    """How a place is seen: pixels to the metre across the line of sight, degrees from straight down, metres of 95 % accuracy."""

    en_m: Vector
    pixels_per_m: float
    angle_deg: float
    accuracy_m: float


def suitabilities(cards: Sequence[RuleCard], scene: RoadScene | None, source: KnownSource) -> dict[str, Suitability]:
    """Of rules on one source over its scene, by their code."""
    looks = None if source.ground is None or source.moves else _Looks(source.ground, source.size_px)
    return {card.code: _suitability(card, scene, source, looks) for card in cards}


def _suitability(card: RuleCard, scene: RoadScene | None, source: KnownSource, looks: "_Looks | None") -> Suitability:
    features = {} if scene is None else _features_of(card.code, scene)
    reasons = list(_of_source(card, source))
    if not features:
        reasons.insert(0, _lacks(card))
    elif source.moves:
        reasons.append(Reason("by_pose", "The camera moves: what it sees of the scene depends on the flight.", False, 1.0))
    elif looks is None:
        reasons.append(Reason("not_calibrated", "The source is not calibrated: nothing it sees has a place.", True, 0.0))
    else:
        reasons += _of_features(card, features, looks)
    if scene is not None and features and card.code in SIGNALLED:
        reasons += _of_signals(card, scene, source)
    possible = not any(one.refuses for one in reasons)
    known = [one.share for one in reasons if one.value is not None]
    score = (float(np.prod(known) ** (1.0 / len(known))) if known else None) if possible else 0.0
    return Suitability(card.code, possible, score, tuple(reasons))


def _of_source(card: RuleCard, source: KnownSource) -> Sequence[Reason]:
    reasons = []
    rate = source.frames_per_second
    if rate is not None:
        reasons.append(_held("frames_per_second", f"{rate:.1f} pictures a second are looked at", rate, FRAMES_PER_SECOND))
    if source.dark:
        reasons.append(Reason("dark", "The picture is dark now: in the dark it abstains.", False, 0.5, 1.0, 0.0))
    return reasons


def _of_features(card: RuleCard, features: Mapping[str, Geometry], looks: "_Looks") -> list[Reason]:
    """Those of the feature that is seen best; a rule needs one that it can be judged at."""
    judged = []
    for name, geometry in features.items():
        sights = looks.sights(name, geometry)
        if not sights:
            judged.append([Reason("not_seen", f"'{name}' is not in the picture.", True, 0.0, feature=name)])
            continue
        fine = float(np.median([sight.pixels_per_m for sight in sights]))
        accuracy = float(np.median([sight.accuracy_m for sight in sights]))
        angle = float(np.median([sight.angle_deg for sight in sights]))
        characters = CHARACTER_M * fine * float(np.sin(np.radians(angle)))
        reasons = [
            _held("pixels_per_m", f"{fine:.1f} pixels to the metre at '{name}'", fine, PIXELS_PER_M, name),
            _held("accuracy_m", f"places at '{name}' are right to {accuracy:.1f} m", accuracy, ACCURACY_M, name),
            _held(
                "character_px",
                f"characters of plates at '{name}' are {characters:.1f} pixels high",
                characters,
                CHARACTER_PX,
                name,
                refusing=False,
            ),
            _held("angle_deg", f"'{name}' is seen {angle:.0f}° from straight down", angle, ANGLE_DEG, name, refusing=False),
        ]
        if card.code == "speeding":
            places = np.array([sight.en_m for sight in sights])
            length_m = float(np.hypot(*(places.max(axis=0) - places.min(axis=0))))
            reasons.append(_held("visible_m", f"{length_m:.0f} m of '{name}' are in the picture", length_m, VISIBLE_M, name))
        judged.append(reasons)
    return max(judged, key=lambda reasons: (not any(one.refuses for one in reasons), float(np.prod([one.share for one in reasons]))))


def _of_signals(card: RuleCard, scene: RoadScene, source: KnownSource) -> list[Reason]:
    known = scene.rail_crossings if card.code == "rail_crossing" else [one for one in scene.stop_lines if one.signal is not None]
    if not known:
        return [Reason("signal_unknown", "No signal of the scene has a cycle by the clock (schedule with since).", True, 0.0)]
    if source.clocked is False:
        text = "Its pictures are dated by their arrival: a signal by the clock is known to a second at best."
        return [Reason("no_clock", text, False, 0.6, 0.0, 1.0)]
    return []


def _lacks(card: RuleCard) -> Reason:
    return Reason("scene_lacks", f"The scene has no {KINDS.get(card.code, 'feature')} for this rule.", True, 0.0)


def _held(code: Code, text: str, value: float, limit: Limit, feature: str | None = None, *, refusing: bool = True) -> Reason:
    refuses = refusing and limit.refuses(value)
    # What does not refuse leaves something: a score of nothing is for what cannot be judged.
    share = 0.0 if refuses else max(0.05, limit.share(value))
    return Reason(code, f"{text}; {limit.good:g} are good.", refuses, share, round(value, 2), limit.good, feature)


class _Looks:
    """Where the picture shows a place: from a net of looks over it, then by Newton's steps."""

    def __init__(self, ground: GroundModel, size_px: tuple[int, int]) -> None:
        self._ground, self._size_px = ground, size_px
        self._frame = Frame("suitability", 0, 0.0, np.broadcast_to(np.uint8(0), (size_px[1], size_px[0], 3)))
        self._known: dict[str, list[_Sight]] = {}
        width, height = size_px
        net = [(u, v) for u in np.linspace(1.0, width - 2.0, COLUMNS) for v in np.linspace(1.0, height - 2.0, ROWS)]
        seen = [(pixel, place) for pixel in net if (place := self._place(pixel)) is not None]
        self._pixels = np.array([pixel for pixel, _ in seen]).reshape(-1, 2)
        self._places = np.array([place for _, place in seen]).reshape(-1, 2)

    def sights(self, name: str, geometry: Geometry) -> list[_Sight]:
        """Of the places of a feature; several rules ask for the same."""
        if name not in self._known:
            self._known[name] = [sight for point in _points(geometry) if (sight := self._at(point)) is not None]
        return self._known[name]

    def _at(self, en_m: Vector) -> _Sight | None:
        """None for what is not in the picture, or too vaguely."""
        if not len(self._places):
            return None
        pixel = self._pixels[int(np.argmin(np.hypot(*(self._places - en_m).T)))]
        for _ in range(NEWTON_STEPS):
            place, per_pixel = self._place(pixel), self._per_pixel(pixel)
            if place is None or per_pixel is None:
                return None
            pixel = pixel + np.clip(np.linalg.solve(per_pixel, en_m - place), -200.0, 200.0)
        inside = bool((pixel >= 0.0).all() and pixel[0] < self._size_px[0] and pixel[1] < self._size_px[1])
        fix = self._fix(pixel) if inside else None
        per_pixel = self._per_pixel(pixel) if inside else None
        if fix is None or per_pixel is None or fix.accuracy_m > VAGUE_M:
            return None
        stretch = np.linalg.svd(per_pixel, compute_uv=False)
        angle = float(np.degrees(np.arccos(np.clip(stretch[1] / stretch[0], 0.0, 1.0))))
        return _Sight(np.asarray(fix.en_m), 1.0 / float(stretch[1]), angle, fix.accuracy_m)

    def _fix(self, pixel: Vector | tuple[float, float]) -> GroundFix | None:
        u, v = float(pixel[0]), float(pixel[1])
        return self._ground.locate(self._frame, (u, v, u, v))

    def _place(self, pixel: Vector | tuple[float, float]) -> Vector | None:
        fix = self._fix(pixel)
        return None if fix is None or fix.accuracy_m > VAGUE_M else np.asarray(fix.en_m, dtype=np.float64)

    def _per_pixel(self, pixel: Vector) -> Vector | None:
        right, left = self._place(pixel + HALF_RIGHT), self._place(pixel - HALF_RIGHT)
        below, above = self._place(pixel + HALF_DOWN), self._place(pixel - HALF_DOWN)
        if right is None or left is None or below is None or above is None:
            return None
        found: Vector = np.column_stack([right - left, below - above])
        return found if abs(float(np.linalg.det(found))) > 1e-12 else None


def _points(geometry: Geometry) -> Vector:
    """Places of a feature: along a line; at the corners, sides and middle of an area, and along its length."""
    if isinstance(geometry, shapely.LineString):
        return np.array([geometry.interpolate(share, normalized=True).coords[0] for share in np.linspace(0.05, 0.95, 5)])
    middle = np.array(geometry.centroid.coords[0])
    ring = geometry.exterior
    around = np.array([ring.interpolate(share, normalized=True).coords[0] for share in np.linspace(0.0, 1.0, 12, endpoint=False)])
    return np.vstack([around + (middle - around) * TOWARDS_MIDDLE, middle])


def _areas(kind: str) -> Callable[[RoadScene], Mapping[str, Geometry]]:
    return lambda scene: {area.id: area.outline for area in scene.of_kind(kind)}


def _lanes(scene: RoadScene) -> Mapping[str, Geometry]:
    return {lane.id: lane.outline for lane in scene.lanes}


def _limited(scene: RoadScene) -> Mapping[str, Geometry]:
    return {lane.id: lane.outline for lane in scene.lanes if lane.limit_mps is not None}


def _stop_lines(scene: RoadScene) -> Mapping[str, Geometry]:
    return {line.id: shapely.LineString(line.ends_m) for line in scene.stop_lines}


def _turns(scene: RoadScene) -> Mapping[str, Geometry]:
    edges = {edge.id: shapely.LineString(edge.ends_m) for edge in scene.edges}
    return {turn.entry: edges[turn.entry] for turn in scene.forbidden_turns if turn.entry in edges}


FEATURES: dict[str, Callable[[RoadScene], Mapping[str, Geometry]]] = {
    "speeding": _limited,
    "red_light": _stop_lines,
    "stop_line": _stop_lines,
    "solid_line": lambda scene: {line.id: line.way for line in scene.solid_lines},
    "wrong_way": _lanes,
    "overtaking": _areas("no_overtaking"),
    "forbidden_turn": _turns,
    "rail_crossing": lambda scene: {crossing.id: crossing.outline for crossing in scene.rail_crossings},
    "shoulder": _areas("shoulder"),
    "illegal_stop": _areas("no_stopping"),
    "stalled": _lanes,
    "no_priority": _areas("crossing"),
}
KINDS = {
    "speeding": "lane with a speed limit",
    "red_light": "stop line",
    "stop_line": "stop line",
    "solid_line": "solid line",
    "wrong_way": "lane",
    "overtaking": "no_overtaking area",
    "forbidden_turn": "forbidden turn with its edges",
    "rail_crossing": "rail crossing",
    "shoulder": "shoulder",
    "illegal_stop": "no_stopping area",
    "stalled": "lane",
    "no_priority": "crossing",
}
SIGNALLED = frozenset({"red_light", "stop_line", "rail_crossing"})


def _features_of(code: str, scene: RoadScene) -> Mapping[str, Geometry]:
    """A rule of areas that is not named above is called as the kind of its areas."""
    return FEATURES.get(code, _areas(code))(scene)
